from odoo import api, fields, models


class OmsPrivacyLog(models.Model):
    """What was given out and erased, without saying of whom."""

    _name = "oms.privacy.log"
    _description = "Personal Data: What Was Done"
    _order = "id desc"
    _rec_name = "what"

    what = fields.Selection(
        selection=[
            ("export", "Given out"),
            ("erase", "Erased on request"),
            ("age", "Erased by age"),
        ],
        string="Done",
        required=True,
        readonly=True,
    )
    person = fields.Char(
        readonly=True, help="First letters only: enough to find the request on paper."
    )
    rule_id = fields.Many2one(
        comodel_name="oms.retention.rule", readonly=True, ondelete="set null"
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Done By",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
    )
    counts = fields.Json(readonly=True)
    summary = fields.Char(string="Records", compute="_compute_summary")

    @api.depends("counts")
    @api.depends_context("lang")
    def _compute_summary(self):
        names = {model.model: model.name for model in self._get_models()}
        for log in self:
            log.summary = ", ".join(
                f"{names.get(model, model)}: {count}"
                for model, count in (log.counts or {}).items()
            )

    def _get_models(self):
        """The models that the logs count."""
        models_ = {model for log in self for model in log.counts or {}}
        # sudo: names of models, for a reader without the right to technical menus
        return self.env["ir.model"].sudo().search([("model", "in", list(models_))])

    @api.model
    def _mask(self, *words):
        """First letters of a person's name and addresses.

        :rtype: str
        """
        return ", ".join(
            " ".join(f"{part[0]}***" for part in word.split()) for word in words if word
        )
