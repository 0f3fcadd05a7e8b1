from odoo import fields, models

from ...sourcing import Warehouse


class StockWarehouse(models.Model):
    _inherit = "stock.warehouse"

    oms_currency_id = fields.Many2one(related="company_id.currency_id")
    oms_handling_cost = fields.Monetary(
        string="Handling per Unit",
        currency_field="oms_currency_id",
        help="Cost of picking and packing a unit here, for choosing warehouses.",
    )
    oms_parcel_cost = fields.Monetary(
        string="Extra per Parcel",
        currency_field="oms_currency_id",
        help="What a parcel from here costs more than the sourcing policy says.",
    )

    def _oms_sourcing_values(self):
        """The warehouses as the pure function reads them.

        :rtype: list[Warehouse]
        """
        return [
            Warehouse(
                key=warehouse.id,
                place=warehouse.partner_id._oms_place(),
                handling=warehouse.oms_handling_cost,
                parcel=warehouse.oms_parcel_cost,
            )
            for warehouse in self
        ]
