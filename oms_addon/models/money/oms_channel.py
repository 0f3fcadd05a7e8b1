from odoo import models


class OmsChannel(models.Model):
    _inherit = "oms.channel"

    def _oms_provider(self):
        """The provider that records the channel's money; made when there is none.

        What a channel has collected and not yet paid out is a claim on the channel:
        it gets an account and a journal of its own, which the accountant settles.

        :return: with full rights: whoever replays a message may not read providers.
        :rtype: payment.provider
        """
        self.ensure_one()
        channel = self.sudo()  # the system's record, made with the first paid order
        if not channel.payment_provider_id:
            channel.payment_provider_id = channel._oms_create_provider()
        return channel.payment_provider_id

    def _oms_create_provider(self):
        method = self.env.ref("oms_addon.payment_method_channel")
        provider = self.env["payment.provider"].create(
            {
                "name": self.name,
                "code": "custom",
                "custom_mode": "oms_channel",
                "state": "disabled",
                "company_id": self.company_id.id,
                "payment_method_ids": [(6, 0, method.ids)],
                "is_published": False,
            }
        )
        if self.company_id.chart_template:
            provider._oms_link_journal(
                self._oms_create_journal(), self._oms_create_account()
            )
        return provider

    def _oms_create_journal(self):
        """A bank journal for the channel's payouts."""
        return (
            self.env["account.journal"]
            .with_company(self.company_id)
            .create(
                {
                    "name": self.name,
                    "type": "bank",
                    "company_id": self.company_id.id,
                }
            )
        )

    def _oms_create_account(self):
        """The claim on the channel: money that it has collected for us."""
        Account = self.env["account.account"].with_company(self.company_id)
        return Account.create(
            {
                "name": self.env._("Collected by %(channel)s", channel=self.name),
                "code": Account._search_new_account_code("101900"),
                "account_type": "asset_current",
                "reconcile": True,
                "company_ids": [(6, 0, self.company_id.ids)],
            }
        )
