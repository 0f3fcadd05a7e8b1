import base64
import hashlib
import hmac
import json
from unittest.mock import patch

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from ..adapters.base import InboundRequest, SignatureError
from ..calls.client import Answer
from ..calls.conversation import PlatformAway
from .common_intake import IntakeCase
from .test_outbox import SEND

CALLING = ("shopify", "woocommerce", "taobao")
ADDRESS = "https://shop.example.com"
# Ways in which somebody who is no administrator could lead calls elsewhere.
CHANGES = (
    {"base_url": "https://evil.example.com"},
    {"base_url": "https://shop.example.com.evil.example"},
    {"base_url": "https://shop.example.com:8443"},
    {"base_url": "https://shop.example.com/other-tenant"},
    {"base_url": False},
)


@tagged("post_install", "-at_install")
class TestCallSecrets(IntakeCase):
    """A secret goes nowhere but to the address it was entered for."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.shops = {kind: cls.make_shop(kind) for kind in CALLING}

    @classmethod
    def make_shop(cls, kind):
        shop = cls.env["oms.channel"].create(
            {"name": kind, "kind": kind, "base_url": ADDRESS, "poll": True}
        )
        cls.enter_secrets(shop)
        return shop

    @classmethod
    def enter_secrets(cls, shop):
        shop.secret_ids.unlink()
        cls.env["oms.channel.secret"].create(
            [
                {"channel_id": shop.id, "name": name, "value": f"top-secret-{name}"}
                for name in shop._adapter().secret_fields
            ]
        )

    def ask(self, shop):
        """Let the manager ask the platform; return the calls that were made."""
        with patch(SEND, return_value=Answer(200, {}, b"{}")) as send:
            try:
                shop.with_user(self.manager).action_poll()
                said = ""
            except UserError as error:
                said = str(error)
        return [call.args[0] for call in send.call_args_list], said

    def test_a_new_address_locks_the_secrets_until_they_are_entered_again(self):
        for kind, shop in self.shops.items():
            for change in CHANGES:
                with self.subTest(kind=kind, **change):
                    self.assertTrue(self.ask(shop)[0])
                    shop.with_user(self.manager).write(change)
                    calls, said = self.ask(shop)
                    self.assertFalse(calls)
                    if change["base_url"]:
                        self.assertIn("entered for another platform address", said)
                    self.assertTrue(shop.with_user(self.manager).has_locked_secrets)
                    shop.base_url = ADDRESS
                    self.assertFalse(shop.has_locked_secrets)
                    self.assertTrue(self.ask(shop)[0])

    def test_the_address_in_another_spelling_is_the_same(self):
        shop = self.shops["shopify"]
        for spelling in ("https://Shop.Example.com/", "https://shop.example.com:443"):
            shop.base_url = spelling
            self.assertFalse(shop.has_locked_secrets)

    def test_an_administrator_enters_them_again_in_one_step_with_the_address(self):
        shop = self.shops["shopify"]
        token = shop.secret_ids.filtered(lambda s: s.name == "access_token")
        shop.write(
            {
                "base_url": "https://new.example.com",
                "secret_ids": [Command.update(token.id, {"value": "new-token"})],
            }
        )
        calls, _said = self.ask(shop)
        self.assertTrue(calls[0].url.startswith("https://new.example.com/"))
        self.assertEqual(calls[0].headers["X-Shopify-Access-Token"], "new-token")

    def test_webhooks_are_still_verified_while_secrets_are_locked(self):
        shop = self.shops["shopify"]
        shop.base_url = "https://evil.example.com"
        secret, body = b"top-secret-webhook_secret", b"{}"
        digest = hmac.new(secret, body, hashlib.sha256).digest()
        signature = base64.b64encode(digest).decode()
        shop._verify(InboundRequest(body, {"x-shopify-hmac-sha256": signature}))
        with self.assertRaises(SignatureError):
            shop._verify(InboundRequest(b"{ }", {"x-shopify-hmac-sha256": signature}))

    def test_no_setting_leads_calls_elsewhere(self):
        shop = self.shops["shopify"].with_user(self.manager)
        for options in (
            {"base_url": "https://evil.example.com"},
            {"address": "https://evil.example.com"},
            {"secret": "x"},
        ):
            with self.assertRaises(ValidationError):
                shop.options_text = json.dumps(options)
        for version in ("../../../evil", "2025-10/../..", "@evil.example.com/", 7):
            shop.options_text = json.dumps({"api_version": version})
            calls, said = self.ask(shop)
            self.assertFalse(calls)
            self.assertIn("api_version", said)

    def test_ids_of_orders_and_articles_lead_nowhere_else_in_the_shop(self):
        for kind in ("shopify", "woocommerce"):
            shop = self.shops[kind]
            message = self.env["oms.outbox.message"].create(
                {
                    "channel_id": shop.id,
                    "kind": "shipment",
                    "payload": {"external_id": "1/../../../evil?x=1#"},
                }
            )
            with patch(SEND, return_value=Answer(200, {}, b"{}")) as send:
                message._send()
            for call in send.call_args_list:
                self.assertNotIn("/..", call.args[0].url)
                self.assertNotIn("?", call.args[0].url)

    def test_only_administrators_allow_a_host_without_protection(self):
        shop = self.shops["woocommerce"]
        managed = shop.with_user(self.manager)
        for address in ("http://shop.example.com", "http://127.0.0.1:8069"):
            with self.assertRaises(ValidationError):
                managed.base_url = address
        with self.assertRaises(AccessError):
            managed.allowed_host = "127.0.0.1"
        with self.assertRaises(AccessError):
            self.env["oms.channel"].with_user(self.manager).create(
                {"name": "Mine", "kind": "woocommerce", "allowed_host": "127.0.0.1"}
            )
        with self.assertRaises(AccessError):
            self.env["oms.channel"].with_user(self.manager).with_context(
                default_allowed_host="127.0.0.1"
            ).create({"name": "Mine", "kind": "woocommerce"})
        shop.write({"allowed_host": "127.0.0.1", "base_url": "http://127.0.0.1:80"})
        managed.write({"name": "Renamed", "allowed_host": "127.0.0.1"})
        self.assertFalse(managed.copy().allowed_host)
        with self.assertRaises(AccessError):
            managed.secret_ids.read(["value"])

    def test_what_is_no_host_can_not_be_allowed(self):
        shop = self.shops["woocommerce"]
        for host in ("http://a.example", "a.example:80", "2130706433", "a b", "*"):
            with self.assertRaises(ValidationError), self.env.cr.savepoint():
                shop.allowed_host = host

    def test_what_a_platform_says_is_shown_without_what_it_was_sent(self):
        echo = {
            name: f"Bearer top-secret-{name}"
            for name in ("access_token", "consumer_key", "app_key", "X-Key")
        }
        mean = [
            (500, json.dumps({"errors": echo, "message": echo})),
            (500, json.dumps({"errors": str(echo), "message": str(echo)})),
            (400, json.dumps({"errors": echo, "message": str(echo)})),
            (400, json.dumps({"errors": [str(echo)], "error_response": echo})),
            (200, json.dumps({"errors": [{"message": str(echo)}]})),
            (200, json.dumps({"error_response": {"msg": str(echo), "code": "1"}})),
            (403, json.dumps({"message": "mail eve@example.com or +49 30 1234567"})),
            (404, "<html>top-secret-access_token</html>"),
        ]
        for shop in self.shops.values():
            for status, body in mean:
                answer = Answer(status, {"x-echo": str(echo)}, body.encode())
                with patch(SEND, return_value=answer):
                    try:
                        shop.with_user(self.manager).action_poll()
                        said = ""
                    except UserError as error:
                        said = str(error)
                for secret in ("top-secret", "eve@", "1234567", "<html>"):
                    self.assertNotIn(secret, said)

    def test_a_refusal_still_says_what_is_wrong(self):
        body = json.dumps({"errors": {"phone": ["is invalid"]}}).encode()
        with patch(SEND, return_value=Answer(422, {}, body)):
            with self.assertRaisesRegex(UserError, "422.*phone: is invalid"):
                self.shops["shopify"].action_poll()

    def test_a_page_of_somebody_else_is_no_success(self):
        for kind, shop in self.shops.items():
            message = self.env["oms.outbox.message"].create(
                {
                    "channel_id": shop.id,
                    "kind": "shipment",
                    "payload": {"external_id": "1"},
                }
            )
            page = Answer(200, {}, b"<html>This domain is for sale</html>")
            with self.subTest(kind=kind), patch(SEND, return_value=page):
                message._send()
                self.assertEqual(message.state, "queued")
                self.assertTrue(message.error)

    def test_a_platform_that_asks_for_time_gets_it(self):
        shop = self.shops["woocommerce"]
        message = self.env["oms.outbox.message"].create(
            {"channel_id": shop.id, "kind": "shipment", "payload": {"external_id": "1"}}
        )
        with patch(SEND, side_effect=PlatformAway(503, 1800)):
            message._send()
        waited = message.next_try - message.write_date
        self.assertGreaterEqual(waited.total_seconds(), 1790)

    def test_administrators_learn_once_that_a_channel_can_not_be_called(self):
        shop = self.shops["shopify"]
        shop.base_url = "https://evil.example.com"
        self.env["oms.channel"].search([("id", "!=", shop.id)]).poll = False
        for _time in range(2):
            with patch(SEND) as send, self.enter_registry_test_mode():
                shop.poll_next = False
                self.env.ref("oms_addon.ir_cron_poll").method_direct_trigger()
            send.assert_not_called()
        tasks = shop.activity_ids
        self.assertEqual(len(tasks), 1)
        self.assertTrue(tasks.user_id._has_group("base.group_system"))
        self.assertIn("another platform address", tasks.note)

    def test_what_waited_goes_once_the_channel_is_mended(self):
        shop = self.shops["woocommerce"]
        message = self.env["oms.outbox.message"].create(
            {"channel_id": shop.id, "kind": "shipment", "payload": {"external_id": "1"}}
        )
        shop.base_url = "https://new.example.com"
        with patch(SEND) as send:
            message._send()
            send.assert_not_called()
        self.enter_secrets(shop)
        self.assertLessEqual(message.next_try, fields.Datetime.now())
        with patch(SEND, return_value=Answer(200, {}, b"{}")):
            message._send()
        self.assertEqual(message.state, "sent")
