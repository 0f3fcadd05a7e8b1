import base64
import json
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..calls.client import Answer
from ..calls.errors import CallError
from .common_intake import IntakeCase

REQUEST = "odoo.addons.oms_addon.calls.client.call"


@tagged("post_install", "-at_install")
class TestPoll(IntakeCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.shop = cls.env["oms.channel"].create(
            {
                "name": "Woo",
                "kind": "woocommerce",
                "base_url": "https://shop.example.com",
                "poll": True,
            }
        )
        cls.env["oms.channel.secret"].create(
            [
                {"channel_id": cls.shop.id, "name": name, "value": "x"}
                for name in cls.shop._adapter().secret_fields
            ]
        )

    def answer(self, orders, pages=1):
        body = json.dumps(orders).encode()
        headers = {"x-wp-totalpages": str(pages), "x-wp-total": str(len(orders))}
        return Answer(200, headers, body)

    def woo_order(self, number):
        return {
            "id": number,
            "number": str(number),
            "status": "processing",
            "currency": self.env.company.currency_id.name,
            "date_modified_gmt": f"2026-11-23T08:00:{number:02d}",
            "date_created_gmt": "2026-11-23T08:00:00",
            "total": "0.00",
            "billing": {"first_name": "A", "email": f"a{number}@example.com"},
            "line_items": [
                {
                    "id": 1,
                    "sku": "TEA-01",
                    "quantity": 1,
                    "subtotal": "0.00",
                    "total": "0.00",
                    "total_tax": "0.00",
                    "price": 0,
                }
            ],
        }

    def test_what_the_platform_lists_is_kept_once_however_often_it_is_asked(self):
        orders = [self.woo_order(1), self.woo_order(2)]
        with patch(REQUEST, return_value=self.answer(orders)):
            self.shop.action_poll()
            self.shop.action_poll()
        messages = self.env["oms.inbox.message"].search(
            [("channel_id", "=", self.shop.id)]
        )
        self.assertEqual(len(messages), 2)
        self.assertTrue(self.shop.poll_cursor)
        messages._process()
        self.assertEqual(set(messages.mapped("outcome")), {"created"})

    def test_a_platform_that_does_not_answer_says_so_and_keeps_its_place(self):
        with patch(REQUEST, side_effect=CallError("unreachable", detail="OSError")):
            with self.assertRaises(UserError):
                self.shop.action_poll()
        self.assertFalse(self.shop.poll_cursor)

    def test_an_answer_that_nobody_foresaw_stops_no_other_channel(self):
        other = self.shop.copy({"name": "Woo 2", "poll": True})
        self.env["oms.channel.secret"].create(
            [
                {"channel_id": other.id, "name": name, "value": "x"}
                for name in other._adapter().secret_fields
            ]
        )
        answers = [AttributeError("odd"), self.answer([self.woo_order(3)])]
        with patch(REQUEST, side_effect=answers), self.enter_registry_test_mode():
            self.env.ref("oms_addon.ir_cron_poll").method_direct_trigger()
        errors = [error for error in (self.shop | other).mapped("poll_error") if error]
        self.assertEqual(len(errors), 1)
        self.assertIn("AttributeError: odd", errors[0])
        channels = (self.shop | other).ids
        self.assertTrue(
            self.env["oms.inbox.message"].search([("channel_id", "in", channels)])
        )

    def test_who_may_not_change_a_channel_does_not_make_it_ask(self):
        with patch(REQUEST) as ask, self.assertRaises(AccessError):
            self.shop.with_user(self.clerk).action_poll()
        ask.assert_not_called()

    def test_a_file_uploaded_twice_makes_its_orders_once(self):
        files = self.env["oms.channel"].create(
            {"name": "Files", "kind": "csv", "on_account": True}
        )
        text = "order,sku,qty,price,name\nF-1,TEA-01,2,60,Ada\nF-2,CUP-01,1,25,Ada\n"
        for _time in range(2):
            action = (
                self.env["oms.channel.upload"]
                .with_user(self.clerk)
                .create(
                    {
                        "channel_id": files.id,
                        "file": base64.b64encode(text.encode()),
                        "filename": "orders.csv",
                    }
                )
                .action_upload()
            )
        messages = self.env["oms.inbox.message"].search(action["domain"])
        self.assertIn("split", messages.mapped("state"))
        orders = self.env["sale.order"].search([("oms_channel_id", "=", files.id)])
        self.assertEqual(len(orders), 2)
