from odoo import fields, models


class OmsTripStopFail(models.TransientModel):
    _name = "oms.trip.stop.fail"
    _description = "Mark a Stop as Failed"

    stop_ids = fields.Many2many(
        comodel_name="oms.trip.stop",
        string="Stops",
        default=lambda self: self.env.context.get("active_ids"),
    )
    reason_id = fields.Many2one(comodel_name="oms.stop.failure.reason", required=True)
    note = fields.Text()

    def action_fail(self):
        """Mark the chosen stops as failed; their transfers can be planned again."""
        for wizard in self:
            wizard.stop_ids._fail(wizard.reason_id, {"note": wizard.note})
        return {"type": "ir.actions.act_window_close"}
