from odoo import models


class StockMove(models.Model):
    _inherit = "stock.move"

    def _oms_get_quantity(self):
        """How much of the move is in the parcels: what is reserved or done.

        :return: in the move's unit; what is asked for, where nothing is reserved
        :rtype: float
        """
        self.ensure_one()
        return self.quantity or self.product_uom_qty
