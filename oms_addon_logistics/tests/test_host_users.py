from odoo.tests import tagged

from odoo.addons.oms_addon.tests.common_rights import (
    HOST_ROLES,
    FullReads,
    extended_models,
    new_user,
    own_models,
)

from .common import LogisticsCase

ADDON = "oms_addon_logistics"


@tagged("post_install", "-at_install")
class TestHostUsers(FullReads, LogisticsCase):
    """People who work beside the suite work as before."""

    def setUp(self):
        super().setUp()
        self.users = {
            name: new_user(self.env, name, groups)
            for name, groups in HOST_ROLES.items()
        }
        trip, orders = self._started_trip(3)
        orders[0].user_id = self.users["host_sales_own"]
        reason = self.env["oms.stop.failure.reason"].search([], limit=1)
        trip.stop_ids[0]._deliver()
        trip.stop_ids[1]._fail(reason, {"note": "Nobody there"})

    def test_whoever_reads_a_record_of_the_host_reads_it_as_a_whole(self):
        models = extended_models(self.env, ADDON)
        self.assertIn("stock.picking", models)
        self.check_full_reads(models, self.users)
        self.check_forms(models, self.users)

    def test_whoever_reads_a_record_of_ours_reads_it_as_a_whole(self):
        ours = {
            "user": new_user(self.env, "clerk", "oms_addon.group_oms_user"),
            "dispatcher": self.dispatcher,
        }
        self.check_full_reads(own_models(self.env, ADDON), {**self.users, **ours})
