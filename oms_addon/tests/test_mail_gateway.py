import base64

from odoo.tests import TransactionCase, tagged

MAIL = b"""From: Erika Muster <erika@example.com>\r
To: %(to)b\r
Subject: %(subject)b\r
Message-ID: <%(id)b@example.com>\r
Date: Mon, 23 Nov 2026 09:00:00 +0100\r
Content-Type: text/plain; charset=utf-8\r
\r
%(text)b\r
"""


@tagged("post_install", "-at_install")
class TestMailGateway(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.domain = cls.env["mail.alias.domain"].search([], limit=1) or cls.env[
            "mail.alias.domain"
        ].create({"name": "oms.example.com"})
        cls.env.company.alias_domain_id = cls.domain
        cls.channel = cls.env["oms.channel"].create({"name": "Mail", "kind": "email"})
        cls.channel.alias_id.alias_domain_id = cls.domain
        cls.env["product.product"].create(
            {"name": "Cup", "default_code": "CUP-500", "is_storable": True}
        )

    def deliver(self, name, subject, text):
        raw = MAIL % {
            b"to": self.channel.alias_id.alias_full_name.encode(),
            b"subject": subject,
            b"id": name,
            b"text": text,
        }
        self.env["mail.thread"].message_process(None, raw)
        return raw, self.env["oms.inbox.message"].search(
            [("channel_id", "=", self.channel.id)], limit=1
        )

    def test_a_mail_with_an_order_becomes_an_order(self):
        raw, message = self.deliver(b"o1", b"Order", b"Please send\r\n10 x CUP-500\r\n")
        self.assertEqual(base64.b64decode(message.body), raw)
        message._process()
        self.assertEqual(message.outcome, "created")
        self.assertEqual(message.order_id.order_line.product_uom_qty, 10)
        self.assertEqual(message.order_id.partner_id.email, "erika@example.com")

    def test_a_mail_with_a_question_becomes_a_lead(self):
        _raw, message = self.deliver(b"q1", b"Question", b"Do you ship to Malta?")
        message._process()
        self.assertEqual(message.lead_id.name, "Question")

    def test_the_same_mail_twice_is_one_message(self):
        self.deliver(b"t1", b"Order", b"3 x CUP-500")
        _raw, message = self.deliver(b"t1", b"Order", b"3 x CUP-500")
        self.assertEqual(message.delivery_count, 2)
        message._process()
        orders = self.env["sale.order"].search_count(
            [("oms_channel_id", "=", self.channel.id)]
        )
        self.assertEqual(orders, 1)
