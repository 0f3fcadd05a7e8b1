from odoo import Command
from odoo.tests import tagged

from .common_sourcing import SourcingCase


class StockBalanceCase(SourcingCase):
    """What is on the shelf, what is reserved, and what the channels hear of it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.channel.warehouse_ids = cls.shanghai + cls.wuhan
        cls.dozen = cls.env.ref("uom.product_uom_dozen")
        cls.env["oms.channel.listing"].create(
            {
                "channel_id": cls.channel.id,
                "external_id": "T",
                "sku": "T",
                "product_id": cls.tea.id,
            }
        )

    def confirm(self, *orders):
        """Choose warehouses for the orders and confirm them as one batch."""
        batch = self.env["sale.order"].concat(*orders)
        batch._oms_source()
        self.assertEqual(batch._oms_confirm(), {})
        self.assertBalanced()
        return batch

    def quants(self, product=None):
        return self.env["stock.quant"].search(
            [
                ("product_id", "=", (product or self.tea).id),
                ("location_id.usage", "=", "internal"),
            ]
        )

    def reserved(self, warehouse, product=None):
        return sum(
            self.quants(product)
            .filtered(lambda quant: quant.warehouse_id == warehouse)
            .mapped("reserved_quantity")
        )

    def assertBalanced(self, product=None):
        """Every reserved piece belongs to a move line, and none to two."""
        product = product or self.tea
        lines = self.env["stock.move.line"].search(
            [
                ("product_id", "=", product.id),
                ("state", "not in", ("done", "cancel", "draft")),
                ("location_id.usage", "=", "internal"),
            ]
        )
        for quant in self.quants(product):
            own = lines.filtered(
                lambda line, quant=quant: (
                    line.location_id == quant.location_id
                    and line.lot_id == quant.lot_id
                    and line.package_id == quant.package_id
                    and line.owner_id == quant.owner_id
                )
            )
            self.assertAlmostEqual(
                quant.reserved_quantity, sum(own.mapped("quantity_product_uom")), 6
            )
            self.assertLessEqual(quant.reserved_quantity, max(quant.quantity, 0))

    def level(self):
        """What the channel is told of the tea."""
        self.channel.listing_ids.pushed_at = False
        return self.channel._push_stock().payload["levels"][0]["quantity"]

    def do(self, pickings):
        """Carry the transfers out in full."""
        for picking in pickings:
            picking.move_ids.picked = True
            picking.button_validate()
            self.assertEqual(picking.state, "done")

    def outgoing(self, order):
        return order.picking_ids.filtered(lambda p: p.picking_type_code == "outgoing")


@tagged("post_install", "-at_install")
class TestStockBalance(StockBalanceCase):
    def test_dozens_and_pieces_share_the_same_shelf(self):
        self.stock(self.shanghai, self.tea, 30)
        first = self.order((self.tea, 2, {"product_uom_id": self.dozen.id}))
        second = self.order((self.tea, 10))
        third = self.order((self.tea, 1, {"product_uom_id": self.dozen.id}))
        self.confirm(first, second, third)
        self.assertEqual(self.reserved(self.shanghai), 30)
        self.assertEqual(first.picking_ids.state, "assigned")
        self.assertEqual(self.level(), 0)
        self.stock(self.shanghai, self.tea, 20)
        self.assertEqual(self.level(), 4, "16 pieces are waited for")
        (first + second + third)._action_cancel()
        self.assertBalanced()
        self.assertEqual(self.level(), 50)

    def test_two_batches_that_want_the_same_pieces(self):
        self.stock(self.shanghai, self.tea, 3)
        self.stock(self.wuhan, self.tea, 2)
        early = [self.order((self.tea, 1)) for _number in range(4)]
        late = [self.order((self.tea, 1)) for _number in range(4)]
        batch = self.env["sale.order"].concat(*early, *late)
        batch._oms_source()
        for orders in (early, late):
            self.assertEqual(self.env["sale.order"].concat(*orders)._oms_confirm(), {})
            self.assertBalanced()
        self.assertEqual(self.reserved(self.shanghai) + self.reserved(self.wuhan), 5)
        states = batch.picking_ids.mapped("state")
        self.assertEqual(states.count("assigned"), 5)
        self.assertEqual(states.count("confirmed"), 3)

    def test_weights_are_reserved_to_the_last_gram(self):
        kilo = self.env.ref("uom.product_uom_kgm")
        loose = self.env["product.product"].create(
            {"name": "Loose tea", "is_storable": True, "uom_id": kilo.id}
        )
        self.stock(self.shanghai, loose, 0.3)
        orders = self.confirm(*(self.order((loose, 0.1)) for _number in range(3)))
        self.assertBalanced(loose)
        self.assertEqual(set(orders.picking_ids.mapped("state")), {"assigned"})
        self.assertAlmostEqual(self.reserved(self.shanghai, loose), 0.3)

    def test_levels_of_weights_are_exact_and_told_once(self):
        self.tea.uom_id = self.env.ref("uom.product_uom_kgm")
        self.stock(self.shanghai, self.tea, 2.3)
        self.confirm(self.order((self.tea, 0.3)))
        self.assertEqual(self.level(), 2, "not 1.9999…, of which shops are told 1")
        self.stock(self.wuhan, self.tea, 0.7)
        self.channel.stock_buffer = 0.1
        self.assertEqual(self.level(), 2.6)
        self.assertFalse(self.channel._push_stock(), "nothing has changed")

    def test_cancelling_gives_back_exactly_what_was_reserved(self):
        self.stock(self.shanghai, self.tea, 3)
        self.stock(self.wuhan, self.tea, 9)
        other = self.confirm(self.order((self.tea, 1)))
        order = self.confirm(self.order((self.tea, 10)))
        self.assertEqual(len(order.picking_ids), 2)
        self.assertEqual(self.reserved(self.shanghai) + self.reserved(self.wuhan), 11)
        order._action_cancel()
        self.assertBalanced()
        self.assertEqual(set(order.picking_ids.mapped("state")), {"cancel"})
        self.assertEqual(self.reserved(self.shanghai) + self.reserved(self.wuhan), 1)
        self.assertEqual(other.picking_ids.state, "assigned")
        self.assertEqual(self.level(), 11)

    # === QUANTITIES AFTER CONFIRMATION === #

    def test_a_split_order_is_lowered_and_raised_without_any_receipt(self):
        self.stock(self.shanghai, self.tea, 5)
        self.stock(self.wuhan, self.tea, 9)
        order = self.confirm(self.order((self.tea, 12)))
        lines = {line.warehouse_id: line for line in order.order_line}
        self.assertEqual(set(lines), {self.shanghai, self.wuhan})
        for quantity in (1, 4, 2):
            for warehouse, line in lines.items():
                with self.subTest(quantity=quantity, warehouse=warehouse.code):
                    line.product_uom_qty = quantity
                    moves = line.move_ids.filtered(lambda m: m.state != "cancel")
                    self.assertEqual(sum(moves.mapped("product_uom_qty")), quantity)
                    self.assertEqual(
                        set(moves.picking_id.mapped("picking_type_code")), {"outgoing"}
                    )
                    self.assertBalanced()
        self.assertEqual(self.reserved(self.shanghai), 2)
        self.assertEqual(self.reserved(self.wuhan), 2)
        order.picking_ids.action_assign()
        self.do(self.outgoing(order))
        self.assertEqual(order.order_line.mapped("qty_delivered"), [2, 2])

    # === DELIVERY IN SEVERAL STEPS === #

    def test_three_steps_here_and_one_there(self):
        self.shanghai.delivery_steps = "pick_pack_ship"
        self.stock(self.shanghai, self.tea, 3)
        self.stock(self.wuhan, self.tea, 2)
        order = self.confirm(self.order((self.tea, 5)))
        self.assertEqual(self.parts(order), [("TSHA", 3), ("TWUH", 2)])
        self.assertEqual(self.level(), 0)
        self.assertEqual(set(order.picking_ids.mapped("state")), {"assigned"})
        for _step in range(3):
            open_ = order.picking_ids.filtered(lambda p: p.state == "assigned")
            self.do(open_)
            self.assertBalanced()
            self.assertEqual(self.level(), 0, "what is under way is sold")
        self.assertEqual(set(order.picking_ids.mapped("state")), {"done"})
        self.assertEqual(sorted(order.order_line.mapped("qty_delivered")), [2, 3])
        self.assertEqual(order.oms_stage, "shipped")

    def test_lowering_before_and_after_picking_makes_no_receipt(self):
        self.shanghai.delivery_steps = "pick_ship"
        self.stock(self.shanghai, self.tea, 5)
        order = self.confirm(self.order((self.tea, 5)))
        order.order_line.product_uom_qty = 3
        self.assertEqual(self.reserved(self.shanghai), 3)
        self.assertBalanced()
        self.do(order.picking_ids)
        order.order_line.product_uom_qty = 2
        codes = order.picking_ids.filtered(lambda p: p.state != "cancel").mapped(
            "picking_type_code"
        )
        self.assertNotIn("incoming", codes)
        self.assertBalanced()

    def test_goods_that_can_not_be_reserved_are_not_promised(self):
        self.shanghai.delivery_steps = "pick_ship"
        self.stock(self.shanghai, self.tea, 3)
        self.stock(self.wuhan, self.tea, 3)
        order = self.confirm(self.order((self.tea, 3)))
        self.assertEqual(order.warehouse_id, self.shanghai)
        self.do(order.picking_ids)
        order._action_cancel()
        # Three pieces lie at the gate of Shanghai until somebody takes them back.
        self.assertEqual(self.level(), 3)
        following = self.confirm(self.order((self.tea, 2)))
        self.assertEqual(following.warehouse_id, self.wuhan)
        self.assertEqual(following.picking_ids.state, "assigned")

    # === WHAT IS ON THE SHELF === #

    def test_what_others_reserved_is_left_to_them(self):
        self.stock(self.shanghai, self.tea, 5)
        self.stock(self.wuhan, self.tea, 5)
        inside = self.env["stock.picking"].create(
            {
                "picking_type_id": self.shanghai.int_type_id.id,
                "location_id": self.shanghai.lot_stock_id.id,
                "location_dest_id": self.wuhan.lot_stock_id.id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": self.tea.id,
                            "product_uom_qty": 4,
                            "location_id": self.shanghai.lot_stock_id.id,
                            "location_dest_id": self.wuhan.lot_stock_id.id,
                        }
                    )
                ],
            }
        )
        inside.action_confirm()
        inside.action_assign()
        self.assertEqual(self.reserved(self.shanghai), 4)
        self.assertEqual(self.level(), 6)
        order = self.confirm(self.order((self.tea, 6)))
        self.assertEqual(self.parts(order), [("TSHA", 1), ("TWUH", 5)])
        self.assertEqual(set(order.picking_ids.mapped("state")), {"assigned"})
        self.assertEqual(inside.move_ids.quantity, 4)

    def test_stock_below_zero_in_one_warehouse_takes_nothing_from_another(self):
        self.stock(self.shanghai, self.tea, -4)
        self.stock(self.wuhan, self.tea, 5)
        self.channel.stock_buffer = 1
        self.assertEqual(self.level(), 4)
        order = self.confirm(self.order((self.tea, 5)))
        self.assertEqual(self.parts(order), [("TWUH", 5)])
        self.assertEqual(order.picking_ids.state, "assigned")
        self.assertEqual(self.level(), 0)

    def test_a_shelf_below_zero_counts_against_its_neighbour(self):
        shelf = self.env["stock.location"].create(
            {"name": "Shelf", "location_id": self.shanghai.lot_stock_id.id}
        )
        self.stock(self.shanghai, self.tea, -2)
        self.env["stock.quant"]._update_available_quantity(self.tea, shelf, 5)
        self.assertEqual(self.level(), 3)
        order = self.confirm(self.order((self.tea, 5)))
        self.assertEqual(order.picking_ids.move_ids.quantity, 3)

    def test_lots_packages_and_owners_are_reserved_once(self):
        lots = self.env["product.product"].create(
            {"name": "Vintage tea", "is_storable": True, "tracking": "lot"}
        )
        numbers = self.env["stock.lot"].create(
            [{"name": name, "product_id": lots.id} for name in ("2019", "2020")]
        )
        owner = self.env["res.partner"].create({"name": "Consignor"})
        box = self.env["stock.package"].create({"name": "Box"})
        update = self.env["stock.quant"]._update_available_quantity
        place = self.shanghai.lot_stock_id
        update(lots, place, 3, lot_id=numbers[0])
        update(lots, place, 2, lot_id=numbers[1])
        update(lots, place, 2, lot_id=numbers[1], package_id=box)
        update(self.tea, place, 2)
        update(self.tea, place, 3, package_id=box)
        update(self.tea, place, 2, owner_id=owner)
        orders = self.confirm(
            *(self.order((lots, 3), (self.tea, 3)) for _number in range(3))
        )
        self.assertBalanced(lots)
        self.assertEqual(self.reserved(self.shanghai), 7)
        self.assertEqual(self.reserved(self.shanghai, lots), 7)
        self.assertEqual(self.level(), 0)
        orders._action_cancel()
        self.assertBalanced(lots)
        self.assertBalanced()
        self.assertEqual(self.reserved(self.shanghai, lots), 0)
        self.assertEqual(self.level(), 7)

    def test_services_and_uncounted_goods_go_along_with_a_split_order(self):
        bag = self.env["product.product"].create({"name": "Bag", "type": "consu"})
        self.stock(self.shanghai, self.tea, 3)
        self.stock(self.wuhan, self.tea, 2)
        order = self.confirm(self.order((self.tea, 5), (self.service, 1), (bag, 2)))
        self.assertEqual(len(order.picking_ids), 2)
        self.assertEqual(set(order.picking_ids.mapped("state")), {"assigned"})
        self.assertFalse(self.quants(bag))
        self.do(order.picking_ids)
        of_bag = order.order_line.filtered(lambda line: line.product_id == bag)
        self.assertEqual(of_bag.qty_delivered, 2)
        self.assertEqual(order.oms_stage, "shipped")
