import json

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common_intake import IntakeCase


@tagged("post_install", "-at_install")
class TestIntake(IntakeCase):
    def test_a_message_becomes_one_order_with_the_channels_prices(self):
        message = self.receive(self.document())
        order = message.order_id
        self.assertEqual(message.state, "done")
        self.assertEqual(message.outcome, "created")
        self.assertEqual(order.order_line.product_id, self.tea)
        self.assertEqual(order.amount_total, 120)
        self.assertEqual(order.oms_channel_total, 120)
        self.assertEqual(order.client_order_ref, "#A-1")
        self.assertEqual(order.oms_stage, "ready")

    def test_a_redelivery_is_counted_and_makes_nothing_new(self):
        first = self.receive(self.document())
        second = self.receive(self.document())
        self.assertEqual(first, second)
        self.assertEqual(first.delivery_count, 2)
        self.assertEqual(len(self.order()), 1)

    def test_the_same_message_twice_in_one_delivery_makes_one_order(self):
        messages = self.receive(self.document(), self.document())
        self.assertEqual(len(set(messages.ids)), 1)
        self.assertEqual(messages[0].delivery_count, 2)
        self.assertEqual(len(self.order()), 1)

    def test_a_newer_revision_changes_lines_and_total(self):
        self.receive(self.document())
        message = self.receive(
            self.document(
                revision="20261123T090000",
                total="180.00",
                lines=[
                    {
                        "external_id": "1",
                        "sku": "TEA-01",
                        "quantity": 3,
                        "unit_price": "60.00",
                    }
                ],
                payments=[
                    {"external_id": "P-A-1", "amount": "120.00"},
                    {"external_id": "P-A-1b", "amount": "60.00"},
                ],
            )
        )
        order = self.order()
        self.assertEqual(message.outcome, "updated")
        self.assertEqual(order.order_line.product_uom_qty, 3)
        self.assertEqual(order.oms_channel_total, 180)
        self.assertEqual(len(order.transaction_ids), 2)
        self.assertFalse(order.oms_is_held)

    def test_an_older_revision_is_left_alone(self):
        self.receive(self.document(revision="20261123T090000"))
        message = self.receive(self.document(revision="20261123T070000", total="1.00"))
        self.assertEqual(message.outcome, "outdated")
        self.assertEqual(self.order().oms_channel_total, 120)

    def test_several_revisions_in_one_batch_end_with_the_newest(self):
        self.receive(
            self.document(revision="3", status="cancelled"),
            self.document(revision="1"),
            self.document(revision="2"),
        )
        self.assertEqual(self.order().state, "cancel")
        self.assertEqual(self.order().oms_revision, "3")

    def test_a_cancellation_by_the_channel_cancels_a_confirmed_order(self):
        self.receive(self.document())
        order = self.order()
        order._oms_fulfil()
        self.assertEqual(order.state, "sale")
        self.receive({"external_id": "A-1", "kind": "cancel", "revision": "9"})
        self.assertEqual(order.state, "cancel")
        self.assertEqual(set(order.picking_ids.mapped("state")), {"cancel"})

    def test_a_refund_that_comes_before_its_order_is_applied_when_it_comes(self):
        refund = self.receive(
            {
                "external_id": "A-1",
                "kind": "refund",
                "refunds": [{"external_id": "R-1", "amount": "30.00"}],
            }
        )
        self.assertEqual(refund.state, "error")
        self.assertIn("A-1", refund.error_message)
        self.receive(self.document())
        self.assertEqual(refund.state, "new")
        refund._process()
        self.assertEqual(refund.outcome, "refunded")
        self.assertEqual(self.order().oms_refunded_amount, 30)

    def test_one_bad_message_does_not_stop_its_neighbours(self):
        bad = self.document("A-2", currency="XXX")
        messages = self.receive(
            self.document("A-1"),
            bad,
            self.document("A-3"),
            body=b'{"external_id": "A-4", ',
        )
        self.assertEqual(messages.mapped("state"), ["done", "error", "done", "error"])
        self.assertIn("XXX", messages[1].error_message)
        self.assertIn("line 1", messages[3].error_message)

    def test_a_broken_message_is_corrected_by_hand_and_replayed(self):
        message = self.receive(body=b'{"external_id": "A-1", ').with_user(self.clerk)
        original = message.body
        message.body_text = json.dumps(self.document())
        message.action_process()
        self.assertEqual(message.state, "done")
        self.assertEqual(message.order_id, self.order())
        self.assertEqual(message.body, original)
        with self.assertRaises(UserError):
            message.action_process()

    def test_what_came_in_is_never_deleted(self):
        message = self.receive(self.document())
        with self.assertRaises(UserError):
            message.with_user(self.manager).sudo().unlink()

    def test_a_returning_customer_is_recognised_and_not_overwritten(self):
        self.receive(self.document("A-1"))
        customer = self.order("A-1").partner_id
        customer.name = "Known as Ada"
        again = self.document("A-2")
        again["customer"] = dict(self.document("A-1")["customer"], name="Ada L.")
        self.receive(again)
        self.assertEqual(self.order("A-2").partner_id, customer)
        self.assertEqual(customer.name, "Known as Ada")

    def test_two_people_who_share_a_phone_stay_two_customers(self):
        self.receive(self.document("A-1"), self.document("A-2"))
        self.receive(self.document("A-3"))
        partners = {self.order(name).partner_id for name in ("A-1", "A-2", "A-3")}
        self.assertEqual(len(partners), 3)

    def test_a_phone_alone_finds_the_customer(self):
        self.receive(self.document("A-1"))
        customer = {"name": "Ada", "phone": "0049 30/1234567"}
        self.receive(self.document("A-2", customer=customer))
        self.assertEqual(self.order("A-2").partner_id, self.order("A-1").partner_id)

    def test_an_existing_contact_is_found_by_phone_where_nothing_is_better(self):
        contact = self.env["res.partner"].create(
            {
                "name": "Old friend",
                "phone": "+49 30 7654321",
                "country_id": self.env.ref("base.de").id,
            }
        )
        customer = {"name": "Old friend", "phone": "030 7654321"}
        self.receive(self.document(customer=customer))
        self.assertEqual(self.order().partner_id, contact)

    def test_an_existing_contact_is_found_by_mail(self):
        contact = self.env["res.partner"].create(
            {"name": "Old friend", "email": "A-1@Example.com"}
        )
        self.receive(self.document())
        self.assertEqual(self.order().partner_id, contact)

    def test_a_gift_goes_to_the_recipients_address(self):
        self.receive(
            self.document(
                shipping={
                    "name": "Grandma",
                    "street": "Am Bach 2",
                    "city": "Köln",
                    "zip": "50667",
                    "country_code": "DE",
                }
            )
        )
        order = self.order()
        self.assertEqual(order.partner_shipping_id.name, "Grandma")
        self.assertEqual(order.partner_shipping_id.parent_id, order.partner_id)
        self.assertEqual(order.partner_invoice_id, order.partner_id)

    def test_many_orders_of_one_new_customer_make_one_contact(self):
        customer = self.document()["customer"]
        self.receive(*[self.document(f"B-{n}", customer=customer) for n in range(5)])
        partners = self.env["res.partner"].search([("email", "=", customer["email"])])
        self.assertEqual(len(partners), 1)

    def test_an_enquiry_becomes_a_lead_once(self):
        enquiry = {
            "external_id": "M-1",
            "kind": "enquiry",
            "subject": "Do you ship?",
            "customer": {"name": "Max", "email": "max@example.com"},
            "note": "To Malta?",
        }
        message = self.receive(enquiry)
        self.receive(enquiry)
        self.assertEqual(message.lead_id.name, "Do you ship?")
        self.assertEqual(message.lead_id.oms_channel_id, self.channel)
        self.assertEqual(
            self.env["crm.lead"].search_count([("email_from", "=", "max@example.com")]),
            1,
        )

    def test_discount_amounts_give_the_channels_total_to_the_cent(self):
        self.receive(
            self.document(
                lines=[
                    {
                        "sku": "TEA-01",
                        "quantity": 3,
                        "unit_price": "60.00",
                        "discount": "10.01",
                    }
                ],
                total="169.99",
                payments=[{"amount": "169.99", "external_id": "x"}],
            )
        )
        self.assertEqual(self.order().amount_total, 169.99)
        self.assertFalse(self.order().oms_is_held)

    def test_prices_with_tax_are_reproduced_by_a_tax_without(self):
        self.receive(
            self.document(
                prices_include_tax=True,
                lines=[
                    {
                        "sku": "TEA-01",
                        "quantity": 2,
                        "unit_price": "59.50",
                        "tax_rate": "19",
                    }
                ],
                total="119.00",
                payments=[{"amount": "119.00", "external_id": "x"}],
            )
        )
        order = self.order()
        self.assertAlmostEqual(order.amount_total, 119.00)
        self.assertAlmostEqual(order.amount_tax, 19.00)

    def test_the_api_method_is_idempotent_and_reports_each_order(self):
        channels = self.env["oms.channel"].with_user(self.clerk)
        documents = [self.document(), {"external_id": "A-9"}]
        first = channels.oms_intake(self.channel.id, documents)
        second = channels.oms_intake(self.channel.id, documents)
        self.assertEqual(first, second)
        self.assertEqual([r["state"] for r in first], ["done", "error"])
        self.assertEqual(first[0]["order_id"], self.order().id)
        self.assertIn("lines", first[1]["error"])

    def test_the_api_method_wants_a_channel_of_its_kind_and_a_user_with_the_right(self):
        mail = self.env["oms.channel"].create({"name": "Mail", "kind": "email"})
        with self.assertRaises(ValidationError):
            mail.with_user(self.clerk).oms_intake(mail.id, [])
        outsider = self.env.ref("base.public_user")
        with self.assertRaises(AccessError):
            self.env["oms.channel"].with_user(outsider).oms_intake(
                self.channel.id, [self.document()]
            )

    def test_queries_do_not_grow_with_the_batch(self):
        self.receive(self.document("W-0"))

        def count(prefix, number):
            documents = [self.document(f"{prefix}-{n}") for n in range(number)]
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.receive(*documents)
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        small, large = count("S", 10), count("L", 30)
        self.assertLessEqual((large - small) / 20, 8)
