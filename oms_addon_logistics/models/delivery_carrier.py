from odoo import fields, models


class DeliveryCarrier(models.Model):
    _inherit = "delivery.carrier"

    delivery_type = fields.Selection(
        selection_add=[
            ("oms_generic", "Waybill numbers of our own range"),
            ("oms_fleet", "Own fleet"),
        ],
        ondelete={"oms_generic": "set default", "oms_fleet": "set default"},
    )
