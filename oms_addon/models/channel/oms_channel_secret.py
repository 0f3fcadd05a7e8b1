from odoo import fields, models


class OmsChannelSecret(models.Model):
    _name = "oms.channel.secret"
    _description = "Channel Secret"
    _order = "channel_id, name"

    channel_id = fields.Many2one(
        comodel_name="oms.channel", required=True, ondelete="cascade", index=True
    )
    name = fields.Char(
        required=True, help="As the platform calls it, e.g. webhook_secret."
    )
    value = fields.Char(required=True, copy=False)

    _name_unique = models.UniqueIndex(
        "(channel_id, name)", "This secret is already there."
    )
