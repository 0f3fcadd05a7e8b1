from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import AftersalesCommon


@tagged("post_install", "-at_install")
class TestReturnReceipt(AftersalesCommon):
    """The goods come back otherwise than announced."""

    def _receive(self, picking, quantity, backorder=False):
        picking.move_ids.quantity = quantity
        picking.move_ids.picked = True
        context = {"skip_backorder": True}
        if not backorder:
            context["picking_ids_not_to_backorder"] = picking.ids
        picking.with_context(**context).button_validate()

    def _ask_approved(self, order, quantities, **vals):
        rma = self._ask(order, quantities, **vals)
        rma.action_submit()
        self.assertEqual(rma.decision_code, "within_policy")
        return rma

    def test_more_than_asked_is_accepted_only_by_hand(self):
        order = self._create_order((self.shirt, 3, {}))
        rma = self._ask_approved(order, {self.shirt: 1})
        self._receive(rma.picking_ids, 2)
        self.assertEqual(rma.line_ids.qty_accepted, 1)
        self.assertEqual(rma.line_ids.qty_refused, 1)
        rma.line_ids.qty_accepted = 2
        rma.action_settle()
        self.assertEqual(rma.refund_move_ids.amount_total, 230.0)
        self.assertEqual(order.order_line.qty_delivered, 1)

    def test_never_more_is_refunded_than_was_delivered(self):
        order = self._create_order((self.shirt, 1, {}), (self.lamp, 9, {}))
        rma = self._ask_approved(order, {self.shirt: 1})
        self._receive(rma.picking_ids, 2)
        rma.line_ids.qty_accepted = 2
        with self.assertRaisesRegex(UserError, "only 1.0 can be accepted"):
            rma.action_settle()
        rma.line_ids.qty_accepted = 1
        rma.action_settle()
        self.assertEqual(rma.amount_paid_back, 115.0)
        self.assertEqual(order.order_line[0].oms_qty_returnable, 0)

    def test_surplus_does_not_take_what_another_return_announced(self):
        order = self._create_order((self.shirt, 2, {}))
        self._ask_approved(order, {self.shirt: 1})
        second = self._ask_approved(order, {self.shirt: 1})
        self._receive(second.picking_ids, 2)
        second.line_ids.qty_accepted = 2
        with self.assertRaisesRegex(UserError, "only 1.0 can be accepted"):
            second.action_settle()

    def test_refused_dozen_goes_back_as_a_dozen(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        self.shirt.uom_ids = [Command.link(dozen.id)]
        order = self._create_order((self.shirt, 2, {"product_uom_id": dozen.id}))
        self.assertEqual(order.order_line.qty_delivered, 2)
        rma = self._ask_approved(order, {self.shirt: 1})
        rma.action_receive_all()
        self.assertEqual(rma.line_ids.qty_received, 1)
        rma.line_ids.qty_accepted = 0
        rma.action_settle()
        back = rma.picking_ids.filtered("oms_is_send_back")
        self.assertEqual(back.move_ids.product_qty, 12)

    def test_damaged_goods_of_two_receipts_are_scrapped_where_they_are(self):
        order = self._create_order((self.lamp, 3, {}))
        rma = self._ask_approved(order, {self.lamp: 3})
        self._receive(rma.picking_ids, 1, backorder=True)
        self.assertEqual(rma.state, "approved")
        shelf = self.env["stock.location"].create(
            {
                "name": "Returns",
                "usage": "internal",
                "location_id": self.warehouse.lot_stock_id.id,
            }
        )
        rest = rma.picking_ids.filtered(lambda p: p.state != "done")
        rest.location_dest_id = shelf
        rest.move_ids.location_dest_id = shelf
        rest.move_line_ids.location_dest_id = shelf
        self._receive(rest, 2)
        self.assertEqual(rma.state, "received")
        rma.line_ids.write({"qty_accepted": 0, "qty_damaged": 3})
        rma.action_settle()
        self.assertEqual(sum(rma.scrap_ids.mapped("scrap_qty")), 3)
        quants = self.env["stock.quant"].search([("product_id", "=", self.lamp.id)])
        on_shelf = quants.filtered(lambda q: q.location_id == shelf)
        self.assertEqual(sum(on_shelf.mapped("quantity")), 0)
        self.assertFalse(
            quants.filtered(
                lambda q: q.location_id.usage == "internal" and q.quantity < 0
            )
        )

    def test_damaged_serial_numbers_are_scrapped_each(self):
        phone = self._create_goods("Phone", 50.0, "order", stock=0)
        phone.tracking = "serial"
        lots = self.env["stock.lot"].create(
            [{"name": f"SN{number}", "product_id": phone.id} for number in range(2)]
        )
        for lot in lots:
            self.env["stock.quant"]._update_available_quantity(
                phone, self.warehouse.lot_stock_id, 1, lot_id=lot
            )
        order = self._create_order((phone, 2, {}), deliver=False)
        order.picking_ids.move_ids.picked = True
        order.picking_ids.button_validate()
        rma = self._ask_approved(order, {phone: 2})
        receipt = rma.picking_ids
        if not receipt.move_line_ids.lot_id:
            receipt.action_assign()
        receipt.move_ids.picked = True
        receipt.button_validate()
        rma.line_ids.write({"qty_accepted": 0, "qty_damaged": 2})
        rma.action_settle()
        self.assertEqual(rma.scrap_ids.lot_id, lots)
        self.assertEqual(phone.qty_available, 0)

    def test_return_with_goods_here_is_not_cancelled(self):
        order = self._create_order((self.shirt, 2, {}))
        rma = self._ask_approved(order, {self.shirt: 2})
        self._receive(rma.picking_ids, 1, backorder=True)
        with self.assertRaises(UserError):
            rma.action_cancel()
        self.assertEqual(rma.state, "approved")

    def test_rest_that_the_warehouse_cancels_is_not_waited_for(self):
        order = self._create_order((self.shirt, 2, {}))
        rma = self._ask_approved(order, {self.shirt: 2})
        self._receive(rma.picking_ids, 1, backorder=True)
        rma.picking_ids.filtered(lambda p: p.state != "done").action_cancel()
        self.assertEqual(rma.state, "received")
        rma.action_settle()
        self.assertEqual(rma.refund_move_ids.amount_total, 115.0)
        self.assertEqual(order.order_line.oms_qty_returnable, 1)

    def test_goods_that_come_after_their_receipt_was_cancelled_are_received(self):
        order = self._create_order((self.shirt, 2, {}))
        rma = self._ask_approved(order, {self.shirt: 2})
        rma.picking_ids.action_cancel()
        self.assertEqual(rma.state, "approved")
        rma.picking_ids.action_cancel()  # says nothing new
        self.assertEqual(len(rma.activity_ids), 1)
        rma.action_receive_all()
        self.assertFalse(rma.activity_ids)
        self.assertEqual(rma.line_ids.qty_received, 2)
        rma.action_settle()
        self.assertEqual(rma.refund_move_ids.amount_total, 230.0)

    def test_goods_the_customer_keeps_are_claimed_until_they_are_settled(self):
        order = self._create_order((self.shirt, 1, {}))
        rma = self._ask_approved(order, {self.shirt: 1}, is_goods_kept=True)
        self.assertEqual(rma.state, "received")
        self.assertEqual(order.order_line.oms_qty_returnable, 0)

    def test_value_of_the_stock_follows_the_goods(self):
        category = self.env["product.category"].create(
            {"name": "Average", "property_cost_method": "average"}
        )
        cup = self._create_goods("Cup", 30.0, "order", stock=0)
        cup.write({"categ_id": category.id, "standard_price": 7.0})
        self.env["stock.quant"].with_context(inventory_mode=True).create(
            {
                "product_id": cup.id,
                "location_id": self.warehouse.lot_stock_id.id,
                "inventory_quantity": 10,
            }
        ).action_apply_inventory()
        before = cup.total_value
        order = self._create_order((cup, 3, {}))
        rma = self._ask_approved(order, {cup: 3})
        rma.action_receive_all()
        rma.line_ids.write({"qty_accepted": 2, "qty_damaged": 1})
        rma.action_settle()
        self.env.invalidate_all()
        self.assertEqual(cup.qty_available, 9)
        self.assertEqual(cup.total_value, before - 7.0)
