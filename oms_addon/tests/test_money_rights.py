from lxml import etree

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common_intake import IntakeCase

# Who may say that money has come in, by the groups of a user.
MAY_RECORD = {
    "account.group_account_invoice": True,
    "account.group_account_user": True,
    "account.group_account_manager": True,
    "oms_addon.group_oms_manager": True,
    "account.group_account_readonly": False,
    "oms_addon.group_oms_user": False,
    "sales_team.group_sale_manager": False,
    "sales_team.group_sale_salesman": False,
    "stock.group_stock_user": False,
    "base.group_user": False,
    "base.group_portal": False,
}


@tagged("post_install", "-at_install")
class TestMoneyRights(IntakeCase):
    """That money has come in is no order clerk's word."""

    def users(self):
        for number, (groups, may) in enumerate(MAY_RECORD.items()):
            yield (
                groups,
                may,
                new_test_user(self.env, f"money_{number}", groups=groups),
            )

    def unpaid(self, number):
        return self.receive(
            self.document(f"M-{number}", payments=[], status="unpaid")
        ).order_id

    def record(self, order, user):
        wizards = self.env["sale.order.record.payment"].with_user(user)
        context = {"default_order_id": order.id}
        wizards.with_context(**context).create({"reference": "made up"}).action_record()

    def test_only_accounting_and_managers_record_a_payment(self):
        for number, (groups, may, user) in enumerate(self.users()):
            order = self.unpaid(number)
            with self.subTest(groups=groups):
                if may:
                    self.record(order, user)
                    self.assertEqual(order.transaction_ids.state, "done")
                    self.assertFalse(order.oms_is_held)
                    continue
                with self.assertRaises(AccessError):
                    self.record(order, user)
                with self.assertRaises(AccessError):
                    order.with_user(user).action_oms_record_payment()
                self.assertFalse(order.transaction_ids)
                self.assertTrue(order.oms_is_held)

    def test_the_button_is_shown_to_those_who_may(self):
        self.unpaid("button")
        for groups, may, user in self.users():
            if not self.env["sale.order"].with_user(user).has_access("write"):
                continue
            with self.subTest(groups=groups):
                view = self.env["sale.order"].with_user(user).get_view(view_type="form")
                names = {
                    button.get("name")
                    for button in etree.fromstring(view["arch"]).iter("button")
                }
                self.assertEqual("action_oms_record_payment" in names, may)
