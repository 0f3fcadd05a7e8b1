from importlib.util import module_from_spec, spec_from_file_location

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged
from odoo.tools import file_path

from ..authority import RIGHTS
from .common_intake import IntakeCase


@tagged("post_install", "-at_install")
class TestAuthoritySettings(IntakeCase):
    """What a channel's messages may decide: defaults, known senders, the upgrade."""

    def channel_of(self, kind, **values):
        return self.env["oms.channel"].create({"name": kind, "kind": kind, **values})

    def test_a_new_channel_has_the_defaults_of_its_kind(self):
        for kind, lacks in (
            ("shopify", set()),
            ("csv", {"payment", "credit"}),
            ("api", {"payment", "credit"}),
            ("ubl", {"payment", "credit"}),
            ("email", set(RIGHTS)),
        ):
            with self.subTest(kind):
                self.assertEqual(set(RIGHTS) - self.channel_of(kind)._decides(), lacks)

    def test_one_right_is_granted_without_touching_the_others(self):
        channel = self.channel_of("csv", decides_payment=True)
        self.assertEqual(channel._decides(), set(RIGHTS) - {"credit"})

    def test_only_managers_grant(self):
        channel = self.channel_of("csv").with_user(self.clerk)
        with self.assertRaises(AccessError):
            channel.decides_payment = True
        channel.sudo().trusted_before = {"payment": 3}
        for button in ("action_grant_trusted", "action_keep_defaults"):
            with self.subTest(button), self.assertRaises(AccessError):
                getattr(channel, button)()
        sender = {
            "channel_id": channel.id,
            "address": "a@b.example",
            "partner_id": self.env.company.partner_id.id,
        }
        with self.assertRaises(AccessError):
            self.env["oms.channel.sender"].with_user(self.clerk).create(sender)

    def test_known_sender_is_found_by_address_before_domain(self):
        channel = self.channel_of("email")
        anna, all_of_them = self.env["res.partner"].create(
            [{"name": "A"}, {"name": "B"}]
        )
        self.env["oms.channel.sender"].create(
            [
                {
                    "channel_id": channel.id,
                    "address": address,
                    "partner_id": partner.id,
                }
                for address, partner in (
                    ("@Known.Example", all_of_them),
                    (" Anna@Known.example ", anna),
                )
            ]
        )
        find = channel._known_sender
        self.assertEqual(find("anna@known.example").partner_id, anna)
        self.assertEqual(find("bob@known.example").partner_id, all_of_them)
        self.assertFalse(find("bob@sub.known.example"))
        self.assertFalse(find("bob@unknown.example"))

    def test_a_domain_of_everybody_is_refused(self):
        channel = self.channel_of("email")
        for address in ("gmail.com", "@QQ.com", "nonsense", "a@b", "x y@z.example"):
            with self.subTest(address), self.assertRaises(ValidationError):
                self.env["oms.channel.sender"].create(
                    {
                        "channel_id": channel.id,
                        "address": address,
                        "partner_id": self.env.company.partner_id.id,
                    }
                )

    def test_upgrade_lists_what_was_taken_and_one_click_grants_it(self):
        """An API channel that took money on trust, as before the upgrade."""
        self.receive(self.document("A-1"), self.document("A-2"))
        self.assertEqual(self.order("A-1").transaction_ids.mapped("state"), ["done"])
        self.channel.write({"decides_payment": False, "decides_credit": False})
        script = self._migration()
        self.env.flush_all()
        script.ask_about_trust(self.env, self.channel)
        self.assertEqual(self.channel.trusted_before, {"payment": 2})
        self.assertIn("2", self.channel.trusted_before_text)
        task = self.channel.activity_ids
        self.assertEqual(len(task), 1)
        self.assertTrue(task.user_id.has_group("oms_addon.group_oms_manager"))
        self.assertFalse(self.channel.decides_payment, "nothing is granted in silence")
        self.channel.with_user(self.manager).action_grant_trusted()
        self.assertTrue(self.channel.decides_payment)
        self.assertFalse(self.channel.decides_credit)
        self.assertFalse(self.channel.activity_ids)
        self.assertFalse(self.channel.trusted_before)

    def test_a_channel_that_took_nothing_gets_no_task(self):
        channel = self.channel_of("csv")
        self._migration().ask_about_trust(self.env, channel)
        self.assertFalse(channel.activity_ids)

    def test_senders_of_confirmed_mails_become_known_with_one_click(self):
        channel = self.channel_of("email")
        partner = self.env["res.partner"].create(
            {"name": "Kim", "email": "Kim@known.example"}
        )
        order = self.env["sale.order"].create(
            {"partner_id": partner.id, "oms_channel_id": channel.id}
        )
        order.sudo().write({"state": "sale"})
        channel.trusted_before = {"identity": 1, "credit": 1}
        channel.with_user(self.manager).action_grant_trusted()
        self.assertEqual(channel.sender_ids.address, "kim@known.example")
        self.assertEqual(channel.sender_ids.partner_id, partner)
        self.assertEqual(channel.sender_ids._grants(), {"identity", "credit"})

    def test_upgrade_tells_the_door_of_old_messages(self):
        """Platforms and signed files by signature, mails as mails, the rest uploads."""
        inbox = self.env["oms.inbox.message"]
        channels = {k: self.channel_of(k) for k in ("shopify", "csv", "email", "api")}
        made = {
            name: inbox.create(
                {
                    "channel_id": channels[kind].id,
                    "kind": kind,
                    "body": b"e30=",
                    "digest": name,
                    "headers": headers,
                }
            )
            for name, kind, headers in (
                ("platform", "shopify", {}),
                ("signed", "csv", {"x-oms-signature": "1"}),
                ("uploaded", "csv", {}),
                ("mail", "email", {}),
                ("api", "api", {}),
            )
        }
        part = inbox.create(
            {
                "channel_id": channels["email"].id,
                "kind": "csv",
                "body": b"e30=",
                "digest": "part",
                "parent_id": made["mail"].id,
            }
        )
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE oms_inbox_message SET source = NULL, source_user_id = NULL"
        )
        script = self._migration()
        self.env.cr.execute(script.SOURCES)
        self.env.cr.execute(script.PARTS)
        self.env.invalidate_all()
        found = {name: message.source for name, message in made.items()}
        self.assertEqual(
            found,
            {
                "platform": "webhook",
                "signed": "webhook",
                "uploaded": "upload",
                "mail": "mail",
                "api": "api",
            },
        )
        self.assertEqual(part.source, "mail")
        self.assertEqual(made["uploaded"].source_user_id, self.env.user)

    def test_upgrade_gives_an_article_number_to_the_one_buyer_who_used_it(self):
        channel = self.channel_of("ubl")
        listings = self.env["oms.channel.listing"].create(
            [
                {
                    "channel_id": channel.id,
                    "external_id": number,
                    "product_id": self.tea.id,
                }
                for number in ("100", "200", "300")
            ]
        )
        for name, number in (
            ("0088:1/A/1", "100"),
            ("0088:1/A/2", "100"),
            ("0088:1/A/3", "200"),
            ("0088:2/B/1", "200"),
        ):
            self.env["sale.order"].create(
                {
                    "partner_id": self.env.company.partner_id.id,
                    "oms_channel_id": channel.id,
                    "oms_external_id": name,
                    "order_line": [
                        (0, 0, {"product_id": self.tea.id, "oms_listing_ref": number})
                    ],
                }
            )
        self.env.flush_all()
        self.env.cr.execute(self._migration().SCOPES)
        self.env.invalidate_all()
        self.assertEqual(listings.mapped("scope"), ["0088:1", False, False])

    def _migration(self):
        path = file_path("oms_addon/migrations/19.0.1.1.0/post-authority.py")
        spec = spec_from_file_location("oms_migration_authority", path)
        script = module_from_spec(spec)
        spec.loader.exec_module(script)
        return script
