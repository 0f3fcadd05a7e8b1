import json

from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from ..adapters.base import InboundRequest
from ..adapters.mail.intent import INTENTS
from ..models.context import Arrival
from .common_intake import BooksCase
from .fraud_cases import KIM, KNOWN, MAILS, SERVER, mail, table


@tagged("post_install", "-at_install")
class TestFraud(BooksCase):
    """Nothing is confirmed, reserved, paid or credited beyond what its source may say.

    The channel is as open as a shop may have it: orders are on account and confirmed
    automatically.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.ref("base.EUR").active = True
        cls.shirt, cls.bottle = cls.env["product.product"].create(
            [
                {
                    "name": name,
                    "default_code": code,
                    "is_storable": True,
                    "list_price": 1280,
                    "taxes_id": False,
                }
                for name, code in (("Shirt", "TS-01"), ("Bottle", "EB-01"))
            ]
        )
        for product in cls.shirt, cls.bottle:
            cls.env["stock.quant"]._update_available_quantity(
                product, cls.warehouse.lot_stock_id, 1000
            )
        cls.vera, cls.kim = cls.env["res.partner"].create(
            [
                {
                    "name": name,
                    "email": address,
                    "vat": vat,
                    "street": "Old Street 1",
                    "city": "Berlin",
                    "zip": "10115",
                    "country_id": cls.env.ref("base.de").id,
                }
                for name, address, vat in (
                    ("Vera Victim", "vera@victim.example", "DE123456788"),
                    ("Kim Known", "kim@known.example", False),
                )
            ]
        )
        common = {
            "on_account": True,
            "auto_confirm": True,
            "country_id": cls.env.ref("base.de").id,
            "timezone": "Europe/Berlin",
        }
        cls.mails, cls.files = cls.env["oms.channel"].create(
            [
                {
                    **common,
                    "name": "Mail",
                    "kind": "email",
                    "trusted_mail_server": SERVER,
                    "sender_ids": [
                        (
                            0,
                            0,
                            {
                                "address": "kim@known.example",
                                "partner_id": cls.kim.id,
                                "grants_credit": True,
                            },
                        )
                    ],
                },
                {**common, "name": "Files", "kind": "csv", "on_account": False},
            ]
        )
        cls.env["oms.channel.customer"].create(
            {
                "channel_id": cls.mails.id,
                "external_id": "id:V-7",
                "partner_id": cls.vera.id,
            }
        )

    # ---- doors ----

    def take_mails(self, *messages, trusted=True):
        """Mails through the gateway, read and worked on to the end."""
        for number, message in enumerate(messages):
            del message["Message-ID"]
            message["Message-ID"] = f"<{number}.{id(message)}@mail.example>"
        requests = [
            InboundRequest(body=message.as_bytes(), kind="email")
            for message in messages
        ]
        inbox = self.env["oms.inbox.message"].with_context(
            oms_arrival=Arrival(1, trusted)
        )
        kept = inbox._receive(self.mails, requests, source="mail")
        return self.work(kept.with_context(oms_arrival=None))

    def take_file(self, body, user=None, channel=None, **values):
        """A file: uploaded by a user, else signed."""
        inbox = self.env["oms.inbox.message"]
        if user:
            inbox = inbox.with_user(user)
        kept = inbox._receive(
            channel or self.files,
            [InboundRequest(body=body, filename="f.csv")],
            source="upload" if user else "webhook",
        )
        return self.work(kept)

    def work(self, messages):
        """Read the messages and let go on what may go on."""
        messages._process()
        orders = self.orders(messages)
        going = orders.filtered(lambda order: order._oms_goes_on())
        going.sudo()._oms_fulfil()
        return messages.sudo()

    def orders(self, messages):
        return (messages | messages.child_ids).order_id

    def assert_untouched(self, order):
        """Nothing has been promised to anybody."""
        self.assertEqual(order.state, "draft")
        self.assertEqual(order.oms_stage, "held")
        self.assertFalse(order.picking_ids)
        self.assertFalse(order.transaction_ids)
        self.assertFalse(order.invoice_ids)
        self.assertFalse(order.oms_refunded_amount)

    # ---- the table ----

    def test_no_mail_gets_more_than_its_source_may_decide(self):
        partners = self.env["res.partner"].search_count([])
        taxes = self.env["account.tax"].search_count([])
        messages = self.take_mails(*(m for m, _end in MAILS.values()))
        self.assertGreaterEqual(len(MAILS), 40)
        before = {v.id: (v.child_ids, v.write_date) for v in (self.vera, self.kim)}
        for (name, (_mail, end)), message in zip(MAILS.items(), messages, strict=True):
            with self.subTest(name):
                order = self.orders(message)
                lead = (message | message.child_ids).lead_id
                self.assertNotIn("error", (message | message.child_ids).mapped("state"))
                if end == "proposal":
                    self.assertEqual(len(order), 1)
                    self.assert_untouched(order)
                    self.assertNotEqual(order.partner_id, self.vera)
                    self.assertNotEqual(
                        order.partner_id.commercial_partner_id, self.vera
                    )
                    if "kim@" not in name and "known," not in name:
                        self.assertNotEqual(order.partner_id, self.kim)
                        self.assertFalse(order.oms_on_account)
                    self.assertTrue(order.oms_open_hold_ids.filtered("reason"))
                else:
                    self.assertFalse(order)
                    self.assertEqual(len(lead), 1 if end == "lead" else 0)
        self.assertEqual(taxes, self.env["account.tax"].search_count([]))
        self.assertFalse(self.vera.child_ids, before)
        # one contact a sender, not one a mail
        made = self.env["res.partner"].search_count([]) - partners
        self.assertLess(made, len(MAILS) / 2)

    def test_an_enquiry_says_why_it_is_no_order(self):
        names = ("complaint", "German return", "Chinese refusal", "alternative")
        leads = self.take_mails(*(MAILS[name][0] for name in names)).lead_id
        self.assertEqual(
            leads.mapped("oms_intent"),
            ["complaint", "return", "refusal", "alternative"],
        )
        self.assertIn("12 x TS-01 instead", leads[0].oms_intent_words)

    def test_every_reason_why_a_mail_is_no_order_has_a_name(self):
        named = dict(self.env["crm.lead"]._fields["oms_intent"].selection)
        self.assertEqual(set(INTENTS), set(named))

    def test_known_sender_orders_what_he_may(self):
        """The other side: granted is granted, nobody has to look."""
        cells = {
            "email": "kim@known.example",
            "payment_status": "",
            "paid_at": "",
            "total": "",
            "price": "1280.00",
            **dict.fromkeys(("ship_name", "ship_street", "ship_city"), ""),
            **dict.fromkeys(("ship_zip", "ship_country"), ""),
        }
        files = [("order.csv", table(**cells))]
        order = self.orders(self.take_mails(mail(sender=KIM, files=files, **KNOWN)))
        self.assertEqual(order.partner_id, self.kim)
        self.assertEqual(order.partner_shipping_id, self.kim)
        self.assertTrue(order.oms_on_account)
        self.assertEqual(order.state, "sale", order.oms_open_hold_ids.mapped("reason"))

    def test_employee_who_delivers_a_mail_proves_nobody(self):
        order = self.orders(
            self.take_mails(mail("2 x TS-01", sender=KIM, **KNOWN), trusted=False)
        )
        self.assert_untouched(order)
        self.assertNotEqual(order.partner_id, self.kim)

    def test_a_file_says_paid_only_with_the_right_to_money(self):
        """Every hand that may bring a file in."""
        accountant = new_test_user(
            self.env,
            "oms_accountant",
            groups="oms_addon.group_oms_user,account.group_account_invoice",
        )
        cells = {"price": "1280.00", "total": "2560.00", "email": ""}
        for number, (user, paid) in enumerate(
            (
                (None, False),
                (self.clerk, False),
                (accountant, True),
                (self.manager, True),
            )
        ):
            with self.subTest(user and user.login or "signed"):
                body = table(
                    order_number=f"U-{number}", ship_name=f"U{number}", **cells
                )
                order = self.orders(self.take_file(body, user))
                self.assertEqual(len(order), 1)
                if paid:
                    self.assertEqual(order.transaction_ids.mapped("state"), ["done"])
                    self.assertEqual(order.state, "sale")
                else:
                    self.assert_untouched(order)
                    codes = order.oms_open_hold_ids.mapped("code")
                    self.assertIn("payment_told", codes)
                    self.assertIn("unpaid", codes)
                    hold = order.oms_open_hold_ids.filtered(
                        lambda h: h.code == "payment_told"
                    )
                    self.assertIn("2560.00", hold.reason)
                    self.assertIn("PAY-FAKE", hold.reason)

    def test_signed_file_is_believed_once_it_is_granted(self):
        self.files.decides_payment = True
        body = table(price="1280.00", total="2560.00", email="")
        order = self.orders(self.take_file(body))
        self.assertEqual(order.transaction_ids.mapped("amount"), [2560])
        self.assertEqual(order.state, "sale")

    def test_what_a_clerk_corrects_is_his_word(self):
        """A signed message with another text is no signed message."""
        self.channel.decides_payment = True
        document = self.document("C-1")
        document["payments"][0]["amount"] = "1.00"
        kept = self.env["oms.inbox.message"]._receive(
            self.channel, [InboundRequest(body=b"{")], source="webhook"
        )
        kept._process()
        self.assertEqual(kept.state, "error")
        mine = kept.with_user(self.clerk)
        mine.body_text = json.dumps(self.document("C-1"))
        mine.action_process()
        order = kept.order_id
        self.assertEqual(kept.corrected_by_id, self.clerk)
        self.assertFalse(order.transaction_ids)
        self.assertIn("payment_told", order.oms_open_hold_ids.mapped("code"))

    def test_nobody_writes_a_source_by_hand(self):
        """Over RPC a record may be created or changed, but its source may not."""
        inbox = self.env["oms.inbox.message"].with_user(self.clerk)
        made = inbox.with_context(oms_arrival={"trusted": True}).create(
            {
                "channel_id": self.channel.id,
                "kind": "api",
                "body": b"e30=",
                "digest": "x",
                "source": "webhook",
                "source_user_id": self.manager.id,
                "source_trusted": True,
            }
        )
        self.assertEqual(made.source, "upload")
        self.assertEqual(made.source_user_id, self.clerk)
        self.assertFalse(made.source_trusted)
        for values in (
            {"source": "webhook"},
            {"source_user_id": self.manager.id},
            {"source_trusted": True},
            {"corrected_by_id": self.manager.id},
            {"kind": "shopify"},
            {"channel_id": self.files.id},
            {"parent_id": made.id},
        ):
            with self.subTest(values), self.assertRaises(UserError):
                made.write(values)

    def test_person_who_looked_lets_a_proposal_go_on(self):
        """Releasing a credit hold puts the order on account; nothing before does."""
        order = self.orders(
            self.take_mails(
                mail("2 x TS-01\n\nShip to:\nNora Neun\nRing 9\n45127 Essen\nGermany")
            )
        )
        self.assert_untouched(order)
        user_holds = order.oms_open_hold_ids.with_user(self.clerk)
        user_holds.filtered("can_release").action_release()
        self.assertFalse(order.oms_on_account)
        self.assertEqual(order.oms_stage, "held")
        holds = order.oms_open_hold_ids.with_user(self.manager)
        holds.filtered(lambda h: h.code == "credit_unknown").action_release()
        self.assertTrue(order.oms_on_account)
        self.assertFalse(order.oms_open_hold_ids.mapped("reason"))
        order._oms_fulfil()
        self.assertEqual(order.state, "sale")
