from odoo.tests import tagged

from .common_intake import BooksCase
from .common_rights import (
    HOST_ROLES,
    FullReads,
    extended_models,
    new_user,
    own_models,
)


@tagged("post_install", "-at_install")
class TestHostUsers(FullReads, BooksCase):
    """People who work beside the suite work as before."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = {
            name: new_user(cls.env, name, groups) for name, groups in HOST_ROLES.items()
        }

    def orders(self):
        """Orders in every stage, one of them with payment, invoice and transfer."""
        held = self.receive(self.document("H", payments=[], status="unpaid")).order_id
        booked = self.receive(self.document("B", note="Ring twice")).order_id
        booked._oms_fulfil()
        booked._oms_settle()
        self.assertTrue(booked.invoice_ids and booked.picking_ids)
        own = self.receive(self.document("O")).order_id
        own.user_id = self.users["host_sales_own"]
        self.receive(
            {
                "external_id": "L",
                "kind": "enquiry",
                "customer": {"name": "Max", "email": "max@example.com"},
                "note": "A question",
            }
        )
        return held + booked + own

    def test_whoever_reads_a_record_of_the_host_reads_it_as_a_whole(self):
        self.orders()
        models = extended_models(self.env, "oms_addon")
        self.check_full_reads(models, self.users)
        self.check_forms(models, self.users)

    def test_whoever_reads_a_record_of_ours_reads_it_as_a_whole(self):
        self.orders()
        models = own_models(self.env, "oms_addon")
        ours = {
            "user": self.clerk,
            "manager": self.manager,
            "accountant_only": self.accountant,
        }
        self.check_full_reads(models, {**self.users, **ours})

    def test_packers_and_accountants_read_the_facts_of_an_order(self):
        held, booked, _own = self.orders()
        for name in ("warehouse", "reader_of_books", "accountant", "host_sales_all"):
            with self.subTest(user=name):
                self.env.invalidate_all()
                order = held.with_user(self.users[name])
                self.assertEqual(order.oms_channel_name, "Test shop")
                self.assertEqual(order.oms_stage, "held")
                self.assertIn("not paid", order.oms_hold_reason)
                self.assertTrue(order.oms_hold_summary)
                order = booked.with_user(self.users[name])
                self.assertEqual(order.oms_buyer_note, "Ring twice")
        picking = booked.picking_ids.with_user(self.users["warehouse"])
        self.assertEqual(picking.oms_channel_name, "Test shop")
        self.assertEqual(picking.oms_buyer_note, "Ring twice")
        invoice = booked.invoice_ids.with_user(self.users["accountant"])
        self.assertEqual(invoice.oms_channel_name, "Test shop")
