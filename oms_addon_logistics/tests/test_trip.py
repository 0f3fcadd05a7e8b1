from datetime import timedelta

import psycopg2

from odoo import Command, fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import LogisticsCase


@tagged("post_install", "-at_install")
class TestTrip(LogisticsCase):
    def setUp(self):
        super().setUp()
        self.absent = self.env.ref("oms_addon_logistics.oms_stop_failure_reason_absent")

    def test_dispatching_makes_loading_batches_in_the_trips_order(self):
        self._orders(5)
        plan = self._plan(vehicle_ids=[Command.set(self.van.ids)])
        plan.action_plan()
        plan.action_dispatch()
        trip = plan.trip_ids
        self.assertEqual(trip.state, "dispatched")
        self.assertEqual(trip.batch_ids.state, "in_progress")
        self.assertEqual(trip.batch_ids.vehicle_id, self.van)
        self.assertEqual(trip.batch_ids.driver_id, self.driver.partner_id)
        in_batch = trip.batch_ids.picking_ids.sorted("batch_sequence")
        on_trip = trip.stop_ids.sorted("sequence").picking_ids
        self.assertEqual(in_batch.ids, on_trip.ids)
        trip.action_dispatch()
        self.assertEqual(len(trip.batch_ids), 1, "twice is harmless")

    def test_a_trip_without_a_user_is_not_dispatched(self):
        self._orders(1)
        self.van.driver_id = self._partner("Temp")
        plan = self._plan(vehicle_ids=[Command.set(self.van.ids)])
        plan.action_plan()
        with self.assertRaisesRegex(UserError, "driver"):
            plan.action_dispatch()

    def test_delivering_validates_the_transfer_and_the_order_is_delivered(self):
        trip, orders = self._started_trip(2)
        stop = trip.stop_ids[0]
        order = stop.sudo().picking_ids.sale_id
        stop._arrive({"latitude": 31.2, "longitude": 121.5})
        self.assertEqual(stop.state, "arrived")
        stop._deliver({"recipient_name": "Ms Lin", "note": "left at the gate"})
        self.assertEqual(stop.state, "delivered")
        self.assertEqual(order.picking_ids.state, "done")
        self.assertEqual(order.order_line.qty_delivered, 1)
        self.assertEqual(order.oms_delivered_at, stop.done_at)
        self.assertEqual(order.oms_stage, "delivered")
        self.assertFalse((orders - order).oms_delivered_at)
        self.assertEqual(stop.recipient_name, "Ms Lin")
        self.assertAlmostEqual(stop.proof_latitude, 31.2)
        self.assertEqual(trip.open_count, 1)
        self.assertEqual(
            set(order.oms_tracking_event_ids.mapped("code")),
            {"dispatched", "started", "arrived", "delivered"},
        )
        places = {e.code: e.place for e in order.oms_tracking_event_ids}
        self.assertEqual(places["started"], "Depot City")
        self.assertEqual(places["delivered"], "Shanghai")

    def test_delivering_twice_changes_nothing(self):
        trip, _orders = self._started_trip(1)
        stop = trip.stop_ids
        stop._deliver({"recipient_name": "Ms Lin"})
        before = stop.done_at
        events = len(stop.sudo().picking_ids.oms_tracking_event_ids)
        stop._deliver({"recipient_name": "Somebody else"})
        stop._arrive()
        self.assertEqual(stop.state, "delivered")
        self.assertEqual(stop.recipient_name, "Ms Lin")
        self.assertEqual(stop.done_at, before)
        self.assertEqual(len(stop.sudo().picking_ids.oms_tracking_event_ids), events)

    def test_a_delivered_stop_cannot_fail(self):
        trip, _orders = self._started_trip(1)
        trip.stop_ids._deliver()
        with self.assertRaises(UserError):
            trip.stop_ids._fail(self.absent)

    def test_a_failed_stop_lets_its_transfer_be_planned_again(self):
        trip, orders = self._started_trip(2)
        stop = trip.stop_ids[0]
        picking = stop.sudo().picking_ids
        stop._fail(self.absent, {"note": "rang twice"})
        self.assertEqual(stop.state, "failed")
        self.assertEqual(stop.failure_reason_id, self.absent)
        self.assertEqual(picking.state, "assigned")
        self.assertFalse(picking.oms_stop_id)
        self.assertFalse(picking.batch_id)
        stop._fail(self.absent)  # once more is harmless
        again = self._plan()
        again.action_collect()
        self.assertEqual(again.picking_ids, picking)
        again.action_plan()
        self.assertEqual(picking.oms_stop_id.trip_id.plan_id, again)
        self.assertEqual(len(picking.oms_stop_ids), 2, "the first attempt is kept")
        self.assertIn("failed", picking.oms_tracking_event_ids.mapped("code"))
        self.assertIn(picking.sale_id, orders)

    def test_some_reasons_need_a_note(self):
        trip, _orders = self._started_trip(1)
        refused = self.env.ref("oms_addon_logistics.oms_stop_failure_reason_refused")
        with self.assertRaises(ValidationError):
            trip.stop_ids._fail(refused, {"note": " "})
        trip.stop_ids._fail(refused, {"note": "wrong colour"})
        self.assertEqual(trip.stop_ids.state, "failed")

    def test_the_dispatcher_marks_a_stop_as_failed_for_the_driver(self):
        trip, orders = self._started_trip(1)
        wizard = (
            self.env["oms.trip.stop.fail"]
            .with_user(self.dispatcher)
            .with_context(active_ids=trip.stop_ids.ids)
            .create({"reason_id": self.absent.id})
        )
        wizard.action_fail()
        self.assertEqual(trip.stop_ids.state, "failed")
        self.assertFalse(orders.picking_ids.oms_stop_id)

    def test_nothing_is_delivered_before_the_trip_starts(self):
        self._orders(1)
        plan = self._plan(vehicle_ids=[Command.set(self.van.ids)])
        plan.action_plan()
        plan.action_dispatch()
        stop = plan.trip_ids.stop_ids.with_user(self.driver)
        with self.assertRaisesRegex(UserError, "Start the trip"):
            stop._deliver()

    def test_finishing_lets_go_what_was_not_reached(self):
        trip, orders = self._started_trip(3)
        trip.stop_ids[0]._deliver()
        trip._finish()
        self.assertEqual(trip.state, "done")
        states = trip.stop_ids.mapped("state")
        self.assertEqual(sorted(states), ["delivered", "skipped", "skipped"])
        left = orders.picking_ids.filtered(lambda p: p.state == "assigned")
        self.assertEqual(len(left), 2)
        self.assertFalse(left.oms_stop_id)
        self.assertFalse(left.batch_id)
        self.assertEqual(trip.plan_id.sudo().state, "done")
        trip._finish()

    def test_a_cancelled_trip_lets_everything_go(self):
        orders = self._orders(2)
        plan = self._plan()
        plan.action_plan()
        plan.action_dispatch()
        plan.trip_ids.action_cancel()
        self.assertFalse(orders.picking_ids.oms_stop_id)
        self.assertFalse(orders.picking_ids.batch_id)
        self.assertEqual(set(plan.trip_ids.stop_ids.mapped("state")), {"skipped"})

    def test_a_trip_on_the_road_is_not_cancelled(self):
        trip, _orders = self._started_trip(1)
        with self.assertRaises(UserError):
            trip.with_user(self.dispatcher).action_cancel()

    def test_a_cancelled_order_leaves_the_trip(self):
        trip, orders = self._started_trip(2)
        orders[0].with_context(disable_cancel_warning=True).action_cancel()
        stop = orders[0].picking_ids.oms_stop_ids
        self.assertFalse(orders[0].picking_ids.oms_stop_id)
        self.assertFalse(stop)
        self.assertEqual(trip.open_count, 1)
        skipped = trip.stop_ids.filtered(lambda s: s.state == "skipped")
        self.assertEqual(skipped.partner_id, orders[0].partner_id)
        with self.assertRaisesRegex(UserError, "closed"):
            skipped._deliver()

    def test_what_lost_its_reservation_is_taken_off_at_dispatch(self):
        orders = self._orders(2)
        plan = self._plan(vehicle_ids=[Command.set(self.van.ids)])
        plan.action_plan()
        orders[0].picking_ids.do_unreserve()
        plan.action_dispatch()
        self.assertEqual(plan.trip_ids.batch_ids.picking_ids, orders[1].picking_ids)
        self.assertFalse(orders[0].picking_ids.oms_stop_id)

    def test_a_carriers_delivery_is_noted_by_hand(self):
        order = self._orders(1)
        picking = order.picking_ids.with_user(self.dispatcher)
        with self.assertRaises(UserError):
            picking.action_oms_mark_delivered()
        picking.with_context(skip_sms=True).button_validate()
        picking.action_oms_mark_delivered()
        moment = order.oms_delivered_at
        self.assertTrue(moment)
        picking.action_oms_mark_delivered()
        self.assertEqual(order.oms_delivered_at, moment)
        self.assertEqual(order.oms_tracking_event_ids.mapped("code"), ["delivered"])

    def test_what_the_warehouse_validated_before_is_only_noted_as_delivered(self):
        trip, orders = self._started_trip(1)
        orders.picking_ids.with_context(skip_sms=True).button_validate()
        self.assertFalse(orders.oms_delivered_at)
        trip.stop_ids._deliver()
        self.assertTrue(orders.oms_delivered_at)

    def test_a_time_sent_late_by_the_phone_is_kept_but_never_in_the_future(self):
        trip, _orders = self._started_trip(2)
        now = fields.Datetime.now()
        trip.stop_ids[0]._deliver({"at": now - timedelta(minutes=30)})
        trip.stop_ids[1]._deliver({"at": now + timedelta(hours=5)})
        self.assertEqual(trip.stop_ids[0].done_at, now - timedelta(minutes=30))
        self.assertLess(trip.stop_ids[1].done_at, now + timedelta(minutes=5))

    def test_a_vehicle_is_on_one_trip_at_a_time(self):
        trip, _orders = self._started_trip(1)
        self._orders(1)
        second = self._plan(vehicle_ids=[Command.set(self.van.ids)])
        second.action_plan()
        second.action_dispatch()
        with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.IntegrityError):
            second.trip_ids.state = "started"  # as two drivers do at once
            self.env.flush_all()
        self.assertEqual(trip.state, "started")

    def test_events_read_in_the_readers_language(self):
        trip, orders = self._started_trip(1)
        event = orders.oms_tracking_event_ids.filtered(lambda e: e.code == "started")
        self.assertEqual(event.label, "Out for delivery")
        self.assertEqual(trip.stop_ids.sudo().picking_ids, orders.picking_ids)
