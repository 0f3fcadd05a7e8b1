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
        message._process()
        message._add_up_waiting()
        self.assertEqual(message.delivery_count, 2)
        orders = self.env["sale.order"].search_count(
            [("oms_channel_id", "=", self.channel.id)]
        )
        self.assertEqual(orders, 1)

    def test_a_clerk_reads_the_words_of_a_mail_and_corrects_them(self):
        """The words are shown decoded; the mail as received stays beside them."""
        text = base64.encodebytes("请发 10 x CUP-501".encode())
        head = MAIL % {
            b"to": self.channel.alias_id.alias_full_name.encode(),
            b"subject": b"Order",
            b"id": b"c1",
            b"text": text,
        }
        raw = head.replace(
            b"charset=utf-8\r\n",
            b"charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n",
        )
        self.env["mail.thread"].message_process(None, raw)
        message = self.env["oms.inbox.message"].search(
            [("channel_id", "=", self.channel.id)], limit=1
        )
        self.assertEqual(message.body_text, "请发 10 x CUP-501")
        message.body_text = "请发 10 x CUP-500"
        message._process()
        line = message.order_id.order_line
        self.assertEqual(line.product_id.default_code, "CUP-500")
        self.assertEqual(message.order_id.partner_id.email, "erika@example.com")
        self.assertEqual(base64.b64decode(message.body), raw)
