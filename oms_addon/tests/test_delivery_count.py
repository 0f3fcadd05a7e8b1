from unittest.mock import patch

import psycopg2.errors

from odoo.tests import tagged

from ..adapters.base import InboundRequest
from .common_intake import IntakeCase


@tagged("post_install", "-at_install")
class TestDeliveryCount(IntakeCase):
    """A message that comes in often is counted, and nobody waits for the count."""

    def receive_again(self, times=1):
        message = self.env["oms.inbox.message"]
        for _time in range(times):
            message = message._receive(self.channel, [InboundRequest(body=b"{}")])
        return message

    def receive_and_read(self):
        message = self.receive_again()
        message.state = "ignored"
        return message

    def test_a_delivery_is_counted_at_once_when_nobody_is_at_the_message(self):
        message = self.receive_and_read()
        self.receive_again(4)
        self.assertEqual(message.delivery_count, 5)
        self.assertFalse(self.env["oms.inbox.delivery"].search([]))

    def test_a_message_that_is_to_be_read_is_left_alone_and_counted_after(self):
        message = self.receive_again(5)
        self.assertEqual(message.delivery_count, 1)
        message.state = "ignored"
        message._add_up_waiting()
        self.assertEqual(message.delivery_count, 5)

    def test_a_delivery_while_the_message_is_taken_is_counted_a_moment_later(self):
        message = self.receive_and_read()
        taken = psycopg2.errors.SerializationFailure
        inbox = type(self.env["oms.inbox.message"])
        with patch.object(inbox, "_add_up_deliveries", return_value=False):
            self.receive_again(3)
        self.assertEqual(message.delivery_count, 1)
        cursor = self.env.cr
        with patch.object(cursor, "execute", side_effect=taken):
            self.assertFalse(message._add_up_deliveries())
        self.env["oms.inbox.message"]._add_up_waiting()
        self.assertEqual(message.delivery_count, 4)

    def test_counting_many_takes_one_query_each_for_keeping_and_adding(self):
        messages = self.env["oms.inbox.message"]._receive(
            self.channel, [InboundRequest(body=b"%d" % n) for n in range(50)]
        )
        messages.state = "ignored"
        self.env.flush_all()
        with self.assertQueryCount(6):
            messages._count_again(2)
        self.assertEqual(set(messages.mapped("delivery_count")), {3})
