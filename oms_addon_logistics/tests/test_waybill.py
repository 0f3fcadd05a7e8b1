import psycopg2

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.oms_addon_logistics.waybill import is_valid

from .common import LogisticsCase


@tagged("post_install", "-at_install")
class TestWaybill(LogisticsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.generic = cls._carrier(
            "oms_generic",
            oms_waybill_prefix="SF",
            oms_waybill_digits=8,
            tracking_url="https://carrier.example/t/<shipmenttrackingnumber>",
        )

    def _pickings(self, count):
        pickings = self._orders(count).picking_ids
        pickings.carrier_id = self.generic
        return pickings.with_user(self.dispatcher)

    def test_each_transfer_gets_its_own_valid_number_before_validation(self):
        pickings = self._pickings(5)
        pickings.action_oms_assign_waybill()
        numbers = pickings.mapped("oms_waybill")
        self.assertEqual(len(set(numbers)), 5)
        self.assertTrue(all(is_valid(number, "luhn") for number in numbers))
        self.assertTrue(all(number.startswith("SF") for number in numbers))
        self.assertEqual(pickings.mapped("carrier_tracking_ref"), numbers)
        self.assertEqual(
            pickings[0].carrier_tracking_url,
            f"https://carrier.example/t/{numbers[0]}",
        )
        self.assertEqual(
            pickings.oms_tracking_event_ids.mapped("code"), ["waybill"] * 5
        )

    def test_assigning_twice_keeps_the_number(self):
        picking = self._pickings(1)
        picking.action_oms_assign_waybill()
        number = picking.oms_waybill
        picking.action_oms_assign_waybill()
        self.assertEqual(picking.oms_waybill, number)

    def test_numbers_are_drawn_in_one_query_for_many(self):
        few, many = self._pickings(2), self._pickings(20)
        few.action_oms_assign_waybill()  # makes the counter
        self.env.flush_all()
        before = self.cr.sql_log_count
        many.action_oms_assign_waybill()
        self.env.flush_all()
        self.assertLess(self.cr.sql_log_count - before, 25)

    def test_the_database_refuses_the_same_number_twice(self):
        first, second = self._pickings(2)
        first.action_oms_assign_waybill()
        with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.IntegrityError):
            second.sudo().oms_waybill = first.oms_waybill
            self.env.flush_all()

    def test_another_carrier_gives_another_number(self):
        other = self._carrier("oms_generic", oms_waybill_prefix="YT")
        picking = self._pickings(1)
        picking.action_oms_assign_waybill()
        picking.carrier_id = other
        self.assertFalse(picking.oms_waybill)
        self.assertFalse(picking.carrier_tracking_ref)
        picking.action_oms_assign_waybill()
        self.assertTrue(picking.oms_waybill.startswith("YT"))

    def test_the_end_of_the_range_is_told(self):
        self.generic.oms_waybill_last = 2
        pickings = self._pickings(3)
        pickings[:2].action_oms_assign_waybill()
        with self.assertRaisesRegex(UserError, "no waybill numbers left"):
            pickings[2].action_oms_assign_waybill()

    def test_the_counter_can_be_set(self):
        self.generic.oms_waybill_next = 500
        self.generic.oms_waybill_check = "none"
        picking = self._pickings(1)
        picking.action_oms_assign_waybill()
        self.assertEqual(picking.oms_waybill, "SF00000500")

    def test_validating_asks_the_carrier_and_finds_the_number(self):
        picking = self._pickings(1)
        picking.picking_type_id.sudo().print_label = True
        picking.with_context(skip_sms=True).button_validate()
        self.assertEqual(picking.state, "done")
        self.assertTrue(picking.oms_waybill)
        self.assertEqual(picking.carrier_tracking_ref, picking.oms_waybill)
        picking.cancel_shipment()
        self.assertFalse(picking.oms_waybill)
        self.assertFalse(picking.carrier_tracking_ref)

    def test_the_price_is_the_fixed_one(self):
        self.generic.fixed_price = 12.0
        order = self._orders(1)
        self.assertEqual(self.generic.rate_shipment(order)["price"], 12.0)

    def test_a_transfer_without_such_a_carrier_is_refused_kindly(self):
        picking = self._orders(1).picking_ids
        with self.assertRaisesRegex(UserError, "delivery method"):
            picking.action_oms_assign_waybill()

    def test_own_fleet_links_to_our_tracking_page(self):
        picking = self._orders(1).picking_ids
        picking.carrier_id = self.carrier
        picking.action_oms_assign_waybill()
        self.assertEqual(picking.carrier_tracking_url, picking.oms_tracking_url)
        self.assertIn(picking.oms_tracking_token, picking.oms_tracking_url)
