from odoo import fields, models


class RepairOrder(models.Model):
    _inherit = "repair.order"

    oms_return_line_id = fields.Many2one(
        comodel_name="oms.return.line", index="btree_not_null", copy=False
    )
    oms_return_id = fields.Many2one(
        related="oms_return_line_id.return_id", store=True, string="Customer Return"
    )

    def action_repair_done(self):
        result = super().action_repair_done()
        # The repairer finishes the customer's return without a right to it.
        self.oms_return_id.sudo()._on_repaired()
        return result
