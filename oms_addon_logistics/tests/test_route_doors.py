from odoo import Command
from odoo.tests import tagged

from .common import LogisticsCase


@tagged("post_install", "-at_install")
class TestRouteDoors(LogisticsCase):
    """Several orders of one customer: together as far as one van can carry them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.skills = cls.env["oms.route.skill"].create(
            [{"name": name} for name in ("Cooling", "Tail Lift", "Glass Rack")]
        )

    def _goods(self, *skills):
        """A product that needs skills, in stock."""
        product = self.env["product.product"].create(
            {
                "name": "Goods",
                "is_storable": True,
                "weight": 10.0,
                "oms_skill_ids": [Command.link(skill.id) for skill in skills],
            }
        )
        self._add_stock(self.warehouse, 100, product)
        return product

    def _at_one_door(self, *batches):
        """Let all orders go to the customer of the first one.

        :return: their transfers
        """
        pickings = self.env["stock.picking"].union(
            *(orders.picking_ids for orders in batches)
        )
        pickings.partner_id = pickings[0].partner_id
        return pickings

    def test_more_than_one_van_carries_goes_on_several(self):
        pickings = self._at_one_door(self._orders(3, quantity=30))  # 300 kg each
        third = self._vehicle("沪A10003", self.driver)
        plan = self._plan()
        plan.action_plan()
        self.assertFalse(plan.unserved_ids)
        self.assertEqual(plan.trip_ids.stop_ids.picking_ids, pickings)
        self.assertEqual(plan.trip_ids.vehicle_id, self.van + self.other_van + third)
        self.assertFalse(any(plan.trip_ids.mapped("is_overloaded")))

    def test_what_is_too_much_for_one_tour_goes_on_a_later_one(self):
        """Two vans: two of the three orders are delivered at once, not none."""
        pickings = self._at_one_door(self._orders(3, quantity=30))
        plan = self._plan()
        plan.action_plan()
        self.assertEqual(plan.stop_count, 2)
        self.assertEqual(plan.unserved_ids.mapped("reason"), ["capacity"])
        later = self._plan()
        later.action_plan()
        self.assertFalse(later.unserved_ids)
        self.assertEqual((plan + later).trip_ids.stop_ids.picking_ids, pickings)

    def test_needs_of_different_vans_are_no_need_for_one_with_both(self):
        cooling, lift, _glass = self.skills
        self.van.oms_skill_ids = cooling
        self.other_van.oms_skill_ids = lift
        first = self._orders(1, product=self._goods(cooling))
        second = self._orders(1, product=self._goods(lift))
        self._at_one_door(first, second)
        plan = self._plan()
        plan.action_plan()
        self.assertFalse(plan.unserved_ids)
        self.assertEqual(first.picking_ids.oms_trip_id.vehicle_id, self.van)
        self.assertEqual(second.picking_ids.oms_trip_id.vehicle_id, self.other_van)

    def test_only_what_no_van_can_carry_is_left_out(self):
        cooling, _lift, glass = self.skills
        self.van.oms_skill_ids = cooling
        plain = self._orders(3)
        odd = self._orders(1, product=self._goods(glass))
        self._at_one_door(plain, odd)
        plan = self._plan()
        plan.action_plan()
        self.assertEqual(plan.unserved_ids.picking_id, odd.picking_ids)
        self.assertEqual(plan.unserved_ids.reason, "skill")
        self.assertEqual(plan.stop_count, 1)
        self.assertEqual(plan.trip_ids.stop_ids.picking_ids, plain.picking_ids)

    def test_a_door_of_two_vans_is_two_stops_with_their_own_loads(self):
        pickings = self._at_one_door(self._orders(2, quantity=40))  # 400 kg each
        plan = self._plan(vehicle_ids=[Command.set((self.van + self.other_van).ids)])
        plan.action_plan()
        self.assertFalse(plan.unserved_ids)
        self.assertEqual(plan.trip_ids.mapped("load_weight"), [400, 400])
        self.assertEqual(plan.trip_ids.stop_ids.mapped("weight"), [400, 400])
        self.assertEqual(plan.trip_ids.stop_ids.partner_id, pickings.partner_id)

    def test_exactly_full_is_not_too_much(self):
        """0.1 and 0.2 make 0.3, whatever binary fractions say."""
        self.product.weight = 0.1
        self.van.oms_capacity_weight = 0.3
        self._at_one_door(self._orders(1, quantity=1), self._orders(1, quantity=2))
        plan = self._plan(vehicle_ids=[Command.set(self.van.ids)])
        plan.action_plan()
        self.assertFalse(plan.unserved_ids)
        self.assertEqual(plan.stop_count, 1)
