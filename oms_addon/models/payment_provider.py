from odoo import fields, models


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
