from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from odoo.addons.oms_addon.tests.common_privacy import places_of, unclassed

from .common import LogisticsCase

WORDS = ("Unmistakable Neighbour", "whispered at the door")
PIXEL = (
    b"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9"
    b"awAAAABJRU5ErkJggg=="
)
# Fields of this addon that hold words, but none about a customer.
HARMLESS = {
    "delivery.carrier": ("oms_waybill_prefix",),
    "oms.driver.action": ("key", "action"),
    "oms.route.plan": ("name", "solver"),
    "oms.route.skill": ("name",),
    "oms.stop.failure.reason": ("code", "name"),
    "oms.tracking.event": ("key",),
    "oms.trip": ("name", "plate", "tz"),
    "stock.picking": ("oms_waybill",),
}


@tagged("post_install", "-at_install")
class TestPrivacy(LogisticsCase):
    """Proofs of delivery go with the person, or with age."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.orders = cls._orders(2)
        plan = cls._plan(cls)
        plan.action_plan()
        plan.action_dispatch()
        cls.trip = plan.trip_ids[:1]
        cls.trip._start()
        cls.stop = cls.trip.stop_ids[:1]
        cls.stop._deliver(
            {"recipient_name": WORDS[0], "photo": PIXEL, "signature": PIXEL}
        )
        cls.stop.note = WORDS[1]

    def test_every_field_for_words_is_classed(self):
        self.assertEqual(unclassed(self.env, "oms_addon_logistics", HARMLESS), [])

    def test_an_erased_customer_leaves_no_proof(self):
        privacy = self.env["oms.privacy"]
        found = privacy._find(self.stop.partner_id)
        self.assertIn(self.stop, found["oms.trip.stop"])
        _values, files = privacy._export(found)
        photo = files[f"oms.trip.stop/{self.stop.id}-photo"]
        self.assertTrue(photo)
        tokens = self.stop.picking_ids.mapped("oms_tracking_token")
        self.assertTrue(all(tokens))
        privacy._erase(found)
        self.env.invalidate_all()
        self.assertEqual(places_of(self.env, *WORDS, *tokens), [])
        self.assertFalse(self.stop.photo or self.stop.signature)
        self.assertEqual(self.stop.state, "delivered")
        self.assertTrue(self.stop.picking_ids.mapped("oms_waybill"))

    def test_old_proofs_go_young_ones_stay(self):
        rule = self.env["oms.retention.rule"].create(
            {"kind": "proofs", "days": 365, "company_id": self.company.id}
        )
        self.assertEqual((rule.held, rule.due), (1, 0))
        self.assertEqual(rule.sudo()._erase_batch(), 0)
        self.stop.done_at = fields.Datetime.now() - timedelta(days=400)
        self.assertEqual(rule.sudo()._erase_batch(), 1)
        self.assertFalse(self.stop.photo or self.stop.recipient_name)
        self.assertFalse(self.stop.picking_ids.mapped("oms_tracking_token")[0])
        self.assertEqual((rule.held, rule.due), (0, 0))
