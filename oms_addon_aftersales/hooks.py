"""Columns of the host's tables, made before Odoo would compute them row by row."""

from odoo.addons.oms_addon.hooks import add_columns

COLUMNS = {
    "sale_order": {"rating_last_value": ("float8", 0)},
    "sale_order_line": {
        "oms_qty_claimed": ("numeric", 0),
        "oms_qty_refunded": ("numeric", 0),
        "oms_qty_kept": ("numeric", 0),
    },
    "repair_order": {"oms_return_id": ("int4", None)},
}


def pre_init_hook(env):
    """Nothing was sent back before."""
    add_columns(env.cr, COLUMNS)
