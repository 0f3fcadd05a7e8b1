import json

from odoo.tests import HttpCase, tagged

from .common_intake import IntakeCase


@tagged("post_install", "-at_install")
class TestTours(IntakeCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        (cls.clerk | cls.manager).write({"lang": "en_US"})

    def test_a_broken_message_is_read_corrected_and_replayed(self):
        message = self.receive(body=b'{"external_id": "A-1", ')
        self.start_tour("/odoo/oms-inbox", "oms_inbox_error", login="oms_clerk")
        message.with_user(self.clerk).body_text = json.dumps(self.document())
        self.start_tour("/odoo/oms-inbox", "oms_inbox_replay", login="oms_clerk")
        self.assertEqual(message.state, "done")

    def test_an_order_on_hold_is_released_and_confirmed(self):
        order = self.receive(
            self.document(
                total="125.00", payments=[{"external_id": "p", "amount": "125.00"}]
            )
        ).order_id
        self.start_tour("/odoo/oms-orders", "oms_hold", login="oms_boss")
        self.assertEqual(order.state, "sale")
        self.assertEqual(order.oms_stage, "reserved")
