import json
from ast import literal_eval
from unittest.mock import patch

import psycopg2

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..adapters.base import InboundRequest
from ..models.inbox import oms_inbox_message_read as reading
from ..reading import Outcome
from .common_intake import IntakeCase

POISON = b"poison"


@tagged("post_install", "-at_install")
class TestQuarantine(IntakeCase):
    """What kills or outlasts who works on it is set apart; the others go on."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.attempts = cls.env["oms.attempt"].sudo()
        cls.cron = cls.env.ref("oms_addon.ir_cron_intake")

    def keep(self, *bodies):
        requests = [InboundRequest(body=body) for body in bodies]
        return self.env["oms.inbox.message"]._receive(self.channel, requests)

    def orders(self, number):
        return [
            json.dumps(self.document(f"A-{index}")).encode() for index in range(number)
        ]

    def work(self, died_with=(), twice=()):
        """Run the scheduled action; its batches are returned.

        :param died_with: messages that a dead worker had begun.
        :param twice: those that were tried again, and killed that worker too.
        """
        batches = []
        inbox = type(self.env["oms.inbox.message"])
        process = inbox._process_safely

        def note(messages, patient=True):
            batches.append(messages.ids)
            return process(messages, patient)

        with (
            patch.object(inbox, "_process_safely", note),
            self.enter_registry_test_mode(),
        ):
            for message in died_with:
                self.attempts._begin("intake", message.ids)
            for message in twice:
                self.attempts._begin_again("intake", message.id)
            self.cron.method_direct_trigger()
            self.assertFalse(self.attempts._counts("intake"))
        return batches

    def breaking_readers(self, why="time"):
        """Readers that break a limit whenever they meet poison."""
        run = reading.POOL.run

        def break_on_poison(jobs, seconds=None):
            outcomes = []
            for job in jobs:
                if job.request.body == POISON:
                    return [*outcomes, Outcome(broken=why)]
                outcomes += run([job], 60)
            return outcomes

        return patch.object(reading.POOL, "run", break_on_poison)

    # ---- what breaks its reader ---------------------------------------------

    def test_what_outlasts_its_reader_twice_is_set_apart_and_the_others_are_done(self):
        good = self.orders(4)
        messages = self.keep(*good[:2], POISON, *good[2:])
        with self.breaking_readers():
            batches = self.work()
        self.assertEqual(
            messages.mapped("state"), ["done", "done", "quarantined", "done", "done"]
        )
        self.assertIn("5 seconds", messages[2].error_message)
        # put aside by the first batch, tried alone when nothing else waited
        self.assertEqual(batches[-1], messages[2].ids)
        self.assertEqual(messages[2].attempts, 1 + 1)

    def test_each_limit_has_its_words(self):
        for why, words in (("memory", "300 MB"), ("died", "program")):
            message = self.keep(POISON + why.encode())
            with patch.object(
                reading.POOL, "run", lambda jobs, s=0, w=why: [Outcome(broken=w)]
            ):
                message._process()
            self.assertEqual(message.state, "quarantined")
            self.assertIn(words, message.error_message)

    def test_a_part_that_breaks_its_reader_keeps_its_neighbours(self):
        self.channel.kind = "csv"
        message = self.keep(
            b"number,sku,quantity\n1,TEA-01,1\n2,TEA-01,1\n3,TEA-01,1\n"
        )
        run = reading.POOL.run

        def break_on_second(jobs, seconds=None):
            for index, job in enumerate(jobs):
                if job.request.filename.endswith(" 2.csv"):
                    return [*run(jobs[:index], 60), Outcome(broken="time")]
            return run(jobs, 60)

        with patch.object(reading.POOL, "run", break_on_second):
            self.work()
        self.assertEqual(message.state, "split")
        self.assertEqual(
            message.child_ids.sorted("id").mapped("state"),
            ["done", "quarantined", "done"],
        )

    def test_a_clerk_whose_file_breaks_its_reader_is_told_at_once(self):
        messages = self.keep(self.orders(1)[0], POISON)
        with self.breaking_readers():
            messages.with_user(self.clerk).action_process()
        self.assertEqual(messages.mapped("state"), ["done", "quarantined"])

    # ---- what kills its worker ----------------------------------------------

    def test_what_was_in_work_when_a_worker_died_is_tried_one_by_one(self):
        messages = self.keep(*self.orders(5))
        batches = self.work(died_with=messages[:3])
        self.assertEqual(
            batches, [messages[3:].ids, *([message.id] for message in messages[:3])]
        )
        self.assertEqual(set(messages.mapped("state")), {"done"})

    def test_what_killed_two_workers_is_not_tried_again(self):
        messages = self.keep(*self.orders(3))
        batches = self.work(died_with=messages[1], twice=messages[1])
        self.assertEqual(batches, [[messages[0].id, messages[2].id]])
        self.assertEqual(messages.mapped("state"), ["done", "quarantined", "done"])
        self.assertIn("stopped the server twice", messages[1].error_message)

    def test_the_attempt_is_counted_before_the_work_and_ends_with_it(self):
        messages = self.keep(*self.orders(2))
        seen = []
        inbox = type(self.env["oms.inbox.message"])
        process = inbox._process_safely

        def look(records, patient=True):
            seen.append(self.attempts._counts("intake"))
            return process(records, patient)

        with patch.object(inbox, "_process_safely", look):
            with self.enter_registry_test_mode():
                self.cron.method_direct_trigger()
        self.assertEqual(seen, [dict.fromkeys(messages.ids, 1)])

    def test_an_error_that_nobody_foresaw_is_no_death(self):
        messages = self.keep(*self.orders(2))
        intake = type(self.env["oms.intake"])
        with patch.object(intake, "_apply", side_effect=MemoryError):
            with self.assertLogs("odoo.addons.oms_addon", "ERROR"):
                self.work()
        self.assertEqual(set(messages.mapped("state")), {"error"})

    # ---- people ---------------------------------------------------------------

    def test_a_lost_connection_is_the_fault_of_no_message(self):
        messages = self.keep(*self.orders(4))
        calls = []

        def gone(intake, channel, wave):
            calls.append(len(wave))
            raise psycopg2.InterfaceError("connection already closed")

        with (
            patch.object(type(self.env["oms.intake"]), "_apply", gone),
            self.assertRaises(psycopg2.InterfaceError),
        ):
            messages._process_safely()
        self.assertEqual(calls, [4], "halves are not tried")

    def test_only_a_manager_reads_again_what_was_set_apart(self):
        message = self.keep(self.orders(1)[0])
        message._quarantine("ended_worker")
        with self.assertRaises(UserError):
            message.with_user(self.clerk).action_process()
        message.with_user(self.manager).action_process()
        self.assertEqual(message.state, "done")

    def test_what_was_set_apart_is_found_among_what_is_to_correct(self):
        message = self.keep(POISON)
        message._quarantine("ended_worker")
        action = self.env.ref("oms_addon.oms_inbox_message_action_error")
        found = self.env["oms.inbox.message"].search(literal_eval(action.domain))
        self.assertIn(message, found)
        self.assertEqual(self.channel.error_count, 1)
        self.assertEqual(message.with_user(self.clerk).body_text, "poison")

    # ---- size -----------------------------------------------------------------

    def test_a_batch_holds_no_more_bytes_than_fit_into_memory(self):
        messages = self.keep(*self.orders(3))
        size = len(messages[0].with_context(bin_size=False).body)
        self.assertEqual(messages._first_bytes(size * 2 + 20), messages[:2])
        self.assertEqual(messages._first_bytes(1), messages[:1])
