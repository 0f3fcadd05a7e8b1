from odoo.tests import tagged

from odoo.addons.oms_addon.tests.common_rights import RightsCase

from .common import AftersalesCommon


@tagged("post_install", "-at_install")
class TestRightsTable(RightsCase, AftersalesCommon):
    """No right beyond the table, no refusal behind a button that is shown."""

    addon = "oms_addon_aftersales"

    def build_records(self):
        order = self._create_order((self.shirt, 3, {}))
        done = self._return_all(order, {self.shirt: 1})
        rma = self._ask(order, {self.shirt: 1})
        case = self.env["oms.case"].create(
            {"subject": "Late", "order_id": order.id, "company_id": self.company.id}
        )
        repair = self.env["repair.order"].create(
            {"product_id": self.shirt.id, "company_id": self.company.id}
        )
        self.order_of_others, self.case_of_others = order, case
        return {
            "oms.return": rma,
            "oms.return.line": rma.line_ids,
            "oms.return.policy": self.policy,
            "oms.return.reason": self.reason,
            "oms.case": case,
            "oms.case.type": self.env["oms.case.type"].create({"name": "Ours"}),
            "sale.order": order,
            "sale.order.line": order.order_line[:1],
            "stock.picking": order.picking_ids[:1],
            "account.payment": done.sudo().refund_payment_ids[:1],
            "repair.order": repair,
            "res.partner": self.customer,
        }

    def make_own(self, user):
        order = self.order_of_others.sudo()
        if user._is_internal():
            order.user_id = user
            return
        self.customer.parent_id = user.partner_id
        order.message_subscribe(user.partner_id.ids)

    def arguments(self):
        return {
            f"{record._name}.rating_apply": {
                "rate": 5,
                "token": record._rating_get_access_token(),
            }
            for record in (self.order_of_others, self.case_of_others)
        }

    def test_every_role_may_do_what_the_table_says_and_no_more(self):
        self.check_rights()

    def test_no_shown_button_refuses(self):
        self.assertGreater(len(self.check_buttons()), 20)

    def test_every_shown_menu_opens(self):
        self.check_menus()
