import json
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, new_test_user, tagged

from .common_intake import IntakeCase


class OverviewCase(IntakeCase):
    def figures(self, user=None, **scope):
        """The figures of the page by key, and the page itself."""
        overview = self.env["oms.overview"].with_user(user or self.clerk)
        page = overview.get_figures(**{"period": "all", **scope})
        found = {}
        for section in page["sections"]:
            for figure in section["figures"]:
                found[figure["key"]] = figure
        return found, page

    def breakdown(self, page, key):
        return next(
            breakdown
            for section in page["sections"]
            for breakdown in section["breakdowns"]
            if breakdown["key"] == key
        )


class TestOverview(OverviewCase):
    def test_each_figure_opens_as_many_records_as_it_shows(self):
        """Nothing is more annoying than a figure whose list has other records."""
        self.receive(
            self.document("A-1"),
            self.document("A-2", status="unpaid", payments=[]),
            body=b"{broken",
        )
        self.receive(self.document("A-1"))
        figures, page = self.figures(channel_id=self.channel.id)
        self.assertEqual(figures["received"]["value"], 3)
        self.assertEqual(figures["duplicates"]["value"], 1)
        self.assertIn("1", figures["duplicates"]["hint"])
        self.assertEqual(figures["failed"]["value"], 1)
        self.assertEqual(figures["errors"]["value"], 1)
        self.assertEqual(figures["open_held"]["value"], 1)
        self.assertEqual(figures["orders"]["value"], 2)
        self.assertEqual(figures["held"]["value"], 1)
        for key, figure in figures.items():
            if figure["digits"] or key in ("km", "satisfaction"):
                continue
            action = figure["action"]
            records = self.env[action["res_model"]].with_user(self.clerk)
            self.assertEqual(
                records.search_count(action["domain"]), figure["value"], key
            )
        for section in page["sections"]:
            for breakdown in section["breakdowns"]:
                for row in breakdown["rows"]:
                    records = self.env[row["action"]["res_model"]].with_user(self.clerk)
                    count = records.search_count(row["action"]["domain"])
                    self.assertEqual(count, row["value"], row["label"])

    def test_holds_are_listed_by_reason(self):
        self.receive(self.document("A-1", status="unpaid", payments=[]))
        _figures, page = self.figures(channel_id=self.channel.id)
        rows = self.breakdown(page, "holds")["rows"]
        unpaid = self.env.ref("oms_addon.oms_check_unpaid")
        self.assertIn((unpaid.name, 1), [(row["label"], row["value"]) for row in rows])

    def test_an_order_over_two_warehouses_is_split(self):
        other = self.env["stock.warehouse"].create({"name": "Second", "code": "W2"})
        self.receive(self.document("A-1"))
        order = self.order("A-1")
        line = order.order_line[:1]
        line.oms_warehouse_id = self.warehouse
        self.assertFalse(order.oms_is_split)
        line.copy({"order_id": order.id, "oms_warehouse_id": other.id})
        self.assertTrue(order.oms_is_split)
        figures, page = self.figures(channel_id=self.channel.id)
        self.assertEqual(figures["split"]["value"], 1)
        labels = [row["label"] for row in self.breakdown(page, "warehouses")["rows"]]
        self.assertIn(other.display_name, labels)

    def test_the_period_counts_the_days_of_the_user(self):
        self.receive(self.document("A-1"))
        order = self.order("A-1")
        figures, _page = self.figures(period="today", channel_id=self.channel.id)
        self.assertEqual(figures["orders"]["value"], 1)
        before = fields.Datetime.now() - timedelta(days=3)
        self.env.cr.execute(
            "UPDATE sale_order SET create_date = %s WHERE id = %s", (before, order.id)
        )
        order.invalidate_recordset()
        for period, count in (("today", 0), ("week", 1), ("month", 1), ("all", 1)):
            figures, _page = self.figures(period=period, channel_id=self.channel.id)
            self.assertEqual(figures["orders"]["value"], count, period)

    def test_one_channel_can_be_looked_at(self):
        self.receive(self.document("A-1"))
        quiet = self.channel.copy({"name": "Quiet shop"})
        figures, _page = self.figures(channel_id=quiet.id)
        self.assertEqual(figures["orders"]["value"], 0)
        self.assertEqual(figures["received"]["value"], 0)
        _figures, page = self.figures(channel_id=0)
        self.assertFalse(page["channel_id"])

    def test_a_new_company_is_told_what_to_do(self):
        company = self.env["res.company"].create({"name": "Company without channels"})
        values = {"company_id": company.id, "company_ids": [(6, 0, company.ids)]}
        boss = new_test_user(
            self.env, "oms_new_boss", groups="oms_addon.group_oms_manager", **values
        )
        clerk = new_test_user(
            self.env, "oms_new_clerk", groups="oms_addon.group_oms_user", **values
        )
        _figures, page = self.figures(boss)
        self.assertEqual(page["next_step"], "channel")
        self.assertTrue(page["can_configure"])
        _figures, page = self.figures(clerk)
        self.assertFalse(page["can_configure"])
        channel = self.channel.copy({"name": "First", "company_id": company.id})
        _figures, page = self.figures(boss)
        self.assertEqual(page["next_step"], "message")
        self.receive(self.document("N-1"), channel=channel)
        _figures, page = self.figures(boss)
        self.assertFalse(page["next_step"])

    def test_other_roles_are_refused(self):
        for login, groups in (
            ("oms_sales", "sales_team.group_sale_salesman"),
            ("oms_stock", "stock.group_stock_user"),
            ("oms_portal", "base.group_portal"),
        ):
            user = new_test_user(self.env, login, groups=groups)
            with self.subTest(login), self.assertRaises(AccessError):
                self.figures(user)

    def test_figures_of_other_companies_are_not_counted(self):
        self.receive(self.document("A-1", status="unpaid", payments=[]))
        company = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = new_test_user(
            self.env,
            "oms_stranger",
            groups="oms_addon.group_oms_manager",
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )
        figures, page = self.figures(stranger)
        self.assertFalse(page["channels"])
        for key, figure in figures.items():
            self.assertFalse(figure["value"], key)

    def test_the_number_of_queries_does_not_grow_with_the_orders(self):
        self.receive(*(self.document(f"A-{i}") for i in range(4)))
        self.figures()  # rights and views are cached from here on
        self.env.invalidate_all()
        with self.assertQueryCount(24):
            self.figures()
        self.receive(*(self.document(f"B-{i}") for i in range(12)))
        self.env.invalidate_all()
        with self.assertQueryCount(24):
            self.figures()


class TestOrderAnalysis(OverviewCase):
    def test_orders_are_analysed_by_channel_and_warehouse(self):
        self.receive(self.document("A-1"), self.document("A-2"))
        self.env.flush_all()
        report = self.env["sale.report"].with_user(self.clerk)
        [(channel, orders, quantity)] = report._read_group(
            [("oms_channel_id", "=", self.channel.id)],
            ["oms_channel_id"],
            ["order_reference:count_distinct", "product_uom_qty:sum"],
        )
        self.assertEqual((channel, orders, quantity), (self.channel, 2, 4))

    def test_a_promise_is_kept_broken_or_open(self):
        self.receive(*(self.document(f"A-{i}") for i in range(4)))
        kept, broken, unkept, still = (self.order(f"A-{i}") for i in range(4))
        now = fields.Datetime.now()
        hour = timedelta(hours=1)
        for order, promised, delivered in (
            (kept, now + hour, now),
            (broken, now - hour, now),
            (unkept, now - hour, False),
            (still, now + hour, False),
        ):
            order.oms_promised_at = promised
            order.state = "sale"
            order.flush_recordset()
            stage = "delivered" if delivered else "reserved"
            self.env.cr.execute(
                "UPDATE sale_order SET oms_delivered_at = %s, oms_stage = %s"
                " WHERE id = %s",
                (delivered or None, stage, order.id),
            )
        groups = self.env["sale.report"]._read_group(
            [("oms_channel_id", "=", self.channel.id)],
            ["oms_promise"],
            ["order_reference:count_distinct"],
        )
        self.assertEqual(dict(groups), {"kept": 1, "broken": 2, "open": 1})

    def test_the_dashboard_reads_what_its_user_may_read(self):
        self.receive(self.document("A-1"))
        self.env.flush_all()
        dashboard = self.env.ref("oms_addon.spreadsheet_dashboard_orders")
        dashboard = dashboard.with_user(self.clerk)
        document = json.loads(dashboard._get_serialized_readonly_dashboard())
        pivots = document["snapshot"]["pivots"].values()
        for pivot in pivots:
            measures = [measure["fieldName"] for measure in pivot["measures"]]
            groups = self.env[pivot["model"]].with_user(self.clerk)
            fields_info = groups.fields_get()
            found = groups.formatted_read_group(
                pivot["domain"],
                [row["fieldName"] for row in pivot["rows"]],
                [
                    name
                    if name == "__count"
                    else f"{name}:{fields_info[name]['aggregator']}"
                    for name in measures
                ],
            )
            for chain in pivot["fieldMatching"].values():
                self.assertIn(chain["chain"], fields_info, pivot["name"])
            if pivot["model"] != "oms.hold":
                self.assertTrue(found, pivot["name"])

    def test_free_stock_is_what_is_not_reserved(self):
        self.receive(self.document("A-1"))
        self.order("A-1")._oms_fulfil()
        action = self.env.ref("oms_addon.stock_quant_action_oms")
        quants = self.env["stock.quant"].with_user(self.clerk)
        groups = quants.formatted_read_group(
            [("product_id", "=", self.tea.id), ("location_id.usage", "=", "internal")],
            ["warehouse_id"],
            ["available_quantity:sum"],
        )
        self.assertEqual(action.res_model, "stock.quant")
        self.assertEqual([g["available_quantity:sum"] for g in groups], [98.0])


@tagged("post_install", "-at_install")
class TestOverviewPage(OverviewCase, HttpCase):
    def test_a_figure_of_the_overview_opens_its_orders(self):
        self.receive(self.document("A-1", status="unpaid", payments=[]))
        self.start_tour("/odoo", "oms_overview", login=self.clerk.login)
