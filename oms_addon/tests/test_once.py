import json
from unittest.mock import patch

import psycopg2.errors

from odoo.exceptions import ConcurrencyError, UserError
from odoo.tests import tagged

from ..adapters.base import InboundRequest
from ..calls.client import Answer
from .common_intake import BooksCase
from .test_outbox import SEND

APPLY = "odoo.addons.oms_addon.models.intake.oms_intake.OmsIntake._apply"


@tagged("post_install", "-at_install")
class TestOnce(BooksCase):
    """What comes in is neither lost nor done twice."""

    def cancellation(self):
        return {"external_id": "A-1", "kind": "cancel", "status": "cancelled"}

    # ---- messages that cross ------------------------------------------------

    def test_a_cancellation_read_while_its_order_was_being_recorded_is_applied(self):
        message = self.receive(self.cancellation())
        self.assertEqual(message.error_code, "no_order")
        # The other worker did not see it waiting: its snapshot was older.
        with patch(
            "odoo.addons.oms_addon.models.intake.oms_intake.OmsIntake._wake_waiting"
        ):
            order = self.receive(self.document()).order_id
        self.assertEqual(message.state, "error")
        with self.enter_registry_test_mode():
            self.env.ref("oms_addon.ir_cron_intake").method_direct_trigger()
        self.assertEqual(order.state, "cancel")

    def test_an_order_that_came_in_twice_at_the_same_time_is_read_again(self):
        with patch(APPLY, side_effect=psycopg2.errors.UniqueViolation("twin")):
            message = self.receive(self.document())
        self.assertEqual(message.state, "new")
        message._process()
        self.assertEqual(message.state, "done")

    def test_a_message_that_always_collides_ends_with_its_reason(self):
        with patch(APPLY, side_effect=psycopg2.errors.UniqueViolation("twin")):
            message = self.receive(self.document())
            for _time in range(5):
                if message.state == "new":
                    message._process()
        self.assertEqual(message.state, "error")

    def test_a_payment_told_in_the_same_second_as_the_order_counts(self):
        order = self.receive(self.document(payments=[], status="unpaid")).order_id
        self.assertTrue(order.oms_is_held)
        self.receive(self.document())
        self.assertEqual(order.amount_paid, 120)
        self.assertEqual(order.oms_stage, "ready")

    def test_a_cancellation_told_in_the_same_second_as_the_order_counts(self):
        order = self.receive(self.document()).order_id
        revision = self.document()["revision"]
        self.receive(dict(self.cancellation(), revision=revision))
        self.assertEqual(order.state, "cancel")

    def test_the_same_message_twice_at_the_same_time_is_received_again(self):
        inbox = type(self.env["oms.inbox.message"])
        twin = psycopg2.errors.UniqueViolation("twin")
        with patch.object(inbox, "create", side_effect=twin):
            with self.assertRaises(ConcurrencyError):  # the host repeats the request
                self.receive(self.document())

    def test_a_message_that_breaks_the_reading_stops_no_other(self):
        inbox = type(self.env["oms.inbox.message"])
        requests = [
            InboundRequest(body=json.dumps(self.document(f"A-{n}")).encode())
            for n in range(3)
        ]
        messages = self.env["oms.inbox.message"]._receive(self.channel, requests)
        take = inbox._take

        def break_on_poison(message, outcome, reading):
            if message == messages[1]:
                raise ValueError("poison")
            return take(message, outcome, reading)

        with (
            patch.object(inbox, "_take", break_on_poison),
            self.enter_registry_test_mode(),
        ):
            self.env.ref("oms_addon.ir_cron_intake").method_direct_trigger()
        self.assertEqual(messages.mapped("state"), ["done", "error", "done"])

    def test_a_reason_that_the_database_can_not_keep_is_kept_without_it(self):
        line = dict(self.document()["lines"][0], quantity="1\x00\ud800")
        message = self.receive(self.document(lines=[line]))
        self.env.flush_all()
        self.assertEqual(message.state, "error")
        self.assertIn("quantity", message.error_message)

    # ---- money --------------------------------------------------------------

    def pay(self, revision, *payments, **values):
        document = self.document(
            revision=revision,
            payments=[{"external_id": ref, "amount": str(a)} for ref, a in payments],
            **values,
        )
        return self.receive(document).order_id

    def test_the_rest_of_a_partly_paid_order_is_recorded(self):
        order = self.pay("20261124T000001", ("A-1", 50))
        self.assertTrue(order.oms_is_held)
        self.pay("20261124T000002", ("A-1", 120))
        self.assertEqual(order.amount_paid, 120)
        self.assertEqual(order.oms_stage, "ready")

    def test_money_that_gets_its_number_later_is_recorded_once(self):
        order = self.pay("20261124T000001", ("", 120))
        self.pay("20261124T000002", ("TX-9", 120))
        self.assertEqual(order.amount_paid, 120)

    def test_two_parts_with_numbers_of_their_own_are_both_recorded(self):
        order = self.pay("20261124T000001", ("TX-1", 50))
        self.pay("20261124T000002", ("TX-1", 50), ("TX-2", 70))
        self.assertEqual(order.amount_paid, 120)
        self.assertEqual(len(order.transaction_ids), 2)

    def test_the_same_number_twice_in_one_message_does_no_harm(self):
        order = self.pay("20261124T000001", ("TX-1", 50), ("TX-1", 70))
        self.assertEqual(order.amount_paid, 120)

    def test_a_transfer_recorded_by_hand_and_then_told_by_the_channel_counts_once(self):
        order = self.receive(self.document(payments=[], status="unpaid")).order_id
        self.env["sale.order.record.payment"].with_user(self.accountant).with_context(
            default_order_id=order.id
        ).create({"reference": "BANK-1"}).action_record()
        self.pay("20261124T000002", ("A-1", 120))
        self.assertEqual(order.amount_paid, 120)

    def test_money_in_another_currency_is_not_taken_for_the_orders(self):
        euro, dollar = self.env.ref("base.EUR"), self.env.ref("base.USD")
        other = (euro + dollar - self.env.company.currency_id)[0]
        other.active = True
        self.env["res.currency.rate"].create(
            {"currency_id": other.id, "rate": 2.0, "name": "2020-01-01"}
        )
        payment = {"external_id": "P", "amount": "120.00", "currency": other.name}
        order = self.receive(self.document(payments=[payment])).order_id
        self.assertEqual(order.transaction_ids.currency_id, other)
        self.assertEqual(order._oms_open_amount(), 60)
        self.assertTrue(order.oms_is_held)

    def test_one_order_that_can_not_be_booked_stops_no_other(self):
        orders = self.receive(self.document("A-1"), self.document("A-2")).order_id
        orders._oms_fulfil()
        good = orders[1]
        Invoice = type(self.env["account.move"])
        post = Invoice.action_post

        def refuse(moves):
            if orders[0] in moves.line_ids.sale_line_ids.order_id:
                raise ValueError("closed")
            return post(moves)

        with (
            patch.object(Invoice, "action_post", refuse),
            self.enter_registry_test_mode(),
        ):
            self.env.ref("oms_addon.ir_cron_settle").method_direct_trigger()
        self.assertEqual(good.invoice_ids.state, "posted")
        self.assertFalse(orders[0].invoice_ids)
        self.assertTrue(orders[0].activity_ids)

    def test_the_channels_cancellation_of_an_invoiced_order_reaches_a_person(self):
        order = self.receive(self.document()).order_id
        order._oms_fulfil()
        order._oms_settle()
        self.assertEqual(order.invoice_ids.state, "posted")
        self.receive(dict(self.cancellation(), revision="20261125T000000"))
        self.assertEqual(order.state, "cancel")
        self.assertTrue(order.activity_ids)

    def test_money_for_an_order_that_was_cancelled_here_reaches_a_person(self):
        order = self.receive(self.document(payments=[], status="unpaid")).order_id
        order._action_cancel()
        self.pay("20261124T000002", ("A-1", 120))
        self.assertTrue(order.activity_ids)

    def test_a_refund_without_a_number_that_is_told_again_counts_once(self):
        order = self.receive(self.document()).order_id
        for day in (24, 25):
            refunds = [{"amount": "20.00"}]
            self.receive(self.document(revision=f"202611{day}", refunds=refunds))
        self.assertEqual(order.oms_refunded_amount, 20)

    def test_an_order_paid_in_the_portal_gets_its_warehouse_first(self):
        order = self.receive(self.document(payments=[], status="unpaid")).order_id
        provider = self.channel._oms_provider()
        tx = self.env["payment.transaction"].create(
            {
                "provider_id": provider.id,
                "payment_method_id": provider._oms_method().id,
                "reference": "portal-1",
                "amount": 120,
                "currency_id": order.currency_id.id,
                "partner_id": order.partner_id.id,
                "sale_order_ids": [(6, 0, order.ids)],
            }
        )
        tx._set_done()
        tx._post_process()
        self.assertEqual((order.state, order.oms_stage), ("draft", "ready"))
        order._oms_fulfil()
        self.assertEqual(order.state, "sale")
        self.assertTrue(order.oms_sourced_at)

    def test_a_bank_reference_is_the_same_with_other_spaces(self):
        order = self.receive(self.document(payments=[], status="unpaid")).order_id
        wizards = self.env["sale.order.record.payment"].with_context(
            default_order_id=order.id
        )
        wizards.create({"reference": "Bank 7", "amount": 60}).action_record()
        with self.assertRaises(UserError):
            wizards.create({"reference": " BANK  7", "amount": 60}).action_record()

    # ---- to the channels ----------------------------------------------------

    def shop(self):
        shop = self.env["oms.channel"].create(
            {
                "name": "Woo",
                "kind": "woocommerce",
                "base_url": "https://shop.example.com",
                "push_stock": True,
            }
        )
        self.env["oms.channel.secret"].create(
            [
                {"channel_id": shop.id, "name": name, "value": "x"}
                for name in shop._adapter().secret_fields
            ]
        )
        self.env["oms.channel.listing"].create(
            [
                {
                    "channel_id": shop.id,
                    "external_id": str(product.id),
                    "sku": product.default_code,
                    "product_id": product.id,
                }
                for product in (self.tea, self.cup)
            ]
        )
        return shop

    def test_a_call_that_fails_in_an_unforeseen_way_stops_no_other(self):
        shops = self.shop() | self.shop()
        first, second = shops._push_stock()
        answer = Answer(200, {}, b"{}")
        with patch(SEND, side_effect=[AttributeError("oops"), answer]):
            first._send()
            second._send()
        self.assertEqual(first.state, "queued")
        self.assertIn("oops", first.error)
        self.assertEqual(second.state, "sent")

    def test_old_stock_levels_are_not_told_after_newer_ones(self):
        shop = self.shop()
        old = shop._push_stock()
        self.env["stock.quant"]._update_available_quantity(
            self.tea, self.warehouse.lot_stock_id, -60
        )
        new = shop._push_stock()
        self.assertEqual(old.state, "cancelled")
        levels = {row["sku"]: row["quantity"] for row in new.payload["levels"]}
        self.assertEqual(levels, {"TEA-01": 40, "CUP-01": 100})

    def test_stock_that_a_confirmed_order_waits_for_is_not_offered_again(self):
        self.warehouse.out_type_id.reservation_method = "manual"
        order = self.receive(self.document()).order_id
        order.action_confirm()
        self.assertEqual(order.picking_ids.move_ids.quantity, 0)
        [message] = self.shop()._push_stock()
        levels = {row["sku"]: row["quantity"] for row in message.payload["levels"]}
        self.assertEqual(levels, {"TEA-01": 98, "CUP-01": 100})
