from ast import literal_eval

from odoo import fields, models


class OmsCaseType(models.Model):
    _name = "oms.case.type"
    _description = "Case Type"
    _inherit = ["oms.shared.mixin", "mail.alias.mixin.optional"]
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        comodel_name="res.company", default=lambda self: self.env.company, index=True
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Responsible",
        check_company=True,
        help="Gets new cases of this type.",
    )
    escalation_user_id = fields.Many2one(
        comodel_name="res.users",
        string="Escalate To",
        check_company=True,
        help="Gets an activity when the promised time has passed.",
    )
    in_portal = fields.Boolean(string="Offered in Portal", default=True)
    calendar_id = fields.Many2one(
        comodel_name="resource.calendar",
        string="Working Hours",
        check_company=True,
        help="Hours are counted within them. Empty: those of the company.",
    )
    hours_low = fields.Float(string="Low", default=72, help="Hours to the solution.")
    hours_normal = fields.Float(string="Normal", default=24)
    hours_high = fields.Float(string="High", default=8)
    hours_urgent = fields.Float(string="Urgent", default=4)

    _hours_not_negative = models.Constraint(
        "CHECK(hours_low >= 0 AND hours_normal >= 0 AND hours_high >= 0 "
        "AND hours_urgent >= 0)",
        "Hours cannot be negative.",
    )

    def _alias_get_creation_values(self):
        values = super()._alias_get_creation_values()
        values["alias_model_id"] = self.env["ir.model"]._get_id("oms.case")
        if self.id:
            defaults = literal_eval(self.alias_defaults or "{}")
            values["alias_defaults"] = {**defaults, "type_id": self.id}
        return values

    def _get_hours(self, priority):
        """Return the working hours to the solution; 0 for no promise.

        :param str priority: ``'0'`` (low) to ``'3'`` (urgent).
        :rtype: float
        """
        self.ensure_one()
        names = {"0": "low", "2": "high", "3": "urgent"}
        return self[f"hours_{names.get(priority, 'normal')}"]
