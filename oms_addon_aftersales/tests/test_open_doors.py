from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import AftersalesCommon

NO_RIGHT_TO_RETURNS = (
    "base.group_portal",
    "base.group_user",
    "stock.group_stock_user",
    "sales_team.group_sale_salesman_all_leads",
    "oms_addon.group_oms_user",
    "account.group_account_readonly",
)
LOGGED = {"id", "display_name", "create_uid", "create_date", "write_uid", "write_date"}
# What customers may read of their own records: what the pages show them. All else
# is written for staff.
READ_BY_CUSTOMERS = {
    "oms.return": {
        "name", "company_id", "order_id", "channel_id", "partner_id", "currency_id",
        "user_id", "kind", "state", "reason_id", "note", "line_ids", "refusal_note",
        "is_shipping_ours", "is_pickup", "is_goods_kept", "fee_percent",
        "requested_at", "decide_by", "decided_at", "received_at", "done_at",
        "amount_asked", "amount_fee", "amount_refund", "amount_credited",
        "amount_paid_back", "refund_state", "is_late", "picking_count",
        "erased_at",
    },
    "oms.return.line": {
        "return_id", "company_id", "order_id", "currency_id", "state", "kind",
        "channel_id", "reason_id", "requested_at", "sale_line_id", "product_id",
        "product_uom_id", "quantity", "qty_received", "qty_accepted", "qty_damaged",
        "qty_refused", "exchange_product_id", "exchange_line_id", "amount",
    },
    "oms.case": {
        "name", "subject", "description", "company_id", "type_id", "state", "user_id",
        "partner_id", "email_from", "order_id", "channel_id", "picking_id",
        "product_id", "return_id", "currency_id", "solution", "opened_at",
        "first_response_at", "solved_at", "sla_deadline", "oms_csat_requested_at",
        "oms_csat", "erased_at",
    },
}  # fmt: skip


@tagged("post_install", "-at_install")
class TestOpenDoors(AftersalesCommon):
    """Nobody moves money or goods of a return without a right to it."""

    def _new_user(self, login, groups):
        return new_test_user(
            self.env,
            login=login,
            groups=groups,
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )

    def settled(self):
        """A return with a proposed payment."""
        rma = self._return_all(self._create_order(self.shirt))
        self.assertEqual(rma.refund_state, "to_pay")
        return rma

    def test_nobody_posts_the_refund_of_others_over_rpc(self):
        rma = self.settled()
        payment = rma.sudo().refund_payment_ids
        for number, groups in enumerate(NO_RIGHT_TO_RETURNS):
            user = self._new_user(f"thief_{number}", groups)
            with self.subTest(groups=groups), self.assertRaises(AccessError):
                rma.with_user(user).action_register_refund()
            self.assertEqual(payment.state, "draft")
            self.assertEqual(rma.refund_state, "to_pay")

    def test_the_customer_does_not_post_the_own_refund_either(self):
        rma = self.settled()
        ann = self._new_user("ann", "base.group_portal")
        ann.partner_id.parent_id = self.customer
        self.assertTrue(rma.with_user(ann).has_access("read"))
        with self.assertRaises(AccessError):
            rma.with_user(ann).action_register_refund()
        self.assertEqual(rma.refund_state, "to_pay")

    def test_service_and_accounting_say_that_a_refund_was_sent(self):
        books = self._new_user("books", "account.group_account_invoice")
        for user in (self.service, books):
            rma = self.settled()
            self.assertIs(rma.with_user(user).action_register_refund(), True)
            self.assertEqual(rma.refund_state, "paid")

    def test_nobody_settles_or_receives_a_return_of_others(self):
        rma = self._ask(self._create_order(self.shirt))
        rma.action_submit()
        users = [
            self._new_user(f"other_{number}", groups)
            for number, groups in enumerate(NO_RIGHT_TO_RETURNS)
        ]
        for user in users:
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                rma.with_user(user).action_receive_all()
        rma.action_receive_all()
        for user in users:
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                rma.with_user(user).action_settle()
        self.assertEqual(rma.state, "received")
        self.assertFalse(rma.sudo().refund_move_ids)

    def test_customers_read_nothing_that_was_written_for_staff(self):
        rma = self.settled()
        rma.line_ids.inspection_note = "suspected fraudster"
        case = self.env["oms.case"].create(
            {
                "subject": "Late",
                "order_id": rma.order_id.id,
                "company_id": self.company.id,
                "compensation_note": "always complains",
                "is_escalated": True,
            }
        )
        ann = self._new_user("ann", "base.group_portal")
        ann.partner_id.parent_id = self.customer
        for record in (rma, rma.line_ids, case):
            mine = record.with_user(ann)
            mine.check_access("read")
            allowed = READ_BY_CUSTOMERS[record._name]
            for name, field in record._fields.items():
                if name in LOGGED or not (field._module or "").startswith("oms_"):
                    continue
                with self.subTest(model=record._name, field=name):
                    may = mine._has_field_access(field, "read")
                    self.assertEqual(may, name in allowed)
                    if not may:
                        with self.assertRaises(AccessError):
                            mine.read([name])
            mine.read(sorted(allowed))

    def test_all_who_work_here_read_a_return_as_a_whole(self):
        rma = self.settled()
        for number, groups in enumerate(NO_RIGHT_TO_RETURNS[2:]):
            user = self._new_user(f"reader_{number}", groups)
            with self.subTest(groups=groups):
                self.env.invalidate_all()
                rma.with_user(user).read()
                rma.line_ids.with_user(user).read()
