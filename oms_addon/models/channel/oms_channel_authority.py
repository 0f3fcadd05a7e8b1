from odoo import api, fields, models
from odoo.exceptions import UserError

from ...authority import RIGHTS, default_rights

TRUSTED_MAIL_SERVERS = "oms_addon.trusted_mail_servers"


def _decides(string, help_text):
    """A right of the channel: as its kind has it, until somebody sets it.

    :rtype: fields.Boolean
    """
    return fields.Boolean(
        string=string,
        help=help_text,
        compute="_compute_decides",
        store=True,
        readonly=False,
        precompute=True,
        tracking=True,
    )


class OmsChannel(models.Model):
    """What the content of a channel's messages may decide.

    What it may not decide becomes a proposal: see `oms_addon/authority.py`.
    """

    _inherit = "oms.channel"

    decides_identity = _decides(
        "Who Orders", "The customer whom a message names is taken; his account is used."
    )
    decides_price = _decides(
        "Prices", "Prices, discounts, totals and tax rates are taken as told."
    )
    decides_payment = _decides(
        "What Is Paid",
        "Money that a message tells of is recorded as received or given back.",
    )
    decides_address = _decides(
        "Where It Goes", "A new delivery address of a known customer is taken."
    )
    decides_credit = _decides(
        "Who Pays Later", "A message may put its order on account."
    )
    price_tolerance = fields.Float(
        string="Price Tolerance (%)",
        default=5.0,
        help="How far a told price may be from the price list where messages do not "
        "decide prices.",
    )
    trusted_mail_server = fields.Char(
        help="Name that your receiving mail server writes at the start of its "
        "Authentication-Results header. Only its results prove who sent a mail; "
        "without one, no sender is proven.",
    )
    sender_ids = fields.One2many(
        comodel_name="oms.channel.sender",
        inverse_name="channel_id",
        string="Known Senders",
        groups="oms_addon.group_oms_user",
    )
    trusted_before = fields.Json(readonly=True, copy=False)
    trusted_before_text = fields.Text(
        string="Taken on Trust So Far", compute="_compute_trusted_before_text"
    )

    # === COMPUTE METHODS === #

    @api.depends("kind")
    def _compute_decides(self):
        for channel in self:
            rights = default_rights(channel.kind)
            for right in RIGHTS:
                channel[f"decides_{right}"] = right in rights

    @api.depends("trusted_before")
    @api.depends_context("lang")
    def _compute_trusted_before_text(self):
        for channel in self:
            labels = channel._right_labels()
            channel.trusted_before_text = "\n".join(
                self.env._(
                    "%(what)s: %(count)s orders", what=labels[right], count=count
                )
                for right, count in (channel.trusted_before or {}).items()
                if right in labels and count
            )

    # === ACTION METHODS === #

    def action_grant_trusted(self):
        """Grant what the channel took on trust before it was asked.

        Mails decide nothing by themselves: there the senders of confirmed orders become
        known ones.
        """
        self.check_access("write")
        for channel in self:
            told = channel.trusted_before or {}
            rights = [right for right in RIGHTS if told.get(right)]
            if not rights:
                raise UserError(self.env._("There is nothing to grant."))
            if channel.kind == "email":
                channel._know_senders(rights)
            else:
                channel.write({f"decides_{right}": True for right in rights})
            channel.trusted_before = False
        self._end_authority_task()
        return True

    def action_keep_defaults(self):
        """Leave what the channel may decide as it is; the question is answered."""
        self.check_access("write")
        self.trusted_before = False
        self._end_authority_task()
        return True

    # === BUSINESS METHODS === #

    def _decides(self):
        """What signed content of the channel decides.

        :rtype: frozenset
        """
        self.ensure_one()
        return frozenset(right for right in RIGHTS if self[f"decides_{right}"])

    def _trusted_mail_servers(self):
        """Names of the mail servers whose findings count for the channel.

        :rtype: list[str]
        """
        self.ensure_one()
        # sudo: a system setting, read for whoever reads the mail in
        everywhere = self.env["ir.config_parameter"].sudo()
        told = self.trusted_mail_server or everywhere.get_param(
            TRUSTED_MAIL_SERVERS, ""
        )
        return [name for name in told.replace(",", " ").split() if name]

    def _known_sender(self, address):
        """The known sender of an address: by itself, else by its domain.

        :param str address: in lower case, proven.
        :rtype: oms.channel.sender
        """
        self.ensure_one()
        domain = address.rpartition("@")[2]
        found = self.env["oms.channel.sender"].search(
            [("channel_id", "=", self.id), ("address", "in", [address, domain])]
        )
        return found.sorted(lambda sender: "@" not in sender.address)[:1]

    def _know_senders(self, rights):
        """Make known senders of those whose orders were confirmed before.

        :param list rights: that they get.
        """
        self.ensure_one()
        orders = self.env["sale.order"].search(
            [("oms_channel_id", "=", self.id), ("state", "=", "sale")]
        )
        partners = {
            partner.email_normalized: partner
            for partner in orders.partner_id
            if partner.email_normalized
        }
        known = set(self.sender_ids.mapped("address"))
        self.env["oms.channel.sender"].create(
            [
                {
                    "channel_id": self.id,
                    "address": address,
                    "partner_id": partner.id,
                    **{f"grants_{right}": right in rights for right in RIGHTS},
                }
                for address, partner in partners.items()
                if address not in known
            ]
        )

    @api.model
    def _right_labels(self):
        """What each right is called, in the reader's language."""
        told = self.fields_get([f"decides_{right}" for right in RIGHTS], ["string"])
        return {right: told[f"decides_{right}"]["string"] for right in RIGHTS}

    def _ask_about_trust(self, counts):
        """Ask a manager what a channel may decide that took all on trust so far.

        :param dict counts: orders by right that the channel does not have any more.
        """
        self.ensure_one()
        counts = {right: count for right, count in counts.items() if count}
        if not counts:
            return
        self.trusted_before = counts
        self._oms_ask_role(
            "manager",
            "authority",
            lambda env: env._("Decide what this channel's messages may decide"),
            note=lambda env: env._(
                "Until now this channel took more on trust than it may now. Look at "
                "the page “What It May Decide” and grant it, or keep the new settings."
            ),
        )

    def _end_authority_task(self):
        """The question is answered: its task is done."""
        tasks = self.activity_ids.filtered(lambda task: task.oms_task == "authority")
        tasks.action_feedback()
