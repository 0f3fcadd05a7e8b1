from collections import Counter
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged

from ..calls.client import Answer
from ..calls.errors import CallError
from .common_intake import IntakeCase
from .test_outbox import SEND

DOWN = CallError("unreachable", detail="ConnectionRefusedError")
SLOW = CallError("too_slow", seconds=10)


@tagged("post_install", "-at_install")
class TestOutboxOutage(IntakeCase):
    """A platform that does not answer: nothing is lost, the others are told."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["oms.outbox.message"].search([]).unlink()
        cls.dead, cls.live = (cls.make_shop(name) for name in ("dead", "live"))
        cls.cron = cls.env.ref("oms_addon.ir_cron_outbox")

    @classmethod
    def make_shop(cls, name):
        shop = cls.env["oms.channel"].create(
            {
                "name": name,
                "kind": "woocommerce",
                "base_url": f"https://{name}.example.com",
                "push_shipment": True,
            }
        )
        cls.env["oms.channel.secret"].create(
            [
                {"channel_id": shop.id, "name": secret, "value": "x"}
                for secret in shop._adapter().secret_fields
            ]
        )
        return shop

    def queue(self, shop, count):
        return self.env["oms.outbox.message"].create(
            [
                {
                    "channel_id": shop.id,
                    "kind": "shipment",
                    "payload": {"external_id": str(number)},
                }
                for number in range(count)
            ]
        )

    def run_cron(self, dead):
        """Send what is due; ``dead`` is raised or answered by the dead shop.

        :return: how often each shop was called.
        :rtype: Counter
        """
        calls = Counter()

        def send(request, *_values):
            url = request.url
            name = url.removeprefix("https://").partition(".")[0]
            calls[name] += 1
            if name == "dead" and isinstance(dead, Exception):
                raise dead
            status = dead if name == "dead" else 200
            return Answer(status, {}, b"{}")

        with patch(SEND, side_effect=send), self.enter_registry_test_mode():
            self.cron.method_direct_trigger()
        return calls

    def test_a_dead_platform_is_called_once_a_run_and_holds_back_no_other(self):
        dead, live = self.queue(self.dead, 3), self.queue(self.live, 2)
        for failure in (DOWN, 503):
            with self.subTest(failure=failure):
                (dead + live).write(
                    {"state": "queued", "next_try": fields.Datetime.now()}
                )
                calls = self.run_cron(failure)
                self.assertEqual(calls["dead"], 1)
                self.assertEqual(set(live.mapped("state")), {"sent"})
                self.assertEqual(set(dead.mapped("state")), {"queued"})
                self.assertTrue(all(dead.mapped("error")))

    def test_waiting_for_a_dead_platform_is_no_try(self):
        messages = self.queue(self.dead, 3)
        self.run_cron(DOWN)
        self.assertEqual(sorted(messages.mapped("attempts")), [0, 0, 1])

    def test_when_the_platform_is_back_everything_is_told_at_once(self):
        messages = self.queue(self.dead, 3)
        self.run_cron(DOWN)
        newer = self.queue(self.dead, 1)
        self.run_cron(200)
        self.assertEqual(newer.state, "sent")
        self.run_cron(200)
        self.assertEqual(set(messages.mapped("state")), {"sent"})

    def test_the_first_tries_again_come_soon_and_wake_the_scheduled_action(self):
        message = self.queue(self.dead, 1)
        before = fields.Datetime.now()
        self.run_cron(DOWN)
        self.assertLessEqual(message.next_try, before + timedelta(seconds=30))
        triggers = self.env["ir.cron.trigger"].search(
            [("cron_id", "=", self.cron.id), ("call_at", "=", message.next_try)]
        )
        self.assertEqual(len(triggers), 1)
        waits = []
        with patch(SEND, return_value=Answer(400, {}, b"")):
            for _try in range(7):
                before = fields.Datetime.now()
                message._send()
                waits.append(message.next_try - before)
        self.assertEqual(message.state, "error")
        self.assertEqual(waits, sorted(waits))
        self.assertLess(waits[-2], timedelta(hours=3))

    def test_an_outage_of_hours_gives_no_message_up(self):
        message = self.queue(self.dead, 1)
        message.attempts = 50
        with patch(SEND, side_effect=DOWN):
            message._send()
            self.assertEqual(message.state, "queued")
            self.env.cr.execute(
                "UPDATE oms_outbox_message SET create_date = %s WHERE id = %s",
                (fields.Datetime.now() - timedelta(days=2), message.id),
            )
            message.invalidate_recordset()
            message._send()
        self.assertEqual(message.state, "error")

    def test_one_message_that_the_platform_hangs_on_holds_back_no_other(self):
        bad = self.queue(self.live, 1)
        good = self.queue(self.live, 3)

        def send(request, *_values):
            url = request.url
            if url.endswith("orders/bad"):
                raise SLOW
            return Answer(200, {}, b"{}")

        bad.payload = {"external_id": "bad"}
        with patch(SEND, side_effect=send), self.enter_registry_test_mode():
            for _run in range(2):
                self.cron.method_direct_trigger()
                good.filtered(lambda m: m.state == "queued").next_try = bad.create_date
            self.assertEqual(set(good.mapped("state")), {"sent"})
            self.assertEqual(bad.state, "queued")
            late = self.queue(self.live, 1)
            bad.next_try = late.next_try
            self.cron.method_direct_trigger()
        self.assertEqual(late.state, "sent")
        self.assertGreater(bad.next_try, late.sent_at)

    def test_the_pauses_of_an_outage_grow_whichever_message_is_tried(self):
        messages = self.queue(self.dead, 3)
        waits = []
        for _run in range(3):
            messages.next_try = before = fields.Datetime.now()
            self.run_cron(DOWN)
            waits.append(messages[0].next_try - before)
        self.assertEqual(messages.mapped("attempts"), [1, 1, 1])
        self.assertLess(waits[0] * 2, waits[1])
        self.assertLess(waits[1] * 2, waits[2])

    def test_channels_take_turns(self):
        first, second = self.queue(self.dead, 3), self.queue(self.live, 1)
        order = []

        def send(request, *_values):
            url = request.url
            order.append(url.removeprefix("https://").partition(".")[0])
            return Answer(200, {}, b"{}")

        with patch(SEND, side_effect=send), self.enter_registry_test_mode():
            self.cron.method_direct_trigger()
        self.assertIn("live", order[:3])
        self.assertEqual(set((first + second).mapped("state")), {"sent"})

    def test_a_message_that_was_not_tried_counts_no_tries_in_reports(self):
        message = self.queue(self.live, 1)
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT attempts FROM oms_outbox_message WHERE id = %s", (message.id,)
        )
        self.assertEqual(self.env.cr.fetchone(), (0,))

    def test_a_worker_that_dies_during_a_call_has_counted_the_attempt(self):
        message = self.queue(self.dead, 1)
        committed = []

        def commit(*_arguments, **_values):
            leased = message.next_try > fields.Datetime.now()
            committed.append((message.attempts, message.state, leased))
            return 1.0

        desk = "odoo.addons.oms_addon.calls.desk.Desk"
        cron = type(self.env["ir.cron"])
        with (
            patch.object(cron, "_commit_progress", side_effect=commit),
            patch(f"{desk}.put", side_effect=SystemExit),
            self.assertRaises(SystemExit),
        ):
            self.env["oms.outbox.message"]._cron_send()
        self.assertEqual(committed, [(0, "queued", False), (1, "queued", True)])

    def test_a_message_given_up_during_its_call_stays_given_up_unless_it_was_sent(self):
        message = self.queue(self.dead, 1)
        message._count_attempt()
        message.action_give_up()
        message._note_result(DOWN)
        self.assertEqual(message.state, "cancelled")
        message._note_result(None)
        self.assertEqual(message.state, "sent")
