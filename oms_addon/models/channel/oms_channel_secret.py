from odoo import api, fields, models


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
    bound_address = fields.Char(
        string="Entered For",
        readonly=True,
        copy=False,
        help="Calls take the secret along to this address only.",
    )

    _name_unique = models.UniqueIndex(
        "(channel_id, name)", "This secret is already there."
    )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        default = self.default_get(["channel_id"]).get("channel_id")
        channels = self.env["oms.channel"].browse(
            [vals.get("channel_id") or default for vals in vals_list]
        )
        secrets = super().create(
            [
                {**vals, "bound_address": channel._address()}
                for vals, channel in zip(vals_list, channels, strict=True)
            ]
        )
        secrets.channel_id._call_again()
        return secrets

    def write(self, vals):
        """A secret that is entered is for the address that the channel has now."""
        vals = {name: value for name, value in vals.items() if name != "bound_address"}
        if "value" not in vals:
            return super().write(vals)
        by_address = self.grouped(lambda secret: secret.channel_id._address())
        for address, secrets in by_address.items():
            super(OmsChannelSecret, secrets).write({**vals, "bound_address": address})
        self.channel_id._call_again()
        return True
