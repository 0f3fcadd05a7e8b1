from odoo import fields, models


class CrmLead(models.Model):
    _inherit = "crm.lead"

    oms_channel_id = fields.Many2one(
        comodel_name="oms.channel",
        string="Channel",
        check_company=True,
        index="btree_not_null",
    )
    # Why a mail that may name goods is no order; words of `adapters.mail.intent`.
    oms_intent = fields.Selection(
        selection=[
            ("complaint", "Complaint"),
            ("return", "Return"),
            ("refusal", "Not wanted"),
            ("correction", "Correction"),
            ("recurring", "Repeated order"),
            ("alternative", "Alternative"),
            ("question", "Question"),
        ],
        string="Read As",
        help="No order was made of this message, because it reads like this.",
        readonly=True,
    )
    oms_intent_words = fields.Char(
        string="The Words",
        help="The line of the message that says so.",
        readonly=True,
    )
