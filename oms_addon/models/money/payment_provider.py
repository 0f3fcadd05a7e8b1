from odoo import api, fields, models


class PaymentProvider(models.Model):
    _inherit = "payment.provider"

    custom_mode = fields.Selection(
        selection_add=[("oms_channel", "Paid on the Channel")],
        ondelete={"oms_channel": "set null"},
    )

    def _oms_method(self):
        """Payment method of transactions that this provider records.

        :rtype: payment.method
        """
        self.ensure_one()
        method = self.with_context(active_test=False).payment_method_ids[:1]
        return method or self.env.ref("oms_addon.payment_method_channel")

    @api.model
    def _oms_wire_provider(self, company):
        """The company's provider for bank transfers, with a journal to book on.

        :rtype: payment.provider
        """
        provider = self.search(
            [
                ("company_id", "=", company.id),
                ("custom_mode", "=", "wire_transfer"),
            ],
            limit=1,
        ) or self.create(
            {
                "name": self.env._("Bank Transfer"),
                "code": "custom",
                "custom_mode": "wire_transfer",
                "state": "disabled",
                "company_id": company.id,
                "payment_method_ids": [
                    (
                        6,
                        0,
                        self.env.ref("payment_custom.payment_method_wire_transfer").ids,
                    )
                ],
            }
        )
        journal = self.env["account.journal"].search(
            [("company_id", "=", company.id), ("type", "=", "bank")], limit=1
        )
        if journal and not provider.journal_id:
            provider._oms_link_journal(journal, provider._oms_outstanding_account())
        return provider

    def _oms_link_journal(self, journal, account):
        """Book what this provider records on a journal.

        The host links only providers that it can charge; those that record money
        received elsewhere get a manual method line.

        :param account: where the money waits until the bank statement comes.
        """
        self.ensure_one()
        self.env["account.payment.method.line"].create(
            {
                "name": self.name,
                "payment_method_id": self.env.ref(
                    "account.account_payment_method_manual_in"
                ).id,
                "journal_id": journal.id,
                "payment_provider_id": self.id,
                "payment_account_id": account.id,
            }
        )
        self.invalidate_recordset(["journal_id"])

    def _oms_outstanding_account(self):
        """The company's account for receipts that the bank has not shown yet."""
        template = self.env["account.chart.template"].with_context(
            allowed_company_ids=self.company_id.root_id.ids
        )
        return (
            template.ref(
                "account_journal_payment_debit_account_id", raise_if_not_found=False
            )
            or self.company_id.transfer_account_id
        )
