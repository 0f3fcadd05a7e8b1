from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import Form, tagged

from .common_sourcing import SourcingCase


@tagged("post_install", "-at_install")
class TestSourcing(SourcingCase):
    def test_the_near_warehouse_with_all_goods_is_assigned(self):
        for warehouse in (self.shanghai, self.wuhan, self.chengdu):
            self.stock(warehouse, self.tea, 10)
        order = self.order((self.tea, 3))
        order.with_user(self.clerk)._oms_source()
        self.assertEqual(self.parts(order), [("TSHA", 3)])
        self.assertEqual(order.warehouse_id, self.shanghai)
        self.assertEqual(order.order_line.oms_warehouse_id, self.shanghai)

    def test_a_line_that_no_warehouse_has_alone_is_split(self):
        self.stock(self.shanghai, self.tea, 2)
        self.stock(self.chengdu, self.tea, 3)
        order = self.order((self.tea, 5, {"oms_external_id": "L1"}))
        order._oms_source()
        self.assertEqual(self.parts(order), [("TCTU", 3), ("TSHA", 2)])
        self.assertEqual(set(order.order_line.mapped("oms_external_id")), {"L1"})
        self.assertEqual(order.amount_total, 300)

    def test_sourcing_again_splits_nothing_again(self):
        self.stock(self.shanghai, self.tea, 2)
        self.stock(self.chengdu, self.tea, 3)
        order = self.order((self.tea, 5))
        order._oms_source()
        lines, before = order.order_line, self.parts(order)
        order._oms_source()
        self.assertEqual(order.order_line, lines)
        self.assertEqual(self.parts(order), before)
        self.assertEqual(len(order.oms_chosen_ids), 2)

    def test_split_lines_become_one_again_when_one_warehouse_has_all(self):
        self.stock(self.shanghai, self.tea, 2)
        self.stock(self.chengdu, self.tea, 3)
        order = self.order((self.tea, 5))
        order._oms_source()
        self.stock(self.shanghai, self.tea, 20)
        order._oms_source()
        self.assertEqual(self.parts(order), [("TSHA", 5)])
        self.assertEqual(order.amount_total, 300)

    def test_confirming_makes_one_delivery_per_warehouse(self):
        self.stock(self.shanghai, self.tea, 2)
        self.stock(self.chengdu, self.tea, 3)
        order = self.order((self.tea, 5))
        order._oms_source()
        order.action_confirm()
        self.assertEqual(
            order.picking_ids.picking_type_id.warehouse_id, self.shanghai | self.chengdu
        )
        self.assertEqual(sum(order.picking_ids.move_ids.mapped("quantity")), 5)

    def test_services_ship_from_the_orders_warehouse(self):
        self.stock(self.wuhan, self.tea, 5)
        order = self.order((self.tea, 1), (self.service, 1))
        order._oms_source()
        self.assertEqual(self.parts(order, self.service), [("TWUH", 1)])

    def test_only_warehouses_in_reach_of_the_channel_ship(self):
        self.stock(self.shanghai, self.tea, 10)
        self.stock(self.wuhan, self.tea, 10)
        self.channel.warehouse_ids = self.wuhan
        order = self.order((self.tea, 1))
        order._oms_source()
        self.assertEqual(self.parts(order), [("TWUH", 1)])
        rejected = order.oms_rejected_ids.filtered(
            lambda a: a.warehouse_id == self.shanghai
        )
        self.assertEqual(rejected.reason, "out_of_reach")

    def test_warehouses_of_other_companies_are_never_used(self):
        other = self.env["res.company"].create({"name": "Other company"})
        foreign = self.env["stock.warehouse"].search([("company_id", "=", other.id)])
        self.stock(foreign, self.tea, 100)
        order = self.order((self.tea, 4))
        order._oms_source()
        self.assertEqual(order.order_line.warehouse_id.company_id, self.company)
        self.assertNotIn(foreign, order.oms_allocation_ids.warehouse_id)
        self.assertEqual(order.oms_chosen_ids.state, "short")

    def test_the_order_says_why_and_why_not(self):
        self.stock(self.shanghai, self.tea, 10)
        self.stock(self.wuhan, self.tea, 1)
        self.stock(self.chengdu, self.tea, 10)
        order = self.order((self.tea, 2))
        order._oms_source()
        chosen = order.oms_chosen_ids
        self.assertEqual(chosen.warehouse_id, self.shanghai)
        self.assertGreater(chosen.cost_parcel, 0)
        self.assertAlmostEqual(
            chosen.cost_total,
            chosen.cost_parcel
            + chosen.cost_distance
            + chosen.cost_handling
            + chosen.cost_split,
            2,
        )
        reasons = {a.warehouse_id: a for a in order.oms_rejected_ids}
        self.assertEqual(reasons[self.wuhan].reason, "not_enough_stock")
        self.assertEqual(reasons[self.wuhan].explanation, "Has 1 of 2.")
        self.assertEqual(reasons[self.chengdu].reason, "farther")
        self.assertGreater(reasons[self.chengdu].extra_cost, 0)

    def test_a_batch_promises_no_piece_twice(self):
        self.stock(self.shanghai, self.tea, 3)
        self.stock(self.wuhan, self.tea, 2)
        orders = self.env["sale.order"].union(
            *(self.order((self.tea, 1)) for _number in range(7))
        )
        short = orders._oms_source()
        self.assertEqual(len(short), 2)
        self.assertEqual(short, orders[-2:], "The orders that came last wait.")
        chosen = orders.oms_chosen_ids.filtered(lambda a: a.state == "chosen")
        self.assertEqual(
            len(chosen.filtered(lambda a: a.warehouse_id == self.shanghai)), 3
        )

    def test_pieces_of_an_open_order_are_not_given_to_the_next(self):
        self.stock(self.shanghai, self.tea, 1)
        self.stock(self.wuhan, self.tea, 1)
        first, second = self.order((self.tea, 1)), self.order((self.tea, 1))
        first._oms_source()
        second._oms_source()
        self.assertEqual(self.parts(first), [("TSHA", 1)])
        self.assertEqual(self.parts(second), [("TWUH", 1)])

    def test_reserved_pieces_are_not_free(self):
        self.stock(self.shanghai, self.tea, 1)
        self.stock(self.wuhan, self.tea, 1)
        first = self.order((self.tea, 1))
        first._oms_source()
        first.action_confirm()
        second = self.order((self.tea, 1))
        second._oms_source()
        self.assertEqual(self.parts(second), [("TWUH", 1)])

    def test_goods_that_arrive_belong_to_the_order_that_waits(self):
        first = self.order((self.tea, 2), warehouse_id=self.shanghai.id)
        first._oms_source()
        first.action_confirm()
        self.stock(self.shanghai, self.tea, 2)
        self.stock(self.wuhan, self.tea, 1)
        second = self.order((self.tea, 1))
        second._oms_source()
        self.assertEqual(self.parts(second), [("TWUH", 1)])

    def test_without_any_policy_the_defaults_serve(self):
        self.stock(self.shanghai, self.tea, 2)
        self.channel.sourcing_policy_id = False
        self.env["oms.sourcing.policy"].search([]).unlink()
        order = self.order((self.tea, 1))
        order._oms_source()
        self.assertEqual(self.parts(order), [("TSHA", 1)])

    def test_a_warehouse_set_by_hand_stays(self):
        self.stock(self.shanghai, self.tea, 10)
        self.stock(self.chengdu, self.tea, 10)
        order = self.order((self.tea, 2), (self.cup, 1))
        line = order.order_line[0]
        line.write({"oms_warehouse_id": self.chengdu.id, "oms_warehouse_locked": True})
        order._oms_source()
        self.assertEqual(self.parts(order), [("TCTU", 2)])
        chosen = order.oms_chosen_ids.filtered(lambda a: a.product_id == self.tea)
        self.assertEqual(chosen.reason, "manual")

    def test_choosing_a_warehouse_in_the_form_locks_it(self):
        self.stock(self.shanghai, self.tea, 10)
        order = self.order((self.tea, 2))
        with Form(order.with_user(self.clerk)) as form:
            with form.order_line.edit(0) as line:
                line.oms_warehouse_id = self.wuhan
        self.assertTrue(order.order_line.oms_warehouse_locked)
        order._oms_source()
        self.assertEqual(self.parts(order), [("TWUH", 2)])

    def test_the_warehouse_survives_a_change_of_salesperson(self):
        self.stock(self.wuhan, self.tea, 10)
        order = self.order((self.tea, 2))
        order._oms_source()
        order.user_id = self.clerk
        self.assertEqual(self.parts(order), [("TWUH", 2)])

    def test_one_parcel_at_most_is_respected(self):
        self.policy.allow_split = False
        self.stock(self.shanghai, self.tea, 2)
        self.stock(self.chengdu, self.tea, 3)
        order = self.order((self.tea, 5))
        self.assertEqual(order._oms_source(), order)
        self.assertEqual(self.parts(order), [("TCTU", 5)])

    def test_missing_goods_wait_in_the_fallback_warehouse(self):
        self.policy.fallback_warehouse_id = self.wuhan
        self.stock(self.shanghai, self.tea, 2)
        order = self.order((self.tea, 5))
        order._oms_source()
        self.assertEqual(self.parts(order), [("TSHA", 2), ("TWUH", 3)])
        self.assertFalse(order.oms_is_held)

    def test_without_backorder_the_order_is_held_until_there_is_stock(self):
        self.policy.allow_backorder = False
        order = self.order((self.tea, 5))
        order._oms_source()
        self.assertTrue(order.oms_is_held)
        self.assertIn("Tea", order.oms_hold_ids.reason)
        self.stock(self.shanghai, self.tea, 5)
        order._oms_source()
        self.assertFalse(order.oms_is_held)

    def test_a_salesperson_reads_policies_but_cannot_change_them(self):
        policy = self.policy.with_user(self.salesperson)
        self.assertEqual(policy.name, "Test policy")
        with self.assertRaises(AccessError):
            policy.cost_parcel = 1
        with self.assertRaises(AccessError):
            self.policy.with_user(self.clerk).unlink()

    def test_assignments_cannot_be_forged(self):
        self.stock(self.shanghai, self.tea, 5)
        order = self.order((self.tea, 1))
        order._oms_source()
        with self.assertRaises(AccessError):
            order.oms_allocation_ids.with_user(self.clerk).write({"quantity": 0})

    def test_a_batch_needs_hardly_more_queries_than_a_few_orders(self):
        for warehouse in (self.shanghai, self.wuhan, self.chengdu):
            self.stock(warehouse, self.tea, 400)
            self.stock(warehouse, self.cup, 400)

        def count(number):
            orders = self.env["sale.order"].create(
                [
                    {
                        "partner_id": self.customer.id,
                        "oms_channel_id": self.channel.id,
                        "order_line": [
                            Command.create(
                                {"product_id": product.id, "product_uom_qty": 2}
                            )
                            for product in (self.tea, self.cup)
                        ],
                    }
                    for _number in range(number)
                ]
            )
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            orders._oms_source()
            self.env.flush_all()
            return self.env.cr.sql_log_count - start

        count(2)
        few, many = count(5), count(20)
        self.assertLessEqual(many - few, 5, f"{few} queries for 5, {many} for 20")
        with self.assertQueryCount(many + 5):
            count(0)


@tagged("post_install", "-at_install")
class TestSourcingAmounts(SourcingCase):
    """Splitting a line never changes what the customer pays."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.tax_calculation_rounding_method = "round_per_line"
        cls.excluded, cls.included = cls.env["account.tax"].create(
            [
                {
                    "name": f"Test {percent} % {mode}",
                    "amount": percent,
                    "price_include_override": mode,
                    "company_id": cls.company.id,
                }
                for percent, mode in ((10, "tax_excluded"), (13, "tax_included"))
            ]
        )

    def check(self, price, quantity, discount, tax):
        product = self.env["product.product"].create(
            {"name": f"{price} {quantity} {discount} {tax.name}", "is_storable": True}
        )
        self.stock(self.shanghai, product, 1)
        self.stock(self.wuhan, product, quantity // 3)
        self.stock(self.chengdu, product, quantity - 1 - quantity // 3)
        order = self.order(
            (
                product,
                quantity,
                {
                    "price_unit": price,
                    "discount": discount,
                    "tax_ids": [Command.set(tax.ids)],
                },
            )
        )
        before = order.amount_untaxed, order.amount_tax, order.amount_total
        order._oms_source()
        case = product.name
        self.assertEqual(len(order.order_line), 3, case)
        self.assertEqual(sum(order.order_line.mapped("product_uom_qty")), quantity)
        after = order.amount_untaxed, order.amount_tax, order.amount_total
        for old, new in zip(before, after, strict=True):
            self.assertAlmostEqual(old, new, 6, case)
        if self.company.tax_calculation_rounding_method == "round_per_line":
            self.assertAlmostEqual(
                sum(order.order_line.mapped("price_total")), before[2], 6, case
            )
            self.assertAlmostEqual(
                sum(order.order_line.mapped("price_subtotal")), before[0], 6, case
            )
        for line in order.order_line:
            moved = abs(line.price_unit - price) * line.product_uom_qty
            self.assertLess(moved, 0.04, case)
            self.assertEqual(line.discount, discount)
        order._oms_source()
        self.assertEqual(len(order.order_line), 3, case)
        self.stock(self.shanghai, product, 100)
        order._oms_source()
        self.assertEqual(order.order_line.price_unit, price, case)
        self.assertAlmostEqual(order.amount_total, before[2], 6, case)

    def test_amounts_stay_exact_to_the_cent(self):
        none = self.env["account.tax"]
        for price, quantity, discount in (
            (0.15, 10, 0),
            (3.335, 7, 0),
            (9.99, 9, 12.5),
            (19.95, 13, 33.33),
        ):
            for tax in (none, self.excluded, self.included):
                with self.subTest(price=price, quantity=quantity, tax=tax.name):
                    self.check(price, quantity, discount, tax)

    def test_amounts_stay_exact_when_taxes_are_rounded_per_order(self):
        self.company.tax_calculation_rounding_method = "round_globally"
        for price, quantity, discount in (
            (0.15, 10, 0),
            (9.99, 9, 12.5),
            (19.95, 13, 33.33),
        ):
            for tax in (self.excluded, self.included):
                with self.subTest(price=price, quantity=quantity, tax=tax.name):
                    self.check(price, quantity, discount, tax)

    def test_a_line_whose_parts_cannot_add_up_stays_whole(self):
        self.stock(self.shanghai, self.tea, 1)
        self.stock(self.wuhan, self.tea, 3)
        self.stock(self.chengdu, self.tea, 7)
        order = self.order(
            (
                self.tea,
                11,
                {
                    "price_unit": 0.07,
                    "discount": 5,
                    "tax_ids": [Command.set(self.excluded.ids)],
                },
            )
        )
        before = order.amount_total
        order._oms_source()
        self.assertEqual(order.order_line.product_uom_qty, 11)
        self.assertEqual(order.order_line.price_unit, 0.07)
        self.assertAlmostEqual(order.amount_total, before, 6)

    def test_a_quantity_break_of_the_pricelist_does_not_undo_the_price(self):
        self.stock(self.shanghai, self.tea, 4)
        self.stock(self.wuhan, self.tea, 6)
        pricelist = self.env["product.pricelist"].create(
            {
                "name": "Ten are cheaper",
                "item_ids": [
                    Command.create(
                        {
                            "min_quantity": 10,
                            "compute_price": "fixed",
                            "fixed_price": 40,
                            "applied_on": "0_product_variant",
                            "product_id": self.tea.id,
                        }
                    )
                ],
            }
        )
        order = self.order((self.tea, 10), pricelist_id=pricelist.id)
        self.assertEqual(order.amount_total, 400)
        order._oms_source()
        self.assertEqual(len(order.order_line), 2)
        self.assertEqual(order.amount_total, 400)

    def test_a_line_in_dozens_is_split_in_dozens(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        self.stock(self.shanghai, self.tea, 20)
        self.stock(self.wuhan, self.tea, 30)
        order = self.order((self.tea, 3, {"product_uom_id": dozen.id}))
        before = order.amount_total
        order._oms_source()
        self.assertEqual(self.parts(order), [("TSHA", 1), ("TWUH", 2)])
        self.assertEqual(sum(order.oms_chosen_ids.mapped("quantity")), 36)
        self.assertAlmostEqual(order.amount_total, before, 6)
