import importlib.util
import json
from pathlib import Path
from unittest.mock import patch

from odoo.modules import get_module_path
from odoo.tests import tagged

from ..calls import addresses
from ..calls.errors import CallError
from .common_intake import IntakeCase

# Address before the upgrade, what its name leads to, the host that is allowed after.
BEFORE = (
    ("https://shop.example.com", ["93.184.216.34"], False),
    ("https://shop.example.com", None, False),  # no name server at the moment
    ("http://shop.example.com", ["93.184.216.34"], "shop.example.com"),
    ("http://shop.example.com", None, "shop.example.com"),
    ("https://shop.example.com", ["10.0.0.7"], "shop.example.com"),
    ("https://Shop.intranet/wp", None, "shop.intranet"),
    ("https://warehouse", None, "warehouse"),
    ("http://192.168.0.9:8080", None, "192.168.0.9"),
    ("https://[fd00::9]", None, "fd00::9"),
    ("http://169.254.169.254", None, False),
    ("http://2130706433", None, False),
    ("https://user:pass@shop.example.com", None, False),
    ("shop.example.com", None, False),
)
SILENT = BEFORE[:2]


@tagged("post_install", "-at_install")
class TestCallsOnUpgrade(IntakeCase):
    """Channels that are called without protection go on, and administrators know."""

    def upgrade(self, found):
        """Run the migration; every name leads to ``found``, or nowhere."""
        path = Path(get_module_path("oms_addon"))
        path /= "migrations/19.0.1.1.0/post-calls.py"
        spec = importlib.util.spec_from_file_location("post_calls", path)
        script = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(script)
        answer = {"return_value": found}
        if not found:
            answer = {"side_effect": CallError("unreachable", detail="name")}
        self.env.flush_all()
        with patch.object(addresses, "look_up", **answer):
            script.migrate(self.env.cr, "19.0.1.0.0")

    def old_channel(self, address, options="{}"):
        """A channel as the version before left it."""
        channel = self.env["oms.channel"].create({"name": "S", "kind": "woocommerce"})
        self.env["oms.channel.secret"].create(
            {"channel_id": channel.id, "name": "consumer_key", "value": "x"}
        )
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE oms_channel SET base_url = %s, options_text = %s WHERE id = %s",
            [address, options, channel.id],
        )
        self.env.cr.execute(
            "UPDATE oms_channel_secret SET bound_address = NULL WHERE channel_id = %s",
            [channel.id],
        )
        self.env.invalidate_all()
        return channel

    def test_what_was_called_is_called_and_whatever_changes_is_told(self):
        for address, found, allowed in BEFORE:
            with self.subTest(address=address, found=found):
                channel = self.old_channel(address)
                self.upgrade(found)
                self.assertEqual(channel.allowed_host, allowed)
                self.assertEqual(channel.base_url, address)
                self.assertFalse(channel.has_locked_secrets)
                tasks = channel.activity_ids.filtered(
                    lambda a: a.user_id._has_group("base.group_system")
                )
                silent = (address, found, allowed) in SILENT
                self.assertEqual(len(tasks), 0 if silent else 1)

    def test_an_address_in_the_settings_is_the_address_that_was_called(self):
        options = {"base_url": "https://real.example.com/", "poll_from": "2026-01-01"}
        channel = self.old_channel("https://old.example.com", json.dumps(options))
        self.upgrade(["93.184.216.34"])
        self.assertEqual(channel.base_url, "https://real.example.com/")
        self.assertEqual(channel._options(), {"poll_from": "2026-01-01"})
        self.assertFalse(channel.has_locked_secrets)
        self.assertTrue(channel.activity_ids)

    def test_settings_that_nobody_knows_are_told(self):
        channel = self.old_channel("https://a.example.com", '{"nonsense": 1}')
        self.upgrade(["93.184.216.34"])
        self.assertTrue(channel.activity_ids)
        channel.name = "can be changed"
