from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .page_common import PageCase


@tagged("-at_install", "post_install")
class TestMapPage(PageCase):
    def test_map_shows_depot_and_stops_in_order(self):
        data = self.trip.with_user(self.dispatcher).oms_map_data()
        self.assertEqual(len(data["depots"]), 1)
        (trip,) = data["trips"]
        self.assertEqual([stop["number"] for stop in trip["stops"]], [1, 2, 3])
        self.assertEqual(len(trip["line"]), 5)
        self.assertEqual(trip["line"][0], trip["line"][-1])
        self.assertIs(data["tiles"], False)

    def test_stop_without_coordinates_is_counted_not_drawn(self):
        self.stop.write({"latitude": 0, "longitude": 0})
        data = self.trip.with_user(self.dispatcher).oms_map_data()
        self.assertEqual(data["missing"], 1)
        self.assertEqual(len(data["trips"][0]["stops"]), 2)

    def test_driver_gets_no_map_of_another_drivers_trip(self):
        self.trip.with_user(self.driver).oms_map_data()
        with self.assertRaises(AccessError):
            self.other_trip.with_user(self.driver).oms_map_data()

    def test_administrator_may_choose_a_tile_server(self):
        parameters = self.env["ir.config_parameter"]
        parameters.set_param(
            "oms_addon_logistics.tile_url", "https://tiles.example/{z}/{x}/{y}.png"
        )
        parameters.set_param("oms_addon_logistics.tile_attribution", "© Mappers")
        data = self.trip.with_user(self.dispatcher).oms_map_data()
        self.assertEqual(data["tiles"]["attribution"], "© Mappers")

    def test_plan_map_has_all_its_trips(self):
        plan = self.env["oms.route.plan"].create({"date": fields.Date.today()})
        (self.trip | self.other_trip).plan_id = plan
        data = plan.with_user(self.dispatcher).oms_map_data()
        self.assertEqual(len(data["trips"]), 2)
        self.assertNotEqual(data["trips"][0]["color"], data["trips"][1]["color"])

    def test_dispatcher_plans_and_looks_at_the_trips(self):
        self.trip.action_cancel()
        self.env["ir.default"].set("oms.route.plan", "seconds", 1)
        self.start_tour(
            "/odoo/action-oms_addon_logistics.oms_route_plan_action",
            "oms_route_plan",
            login="dispatcher_he",
        )
        plan = self.env["oms.route.plan"].search([], order="id desc", limit=1)
        self.assertIn(self.picking, plan.trip_ids.stop_ids.picking_ids)
