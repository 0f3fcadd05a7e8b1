from odoo import fields, models

REASONS = [
    ("no_position", "Address not found on the map"),
    ("no_vehicle", "No vehicle starts from this warehouse"),
    ("skill", "No vehicle has the skills that the goods need"),
    ("too_big", "Too heavy or too large for every vehicle"),
    ("window", "The time window can't be reached in any shift"),
    ("capacity", "The vehicles are full"),
    ("time", "The shifts are too short"),
]


class OmsRouteUnserved(models.Model):
    _name = "oms.route.unserved"
    _description = "Transfer Left Out of a Route Plan"
    _order = "plan_id, reason, id"
    _check_company_auto = True

    plan_id = fields.Many2one(
        comodel_name="oms.route.plan", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="plan_id.company_id", store=True, index=True)
    picking_id = fields.Many2one(
        comodel_name="stock.picking",
        string="Transfer",
        required=True,
        ondelete="cascade",
        check_company=True,
    )
    partner_id = fields.Many2one(related="picking_id.partner_id")
    reason = fields.Selection(selection=REASONS, required=True)
