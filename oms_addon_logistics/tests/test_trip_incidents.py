from datetime import datetime

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from .common import LogisticsCase


@tagged("post_install", "-at_install")
class TestTripIncidents(LogisticsCase):
    """What happens to transfers besides the plan, while they are on a trip."""

    def setUp(self):
        super().setUp()
        self.absent = self.env.ref("oms_addon_logistics.oms_stop_failure_reason_absent")

    def _partly_reserved(self):
        """Ten ordered, four there."""
        rare = self.env["product.product"].create(
            {
                "name": "Rare Kettle",
                "is_storable": True,
                "weight": 10.0,
                "volume": 0.05,
            }
        )
        self._add_stock(self.warehouse, 4, rare)
        return self._orders(1, quantity=10, product=rare)

    # === PARTS === #

    def test_driver_and_customer_read_what_is_on_the_van(self):
        order = self._partly_reserved()
        plan = self._plan()
        plan.action_plan()
        stop = plan.trip_ids.stop_ids
        self.assertIn("4 × ", stop.contents)
        self.assertNotIn("10 × ", stop.contents)
        self.assertAlmostEqual(stop.weight, 40.0)
        self.assertAlmostEqual(stop.volume, 0.2)
        [line] = order.picking_ids._oms_get_tracking_contents()
        self.assertEqual(line["quantity"], "4")

    def test_what_was_not_there_becomes_a_backorder_that_is_planned_later(self):
        order = self._partly_reserved()
        self.late = order.picking_ids.oms_window_end = datetime.now().replace(
            hour=23, minute=59, second=0, microsecond=0
        )
        plan = self._plan()
        plan.action_plan()
        plan.action_dispatch()
        trip = plan.trip_ids.with_user(self.driver)
        trip._start()
        trip.stop_ids._deliver()
        self.assertEqual(order.order_line.qty_delivered, 4)
        backorder = order.picking_ids.filtered(lambda p: p.state != "done")
        self.assertEqual(backorder.move_ids.product_uom_qty, 6)
        self.assertFalse(backorder.oms_stop_id)
        self.assertFalse(order.oms_delivered_at)
        self.assertEqual(backorder.oms_window_end, self.late)
        self._add_stock(self.warehouse, 6, order.order_line.product_id)
        backorder.action_assign()
        second = self._plan()
        second.action_plan()
        self.assertEqual(second.trip_ids.stop_ids.picking_ids, backorder)

    # === THE WAREHOUSE === #

    def test_goods_that_left_stock_and_came_back_on_the_van_are_planned_again(self):
        trip, orders = self._started_trip(1)
        picking = orders.picking_ids
        picking.with_context(skip_sms=True).button_validate()
        trip.stop_ids._fail(self.absent)
        again = self._plan()
        again.action_plan()
        self.assertEqual(again.trip_ids.stop_ids.picking_ids, picking)
        again.action_dispatch()
        second = again.trip_ids.with_user(self.driver)
        trip._finish()
        second._start()
        second.stop_ids._deliver()
        self.assertTrue(orders.oms_delivered_at)
        self.assertEqual(orders.order_line.qty_delivered, 1)
        third = self._plan()
        third.action_collect()
        self.assertFalse(third.picking_ids)

    def test_goods_that_were_taken_back_into_stock_are_not_planned_again(self):
        trip, orders = self._started_trip(1)
        picking = orders.picking_ids
        picking.with_context(skip_sms=True).button_validate()
        trip.stop_ids._fail(self.absent)
        wizard = (
            self.env["stock.return.picking"]
            .with_context(active_id=picking.id, active_model="stock.picking")
            .create({})
        )
        wizard.product_return_moves.quantity = 1
        wizard.action_create_returns()
        again = self._plan()
        again.action_collect()
        self.assertFalse(again.picking_ids)

    def test_what_the_customer_fetched_at_the_depot_is_not_driven_there(self):
        trip, orders = self._started_trip(2)
        for stop in trip.stop_ids[0]:
            stop._fail(self.absent)
        trip._finish()  # the other one comes back, too
        orders.picking_ids.with_context(skip_sms=True).button_validate()
        again = self._plan()
        again.action_collect()
        self.assertFalse(again.picking_ids)

    def test_what_was_handed_over_since_it_was_collected_is_on_no_trip(self):
        orders = self._orders(2)
        plan = self._plan()
        plan.action_collect()
        self.assertEqual(plan.picking_ids, orders.picking_ids)
        orders[0].picking_ids.with_context(skip_sms=True).button_validate()
        plan.action_plan()
        self.assertEqual(plan.trip_ids.stop_ids.picking_ids, orders[1].picking_ids)

    def test_a_return_received_since_it_was_collected_is_not_fetched(self):
        receipt = self.env["stock.picking"].create(
            {
                "picking_type_id": self.warehouse.in_type_id.id,
                "partner_id": self._partner("Ann", 31.2, 121.4).id,
                "location_id": self.env.ref("stock.stock_location_customers").id,
                "location_dest_id": self.warehouse.lot_stock_id.id,
                "oms_pickup": True,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": self.product.id,
                            "product_uom_qty": 1,
                            "location_id": self.env.ref(
                                "stock.stock_location_customers"
                            ).id,
                            "location_dest_id": self.warehouse.lot_stock_id.id,
                        }
                    )
                ],
            }
        )
        receipt.action_confirm()
        self._orders(1)
        plan = self._plan()
        plan.action_collect()
        self.assertIn(receipt, plan.picking_ids)
        receipt.button_validate()
        self.assertEqual(receipt.state, "done")
        plan.action_plan()
        self.assertNotIn(receipt, plan.trip_ids.stop_ids.picking_ids)

    def test_goods_of_a_trip_cancelled_after_loading_are_planned_again(self):
        orders = self._orders(1)
        plan = self._plan()
        plan.action_plan()
        plan.action_dispatch()
        orders.picking_ids.with_context(skip_sms=True).button_validate()
        plan.trip_ids.action_cancel()
        again = self._plan()
        again.action_plan()
        self.assertEqual(again.trip_ids.stop_ids.picking_ids, orders.picking_ids)

    def test_a_reservation_lost_on_the_road_is_taken_anew(self):
        trip, orders = self._started_trip(1)
        orders.picking_ids.do_unreserve()
        trip.stop_ids._deliver()
        self.assertEqual(orders.picking_ids.state, "done")
        self.assertEqual(orders.order_line.qty_delivered, 1)

    # === CANCELLING === #

    def test_a_salesman_cancels_an_order_that_is_on_a_trip(self):
        salesman = new_test_user(
            self.env,
            login="oms_only_sales",
            groups="sales_team.group_sale_salesman_all_leads",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        trip, orders = self._started_trip(2)
        orders[0].with_user(salesman)._action_cancel()
        self.assertEqual(orders[0].picking_ids.state, "cancel")
        self.assertEqual(trip.open_count, 1)

    def test_the_driver_of_a_cancelled_order_is_told_to_keep_the_goods(self):
        trip, orders = self._started_trip(2)
        stop = orders[0].picking_ids.oms_stop_id.with_user(self.driver)
        orders[0].picking_ids.action_cancel()
        with self.assertRaisesRegex(UserError, "taken off.*closed.*bring the goods"):
            stop._deliver()

    def test_a_stop_counts_only_the_parcels_that_are_left(self):
        orders = self._orders(2)
        orders[1].picking_ids.partner_id = orders[0].picking_ids.partner_id
        plan = self._plan()
        plan.action_plan()
        stop = plan.trip_ids.stop_ids
        self.assertEqual(stop.parcel_count, 2)
        orders[1].picking_ids.action_cancel()
        self.assertEqual(stop.parcel_count, 1)
        self.assertAlmostEqual(stop.weight, 10.0)

    def test_a_trip_that_lost_all_stops_does_not_hold_up_the_others(self):
        self._orders(8, spread=0.05)
        (self.van + self.other_van).oms_capacity_weight = 50  # both are needed
        plan = self._plan()
        plan.action_plan()
        empty, full = plan.trip_ids
        empty.stop_ids.picking_ids.action_cancel()
        plan.action_dispatch()
        self.assertEqual(empty.state, "cancel")
        self.assertEqual(full.state, "dispatched")
        self.assertEqual(plan.state, "dispatched")

    def test_a_plan_whose_trips_all_lost_their_stops_is_not_dispatched(self):
        orders = self._orders(8, spread=0.05)
        (self.van + self.other_van).oms_capacity_weight = 50  # both are needed
        plan = self._plan()
        plan.action_plan()
        self.assertEqual(len(plan.trip_ids), 2)
        orders.picking_ids.action_cancel()
        with self.assertRaisesRegex(UserError, "no stops"):
            plan.action_dispatch()
        self.assertEqual(plan.state, "planned")

    # === ODD INPUT === #

    def test_a_transfer_without_contact_does_not_stop_the_planning(self):
        orders = self._orders(2)
        orders[0].picking_ids.partner_id = False
        plan = self._plan()
        plan.action_plan()
        self.assertEqual(plan.trip_ids.stop_ids.picking_ids, orders[1].picking_ids)
        self.assertEqual(plan.unserved_ids.picking_id, orders[0].picking_ids)
        self.assertEqual(plan.unserved_ids.reason, "no_position")

    def test_a_second_trip_of_a_van_on_the_road_is_refused_readably(self):
        self._started_trip(1)
        self._orders(1)
        second = self._plan(vehicle_ids=[Command.set(self.van.ids)])
        second.action_plan()
        second.action_dispatch()
        with self.assertRaisesRegex(UserError, "on the road already"):
            second.trip_ids.with_user(self.driver)._start()

    def test_two_trips_of_a_van_are_not_started_together(self):
        for _number in range(2):
            self._orders(1)
            plan = self._plan(vehicle_ids=[Command.set(self.van.ids)])
            plan.action_plan()
            plan.action_dispatch()
        trips = self.van.env["oms.trip"].search([("vehicle_id", "=", self.van.id)])
        self.assertEqual(len(trips), 2)
        with self.assertRaisesRegex(UserError, "on the road already"):
            trips.action_start()
