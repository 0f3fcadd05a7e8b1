from unittest.mock import patch

from odoo.tests import tagged

from ..calls.client import Answer
from .common_intake import IntakeCase

SEND = "odoo.addons.oms_addon.calls.client.call"


@tagged("post_install", "-at_install")
class TestOutbox(IntakeCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.shop = cls.env["oms.channel"].create(
            {
                "name": "Woo",
                "kind": "woocommerce",
                "base_url": "https://shop.example.com",
                "push_stock": True,
                "push_shipment": True,
                "stock_buffer": 2,
            }
        )
        cls.env["oms.channel.secret"].create(
            [
                {"channel_id": cls.shop.id, "name": name, "value": "x"}
                for name in cls.shop._adapter().secret_fields
            ]
        )
        cls.env["oms.channel.listing"].create(
            {
                "channel_id": cls.shop.id,
                "external_id": "11",
                "sku": "TEA-01",
                "product_id": cls.tea.id,
            }
        )

    def answer(self, status=200, body=b"{}"):
        return Answer(status, {}, body)

    def test_free_stock_is_told_less_the_buffer_and_only_when_it_changed(self):
        message = self.shop._push_stock()
        self.assertEqual(message.payload["levels"][0]["quantity"], 98)
        self.assertFalse(self.shop._push_stock())
        self.env["stock.quant"]._update_available_quantity(
            self.tea, self.warehouse.lot_stock_id, 5
        )
        self.assertEqual(self.shop._push_stock().payload["levels"][0]["quantity"], 103)

    def test_a_message_is_sent_once(self):
        message = self.shop._push_stock()
        with patch(SEND, return_value=self.answer()) as send:
            message._send()
        self.assertEqual(message.state, "sent")
        self.assertTrue(
            send.call_args.args[0].url.startswith("https://shop.example.com")
        )

    def test_a_refused_message_is_tried_again_later_and_at_last_shown(self):
        message = self.shop._push_stock()
        with patch(SEND, return_value=self.answer(500, b"down")):
            message._send()
            self.assertEqual(message.state, "queued")
            self.assertGreater(message.next_try, message.create_date)
            self.assertIn("500", message.error)
            for _attempt in range(10):
                if message.state == "queued":
                    message._send()
        self.assertEqual(message.state, "error")
        message.with_user(self.clerk).action_retry()
        self.assertEqual(message.state, "queued")

    def test_a_parcel_that_left_is_told_to_the_channel_once(self):
        self.shop.check_ids = False
        order = self.env["sale.order"].create(
            {
                "partner_id": self.env["res.partner"].create({"name": "B"}).id,
                "oms_channel_id": self.shop.id,
                "oms_external_id": "77",
                "order_line": [
                    (0, 0, {"product_id": self.tea.id, "oms_external_id": "L1"})
                ],
            }
        )
        order.action_confirm()
        order.picking_ids.move_ids.write({"quantity": 1, "picked": True})
        order.picking_ids.button_validate()
        message = self.env["oms.outbox.message"].search(
            [("picking_id", "=", order.picking_ids.id)]
        )
        self.assertEqual(message.payload["external_id"], "77")
        self.assertEqual(message.payload["lines"], [["L1", 1.0]])
        self.assertTrue(message.payload["complete"])
        with patch(SEND, return_value=self.answer()) as send:
            message._send()
        self.assertIn(b'"completed"', send.call_args_list[0].args[0].body)
