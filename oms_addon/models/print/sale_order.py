from odoo import models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    # === BUSINESS METHODS === #

    def _oms_get_customer_number(self):
        """The order's number as the customer knows it.

        What the channel tells orders apart by is a number of its own in many shops,
        or has the sender's address in it.

        :return: empty for no order, or where the customer has no number
        :rtype: str
        """
        return self.client_order_ref or self.oms_external_id or ""
