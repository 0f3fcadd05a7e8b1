import base64
import gzip
import hashlib
import hmac
from http.client import HTTPConnection

from odoo.tests import HttpCase, tagged

SECRET = "whsec-wire"
BODY = b'{"id": 9, "status": "processing"}'


@tagged("post_install", "-at_install")
class TestWebhookWire(HttpCase):
    """What platforms and strangers put on the wire, header by header."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.channel = cls.env["oms.channel"].create(
            {"name": "Wire", "kind": "woocommerce", "timezone": "UTC"}
        )
        cls.env["oms.channel.secret"].create(
            {"channel_id": cls.channel.id, "name": "webhook_secret", "value": SECRET}
        )

    def signature(self, body):
        digest = hmac.new(SECRET.encode(), body, hashlib.sha256).digest()
        return base64.b64encode(digest)

    def send(self, body, *signatures, chunks=None, **headers):
        """Post with each signature in a header of its own.

        :return: the HTTP status.
        """
        self.env.cr.flush()
        self.env.cr.clear()
        with self.allow_requests():
            line = HTTPConnection("127.0.0.1", self.http_port(), timeout=30)
            line.putrequest("POST", f"/oms/webhook/{self.channel.token}")
            cookies = "; ".join(f"{c.name}={c.value}" for c in self.opener.cookies)
            line.putheader("Cookie", cookies)
            for signature in signatures:
                line.putheader("X-WC-Webhook-Signature", signature)
            for name, value in headers.items():
                line.putheader(name.replace("_", "-"), value)
            if chunks:
                line.putheader("Transfer-Encoding", "chunked")
                line.endheaders(iter(chunks), encode_chunked=True)
            else:
                line.putheader("Content-Length", str(len(body)))
                line.endheaders(body)
            answer = line.getresponse()
            answer.read()
            line.close()
        self.env.invalidate_all()
        return answer.status

    def kept(self):
        messages = self.env["oms.inbox.message"].search(
            [("channel_id", "=", self.channel.id)]
        )
        return [base64.b64decode(message.body) for message in messages]

    def test_signatures_that_prove_nothing_are_refused_and_nothing_is_kept(self):
        right = self.signature(BODY)
        for name, signatures in {
            "none": [],
            "empty": [b""],
            "wrong": [b"d3Jvbmc="],
            "no base64": [b"?"],
            "not ASCII": ["größer".encode("latin-1")],
            "right and wrong": [right, b"d3Jvbmc="],
            "wrong and right": [b"d3Jvbmc=", right],
        }.items():
            with self.subTest(name):
                self.assertEqual(self.send(BODY, *signatures), 401)
        self.assertFalse(self.kept())

    def test_a_body_in_chunks_is_kept_byte_for_byte(self):
        status = self.send(BODY, self.signature(BODY), chunks=[BODY[:7], BODY[7:]])
        self.assertEqual(status, 200)
        self.assertEqual(self.kept(), [BODY])

    def test_a_packed_body_is_kept_as_it_came(self):
        packed = gzip.compress(BODY)
        status = self.send(packed, self.signature(packed), Content_Encoding="gzip")
        self.assertEqual(status, 200)
        self.assertEqual(self.kept(), [packed])
