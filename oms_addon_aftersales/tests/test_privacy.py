from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from odoo.addons.oms_addon.tests.common_privacy import places_of, unclassed

from .common import AftersalesCommon

WORDS = ("Unmistakable scratch", "whispered")
# Fields of this addon that hold words, but none about a person.
HARMLESS = {
    "oms.case": ("name", "portal_key"),
    "oms.case.type": ("name",),
    "oms.return": ("name", "portal_key", "decision_values", "channel_refund_id"),
    "oms.return.policy": ("name", "refusal_text"),
    "oms.return.reason": ("name",),
}


@tagged("post_install", "-at_install")
class TestPrivacy(AftersalesCommon):
    """What customers wrote and sent goes with them, or with age."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls._create_order(cls.shirt)
        cls.rma = cls._ask(cls.order, note=WORDS[0])
        cls.case = cls.env["oms.case"].create(
            {
                "subject": WORDS[0],
                "description": WORDS[1],
                "order_id": cls.order.id,
                "partner_id": cls.customer.id,
            }
        )
        for record in (cls.rma, cls.case):
            record.message_post(body=WORDS[1], message_type="comment")
            cls.env["ir.attachment"].create(
                {
                    "name": f"{WORDS[0]}.txt",
                    "raw": b"picture",
                    "res_model": record._name,
                    "res_id": record.id,
                }
            )

    def attachments(self):
        return self.env["ir.attachment"].search(
            [("res_model", "in", ("oms.case", "oms.return")), ("res_field", "=", False)]
        )

    def test_every_field_for_words_is_classed(self):
        self.assertEqual(unclassed(self.env, "oms_addon_aftersales", HARMLESS), [])

    def test_an_erased_customer_takes_words_and_pictures_along(self):
        self.assertGreater(len(places_of(self.env, *WORDS)), 3)
        privacy = self.env["oms.privacy"]
        state, amount = self.rma.state, self.rma.line_ids.mapped("quantity")
        privacy._erase(privacy._find(self.customer))
        self.env.invalidate_all()
        self.assertEqual(places_of(self.env, *WORDS), [])
        self.assertFalse(self.attachments())
        self.assertEqual(self.rma.state, state)
        self.assertEqual(self.rma.line_ids.mapped("quantity"), amount)

    def test_old_cases_go_and_open_ones_stay(self):
        young = self.case.copy({"subject": "Another"})
        for case in (self.case, young):
            case.solution = "Sorry"
            case.action_solve()
        self.case.solved_at = fields.Datetime.now() - timedelta(days=400)
        waiting = self.case.copy({"subject": "Open"})
        rule = self.env["oms.retention.rule"].create(
            {"kind": "cases", "days": 365, "company_id": self.company.id}
        )
        self.assertEqual((rule.held, rule.due), (2, 1))
        rule.sudo()._erase_batch()
        self.assertEqual(self.case.subject, "–")
        self.assertFalse(self.case.description)
        self.assertEqual((young.subject, waiting.subject), ("Another", "Open"))

    def test_old_returns_lose_their_notes(self):
        self.rma.action_cancel()
        self.rma.requested_at = fields.Datetime.now() - timedelta(days=400)
        rule = self.env["oms.retention.rule"].create(
            {"kind": "returns", "days": 365, "company_id": self.company.id}
        )
        rule.sudo()._erase_batch()
        self.assertFalse(self.rma.note)
        self.assertEqual(rule.sudo()._erase_batch(), 0)
