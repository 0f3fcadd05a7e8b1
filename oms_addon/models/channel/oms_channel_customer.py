from odoo import fields, models


class OmsChannelCustomer(models.Model):
    _name = "oms.channel.customer"
    _description = "Channel Customer"
    _rec_name = "external_id"

    channel_id = fields.Many2one(
        comodel_name="oms.channel", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="channel_id.company_id", store=True)
    external_id = fields.Char(
        string="Known As",
        required=True,
        help="The channel's customer id, or an e-mail address or phone number.",
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner", required=True, ondelete="cascade", index=True
    )

    # Two workers that meet a new customer at once: the second one is retried.
    _external_id_unique = models.UniqueIndex(
        "(channel_id, external_id)", "This customer is known on the channel already."
    )
