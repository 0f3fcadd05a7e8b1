from odoo import fields, models

from ..models.sale_order import STAGES

# Before an order is confirmed its lines have the host's default, which nobody chose.
_WAREHOUSE = """
    COALESCE(l.oms_warehouse_id, CASE WHEN s.state = 'sale' THEN l.warehouse_id END)
"""
# A promise is kept by handing the goods over in time: to the customer where we know of
# it, else to the carrier.
_PROMISE = """
    CASE
        WHEN s.oms_promised_at IS NULL OR s.oms_stage = 'cancelled' THEN NULL
        WHEN s.oms_stage IN ('shipped', 'delivered')
            THEN CASE
                WHEN COALESCE(s.oms_delivered_at, s.effective_date)
                    <= s.oms_promised_at THEN 'kept'
                ELSE 'broken'
            END
        WHEN s.oms_promised_at < (now() AT TIME ZONE 'UTC') THEN 'broken'
        ELSE 'open'
    END
"""


class SaleReport(models.Model):
    _inherit = "sale.report"

    oms_channel_id = fields.Many2one(
        comodel_name="oms.channel", string="Channel", readonly=True
    )
    oms_stage = fields.Selection(selection=STAGES, string="Stage", readonly=True)
    oms_received_at = fields.Datetime(string="Received", readonly=True)
    oms_warehouse_id = fields.Many2one(
        comodel_name="stock.warehouse",
        string="Ships from",
        readonly=True,
        help="The warehouse of the line, as it was assigned.",
    )
    oms_is_split = fields.Boolean(
        string="Split", readonly=True, help="Ships from more than one warehouse."
    )
    oms_promise = fields.Selection(
        selection=[("kept", "Kept"), ("broken", "Broken"), ("open", "Not Due Yet")],
        string="Promise",
        readonly=True,
    )

    def _select_additional_fields(self):
        return {
            **super()._select_additional_fields(),
            "oms_channel_id": "s.oms_channel_id",
            "oms_stage": "s.oms_stage",
            "oms_received_at": "s.create_date",
            "oms_warehouse_id": _WAREHOUSE,
            "oms_is_split": "s.oms_is_split",
            "oms_promise": _PROMISE,
        }

    def _group_by_sale(self):
        # The order's own columns depend on s.id, which is grouped by already.
        return f"{super()._group_by_sale()}, l.oms_warehouse_id, l.warehouse_id"
