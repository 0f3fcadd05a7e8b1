from odoo.tests import tagged

from odoo.addons.oms_addon.tests.common_rights import (
    HOST_ROLES,
    FullReads,
    extended_models,
    new_user,
    own_models,
)

from .common import AftersalesCommon

ADDON = "oms_addon_aftersales"


@tagged("post_install", "-at_install")
class TestHostUsers(FullReads, AftersalesCommon):
    """People who work beside the suite work as before."""

    def setUp(self):
        super().setUp()
        self.users = {
            name: new_user(self.env, name, groups)
            for name, groups in HOST_ROLES.items()
        }
        order = self._create_order((self.shirt, 3, {}))
        order.user_id = self.users["host_sales_own"]
        self._return_all(order, {self.shirt: 1})
        self._ask(order, {self.shirt: 1}, kind="repair")
        other = self._create_order((self.lamp, 1, {}))
        self._ask(other)
        self.env["oms.case"].create(
            [
                {"subject": "Late", "order_id": sold.id, "company_id": self.company.id}
                for sold in order + other
            ]
        )
        self.env["repair.order"].create(
            {"product_id": self.shirt.id, "company_id": self.company.id}
        )

    def test_whoever_reads_a_record_of_the_host_reads_it_as_a_whole(self):
        models = extended_models(self.env, ADDON)
        self.assertIn("sale.order", models)
        self.check_full_reads(models, self.users)
        self.check_forms(models, self.users)

    def test_whoever_reads_a_record_of_ours_reads_it_as_a_whole(self):
        ours = {
            "user": new_user(self.env, "clerk", "oms_addon.group_oms_user"),
            "service": self.service,
        }
        self.check_full_reads(own_models(self.env, ADDON), {**self.users, **ours})
