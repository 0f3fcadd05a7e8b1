import base64
import hashlib
import hmac
import json

from odoo.tests import HttpCase, tagged

SECRET = "whsec-test"


@tagged("post_install", "-at_install")
class TestWebhook(HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.channel = cls.env["oms.channel"].create(
            {"name": "Shop", "kind": "woocommerce", "timezone": "UTC"}
        )
        cls.env["oms.channel.secret"].create(
            {
                "channel_id": cls.channel.id,
                "name": "webhook_secret",
                "value": SECRET,
            }
        )

    def post(self, body, token=None, signature=None, **headers):
        if signature is None:
            digest = hmac.new(SECRET.encode(), body, hashlib.sha256).digest()
            signature = base64.b64encode(digest).decode()
        return self.url_open(
            f"/oms/webhook/{token or self.channel.token}",
            data=body,
            headers={
                "Content-Type": "application/json",
                "X-WC-Webhook-Signature": signature,
                **headers,
            },
        )

    def messages(self):
        self.env.invalidate_all()
        return self.env["oms.inbox.message"].search(
            [("channel_id", "=", self.channel.id)]
        )

    def test_a_signed_message_is_kept_byte_for_byte(self):
        body = json.dumps({"id": 7, "status": "processing"}, indent=3).encode()
        answer = self.post(body)
        self.assertEqual(answer.status_code, 200)
        message = self.messages()
        self.assertEqual(answer.json()["message"], message.id)
        self.assertEqual(base64.b64decode(message.body), body)

    def test_a_wrong_signature_gets_401_and_leaves_nothing(self):
        self.assertEqual(self.post(b"{}", signature="d3Jvbmc=").status_code, 401)
        self.assertEqual(self.post(b"{}", signature="").status_code, 401)
        self.assertFalse(self.messages())

    def test_a_channel_without_secret_accepts_nothing(self):
        self.channel.secret_ids.unlink()
        self.assertEqual(self.post(b"{}").status_code, 401)
        self.assertFalse(self.messages())

    def test_an_unknown_token_gets_404(self):
        self.assertEqual(self.post(b"{}", token="nonsense").status_code, 404)

    def test_a_message_of_20_megabytes_gets_413(self):
        self.assertEqual(self.post(b" " * 20_000_000).status_code, 413)
        self.assertFalse(self.messages())

    def test_the_platforms_ping_is_answered_and_not_kept(self):
        answer = self.url_open(
            f"/oms/webhook/{self.channel.token}",
            data=b"webhook_id=3",
            headers={"Content-Type": "application/x-www-form-urlencoded"},
        )
        self.assertEqual(answer.status_code, 200)
        self.assertFalse(self.messages())

    def test_the_answer_to_a_redelivery_names_the_same_message(self):
        body = b'{"id": 8, "status": "processing"}'
        first, second = self.post(body).json(), self.post(body).json()
        self.assertEqual(first["message"], second["message"])
        self.assertEqual(len(self.messages()), 1)

    def test_no_secret_is_kept_with_the_message(self):
        self.post(b'{"id": 9}', Authorization="Bearer very-secret")
        self.assertNotIn("very-secret", json.dumps(self.messages().headers))
