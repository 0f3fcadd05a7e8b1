import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...authority import RIGHTS

# Everybody may have an address there: such a domain names nobody.
PUBLIC_DOMAINS = frozenset(
    (
        "gmail.com googlemail.com outlook.com hotmail.com live.com msn.com yahoo.com "
        "icloud.com me.com aol.com gmx.de gmx.net gmx.com web.de t-online.de "
        "freenet.de mail.com proton.me protonmail.com qq.com foxmail.com 163.com "
        "126.com yeah.net sina.com sina.cn sohu.com aliyun.com 139.com 189.cn 21cn.com"
    ).split()
)
_ADDRESS = re.compile(r"(?:[^@\s<>,;]{1,64}@)?[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63})+")


class OmsChannelSender(models.Model):
    """Who may send orders by mail, and what he may decide when he is proven."""

    _name = "oms.channel.sender"
    _description = "Known Sender of a Channel"
    _order = "channel_id, address"
    _rec_name = "address"
    _check_company_auto = True

    channel_id = fields.Many2one(
        comodel_name="oms.channel", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="channel_id.company_id", store=True)
    active = fields.Boolean(default=True)
    address = fields.Char(
        string="Address or Domain",
        required=True,
        help="anna@example.com, or example.com for everybody there.",
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Customer",
        required=True,
        check_company=True,
        ondelete="cascade",
        index=True,
        help="Orders of this sender are this customer's.",
    )
    grants_identity = fields.Boolean(
        string="Other Customers", help="May order for other customers, whom it names."
    )
    grants_price = fields.Boolean(string="Prices")
    grants_payment = fields.Boolean(string="What Is Paid")
    grants_address = fields.Boolean(string="New Addresses")
    grants_credit = fields.Boolean(string="Pays Later")

    _address_unique = models.UniqueIndex(
        "(channel_id, address)", "This sender is known on the channel already."
    )

    # === CONSTRAINT METHODS === #

    @api.constrains("address")
    def _check_address(self):
        for sender in self:
            if not _ADDRESS.fullmatch(sender.address or ""):
                raise ValidationError(
                    self.env._(
                        "%(address)s is neither an e-mail address nor a domain.",
                        address=sender.address,
                    )
                )
            if sender.address in PUBLIC_DOMAINS:
                raise ValidationError(
                    self.env._(
                        "Everybody can have an address at %(domain)s. Enter the whole "
                        "address.",
                        domain=sender.address,
                    )
                )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._clean(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(self._clean(vals))

    # === BUSINESS METHODS === #

    @api.model
    def _clean(self, vals):
        """Addresses are kept in one form: lower case, no sign before a domain."""
        if not vals.get("address"):
            return vals
        return {**vals, "address": vals["address"].strip().lower().removeprefix("@")}

    def _grants(self):
        """What the sender may decide.

        :rtype: frozenset
        """
        self.ensure_one()
        return frozenset(right for right in RIGHTS if self[f"grants_{right}"])
