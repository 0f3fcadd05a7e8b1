from odoo import fields, models

# Ratings up to this one, of 5, are followed up.
LOW_CSAT = 2


class OmsCsatMixin(models.AbstractModel):
    """Asks the customer once how satisfied they are, and keeps the answer.

    Built on the host's ratings: the mail has one link per face.
    """

    _name = "oms.csat.mixin"
    _description = "Satisfaction Request"
    _inherit = ["rating.mixin"]

    oms_csat = fields.Float(
        string="Satisfaction",
        readonly=True,
        copy=False,
        aggregator="avg",
        help="The customer's answer: 1 (unhappy), 3 or 5 (happy); 0 without answer.",
    )
    oms_csat_requested_at = fields.Datetime(
        string="Satisfaction Asked On", readonly=True, copy=False
    )

    def _get_csat_template(self):
        """Return the mail that asks; empty for none.

        :rtype: mail.template
        """
        return self.env["mail.template"]

    def _request_csat(self):
        """Ask the customers of records that were not asked yet, in one batch.

        :return: the records whose customers were asked.
        """
        todo = self.filtered(
            lambda r: not r.oms_csat_requested_at and r.partner_id.email
        )
        template = self._get_csat_template()
        if not todo or not template:
            return self.browse()
        todo.write({"oms_csat_requested_at": fields.Datetime.now()})
        todo.rating_send_request(template, force_send=False)
        return todo

    def rating_apply(self, rate, token=None, rating=None, feedback=None, **kwargs):
        """Keep the answer on the record and on the customer; follow up bad ones."""
        rating = super().rating_apply(
            rate, token=token, rating=rating, feedback=feedback, **kwargs
        )
        self.write({"oms_csat": rate})
        self.partner_id.commercial_partner_id._oms_update_csat()
        if 0 < rate <= LOW_CSAT:
            self._on_low_csat(feedback)
        return rating

    def _on_low_csat(self, feedback):
        """Follow up a bad answer."""
