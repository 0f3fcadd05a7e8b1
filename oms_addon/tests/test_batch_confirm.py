from datetime import datetime
from unittest.mock import patch

from freezegun import freeze_time

from odoo.exceptions import ConcurrencyError, LockError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from ..models.fulfil.confirm_batch import HostPath
from .common_confirm import ConfirmCase, skip_beside_asking


@tagged("post_install", "-at_install")
class TestBatchConfirmEqualsHost(ConfirmCase):
    """The batch leaves exactly what the host's Confirm button leaves."""

    def assertBatchEqualsHost(self, orders, together=False):
        """Compare with the host confirming one by one, or `together` in one call."""
        host = orders.with_context(oms_host_path=HostPath())
        with freeze_time("2026-03-02 08:00:00"):
            expected = self._outcome_of(
                lambda: [o.action_confirm() for o in ([host] if together else host)]
            )
            batch = self._outcome_of(
                lambda: self.assertEqual(orders._oms_confirm(), {})
            )
        self.assertSameOutcome(expected, batch)
        return batch

    def test_plain_orders_with_partial_stock(self):
        scarce, plenty = self._product("Scarce"), self._product("Plenty", weight=1.5)
        self._stock(scarce, 5)
        self._stock(plenty, 100)
        orders = self.env["sale.order"].concat(
            *(
                self._order(
                    (scarce, 2),
                    (plenty, 3),
                    partner_id=self.customers[number % 3].id,
                    picking_policy="one" if number == 3 else "direct",
                )
                for number in range(5)
            )
        )
        outcome = self.assertBatchEqualsHost(orders)
        lines = orders.order_line.ids
        states = [
            move["state"]
            for move in outcome["stock.move"]
            if move["sale_line_id"] in lines
        ]
        self.assertEqual(states.count("partially_available"), 1)
        self.assertEqual(states.count("confirmed"), 2)

    def test_oldest_stock_of_several_shelves_is_taken_first(self):
        product = self._product("On shelves")
        self._stock(product, 2, self.shelf_b, in_date=datetime(2026, 1, 1))
        self._stock(product, 2, self.shelf_a, in_date=datetime(2026, 1, 2))
        self._stock(product, 2, in_date=datetime(2026, 1, 3))
        orders = self._order((product, 3)) + self._order((product, 2))
        self.assertBatchEqualsHost(orders)

    def test_last_in_first_out_category(self):
        lifo = self.env.ref("stock.removal_lifo")
        category = self.env["product.category"].create(
            {"name": "Last in first out", "removal_strategy_id": lifo.id}
        )
        product = self._product("On a pile", categ_id=category.id)
        self._stock(product, 2, self.shelf_b, in_date=datetime(2026, 1, 1))
        self._stock(product, 2, self.shelf_a, in_date=datetime(2026, 1, 2))
        self.assertBatchEqualsHost(self._order((product, 3)))

    def test_two_warehouses_in_one_order(self):
        product = self._product("Everywhere")
        self._stock(product, 1)
        self._stock(product, 5, self.other_warehouse.lot_stock_id)
        orders = self.env["sale.order"]
        for _number in range(2):
            order = self._order((product, 1), (product, 2))
            order.order_line[1].oms_warehouse_id = self.other_warehouse
            orders += order
        self.assertEqual(orders.order_line.warehouse_id, self._both_warehouses())
        outcome = self.assertBatchEqualsHost(orders, together=True)
        sold = [p for p in outcome["stock.picking"] if p["sale_id"] in orders.ids]
        self.assertEqual(len(sold), 4)

    def _both_warehouses(self):
        return self.warehouse + self.other_warehouse

    def test_lots_serials_packages_and_other_units_fall_back_to_the_host(self):
        lots = self._product("With lots", tracking="lot")
        serials = self._product("With serials", tracking="serial")
        packed, dozens = self._product("Packed"), self._product("By the dozen")
        numbers = self.env["stock.lot"].create(
            [
                {"name": "L1", "product_id": lots.id},
                {"name": "S1", "product_id": serials.id},
                {"name": "S2", "product_id": serials.id},
            ]
        )
        self._stock(lots, 10, lot_id=numbers[0])
        self._stock(serials, 1, lot_id=numbers[1])
        self._stock(serials, 1, lot_id=numbers[2])
        package = self.env["stock.package"].create({"name": "Box"})
        self._stock(packed, 4, package_id=package)
        self._stock(dozens, 20)
        dozen = {"product_uom_id": self.env.ref("uom.product_uom_dozen").id}
        orders = self._order((lots, 2), (serials, 1), (packed, 4))
        orders += self._order((dozens, 1, dozen), (serials, 2))
        orders += self._order((dozens, 10), (lots, 9))
        self.assertBatchEqualsHost(orders)

    def test_services_consumables_and_notes(self):
        plain = self._product("Plain")
        loose = self._product("Not counted", is_storable=False)
        service = self._product("Work", type="service", is_storable=False)
        self._stock(plain, 10)
        orders = self._order((service, 1), (plain, 1), (loose, 2))
        orders += self._order((service, 1))
        orders += self._order((loose, 1))
        orders[0].order_line = [
            Command.create({"display_type": "line_note", "name": "Handle with care"})
        ]
        self.assertBatchEqualsHost(orders)

    def test_delivery_in_two_steps(self):
        self.other_warehouse.delivery_steps = "pick_ship"
        product = self._product("Picked first")
        self._stock(product, 3, self.other_warehouse.lot_stock_id)
        orders = self._order((product, 2), warehouse_id=self.other_warehouse.id)
        orders += self._order((product, 2), warehouse_id=self.other_warehouse.id)
        self.assertBatchEqualsHost(orders)

    def test_same_product_on_two_lines(self):
        product = self._product("Twice")
        self._stock(product, 3)
        self.assertBatchEqualsHost(self._order((product, 2), (product, 2)))

    def test_duplicate_quants_and_negative_stock(self):
        double, negative = self._product("Double"), self._product("Negative")
        self.env["stock.quant"].create(
            [
                {
                    "product_id": double.id,
                    "location_id": self.shelf_a.id,
                    "quantity": quantity,
                }
                for quantity in (2, 3)
            ]
        )
        self._stock(negative, -2, self.shelf_a)
        self._stock(negative, 5, self.shelf_b)
        orders = self._order((double, 4), (negative, 2))
        orders += self._order((double, 4), (negative, 2))
        self.assertBatchEqualsHost(orders)

    def test_reordering_rule_is_triggered(self):
        product = self._product("Reordered")
        # A route of its own: purchase and mrp would replenish in other ways.
        route = self.env["stock.route"].create(
            {
                "name": "From the second warehouse",
                "rule_ids": [
                    Command.create(
                        {
                            "name": "From the second warehouse",
                            "action": "pull",
                            "picking_type_id": self.warehouse.int_type_id.id,
                            "location_src_id": self.other_warehouse.lot_stock_id.id,
                            "location_dest_id": self.warehouse.lot_stock_id.id,
                        }
                    )
                ],
            }
        )
        self.env["stock.warehouse.orderpoint"].create(
            {
                "route_id": route.id,
                "product_id": product.id,
                "location_id": self.warehouse.lot_stock_id.id,
                "product_min_qty": 1,
                "product_max_qty": 5,
                "trigger": "auto",
            }
        )
        self._stock(product, 1)
        orders = self._order((product, 2)) + self._order((product, 3))

        def moves(confirm):
            outcome = self._outcome_of(confirm)["stock.move"]
            names = ("product_id", "product_qty", "quantity", "location_id", "state")
            return [
                [row[name] for name in names]
                for row in outcome
                if row["product_id"] == product.id
            ]

        # One by one the host replenishes after each order; together, once for all,
        # as the batch does. (The batch notes both orders as the reason, the host one.)
        host = moves(orders.with_context(oms_host_path=HostPath()).action_confirm)
        self.assertEqual(host, moves(orders._oms_confirm))
        self.assertEqual(len(host), 3, "two deliveries, one replenishment")

    def test_carrier_reaches_the_picking(self):
        product = self._product("Carried")
        self._stock(product, 3)
        carrier = self.env["delivery.carrier"].create(
            {
                "name": "Post",
                "product_id": self._product(
                    "Postage", type="service", is_storable=False
                ).id,
            }
        )
        self.warehouse.delivery_route_id.rule_ids.propagate_carrier = True
        outcome = self.assertBatchEqualsHost(
            self._order((product, 1), carrier_id=carrier.id) + self._order((product, 1))
        )
        carriers = [p["carrier_id"] for p in outcome["stock.picking"]][-2:]
        self.assertEqual(carriers, [carrier.id, False])

    def test_reservation_by_hand_or_by_date_is_respected(self):
        self.warehouse.out_type_id.reservation_method = "manual"
        self.other_warehouse.out_type_id.reservation_method = "by_date"
        product = self._product("Later")
        self._stock(product, 3)
        self._stock(product, 3, self.other_warehouse.lot_stock_id)
        orders = self._order((product, 1))
        orders += self._order((product, 1), warehouse_id=self.other_warehouse.id)
        self.assertBatchEqualsHost(orders)

    def test_orders_of_two_companies(self):
        company = self.env["res.company"].create({"name": "Sister company"})
        self.env.user.company_ids += company
        self.env = (
            self.env["base"]
            .with_context(allowed_company_ids=(self.env.company + company).ids)
            .env
        )
        warehouse = self.env["stock.warehouse"].search(
            [("company_id", "=", company.id)], limit=1
        )
        product = self._product("Sold by both")
        self._stock(product, 2)
        self._stock(product, 3, warehouse.lot_stock_id)
        orders = self.env["sale.order"]
        for number in range(4):
            orders += self._order(
                (product, 2), **({"company_id": company.id} if number % 2 else {})
            )
        self.assertEqual(orders[1].warehouse_id, warehouse)
        outcome = self.assertBatchEqualsHost(orders.with_env(self.env), together=True)
        moves = [m for m in outcome["stock.move"] if m["product_id"] == product.id]
        self.assertEqual(
            [(move["company_id"], move["quantity"]) for move in moves],
            [
                (self.env.company.id, 2),
                (self.env.company.id, 0),
                (company.id, 2),
                (company.id, 1),
            ],
        )

    def test_picking_tells_the_order_it_comes_from(self):
        product = self._product("Told")
        self._stock(product, 3)
        orders = self._order((product, 1)) + self._order((product, 1))
        orders = orders.with_context(tracking_disable=False)
        self.assertEqual(orders._oms_confirm(), {})
        self.flush_tracking()
        for order in orders:
            note = order.picking_ids.message_ids
            self.assertEqual(len(note), 1, "one note and no log of changes")
            self.assertIn("has been created from", note.body)
            self.assertIn(order.name, note.body)
            self.assertFalse(order.message_ids)

    def flush_tracking(self):
        """Post the tracked changes that a commit would."""
        self.env.flush_all()
        self.env.cr.precommit.run()


@tagged("post_install", "-at_install")
class TestBatchConfirm(ConfirmCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product = cls._product("Sold a lot")
        cls._stock(cls.product, 10)

    def test_one_bad_order_does_not_stop_its_neighbours(self):
        refused = self._product("No way to deliver")
        orders = self.env["sale.order"].concat(
            *(self._order((self.product, 1)) for _number in range(5))
        )
        bad = orders[3]
        bad.order_line.product_id = refused
        original = type(self.env["stock.rule"])._get_rule

        def no_rule_for_refused(self, product_id, location_id, values):
            if product_id == refused:
                return self.browse()
            return original(self, product_id, location_id, values)

        with patch.object(
            type(self.env["stock.rule"]), "_get_rule", no_rule_for_refused
        ):
            failures = orders._oms_confirm()
        self.assertEqual(list(failures), bad.ids)
        self.assertIn("No rule has been found", failures[bad.id])
        self.assertEqual(bad.state, "draft")
        self.assertFalse(bad.picking_ids)
        self.assertFalse(bad.stock_reference_ids)
        good = orders - bad
        self.assertEqual(set(good.mapped("state")), {"sale"})
        self.assertEqual(set(good.picking_ids.mapped("state")), {"assigned"})
        self.assertEqual(self._reserved(self.product), 4)

    def test_order_refused_before_confirming_is_explained(self):
        order = self._order((self.product, 1))
        order.order_line = [Command.create({"name": "Unknown article"})]
        neighbour = self._order((self.product, 1))
        failures = (order + neighbour)._oms_confirm()
        self.assertIn("missing a product", failures[order.id])
        self.assertEqual(order.state, "draft")
        self.assertEqual(neighbour.state, "sale")

    def test_error_of_another_addon_is_explained(self):
        order = self._order((self.product, 1))
        neighbour = self._order((self.product, 1))
        original = type(order)._action_confirm

        def broken(self):
            if order in self:
                raise TypeError("not my fault")
            return original(self)

        with (
            patch.object(type(order), "_action_confirm", broken),
            self.assertLogs("odoo.addons.oms_addon.models.fulfil.sale_order"),
        ):
            failures = (order + neighbour)._oms_confirm()
        self.assertIn("not my fault", failures[order.id])
        self.assertEqual(neighbour.state, "sale")

    def test_product_of_another_company_is_refused_as_by_the_host(self):
        orders = self.env["sale.order"]
        foreign = self._product("Foreign")
        for product in (self.product, foreign, self.product):
            orders += self._order((product, 1))
        company = self.env["res.company"].create({"name": "Another company"})
        self.env.cr.execute(
            "UPDATE product_template SET company_id = %s WHERE id = %s",
            [company.id, foreign.product_tmpl_id.id],
        )
        self.env.invalidate_all()
        failures = orders._oms_confirm()
        self.assertEqual(list(failures), orders[1].ids)
        self.assertIn("company", failures[orders[1].id])
        self.assertEqual(orders.mapped("state"), ["sale", "draft", "sale"])

    def test_confirmed_or_cancelled_orders_are_left_alone(self):
        done, cancelled = self._order((self.product, 1)), self._order((self.product, 1))
        done._oms_confirm()
        cancelled.action_cancel()
        self.assertEqual((done + cancelled)._oms_confirm(), {})
        self.assertEqual(len(done.picking_ids), 1)
        self.assertEqual(cancelled.state, "cancel")

    def test_orders_are_locked_when_the_setting_says_so(self):
        self.env.user.group_ids += self.env.ref("sale.group_auto_done_setting")
        self.env["res.groups"].search([]).invalidate_recordset()
        self.env.ref("base.group_user").implied_ids += self.env.ref(
            "sale.group_auto_done_setting"
        )
        order = self._order((self.product, 1))
        order._oms_confirm()
        self.assertTrue(order.locked)
        self.assertEqual(order.picking_ids.state, "assigned")

    def test_salesperson_without_stock_rights_confirms(self):
        user = self.env["res.users"].create(
            {
                "name": "Salesperson",
                "login": "oms_batch_sales",
                "group_ids": [
                    Command.set([self.env.ref("sales_team.group_sale_salesman").id])
                ],
            }
        )
        order = self._order((self.product, 2), user_id=user.id)
        self.assertEqual(order.with_user(user)._oms_confirm(), {})
        self.assertEqual(order.picking_ids.sudo().state, "assigned")

    def test_lost_race_repeats_the_transaction(self):
        order = self._order((self.product, 1))
        with (
            patch.object(
                type(self.env["stock.quant"]),
                "lock_for_update",
                side_effect=LockError("taken"),
            ),
            self.assertRaises(ConcurrencyError),
        ):
            order._oms_confirm()

    def test_ordinary_confirm_button_locks_the_stock_first(self):
        order = self._order((self.product, 1))
        with (
            patch.object(
                type(self.env["stock.quant"]),
                "lock_for_update",
                side_effect=LockError("taken"),
            ),
            self.assertRaises(ConcurrencyError),
        ):
            order.action_confirm()

    def test_scheduler_leaves_moves_whose_stock_is_taken(self):
        other = self._product("Reserved by nobody")
        orders = self._order((self.product, 1)) + self._order((other, 1))
        self.warehouse.out_type_id.reservation_method = "manual"
        orders.action_confirm()
        self.warehouse.out_type_id.reservation_method = "at_confirm"
        self._stock(other, 3)
        original = type(self.env["stock.quant"]).lock_for_update

        def busy(self, **options):
            if self.product_id == order_product:
                raise LockError("taken")
            return original(self, **options)

        order_product = self.product
        with patch.object(type(self.env["stock.quant"]), "lock_for_update", busy):
            self.env["stock.rule"].run_scheduler()
        self.assertEqual(
            orders.order_line.move_ids.mapped("state"), ["confirmed", "assigned"]
        )

    def test_forty_orders_need_few_queries_more_than_twenty(self):
        skip_beside_asking(self)
        products = [self._product(f"Counted {number}") for number in range(4)]
        for product in products:
            self._stock(product, 1000)

        def queries(count):
            orders = self.env["sale.order"].concat(
                *(
                    self._order((products[n % 4], 1), (products[(n + 1) % 4], 1))
                    for n in range(count)
                )
            )
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            self.assertEqual(orders._oms_confirm(), {})
            self.env.flush_all()
            return self.env.cr.sql_log_count - start

        queries(2)  # fills the registry's caches
        twenty, forty = queries(20), queries(40)
        self.assertLess(twenty, 140)
        self.assertLess(forty - twenty, 10)

    def test_reason_is_readable_for_a_database_error(self):
        order = self._order((self.product, 1))
        self.env.cr.execute("SAVEPOINT reason")
        try:
            self.env.cr.execute(
                "INSERT INTO sale_order (name) VALUES (NULL)", log_exceptions=False
            )
        except Exception as error:
            self.env.cr.execute("ROLLBACK TO SAVEPOINT reason")
            self.assertTrue(order._oms_explain_failure(error))
        self.assertEqual(order._oms_explain_failure(UserError("So")), "So")
