from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, new_test_user, tagged

from .common import LogisticsCase


@tagged("post_install", "-at_install")
class TestRoutePlan(LogisticsCase):
    def test_planning_makes_trips_with_ordered_stops_and_times(self):
        orders = self._orders(6)
        plan = self._plan()
        plan.action_collect()
        self.assertEqual(plan.picking_ids, orders.picking_ids)
        plan.action_plan()
        self.assertEqual(plan.state, "planned")
        self.assertEqual(plan.stop_count, 6)
        self.assertEqual(plan.trip_ids.stop_ids.picking_ids, orders.picking_ids)
        for trip in plan.trip_ids:
            stops = trip.stop_ids.sorted("sequence")
            self.assertEqual(stops.mapped("number"), list(range(1, len(stops) + 1)))
            arrivals = stops.mapped("planned_arrival")
            self.assertEqual(arrivals, sorted(arrivals))
            self.assertGreater(arrivals[0], trip.planned_start)
            self.assertLess(arrivals[-1], trip.planned_end)
            self.assertGreater(trip.km, 0)
            self.assertEqual(trip.user_id.partner_id, trip.vehicle_id.driver_id)

    def test_a_plan_that_stopped_the_server_twice_is_not_tried_as_it_is(self):
        self._orders(2)
        plan = self._plan()
        plan.action_collect()
        attempts = self.env["oms.attempt"].sudo()
        with self.enter_registry_test_mode():
            attempts._begin("route plan", plan.ids)  # and the server is killed, twice
            attempts._begin_again("route plan", plan.id)
            with self.assertRaises(UserError):
                plan.with_user(self.dispatcher).action_plan()
            plan.with_user(self.dispatcher).action_collect()
            plan.with_user(self.dispatcher).action_plan()
            self.assertFalse(attempts._counts("route plan"))
        self.assertEqual(plan.state, "planned")

    def test_the_dispatcher_works_in_the_form(self):
        self._orders(2)
        Plan = self.env["oms.route.plan"].with_user(self.dispatcher)
        with Form(Plan.with_company(self.company)) as form:
            form.seconds = 0.5
            self.assertEqual(form.warehouse_ids[:], self.warehouse)
            self.assertEqual(form.vehicle_ids[:], self.van + self.other_van)
        plan = form.record
        plan.action_plan()
        with Form(plan.trip_ids[0]) as trip:
            trip.driver_id = self.other_driver.partner_id
            self.assertEqual(trip.user_id, self.other_driver)
        action = plan.action_view_trips()
        self.assertEqual(action["domain"], [("plan_id", "in", plan.ids)])

    def test_kilometres_are_at_most_those_of_the_zip_code_order(self):
        self._orders(12)
        plan = self._plan(max_iterations=500)
        plan.action_plan()
        self.assertLessEqual(plan.km, plan.km_zip)
        self.assertGreater(plan.km_saved, 0)

    def test_capacity_is_respected_and_the_rest_says_why(self):
        orders = self._orders(5, quantity=20)  # 200 kg each
        plan = self._plan(vehicle_ids=[Command.set(self.van.ids)])
        plan.action_plan()
        self.assertLessEqual(plan.trip_ids.load_weight, 500)
        self.assertEqual(plan.stop_count, 2)
        self.assertEqual(set(plan.unserved_ids.mapped("reason")), {"capacity"})
        self.assertEqual(
            plan.unserved_ids.picking_id,
            orders.picking_ids - plan.trip_ids.stop_ids.picking_ids,
        )

    def test_goods_too_heavy_for_every_vehicle_are_told_so(self):
        self._orders(1, quantity=80)
        plan = self._plan()
        plan.action_plan()
        self.assertEqual(plan.unserved_ids.mapped("reason"), ["too_big"])

    def test_an_address_without_any_position_is_told_so(self):
        orders = self._orders(1)
        orders.partner_shipping_id.write(
            {"partner_latitude": 0, "partner_longitude": 0, "country_id": False}
        )
        orders.partner_shipping_id.zip = False
        plan = self._plan()
        plan.action_plan()
        self.assertEqual(plan.unserved_ids.mapped("reason"), ["no_position"])

    def test_an_address_with_a_province_only_is_flagged_as_approximate(self):
        orders = self._orders(2)
        orders[0].partner_shipping_id.write(
            {
                "partner_latitude": 0,
                "partner_longitude": 0,
                "zip": "200001",
            }
        )
        plan = self._plan()
        plan.action_plan()
        stops = plan.trip_ids.stop_ids
        rough = stops.filtered("position_approximate")
        self.assertEqual(rough.partner_id, orders[0].partner_shipping_id)
        self.assertAlmostEqual(rough.latitude, 31.23, 1)

    def test_products_with_a_need_go_on_a_vehicle_that_has_it(self):
        skill = self.env["oms.route.skill"].create({"name": "Cooling"})
        self.product.product_tmpl_id.oms_skill_ids = skill
        self._orders(2)
        plan = self._plan()
        plan.action_plan()
        self.assertEqual(plan.unserved_ids.mapped("reason"), ["skill", "skill"])
        self.other_van.oms_skill_ids = skill
        plan.action_plan()
        self.assertFalse(plan.unserved_ids)
        self.assertEqual(plan.trip_ids.vehicle_id, self.other_van)

    def test_a_time_window_is_met(self):
        orders = self._orders(3)
        plan = self._plan()
        opening = plan._to_utc(14.0, self.warehouse)
        orders[1].picking_ids.write(
            {
                "oms_window_start": opening,
                "oms_window_end": plan._to_utc(15.0, self.warehouse),
            }
        )
        plan.action_plan()
        stop = orders[1].picking_ids.oms_stop_id
        self.assertTrue(
            opening <= stop.planned_arrival <= plan._to_utc(15.0, self.warehouse)
        )
        self.assertFalse(stop.is_late)

    def test_two_orders_of_one_customer_make_one_stop(self):
        orders = self._orders(2)
        orders[1].picking_ids.partner_id = orders[0].picking_ids.partner_id
        plan = self._plan()
        plan.action_plan()
        self.assertEqual(plan.stop_count, 1)
        self.assertEqual(plan.trip_ids.stop_ids.picking_ids, orders.picking_ids)

    def test_returns_to_collect_are_planned_as_pickups(self):
        orders = self._orders(2)
        done = orders[0].picking_ids
        done.button_validate()
        wizard = (
            self.env["stock.return.picking"]
            .with_context(active_id=done.id, active_model="stock.picking")
            .create({})
        )
        wizard.product_return_moves.quantity = 1
        back = self.env["stock.picking"].browse(
            wizard.action_create_returns()["res_id"]
        )
        back.action_assign()
        plan = self._plan()
        plan.action_collect()
        self.assertNotIn(back, plan.picking_ids)
        back.oms_pickup = True
        plan.action_collect()
        plan.action_plan()
        self.assertEqual(back.oms_stop_id.kind, "pickup")
        plan.include_pickups = False
        plan.action_collect()
        self.assertNotIn(back, plan.picking_ids)

    def test_each_warehouse_ships_with_its_own_vehicles(self):
        beijing = self.env["stock.warehouse"].create(
            {"name": "Beijing", "code": "BJ", "company_id": self.company.id}
        )
        beijing.partner_id = self._partner("Depot BJ", 39.9, 116.4, tz="UTC")
        self._add_stock(beijing, 100)
        van = self._vehicle("京A10001", self.driver, oms_warehouse_id=beijing.id)
        here = self._orders(2)
        there = self._orders(2, warehouse=beijing, around=(39.9, 116.4))
        plan = self._plan(warehouse_ids=[Command.set((self.warehouse + beijing).ids)])
        plan.action_plan()
        self.assertEqual(there.picking_ids.oms_trip_id.vehicle_id, van)
        self.assertNotIn(van, here.picking_ids.oms_trip_id.vehicle_id)
        self.assertFalse(plan.unserved_ids)

    def test_planning_again_replaces_the_drafts(self):
        self._orders(3)
        plan = self._plan()
        plan.action_plan()
        first = plan.trip_ids
        plan.action_plan()
        self.assertFalse(first.exists())
        self.assertEqual(plan.stop_count, 3)

    def test_a_transfer_on_one_trip_is_not_offered_to_another_plan(self):
        orders = self._orders(2)
        plan = self._plan()
        plan.action_plan()
        other = self._plan()
        other.action_collect()
        self.assertFalse(other.picking_ids)
        with self.assertRaisesRegex(UserError, "No transfer is ready"):
            other.action_plan()
        with self.assertRaises(ValidationError):
            self.env["oms.trip.stop"].create(
                {
                    "trip_id": plan.trip_ids[0].id,
                    "partner_id": orders[0].partner_id.id,
                    "picking_ids": [Command.set(orders[0].picking_ids.ids)],
                }
            )

    def test_deleting_a_plan_frees_its_transfers(self):
        orders = self._orders(2)
        plan = self._plan()
        plan.action_plan()
        self.assertTrue(orders.picking_ids.oms_stop_id)
        plan.unlink()
        self.assertFalse(orders.picking_ids.oms_stop_id)
        self.assertFalse(orders.picking_ids.oms_trip_id)

    def test_no_vehicle_is_a_clear_error(self):
        self._orders(1)
        plan = self._plan(vehicle_ids=[Command.clear()])
        with self.assertRaisesRegex(UserError, "vehicle"):
            plan.action_plan()

    def test_a_busy_vehicle_starts_its_second_trip_when_it_is_back(self):
        self._orders(2)
        first = self._plan(vehicle_ids=[Command.set(self.van.ids)])
        first.action_plan()
        first.action_dispatch()
        self._orders(2)
        second = self._plan(vehicle_ids=[Command.set(self.van.ids)])
        second.action_plan()
        self.assertGreater(second.trip_ids.planned_start, first.trip_ids.planned_end)

    def test_a_hand_edited_order_gets_new_times(self):
        self._orders(5)
        plan = self._plan(vehicle_ids=[Command.set(self.van.ids)])
        plan.action_plan()
        trip, before = plan.trip_ids, plan.trip_ids.km
        stops = trip.stop_ids.sorted("sequence")
        for rank, stop in enumerate((stops[2], stops[0], stops[4], stops[1], stops[3])):
            stop.sequence = rank
        trip.action_evaluate()
        self.assertGreater(trip.km, before)
        arrivals = trip.stop_ids.sorted("sequence").mapped("planned_arrival")
        self.assertEqual(arrivals, sorted(arrivals))
        self.van.oms_capacity_weight = 5
        trip.action_evaluate()
        self.assertTrue(trip.is_overloaded)

    def test_queries_hardly_grow_with_the_number_of_stops(self):
        def count_queries(orders):
            self._orders(orders)
            plan = self._plan()
            plan.action_collect()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            plan.action_plan()
            self.env.flush_all()
            queries = self.env.cr.sql_log_count - before
            plan.unlink()
            return queries

        count_queries(2)  # fills caches
        few = count_queries(2)
        many = count_queries(20)
        self.assertLess(many - few, 20)
        self.assertLess(many, 160)

    def test_own_fleet_only_passes_other_carriers_over(self):
        orders = self._orders(3)
        orders[0].picking_ids.carrier_id = self.carrier
        orders[1].picking_ids.carrier_id = self._carrier("oms_generic")
        plan = self._plan(carriers="own")
        plan.action_collect()
        self.assertEqual(plan.picking_ids, orders[0].picking_ids)
        plan.carriers = "own_or_none"
        plan.action_collect()
        self.assertEqual(plan.picking_ids, (orders[0] + orders[2]).picking_ids)

    def test_tomorrows_transfers_wait_for_tomorrow(self):
        orders = self._orders(2)
        orders[0].picking_ids.scheduled_date = fields.Datetime.now() + timedelta(days=2)
        plan = self._plan()
        plan.action_collect()
        self.assertEqual(plan.picking_ids, orders[1].picking_ids)


@tagged("post_install", "-at_install")
class TestRights(LogisticsCase):
    def test_a_driver_reads_the_own_trip_only_and_changes_nothing_by_hand(self):
        self._orders(8, spread=0.05)
        (self.van + self.other_van).oms_capacity_weight = 50  # both are needed
        plan = self._plan()
        plan.action_plan()
        mine = plan.trip_ids.filtered(lambda t: t.user_id == self.driver)
        other = plan.trip_ids - mine
        self.assertTrue(mine and other)
        Trip = self.env["oms.trip"].with_user(self.driver)
        self.assertFalse(Trip.search([]), "drafts are the dispatcher's")
        plan.action_dispatch()
        self.assertEqual(Trip.search([]), mine)
        Stop = self.env["oms.trip.stop"].with_user(self.driver)
        self.assertEqual(Stop.search([]), mine.stop_ids)
        with self.assertRaises(AccessError):
            other.with_user(self.driver).read(["name"])
        with self.assertRaises(AccessError):
            other.with_user(self.driver)._start()
        with self.assertRaises(AccessError):
            mine.stop_ids[0].with_user(self.driver).write({"sequence": 99})
        with self.assertRaises(AccessError):
            mine.with_user(self.driver).unlink()
        with self.assertRaises(AccessError):
            self.env["oms.route.plan"].with_user(self.driver).search([])

    def _colleague(self, login, group):
        return new_test_user(
            self.env,
            login=login,
            groups=group,
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )

    def test_the_warehouse_reads_trips_and_changes_none(self):
        trip, _orders = self._started_trip(1)
        keeper = self._colleague("oms_keeper", "stock.group_stock_user")
        seen = trip.with_user(keeper)
        self.assertEqual(seen.stop_ids.partner_name, "Customer 0")
        for attempt in (
            seen._start,
            seen._finish,
            seen.stop_ids._deliver,
            lambda: seen.write({"date": "2020-01-01"}),
            lambda: seen.stop_ids.write({"sequence": 9}),
        ):
            with self.assertRaises(AccessError):
                attempt()
        self.assertEqual(trip.stop_ids.state, "planned")

    def test_sales_and_warehouse_open_what_is_on_a_trip(self):
        _trip, orders = self._started_trip(1)
        seller = self._colleague(
            "oms_seller", "sales_team.group_sale_salesman_all_leads"
        )
        keeper = self._colleague("oms_keeper", "stock.group_stock_user")
        Form(orders.with_user(seller))
        Form(orders.picking_ids.with_user(keeper))

    def test_the_driver_reads_what_the_page_shows(self):
        trip, orders = self._started_trip(1)
        stop = trip.stop_ids
        self.assertEqual(stop.partner_name, "Customer 0")
        self.assertEqual(stop.order_names, orders.name)
        self.assertIn("Kettle", stop.contents)
        self.assertIn("Nanjing Road", stop.address)
        self.assertTrue(trip.vehicle_name)

    def test_another_companys_plans_and_trips_are_invisible(self):
        self._orders(1)
        plan = self._plan()
        plan.action_plan()
        plan.action_dispatch()
        foreign = self.env["res.company"].create({"name": "Foreign"})
        stranger = self._user("oms_stranger", "group_oms_dispatcher", foreign)
        theirs = {"allowed_company_ids": foreign.ids}
        for model in (
            "oms.route.plan",
            "oms.trip",
            "oms.trip.stop",
            "oms.tracking.event",
            "oms.route.unserved",
        ):
            records = self.env[model].with_user(stranger).with_context(**theirs)
            self.assertFalse(records.search([]), model)
        with self.assertRaises(AccessError):
            plan.with_user(stranger).with_context(**theirs).read(["name"])

    def test_a_vehicle_of_another_company_is_refused(self):
        foreign = self.env["res.company"].create({"name": "Foreign"})
        van = self.env["fleet.vehicle"].create(
            {"model_id": self.model.id, "company_id": foreign.id}
        )
        with self.assertRaises(UserError):
            self.env["oms.route.plan"].create(
                {"company_id": self.company.id, "vehicle_ids": [Command.set(van.ids)]}
            )
