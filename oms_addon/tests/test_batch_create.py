from copy import deepcopy
from datetime import datetime

from freezegun import freeze_time

from odoo.fields import Command
from odoo.tests import tagged

from .common_confirm import ConfirmCase, skip_beside_asking


@tagged("post_install", "-at_install")
class TestBatchCreate(ConfirmCase):
    """Orders made in a batch are the orders that `create` makes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.products = cls._product("First", list_price=7.0) + cls._product("Second")
        cls.sequence = cls.env["ir.sequence"].search(
            [
                ("code", "=", "sale.order"),
                ("company_id", "in", [cls.env.company.id, False]),
            ],
            order="company_id",
            limit=1,
        )

    def _values(self, count=6):
        return [
            {
                "partner_id": self.customers[number % 3].id,
                "client_order_ref": f"Ref {number}",
                "order_line": [
                    Command.create(
                        {"product_id": product.id, "product_uom_qty": number + 1}
                    )
                    for product in self.products
                ],
            }
            for number in range(count)
        ]

    def assertSameOrders(self, values):
        Order = self.env["sale.order"]
        with freeze_time("2026-03-02 08:00:00"):
            # the host completes the values it is given
            expected = self._outcome_of(lambda: Order.create(deepcopy(values)))
            batch = self._outcome_of(lambda: Order._oms_create_batch(values))
        for outcome in (expected, batch):
            for row in outcome["sale.order"]:
                row.pop("name")  # the next numbers
        self.assertSameOutcome(expected, batch)

    def test_plain_orders(self):
        self.assertSameOrders(self._values())

    def test_values_given_by_a_channel(self):
        values = self._values(4)
        for number, vals in enumerate(values):
            vals["date_order"] = datetime(2026, 2, 20 + number, 9, 30)
            vals["warehouse_id"] = self.other_warehouse.id
            for _command, _id, line in vals["order_line"]:
                line.update(price_unit=12.5, discount=10, name=f"As sold {number}")
        self.assertSameOrders(values)

    def test_analytic_distribution_by_customer_and_product(self):
        plan = self.env["account.analytic.plan"].create({"name": "Departments"})
        accounts = self.env["account.analytic.account"].create(
            [{"name": name, "plan_id": plan.id} for name in ("North", "South")]
        )
        self.env["account.analytic.distribution.model"].create(
            [
                {
                    "partner_id": self.customers[0].id,
                    "analytic_distribution": {str(accounts[0].id): 100},
                },
                {
                    "product_id": self.products[1].id,
                    "analytic_distribution": {str(accounts[1].id): 100},
                },
            ]
        )
        self.assertSameOrders(self._values())

    def test_numbers_follow_each_other_and_values_are_left_untouched(self):
        values = self._values(3)
        first = self.env["sale.order"].create(deepcopy(values[0]))
        orders = self.env["sale.order"]._oms_create_batch(values)
        self.assertNotIn("name", values[0])
        numbers = [int(order.name.lstrip("S")) for order in first + orders]
        self.assertEqual(numbers, list(range(numbers[0], numbers[0] + 4)))
        self.assertEqual(orders.mapped("client_order_ref"), ["Ref 0", "Ref 1", "Ref 2"])

    def test_own_numbers_are_kept(self):
        values = self._values(2)
        values[1]["name"] = "WEB-1"
        orders = self.env["sale.order"]._oms_create_batch(values)
        self.assertEqual(orders[1].name, "WEB-1")

    def test_numbers_of_each_year_where_the_sequence_has_ranges(self):
        self.sequence.write({"use_date_range": True, "prefix": "S/%(range_year)s/"})
        values = self._values(3)
        for vals, year in zip(values, (2025, 2026, 2025), strict=True):
            vals["date_order"] = datetime(year, 6, 1, 12)
        self.env["sale.order"].create(self._values(1)[0] | {"date_order": "2025-01-05"})
        names = self.env["sale.order"]._oms_create_batch(values).mapped("name")
        self.assertEqual([int(name.split("/")[-1]) for name in names], [2, 1, 3], names)
        expected = self.env["sale.order"].create(values[0]).name
        self.assertEqual(expected.rsplit("/", 1)[0], names[0].rsplit("/", 1)[0])

    def test_numbers_without_gaps(self):
        self.sequence.implementation = "no_gap"
        names = self.env["sale.order"]._oms_create_batch(self._values(3)).mapped("name")
        self.assertEqual(len(set(names)), 3)

    def test_few_queries_for_many_orders(self):
        skip_beside_asking(self)
        Order = self.env["sale.order"]

        def queries(count):
            values = self._values(count)
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            Order._oms_create_batch(values)
            return self.env.cr.sql_log_count - start

        queries(2)  # fills the registry's caches
        twenty, forty = queries(20), queries(40)
        self.assertLess(twenty, 60)
        self.assertLess(forty - twenty, 10)
