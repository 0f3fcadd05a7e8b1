from odoo.tests import tagged

from .common import AftersalesCommon


@tagged("post_install", "-at_install")
class TestReturnRefund(AftersalesCommon):
    def assertBalanced(self, order):
        """Nothing is left to invoice and no invoice is open."""
        self.assertEqual(
            order.order_line.mapped("qty_to_invoice"), [0.0] * len(order.order_line)
        )
        self.assertEqual(order.invoice_status, "invoiced")

    def test_credit_note_has_the_price_with_discount_and_tax(self):
        order = self._create_order((self.shirt, 3, {"discount": 10}))
        rma = self._return_all(order, {self.shirt: 2})
        note = rma.refund_move_ids
        self.assertEqual(note.state, "posted")
        self.assertEqual(note.amount_untaxed, 180.0)
        self.assertEqual(note.amount_total, 207.0)
        self.assertEqual(rma.amount_refund, 207.0)
        self.assertEqual(note.invoice_line_ids.quantity, 2)
        self.assertEqual(rma.state, "done")

    def test_policy_ordered_is_not_invoiced_again_after_the_refund(self):
        order = self._create_order((self.shirt, 3, {}))
        self._return_all(order, {self.shirt: 2})
        self.assertEqual(order.order_line.qty_delivered, 1)
        self.assertBalanced(order)

    def test_policy_delivered_is_not_invoiced_again_after_the_refund(self):
        order = self._create_order((self.lamp, 3, {}))
        rma = self._return_all(order, {self.lamp: 1})
        # 33.33 and 15 % of it
        self.assertEqual(rma.refund_move_ids.amount_total, 38.33)
        self.assertBalanced(order)

    def test_partial_returns_add_up_to_the_invoice(self):
        discount = self._create_goods("Discount", 0, "order")
        discount.type = "service"
        order = self._create_order(
            (self.lamp, 3, {}), (discount, 1, {"price_unit": -10})
        )
        invoice = order.invoice_ids
        notes = self.env["account.move"]
        for _number in range(3):
            notes |= self._return_all(order, {self.lamp: 1}).refund_move_ids
        self.assertEqual(len(notes), 3)
        self.assertAlmostEqual(
            sum(notes.mapped("amount_untaxed")), invoice.amount_untaxed
        )
        self.assertAlmostEqual(
            sum(notes.mapped("amount_total")), invoice.amount_total, delta=0.02
        )

    def test_restocking_fee_is_kept_but_not_when_it_is_our_fault(self):
        self.policy.restocking_fee = 10
        order = self._create_order((self.shirt, 2, {}))
        rma = self._return_all(order, {self.shirt: 1})
        self.assertEqual(rma.refund_move_ids.amount_total, 103.5)
        self.assertEqual(rma.amount_fee, 11.5)
        ours = self.env.ref("oms_addon_aftersales.oms_return_reason_damaged")
        rma = self._return_all(order, {self.shirt: 1}, reason_id=ours.id)
        self.assertEqual(rma.refund_move_ids.amount_total, 115.0)
        self.assertTrue(rma.is_shipping_ours)

    def test_paid_order_gets_a_payment_proposed_and_recorded(self):
        order = self._create_order((self.shirt, 2, {}))
        rma = self._return_all(order, {self.shirt: 1})
        payment = rma.sudo().refund_payment_ids
        self.assertEqual(payment.amount, 115.0)
        self.assertEqual(payment.payment_type, "outbound")
        self.assertEqual(rma.refund_state, "to_pay")
        rma.action_register_refund()
        self.assertEqual(rma.refund_state, "paid")
        self.assertIn(rma.refund_move_ids.payment_state, ("paid", "in_payment"))

    def test_unpaid_order_gets_a_credit_note_but_no_money(self):
        order = self._create_order((self.shirt, 2, {}), paid=False)
        rma = self._return_all(order, {self.shirt: 1})
        self.assertEqual(rma.amount_paid_back, 0)
        self.assertFalse(rma.sudo().refund_payment_ids)
        self.assertEqual(
            order.invoice_ids.filtered(
                lambda m: m.move_type == "out_invoice"
            ).amount_residual,
            115.0,
        )

    def test_refund_is_never_more_than_what_was_paid_too_much(self):
        order = self._create_order((self.shirt, 2, {}), paid=False)
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=order.invoice_ids.ids
        ).create(
            {"amount": 150, "payment_difference_handling": "open"}
        )._create_payments()
        rma = self._return_all(order, {self.shirt: 1})
        # 230 - 115 is still owed, 150 was paid
        self.assertEqual(rma.amount_paid_back, 35.0)
        rma = self._return_all(order, {self.shirt: 1})
        self.assertEqual(rma.amount_paid_back, 115.0)
        self.assertEqual(order._oms_get_paid_amount(), 0)

    def test_goods_the_customer_keeps_are_refunded_without_a_receipt(self):
        order = self._create_order((self.shirt, 2, {}))
        rma = self._ask(order, {self.shirt: 1}, is_goods_kept=True)
        rma.action_submit()
        self.assertFalse(rma.picking_ids)
        rma.action_settle()
        self.assertEqual(rma.refund_move_ids.amount_total, 115.0)
        self.assertEqual(order.order_line.qty_delivered, 2)
        self.assertEqual(order.order_line.oms_qty_returnable, 1)
        self.assertBalanced(order)

    def test_damaged_goods_are_scrapped_and_refused_goods_go_back(self):
        order = self._create_order((self.lamp, 3, {}))
        rma = self._ask(order, {self.lamp: 3})
        rma.action_submit()
        rma.action_receive_all()
        self.assertEqual(rma.state, "received")
        stock = self.lamp.qty_available
        rma.line_ids.write({"qty_accepted": 1, "qty_damaged": 1})
        self.assertEqual(rma.line_ids.qty_refused, 1)
        rma.action_settle()
        self.assertEqual(rma.scrap_ids.scrap_qty, 1)
        self.assertEqual(rma.scrap_ids.state, "done")
        self.assertEqual(self.lamp.qty_available, stock - 1)
        back = rma.picking_ids.filtered("oms_is_send_back")
        self.assertEqual(back.move_ids.product_uom_qty, 1)
        self.assertEqual(back.picking_type_code, "outgoing")
        self.assertEqual(rma.refund_move_ids.invoice_line_ids.quantity, 2)
        back.move_ids.quantity = 1
        back.move_ids.picked = True
        back.button_validate()
        self.assertEqual(order.order_line.qty_delivered, 1)
        self.assertEqual(order.order_line.oms_qty_returnable, 1)
        self.assertBalanced(order)

    def test_fewer_goods_than_asked_are_refunded_as_received(self):
        order = self._create_order((self.shirt, 3, {}))
        rma = self._ask(order, {self.shirt: 3})
        rma.action_submit()
        picking = rma.picking_ids
        picking.move_ids.quantity = 2
        picking.move_ids.picked = True
        picking.with_context(
            skip_backorder=True, picking_ids_not_to_backorder=picking.ids
        ).button_validate()
        self.assertEqual(rma.state, "received")
        rma.action_settle()
        self.assertEqual(rma.refund_move_ids.amount_total, 230.0)
        self.assertEqual(order.order_line.oms_qty_returnable, 1)

    def test_settling_twice_credits_once(self):
        rma = self._return_all(self._create_order(self.shirt))
        rma.action_settle()
        rma._settle()
        self.assertEqual(len(rma.refund_move_ids), 1)
