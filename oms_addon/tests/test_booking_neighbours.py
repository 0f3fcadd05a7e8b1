from unittest.mock import patch

from odoo.tests import tagged

from odoo.addons.account.models.account_move import AccountMove as HostMove
from odoo.addons.sale.models.account_move import AccountMove as SaleMove

from .common_intake import BooksCase


@tagged("post_install", "-at_install")
class TestBookingNeighbours(BooksCase):
    """A booking run beside other addons, refused orders and other numberings."""

    def numbered(self, prefix, count):
        orders = self.receive(
            *(self.document(external_id=f"{prefix}-{n}") for n in range(count))
        ).order_id
        orders._oms_fulfil()
        return orders

    # === ANOTHER ADDON'S MESSAGES === #

    def test_an_addon_gets_the_message_that_it_posts_when_an_invoice_is_paid(self):
        orders = self.numbered("M", 2)
        hook = SaleMove._invoice_paid_hook
        posted = []

        def paid_hook(moves):
            result = hook(moves)
            for order in moves.line_ids.sale_line_ids.order_id:
                message = order.message_post(body="Thank you")
                message.ensure_one()
                posted.append(message)
            return result

        with patch.object(SaleMove, "_invoice_paid_hook", paid_hook):
            orders._oms_settle()
        self.assertEqual(len(posted), 2)
        for order in orders:
            bodies = " ".join(order.message_ids.mapped("body"))
            self.assertIn("Thank you", bodies)
            self.assertIn(f"Invoice {order.invoice_ids.name} paid", bodies)

    def test_an_addon_may_tell_people_where_an_invoice_comes_from(self):
        orders = self.numbered("N", 1)
        person = self.manager.partner_id
        post = HostMove._post

        def telling(moves, soft=True):
            result = post(moves, soft)
            for move in result.filtered(lambda m: m.is_invoice()):
                move.message_post_with_source(
                    "mail.message_origin_link",
                    render_values={"self": move, "origin": orders},
                    subtype_xmlid="mail.mt_comment",
                    partner_ids=person.ids,
                )
            return result

        with patch.object(HostMove, "_post", telling):
            orders._oms_settle()
        self.assertIn(person, orders.invoice_ids.message_ids.partner_ids)

    # === NUMBERS === #

    def test_a_refused_order_leaves_no_gap_in_the_numbers(self):
        self.numbered("G", 1)._oms_settle()
        orders = self.numbered("H", 5)
        post = HostMove._post

        def refusing(moves, soft=True):
            result = post(moves, soft)
            if orders[2] in moves.line_ids.sale_line_ids.order_id:
                raise ValueError("No invoice for this one")
            return result

        with patch.object(HostMove, "_post", refusing):
            orders._oms_settle_safely()
        booked = orders - orders[2]
        self.assertFalse(orders[2].invoice_ids)
        numbers = sorted(booked.invoice_ids.mapped("sequence_number"))
        self.assertEqual(numbers, list(range(numbers[0], numbers[0] + 4)))
        payments = booked.transaction_ids.payment_id.move_id
        numbers = sorted(payments.mapped("sequence_number"))
        self.assertEqual(numbers, list(range(numbers[0], numbers[0] + 4)))
        orders._oms_settle_safely()
        self.assertEqual(len(orders.invoice_ids), 5)
        self.assertEqual(len(set(orders.invoice_ids.mapped("name"))), 5)

    def test_an_addon_that_numbers_by_customer_still_does(self):
        orders = self.numbered("K", 3)
        start = HostMove._get_starting_sequence
        last = HostMove._get_last_sequence_domain

        def starting(move):
            number = start(move)
            return f"C{move.partner_id.id}{number}" if move.is_invoice() else number

        def domain(move, relaxed=False):
            where, params = last(move, relaxed)
            if move.is_invoice():
                where += " AND commercial_partner_id = %(customer)s "
                params["customer"] = move.partner_id.commercial_partner_id.id
            return where, params

        with (
            patch.object(HostMove, "_get_starting_sequence", starting),
            patch.object(HostMove, "_get_last_sequence_domain", domain),
        ):
            orders._oms_settle()
        for order in orders:
            invoice = order.invoice_ids
            self.assertTrue(
                invoice.name.startswith(f"C{invoice.partner_id.id}"), invoice.name
            )
