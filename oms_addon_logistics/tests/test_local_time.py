from datetime import date, datetime
from zoneinfo import ZoneInfo

from odoo import Command
from odoo.tests import tagged

from .common import LogisticsCase

BERLIN = ZoneInfo("Europe/Berlin")


@tagged("post_install", "-at_install")
class TestLocalTime(LogisticsCase):
    """A Chinese company with a warehouse in Germany: clocks of the place count."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.partner_id.tz = "Asia/Shanghai"
        cls.duisburg = cls.env["stock.warehouse"].create(
            {"name": "Duisburg", "code": "DU", "company_id": cls.company.id}
        )
        cls.germany = cls.env.ref("base.de")
        cls.duisburg.partner_id = cls._partner(
            "Depot DU", 51.43, 6.76, country_id=cls.germany.id
        )
        cls._add_stock(cls.duisburg, 100)
        cls.eu_van = cls._vehicle(
            "DU-CF 204",
            cls.driver,
            oms_warehouse_id=cls.duisburg.id,
            oms_shift_start=7.5,
            oms_shift_end=16.5,
        )

    def _german_orders(self, count):
        return self._orders(
            count,
            warehouse=self.duisburg,
            around=(51.43, 6.76),
            country_id=self.germany.id,
        )

    def _german_plan(self, **values):
        today = datetime.now(BERLIN).date()
        houses = self.duisburg + self.warehouse
        return self._plan(date=today, warehouse_ids=[Command.set(houses.ids)], **values)

    def _local(self, moment):
        return moment.replace(tzinfo=ZoneInfo("UTC")).astimezone(BERLIN)

    def test_the_shift_is_that_of_the_depots_clock(self):
        self._german_orders(3)
        plan = self._german_plan()
        plan.action_plan()
        trip = plan.trip_ids
        self.assertEqual(trip.tz, "Europe/Berlin")
        start, end = self._local(trip.planned_start), self._local(trip.planned_end)
        self.assertEqual((start.hour, start.minute), (7, 30))
        self.assertEqual(start.date(), plan.date)
        self.assertLess(end.hour, 17)
        trip.action_evaluate()
        self.assertEqual(self._local(trip.planned_start), start)

    def test_a_window_of_the_afternoon_there_is_met(self):
        orders = self._german_orders(2)
        plan = self._german_plan()
        opening = plan._to_utc(14.0, self.duisburg)
        self.assertEqual(self._local(opening).hour, 14)
        orders[0].picking_ids.write(
            {
                "oms_window_start": opening,
                "oms_window_end": plan._to_utc(15.0, self.duisburg),
            }
        )
        plan.action_plan()
        self.assertFalse(plan.unserved_ids)
        stop = orders[0].picking_ids.oms_stop_id
        self.assertEqual(self._local(stop.planned_arrival).hour, 14)
        self.assertFalse(stop.is_late)

    def test_the_day_ends_where_the_warehouse_is(self):
        here, there = self._orders(1), self._german_orders(1)
        plan = self._german_plan()
        # 23:30 in Duisburg is the next morning in China.
        self.warehouse.partner_id.tz = "Asia/Shanghai"
        late = plan._to_utc(23.5, self.duisburg)
        (here + there).picking_ids.scheduled_date = late
        plan.action_collect()
        self.assertEqual(plan.picking_ids, there.picking_ids)

    def test_a_shift_keeps_its_hours_when_the_clocks_change(self):
        plan = self._german_plan()
        plan.date = date(2026, 3, 29)
        self.assertEqual(plan._to_seconds(8.0, self.duisburg), 7 * 3600)
        plan.date = date(2026, 10, 25)
        self.assertEqual(plan._to_seconds(8.0, self.duisburg), 9 * 3600)

    def test_address_then_country_then_company_says_the_zone(self):
        depot = self.duisburg.partner_id
        self.assertEqual(self.duisburg._oms_get_timezone(), "Europe/Berlin")
        depot.tz = "Europe/Amsterdam"
        self.assertEqual(self.duisburg._oms_get_timezone(), "Europe/Amsterdam")
        depot.write({"tz": False, "country_id": self.env.ref("base.us").id})
        self.assertEqual(self.duisburg._oms_get_timezone(), "Asia/Shanghai")

    def test_sheet_and_forms_show_the_local_time(self):
        self._german_orders(1)
        plan = self._german_plan()
        plan.action_plan()
        trip = plan.trip_ids
        stop = trip.stop_ids
        html, _kind = (
            self.env["ir.actions.report"]
            .with_user(self.dispatcher)
            ._render_qweb_html("oms_addon_logistics.report_trip_sheet", trip.ids)
        )
        arrival = f"{self._local(stop.planned_arrival):%H:%M}"
        self.assertIn(">07:30<", html.decode())
        self.assertIn(f">{arrival}<", html.decode())
        self.assertEqual(stop.local_arrival, arrival)
        from_china = trip.with_context(tz="Asia/Shanghai")
        self.assertIn("07:30", from_china.local_times)
        self.assertIn("Europe/Berlin", from_china.local_times)
        self.assertFalse(trip.with_context(tz="Europe/Berlin").local_times)

    def test_the_customer_reads_the_time_at_the_door(self):
        orders = self._german_orders(1)
        orders.partner_shipping_id.tz = "Asia/Shanghai"  # of who entered the contact
        values = orders.picking_ids._oms_get_tracking_values()
        self.assertEqual(values["timezone"], "Europe/Berlin")
        orders.partner_shipping_id.country_id = self.env.ref("base.us")
        values = orders.picking_ids._oms_get_tracking_values()
        self.assertEqual(values["timezone"], "Europe/Berlin", "of the depot")

    def test_a_warehouse_without_address_has_the_companys_time(self):
        self.duisburg.partner_id = False
        self.assertEqual(self.duisburg._oms_get_timezone(), "Asia/Shanghai")
        plan = self._german_plan()
        plan.action_collect()
        self.assertFalse(plan.picking_ids)

    def test_a_parcel_without_contact_has_a_tracking_page(self):
        picking = self._german_orders(1).picking_ids
        picking.partner_id = False
        values = picking._oms_get_tracking_values()
        self.assertEqual(values["timezone"], "Europe/Berlin")
