from odoo import fields, models


class OmsRouteSkill(models.Model):
    _name = "oms.route.skill"
    _description = "Vehicle Skill"
    _inherit = ["oms.shared.mixin"]
    _order = "name, id"

    _may_be_added = True

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    color = fields.Integer()

    _name_unique = models.UniqueIndex("(name)", "This skill exists already.")
