from odoo import Command
from odoo.tests import tagged

from .common import LogisticsCase


@tagged("post_install", "-at_install")
class TestDocuments(LogisticsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.orders = cls._orders(2)
        cls.pickings = cls.orders.picking_ids
        cls.pickings.carrier_id = cls.carrier

    def _render(self, report, records):
        html, _kind = (
            self.env["ir.actions.report"]
            .with_user(self.dispatcher)
            ._render_qweb_html(f"oms_addon_logistics.{report}", records.ids)
        )
        return html.decode()

    def test_each_parcel_has_a_label_with_its_number(self):
        picking = self.pickings[0]
        picking.move_ids.product_uom_qty = 2
        picking.action_assign()
        line = picking.move_line_ids
        line.quantity = 1
        second = line.copy({"quantity": 1})
        line.result_package_id = self.env["stock.package"].create({"name": "BOX1"})
        second.result_package_id = self.env["stock.package"].create({"name": "BOX2"})
        labels = picking._oms_get_labels()
        self.assertEqual([label["index"] for label in labels], [1, 2])
        self.assertEqual({label["count"] for label in labels}, {2})
        self.assertEqual([label["weight"] for label in labels], [10.0, 10.0])
        self.assertEqual(picking.oms_parcel_count, 2)

    def test_the_label_names_sender_receiver_order_and_waybill(self):
        action = self.pickings.with_user(self.dispatcher).action_oms_print_labels()
        self.assertEqual(action["type"], "ir.actions.report")
        html = self._render("report_shipping_label", self.pickings)
        for order in self.orders:
            self.assertIn(order.name, html)
            self.assertIn(order.partner_id.name, html)
            self.assertIn(order.picking_ids.oms_waybill, html)
        self.assertIn("Depot", html)
        self.assertEqual(html.count("data:image/svg+xml"), 2)

    def test_the_trip_sheet_lists_the_stops_in_order(self):
        plan = self._plan()
        plan.action_plan()
        html = self._render("report_trip_sheet", plan.trip_ids)
        stops = plan.trip_ids[0].stop_ids.sorted("sequence")
        places = [html.index(f">{stop.partner_name}<") for stop in stops]
        self.assertEqual(places, sorted(places))
        self.assertIn(plan.trip_ids[0].name, html)

    def test_the_trip_sheet_speaks_the_drivers_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        chinese = {"lang": "zh_CN"}
        self.product.with_context(**chinese).name = "水壶"
        self.env.ref("base.cn").with_context(**chinese).name = "中国"
        self.driver.partner_id.lang = "zh_CN"
        plan = self._plan(vehicle_ids=[Command.set(self.van.ids)])
        plan.action_plan()
        self.assertIn("Kettle", plan.trip_ids.stop_ids[0].contents)  # read before
        html = self._render("report_trip_sheet", plan.trip_ids)
        self.assertIn("水壶", html)
        self.assertNotIn("Kettle", html)
        self.assertIn("中国", html)

    def test_the_driver_prints_the_own_trip_sheet_only(self):
        plan = self._plan()
        plan.action_plan()
        plan.action_dispatch()
        trip = plan.trip_ids[:1]
        report = self.env["ir.actions.report"].with_user(trip.user_id)
        html, _kind = report._render_qweb_html(
            "oms_addon_logistics.report_trip_sheet", trip.ids
        )
        self.assertIn("Customer", html.decode())
