from odoo.exceptions import ValidationError
from odoo.tests import tagged

from ..adapters.base import InboundRequest
from .common_intake import IntakeCase


@tagged("post_install", "-at_install")
class TestCareless(IntakeCase):
    """Careless callers and hostile senders get an answer, and nothing is lost."""

    def test_wrong_arguments_of_the_api_are_told_and_nothing_is_kept(self):
        channels = self.env["oms.channel"].with_user(self.clerk)
        mine, order = self.channel.id, self.document()
        for channel, orders in (
            ("shop", [order]),
            (None, [order]),
            (True, [order]),
            ([mine], [order]),
            (0, [order]),
            (10**12, [order]),
            (mine, order),
            (mine, "A-1"),
            (mine, None),
        ):
            with self.assertRaises(ValidationError, msg=f"{channel} {orders}"):
                channels.oms_intake(channel, orders)
        self.assertFalse(self.channel.message_count)
        self.assertEqual(channels.oms_intake(mine, []), [])

    def test_what_is_no_order_in_a_list_of_the_api_stops_no_other(self):
        channels = self.env["oms.channel"].with_user(self.clerk)
        answers = channels.oms_intake(self.channel.id, ["A-2", None, self.document()])
        states = [answer["state"] for answer in answers]
        self.assertEqual(states, ["error", "error", "done"])

    def test_a_file_name_that_no_database_can_keep_loses_no_message(self):
        request = InboundRequest(
            body=b"{}",
            filename="a\x00b.csv",
            query={"x": "\x00"},
            headers={"y": "\x00"},
        )
        message = self.env["oms.inbox.message"]._receive(self.channel, [request])
        self.env.flush_all()
        self.assertEqual(message.filename, "ab.csv")

    # ---- money ----------------------------------------------------------------

    def refund(self, revision, amount="30.00", **values):
        refunds = [{"external_id": f"R-{revision}", "amount": amount}]
        return self.receive(
            {
                "external_id": "A-1",
                "kind": "refund",
                "revision": revision,
                "refunds": refunds,
                **values,
            }
        )

    def test_a_refund_counts_also_when_a_later_state_came_in_before(self):
        self.receive(self.document(revision="20261124"))
        self.refund("20261123T090000")
        self.assertEqual(self.order().oms_refunded_amount, 30)

    def test_a_refund_does_not_make_an_address_change_outdated(self):
        self.receive(self.document())
        self.refund("20261125")
        address = dict(self.document()["customer"], street="Hauptstr. 17")
        self.receive(self.document(revision="20261124", shipping=address))
        self.assertEqual(self.order().partner_shipping_id.street, "Hauptstr. 17")

    def foreign(self):
        """A currency that is not the company's, switched off, two for one."""
        euro, dollar = self.env.ref("base.EUR"), self.env.ref("base.USD")
        other = (euro + dollar - self.env.company.currency_id)[0]
        other.active = False
        return other

    def test_money_in_a_currency_that_is_not_active_is_not_passed_over(self):
        other = self.foreign()
        order = self.receive(self.document(payments=[], status="unpaid")).order_id
        payment = {"external_id": "P", "amount": "120.00", "currency": other.name}
        message = self.receive(self.document(revision="20261124", payments=[payment]))
        self.assertEqual(message.state, "error")
        self.assertIn(other.name, message.error_message)
        other.active = True
        message.action_process()
        self.assertEqual(order.sudo().transaction_ids.currency_id, other)

    def test_a_refund_in_a_currency_that_is_not_active_waits(self):
        other = self.foreign()
        self.receive(self.document())
        refunds = [{"external_id": "R", "amount": "30.00", "currency": other.name}]
        message = self.refund("20261124", refunds=refunds)
        self.assertEqual(message.state, "error")
        self.assertIn(other.name, message.error_message)
        other.active = True
        message.action_process()
        self.assertEqual(message.outcome, "refunded")

    def test_a_correction_of_the_currency_changes_what_the_order_costs(self):
        other = self.foreign()
        other.active = True
        order = self.receive(self.document(payments=[], status="unpaid")).order_id
        self.receive(
            self.document(
                revision="20261124", currency=other.name, payments=[], status="unpaid"
            )
        )
        self.assertEqual(order.currency_id, other)
        self.assertEqual(order.amount_total, 120)

    def test_a_correction_of_the_tax_mode_changes_what_the_order_costs(self):
        line = dict(self.document()["lines"][0], tax_rate="19", unit_price="59.50")
        self.receive(self.document(lines=[line], total="141.61"))
        order = self.order()
        self.assertAlmostEqual(order.amount_total, 141.61)
        self.receive(
            self.document(
                revision="20261124",
                lines=[line],
                prices_include_tax=True,
                total="119.00",
            )
        )
        self.assertAlmostEqual(order.amount_total, 119)
