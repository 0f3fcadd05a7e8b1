import base64
import io
import json
import zipfile
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common_intake import BooksCase
from .common_privacy import places_of, unclassed

NAME, MAIL = "Cecilie Unmistakable", "cecilie@unmistakable.example"
PHONE, STREET = "+49 30 77665544", "Whispering Lane 77"
WORDS = (NAME, MAIL, PHONE, STREET)
# Fields of the suite that hold words, but none about a person.
HARMLESS = {
    "oms.channel": (
        *("name", "token", "base_url", "options_text", "poll_cursor", "poll_problem"),
        *("allowed_host", "trusted_before", "trusted_mail_server"),
    ),
    "oms.channel.customer": ("external_id",),  # the record goes as a whole
    "oms.channel.listing": ("external_id", "location_ref", "name", "scope", "sku"),
    "oms.channel.secret": ("bound_address", "name", "value"),
    "mail.activity": ("oms_task",),
    "oms.attempt": ("work",),
    "oms.check": ("advice", "code", "description", "name"),
    "oms.health": ("about", "key"),
    "oms.inbox.message": (
        *("kind", "content_type", "digest", "error_code", "external_id", "number"),
    ),
    "oms.outbox.message": ("payload", "dedupe_key", "problem"),
    "oms.privacy.log": ("person", "counts"),
    "oms.sourcing.policy": ("name",),
    "sale.order": ("oms_external_id", "oms_revision", "oms_refunds"),
    "sale.order.line": (
        *("oms_external_id", "oms_listing_ref", "oms_listing_scope", "oms_sku"),
    ),
}


@tagged("post_install", "-at_install")
class TestPrivacy(BooksCase):
    """A person's data is found, given out and erased; books and ids stay."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.admin = cls.env.ref("base.user_admin")
        cls.told = {
            "customer": {
                "name": NAME,
                "email": MAIL,
                "phone": PHONE,
                "street": STREET,
                "city": "Berlin",
                "zip": "10115",
                "country_code": "DE",
            },
            "note": f"Ring at {NAME}",
        }

    def bought(self, **values):
        message = self.receive(self.document(**self.told, **values))
        self.assertTrue(message.order_id, message.error_message)
        return message

    def request(self, **values):
        user = values.pop("user", self.admin)
        return self.env["oms.privacy.request"].with_user(user).create(values)

    def test_every_field_for_words_is_classed(self):
        self.assertEqual(
            unclassed(self.env, "oms_addon", HARMLESS),
            [],
            "Name them in PERSONAL of oms_privacy.py, or in HARMLESS here.",
        )

    def test_an_erased_person_is_nowhere_in_the_database(self):
        message = self.bought()
        order = message.order_id
        order.message_post(body=f"Called {NAME}", message_type="comment")
        self.env["ir.attachment"].create(
            {
                "name": f"{NAME}.txt",
                "raw": MAIL.encode(),
                "res_model": "sale.order",
                "res_id": order.id,
            }
        )
        self.env["crm.lead"].create({"name": f"Asks: {NAME}", "email_from": MAIL})
        self.assertGreater(len(places_of(self.env, *WORDS)), 6)
        total, lines = order.amount_total, len(order.order_line)
        self.request(partner_id=order.partner_id.id).action_erase()
        self.env.invalidate_all()
        self.assertEqual(places_of(self.env, *WORDS), [])
        self.assertEqual((order.amount_total, len(order.order_line)), (total, lines))
        self.assertEqual(message.external_id, "A-1")
        self.assertTrue(message.digest)

    def test_who_wrote_only_is_found_by_the_address(self):
        broken = self.receive(body=f'{{"from": "{MAIL}", "oops'.encode())
        self.assertEqual(broken.state, "error")
        self.request(emails=MAIL).action_erase()
        self.assertEqual(broken.state, "cancelled")
        self.assertEqual(places_of(self.env, MAIL), [])

    def test_a_redelivery_is_still_known(self):
        message = self.bought()
        self.request(partner_id=message.order_id.partner_id.id).action_erase()
        again = self.receive(self.document(**self.told))
        self.assertEqual(again, message)
        self.assertEqual(message.delivery_count, 2)
        self.assertEqual(places_of(self.env, *WORDS), [])

    def test_an_erased_message_says_that_it_cannot_be_read_again(self):
        message = self.bought()
        message._erase_content()
        for attempt in (
            message.action_process,
            message.action_reopen,
            lambda: message.write({"corrected_body": b"e30="}),
        ):
            with self.assertRaises(UserError):
                attempt()
        self.assertFalse(message.body_text)
        with Form(message) as form:
            self.assertTrue(form.erased_at)
        self.assertIsNone(message.order_id._oms_last_document())

    def test_an_invoice_keeps_its_name_and_address_and_nothing_else(self):
        order = self.bought().order_id
        order.action_confirm() if order.state == "draft" else None
        invoice = order.invoice_ids or order._create_invoices()
        invoice.action_post() if invoice.state == "draft" else None
        partner = order.partner_invoice_id
        request = self.request(partner_id=partner.id)
        self.assertTrue(request.keeps_books)
        request.action_erase()
        self.assertEqual((partner.name, partner.street), (NAME, STREET))
        self.assertFalse(partner.email or partner.phone or partner.active)
        self.assertEqual(invoice.state, "posted")
        self.assertEqual(places_of(self.env, MAIL, PHONE), [])

    def test_an_employee_cannot_be_erased(self):
        with self.assertRaises(UserError):
            self.request(partner_id=self.clerk.partner_id.id).action_erase()
        self.assertTrue(self.clerk.partner_id.name)

    def test_all_that_is_known_is_given_out(self):
        order = self.bought().order_id
        request = self.request(partner_id=order.partner_id.id)
        request.action_export()
        archive = zipfile.ZipFile(io.BytesIO(base64.b64decode(request.file)))
        text = {name: archive.read(name).decode() for name in archive.namelist()}
        [contact] = json.loads(text["res.partner.json"])
        self.assertEqual((contact["name"], contact["email"]), (NAME, MAIL))
        bodies = [text[name] for name in text if name.endswith("-body")]
        self.assertIn(STREET, bodies[0])
        self.assertTrue(order.partner_id.email, "given out is not erased")

    def test_only_administrators_touch_personal_data_at_large(self):
        for user in (self.clerk, self.manager):
            with self.assertRaises(AccessError):
                self.request(user=user, emails=MAIL)
            with self.assertRaises(AccessError):
                self.env["oms.retention.rule"].with_user(user).action_open()
            with self.assertRaises(AccessError):
                self.env["oms.privacy.log"].with_user(user).search([])

    def test_what_was_done_is_logged_without_the_person(self):
        partner = self.bought().order_id.partner_id
        self.request(partner_id=partner.id).action_erase()
        log = self.env["oms.privacy.log"].with_user(self.admin).search([], limit=1)
        self.assertEqual((log.what, log.user_id), ("erase", self.admin))
        self.assertEqual(log.counts["sale.order"], 1)
        self.assertEqual(log.person, "C*** U***")
        with self.assertRaises(AccessError):
            log.person = "Nobody"

    def test_nothing_known_is_told(self):
        with self.assertRaises(UserError):
            self.request(emails="nobody@unknown.example").action_erase()
        with self.assertRaises(UserError):
            self.request().action_erase()


@tagged("post_install", "-at_install")
class TestRetention(BooksCase):
    """What is too old goes at night, once somebody has said what too old is."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rules = cls.env["oms.retention.rule"].with_user(
            cls.env.ref("base.user_admin")
        )
        cls.other_channel = cls.channel.copy({"name": "Other shop"})

    def old_message(self, channel=None, days=400, external_id="A-1"):
        message = self.receive(self.document(external_id), channel=channel)
        message.received_at = fields.Datetime.now() - timedelta(days=days)
        return message

    def rule(self, kind="messages", **values):
        return self.rules.create({"kind": kind, "days": 365, **values})

    def erase(self):
        for rule in self.rules.search([("days", ">", 0)]):
            while rule.sudo()._erase_batch():
                pass
        self.env.invalidate_all()

    def test_nothing_goes_until_days_are_set_but_all_is_shown(self):
        message = self.old_message(days=9000)
        self.rules.action_open()
        self.rules.action_open()
        kinds = {kind for kind, _label in self.rules._fields["kind"].selection}
        lines = self.rules.search([("company_id", "=", self.env.company.id)])
        self.assertEqual(sorted(lines.mapped("kind")), sorted(kinds))
        self.assertFalse(any(lines.mapped("days")) or any(lines.mapped("due")))
        shown = lines.filtered(lambda line: line.kind == "messages")
        self.assertGreaterEqual(shown.held, 1)
        self.assertEqual(shown.oldest, message.received_at)
        self.erase()
        self.assertFalse(message.erased_at)

    def test_old_messages_go_young_and_open_ones_stay(self):
        old, young = self.old_message(), self.old_message(days=300, external_id="A-2")
        waiting = self.old_message(external_id="A-3")
        waiting.state = "error"
        rule = self.rule()
        self.assertEqual(rule.due, 1)
        self.erase()
        self.assertTrue(old.erased_at)
        self.assertFalse(old.body or old.headers)
        self.assertFalse(young.erased_at or waiting.erased_at)
        self.assertEqual(rule.due, 0)

    def test_a_channel_may_keep_longer(self):
        here = self.old_message()
        there = self.old_message(self.other_channel)
        self.rule()
        self.rule(channel_id=self.other_channel.id, days=1000)
        self.erase()
        self.assertTrue(here.erased_at)
        self.assertFalse(there.erased_at)

    def test_each_company_has_its_own_days(self):
        message = self.old_message()
        other = self.env["res.company"].create({"name": "Other"})
        self.rules.sudo().create(
            {"kind": "messages", "days": 1, "company_id": other.id}
        )
        self.erase()
        self.assertFalse(message.erased_at)

    def test_old_orders_lose_their_notes_open_ones_keep_them(self):
        orders = [
            self.receive(self.document(f"A-{n}", note="Ring twice")).order_id
            for n in range(2)
        ]
        long_ago = fields.Datetime.now() - timedelta(days=400)
        for order, stage in zip(orders, ("delivered", "waiting"), strict=True):
            order.flush_recordset()
            self.env.cr.execute(
                "UPDATE sale_order SET date_order = %s, oms_stage = %s WHERE id = %s",
                [long_ago, stage, order.id],
            )
            order.invalidate_recordset()
        self.rule("orders")
        self.erase()
        self.assertFalse(orders[0].oms_buyer_note)
        self.assertTrue(orders[0].oms_erased_at)
        self.assertEqual(orders[1].oms_buyer_note, "Ring twice")

    def test_customers_who_came_back_are_kept(self):
        gone, back = (self.receive(self.document(f"A-{n}")).order_id for n in range(2))
        long_ago = fields.Datetime.now() - timedelta(days=400)
        again = back.copy()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE sale_order SET date_order = %s, oms_stage = 'delivered' "
            "WHERE id = ANY(%s)",
            [long_ago, [gone.id, back.id]],
        )
        self.env.invalidate_all()
        self.rule("addresses")
        self.erase()
        self.assertFalse(gone.partner_id.email)
        self.assertTrue(again.partner_id.email)
