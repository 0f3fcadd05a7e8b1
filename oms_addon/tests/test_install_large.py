from odoo.tests import TransactionCase, tagged

from odoo.addons.oms_addon.hooks import COLUMNS, STAGES_OF_ORDERS

from .common_columns import computed_columns


@tagged("post_install", "-at_install")
class TestInstallLarge(TransactionCase):
    """Installing makes the columns of large tables without computing each row."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner = cls.env["res.partner"].create({"name": "Host's customer"})
        cls.goods = cls.env["product.product"].create(
            {"name": "Goods", "type": "consu", "is_storable": True, "list_price": 5}
        )
        cls.service = cls.env["product.product"].create(
            {"name": "Service", "type": "service", "list_price": 5}
        )
        cls.warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.env.company.id)], limit=1
        )

    def _order(self, *products):
        return self.env["sale.order"].create(
            {
                "partner_id": self.partner.id,
                "warehouse_id": self.warehouse.id,
                "order_line": [
                    (0, 0, {"product_id": product.id, "product_uom_qty": 2})
                    for product in products
                ],
            }
        )

    def _confirmed(self, *products, stock=0):
        if stock:
            self.env["stock.quant"]._update_available_quantity(
                self.goods, self.warehouse.lot_stock_id, stock
            )
        order = self._order(*products)
        order.action_confirm()
        order.picking_ids.move_ids._action_assign()
        return order

    def _ship(self, order):
        for move in order.picking_ids.move_ids:
            move.write({"quantity": move.product_uom_qty, "picked": True})
        order.picking_ids.button_validate()
        return order

    def _send_back(self, order):
        wizard = (
            self.env["stock.return.picking"]
            .with_context(active_id=order.picking_ids.id, active_model="stock.picking")
            .create({})
        )
        wizard.product_return_moves.quantity = 1
        wizard.action_create_returns()
        return order

    def test_every_computed_column_of_a_host_table_is_made_beforehand(self):
        self.assertEqual(
            {table: sorted(n) for table, n in self._missing().items()},
            {},
            "Odoo would compute these for every row: name them in hooks.py",
        )

    def _missing(self):
        added = computed_columns(self.env, "oms_addon")
        return {
            table: names - COLUMNS.get(table, {}).keys()
            for table, names in added.items()
            if names - COLUMNS.get(table, {}).keys()
        }

    def test_orders_of_the_host_get_the_stage_that_they_would_have(self):
        self.warehouse.delivery_steps = "pick_ship"
        stepwise = [self._confirmed(self.goods), self._confirmed(self.goods, stock=2)]
        self.warehouse.delivery_steps = "ship_only"
        cancelled = self._confirmed(self.goods)
        cancelled._action_cancel()
        undone = self._confirmed(self.goods, stock=2)
        undone.picking_ids.action_cancel()
        orders = {
            "draft": self._order(self.goods),
            "cancelled": cancelled,
            "service": self._confirmed(self.service),
            "empty": self._confirmed(),
            "waiting": self._confirmed(self.goods),
            "mixed": self._confirmed(self.service, self.goods, stock=2),
            "part": self._confirmed(self.goods, stock=1),
            "shipped": self._ship(self._confirmed(self.goods, stock=2)),
            "returned": self._send_back(
                self._ship(self._confirmed(self.goods, stock=2))
            ),
            "undone": undone,
            "step": stepwise[0],
            "second step": stepwise[1],
        }
        everything = self.env["sale.order"].union(*orders.values())
        wanted = {name: order.oms_stage for name, order in orders.items()}
        self.assertGreaterEqual(
            set(wanted.values()),
            {"ready", "cancelled", "delivered", "waiting", "reserved", "shipped"},
            "the table must walk every stage",
        )
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE sale_order SET oms_stage = 'shipped' WHERE id = ANY(%s)",
            [everything.ids],
        )
        self.env.cr.execute(STAGES_OF_ORDERS)
        everything.invalidate_recordset(["oms_stage"])
        self.assertEqual({n: order.oms_stage for n, order in orders.items()}, wanted)
