from odoo.tests import tagged

from .common import AftersalesCommon


@tagged("post_install", "-at_install")
class TestReturnExchangeRepair(AftersalesCommon):
    def test_exchange_delivers_the_same_product_again_for_nothing(self):
        for product in (self.shirt, self.lamp):
            order = self._create_order((product, 2, {}))
            total = order.amount_total
            rma = self._return_all(order, {product: 1}, kind="exchange")
            new_line = rma.line_ids.exchange_line_id
            self.assertEqual(new_line.oms_exchange_origin_line_id, order.order_line[0])
            self.assertEqual(new_line.price_total, 0)
            self.assertEqual(order.amount_total, total)
            delivery = new_line.move_ids.picking_id
            self.assertEqual(delivery.picking_type_code, "outgoing")
            self._deliver(order)
            self.assertEqual(new_line.qty_delivered, 1)
            self.assertFalse(rma.refund_move_ids)
            self.assertEqual(order.order_line.mapped("qty_to_invoice"), [0, 0])
            self.assertEqual(order.invoice_status, "invoiced")

    def test_exchange_of_a_locked_order_is_delivered_too(self):
        order = self._create_order(self.shirt)
        order.action_lock()
        rma = self._return_all(order, kind="exchange")
        self.assertTrue(rma.line_ids.exchange_line_id.move_ids)
        self.assertTrue(order.locked)

    def test_dearer_replacement_is_invoiced_with_its_difference(self):
        coat = self._create_goods("Coat", 140.0, "order")
        order = self._create_order(self.shirt)
        rma = self._ask(order, kind="exchange")
        rma.line_ids.exchange_product_id = coat
        rma.action_submit()
        rma.action_receive_all()
        rma.action_settle()
        line = rma.line_ids.exchange_line_id
        self.assertEqual((line.product_id, line.price_unit), (coat, 40.0))
        self.assertEqual(line.qty_to_invoice, 1)
        self.assertEqual(rma.amount_paid_back, 0)

    def test_cheaper_replacement_pays_the_difference_back(self):
        scarf = self._create_goods("Scarf", 60.0, "order")
        order = self._create_order(self.shirt)
        rma = self._ask(order, kind="exchange")
        rma.line_ids.exchange_product_id = scarf
        rma.action_submit()
        rma.action_receive_all()
        rma.action_settle()
        self.assertEqual(rma.refund_move_ids.amount_total, 46.0)
        self.assertEqual(rma.amount_paid_back, 46.0)
        self.assertEqual(order.order_line.mapped("qty_to_invoice"), [0, 0])

    def test_returned_replacement_refunds_what_was_paid_for_the_first_one(self):
        for product in (self.shirt, self.lamp):
            order = self._create_order((product, 1, {}))
            paid = order.amount_total
            self._return_all(order, kind="exchange")
            self._deliver(order)
            self.assertEqual(order.order_line.mapped("oms_qty_returnable"), [0, 1])
            rma = self._return_all(order)
            self.assertEqual(rma.refund_move_ids.amount_total, paid)
            self.assertEqual(rma.amount_paid_back, paid)
            self.assertEqual(order.order_line.mapped("qty_to_invoice"), [0, 0])
            self.assertEqual(order.order_line.mapped("oms_qty_returnable"), [0, 0])

    def test_repair_sends_the_goods_back_when_it_is_done(self):
        order = self._create_order(self.lamp)
        rma = self._return_all(order, kind="repair")
        self.assertEqual(rma.state, "received")
        repair = rma.repair_ids
        self.assertEqual(repair.product_id, self.lamp)
        self.assertEqual(order.order_line.oms_qty_returnable, 0)
        rma.action_settle()
        self.assertEqual(len(rma.repair_ids), 1)
        repair.action_validate()
        repair.action_repair_start()
        repair.action_repair_end()
        self.assertEqual(rma.state, "done")
        back = rma.picking_ids.filtered("oms_is_send_back")
        self.assertEqual(back.move_ids.product_uom_qty, 1)
        self.assertEqual(order.order_line.qty_delivered, 1)
        self.assertEqual(order.order_line.qty_to_invoice, 0)
