from odoo.tests import new_test_user, tagged

from .common_intake import BooksCase


@tagged("post_install", "-at_install")
class TestCompanies(BooksCase):
    """One background run works for every company, each by its own settings."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.env["res.company"].create(
            {
                "name": "Other",
                "country_id": cls.env.ref("base.de").id,
                "currency_id": cls.env.ref("base.EUR").id,
            }
        )
        cls.env.ref("base.EUR").active = True
        cls.env["account.chart.template"].try_loading(
            "generic_coa", company=cls.other, install_demo=False
        )
        cls.store = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.other.id)], limit=1
        )
        cls.env["stock.quant"].with_company(cls.other)._update_available_quantity(
            cls.tea, cls.store.lot_stock_id, 50
        )
        cls.their_channel = cls.env["oms.channel"].create(
            {
                "name": "Their shop",
                "kind": "api",
                "company_id": cls.other.id,
                "currency_id": cls.env.ref("base.EUR").id,
                "country_id": cls.env.ref("base.de").id,
                "timezone": "UTC",
                "decides_payment": True,
            }
        )

    def test_orders_of_two_companies_are_each_booked_in_their_own(self):
        line = {"external_id": "1", "sku": "TEA-01", "quantity": 2}
        line.update(unit_price="60.00", tax_rate="15")
        ours = self.document()
        theirs = self.document(
            currency="EUR",
            lines=[line],
            total="138.00",
            payments=[{"external_id": "P", "amount": "138.00"}],
        )
        mine = self.receive(ours)
        yours = self.receive(theirs, channel=self.their_channel)
        orders = (mine + yours).order_id
        self.assertEqual(len(orders), 2, (mine + yours).mapped("error_message"))
        self.assertFalse(any(orders.mapped("oms_is_held")))
        orders._oms_fulfil()
        self.assertEqual(orders.mapped("oms_stage"), ["reserved"] * 2)
        orders._oms_settle()
        self.assertEqual(orders[1].amount_tax, 18)
        companies = self.env.company, self.other
        for order, company in zip(orders, companies, strict=True):
            self.assertEqual(order.company_id, company)
            self.assertEqual(order.warehouse_id.company_id, company)
            self.assertEqual(order.picking_ids.company_id, company)
            self.assertLessEqual(set(order.order_line.tax_ids.company_id), {company})
            invoice, payment = order.invoice_ids, order.transaction_ids.payment_id
            self.assertEqual(invoice.company_id, company)
            self.assertEqual(payment.company_id, company)
            self.assertEqual(payment.journal_id.company_id, company)
            self.assertEqual(invoice.state, "posted")
            self.assertEqual(invoice.amount_residual, 0)

    def test_an_accountant_of_both_records_a_transfer_in_the_orders_company(self):
        theirs = self.document(currency="EUR", payments=[], status="unpaid")
        order = self.receive(theirs, channel=self.their_channel).order_id
        accountant = new_test_user(
            self.env,
            "both",
            groups="account.group_account_invoice",
            company_id=self.env.company.id,
            company_ids=[(6, 0, (self.env.company + self.other).ids)],
        )
        wizard = (
            self.env["sale.order.record.payment"]
            .with_user(accountant)
            .with_context(
                default_order_id=order.id,
                allowed_company_ids=(self.env.company + self.other).ids,
            )
            .create({"reference": "B"})
        )
        wizard.action_record()
        self.assertEqual(order.transaction_ids.company_id, self.other)
        order._oms_fulfil()
        order._oms_settle()
        self.assertEqual(order.transaction_ids.payment_id.company_id, self.other)
        self.assertEqual(order.invoice_ids.amount_residual, 0)

    def test_their_customers_and_products_are_not_ours(self):
        contact = self.env["res.partner"].create(
            {"name": "Ours", "email": "a-1@example.com"}
        )
        contact.company_id = self.env.company
        self.cup.company_id = self.env.company
        theirs = self.document(
            currency="EUR",
            lines=[{"sku": "CUP-01", "quantity": 1, "unit_price": "120.00"}],
        )
        order = self.receive(theirs, channel=self.their_channel).order_id
        self.assertNotEqual(order.partner_id, contact)
        self.assertTrue(order.order_line.oms_unmatched)
