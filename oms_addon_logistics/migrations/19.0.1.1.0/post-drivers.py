"""Drivers with an internal user are listed for the administrators to change."""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Leave one task for each; nothing is changed."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    driver = env.ref("oms_addon_logistics.group_oms_driver")
    driver.all_user_ids.filtered("active")._oms_ask_about_drivers()
