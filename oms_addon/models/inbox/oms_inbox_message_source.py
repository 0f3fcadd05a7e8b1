import base64

from odoo import api, fields, models

from ...adapters.mail.sender import Proof, prove
from ...authority import Authority, clerk_rights, limit
from ..context import Arrival

MONEY_GROUPS = ("account.group_account_invoice", "oms_addon.group_oms_manager")


class OmsInboxMessage(models.Model):
    """Where a message came from, and what it may decide therefore.

    The source is noted by the door that let it in, never by what it says. A record that
    a user creates by himself is his own upload.
    """

    _inherit = "oms.inbox.message"

    source = fields.Selection(
        selection=[
            ("webhook", "Signed message"),
            ("poll", "Asked from the platform"),
            ("api", "Another system"),
            ("upload", "Uploaded"),
            ("mail", "E-mail"),
        ],
        readonly=True,
        copy=False,
        help="How the message came in. It says what the content may decide.",
    )
    source_user_id = fields.Many2one(
        comodel_name="res.users",
        string="Brought In By",
        readonly=True,
        copy=False,
        help="Who uploaded the file or called the interface: it counts as his word.",
    )
    source_trusted = fields.Boolean(
        readonly=True,
        copy=False,
        help="The mail was delivered by the mail server, not by an employee.",
    )
    corrected_by_id = fields.Many2one(
        comodel_name="res.users", readonly=True, copy=False
    )
    sender_text = fields.Char(string="Sender", compute="_compute_sender_text")

    # === COMPUTE METHODS === #

    @api.depends("source", "kind")
    @api.depends_context("lang")
    def _compute_sender_text(self):
        words = {
            "proven": self.env._("proven by the mail server"),
            "failed": self.env._("forged, says the mail server"),
            "unproven": self.env._("not proven"),
        }
        for message in self:
            message.sender_text = False
            if message._is_mail():
                proof = message._proof()
                message.sender_text = self.env._(
                    "%(address)s (%(proof)s)",
                    address=proof.address or self.env._("nobody"),
                    proof=words[proof.state],
                )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """What no door of ours brought in is the upload of who creates it."""
        if Arrival.of(self.env) is None:
            own = {
                "source": "upload",
                "source_user_id": self.env.uid,
                "source_trusted": False,
                "corrected_by_id": False,
            }
            vals_list = [{**vals, **own} for vals in vals_list]
        return super().create(vals_list)

    def write(self, vals):
        """Who corrects a message stands behind what it says now."""
        if "corrected_body" in vals:
            by = self.env.uid if vals["corrected_body"] else False
            vals = {**vals, "corrected_by_id": by}
        elif "corrected_by_id" in vals:
            self._refuse_loss()
        return super().write(vals)

    # === BUSINESS METHODS === #

    def _root(self):
        """The message as it came in, of which this one may be a part.

        :rtype: oms.inbox.message
        """
        self.ensure_one()
        root = self
        while root.parent_id:
            root = root.parent_id
        return root

    def _is_mail(self):
        """Whether the content is a mail, or was attached to one."""
        root = self._root()
        return root.source == "mail" or root.kind == "email"

    def _proof(self):
        """Who sent the mail, as far as the receiving server could prove it.

        What came in counts, not what a person corrected. A mail that did not come
        through the mail server proves nobody: who hands it over could write any head.

        :rtype: Proof
        """
        root = self._root().with_context(bin_size=False)
        raw = base64.b64decode(root.body or b"")
        came_by_server = root.source == "mail" and root.source_trusted
        trusted = root.channel_id._trusted_mail_servers() if came_by_server else ()
        return prove(raw, trusted) if raw else Proof()

    def _authority(self):
        """What the message may decide.

        :return: and the known sender of a mail, empty for others.
        :rtype: tuple[Authority, oms.channel.sender]
        """
        self.ensure_one()
        root, channel = self._root(), self.channel_id
        sender = self.env["oms.channel.sender"]
        if self._is_mail():
            proof = self._proof()
            if proof.state == "proven":
                sender = channel._known_sender(proof.address)
            authority = Authority(
                door=root.source or "",
                rights=self._within_corrections(
                    sender._grants() if sender else frozenset()
                ),
                is_mail=True,
                sender=proof.address,
                sender_name=proof.name,
                proof=proof.state,
                known=bool(sender),
            )
            return authority, sender
        rights = frozenset()
        if root.source in ("webhook", "poll", "api"):
            rights = channel._decides()
        elif root.source == "upload":
            word = self._word_of(root.source_user_id)
            rights = word & (channel._decides() | {"payment", "credit"})
        rights = self._within_corrections(rights)
        return Authority(door=root.source or "", rights=rights), sender

    def _within_corrections(self, rights):
        """What is left of rights when persons changed what the message says.

        :param frozenset rights:
        :rtype: frozenset
        """
        message = self
        while message:
            if message.is_corrected:
                rights &= self._word_of(message.corrected_by_id)
            message = message.parent_id
        return rights

    @api.model
    def _word_of(self, user):
        """What the word of a user counts.

        :param res.users user: may be empty.
        :rtype: frozenset
        """
        # sudo: which groups somebody has is read for whoever reads the message in
        user = user.sudo()
        return clerk_rights(
            bool(user) and any(user.has_group(group) for group in MONEY_GROUPS),
            bool(user) and user.has_group("oms_addon.group_oms_manager"),
        )

    def _is_strangers(self, order):
        """Whether a mail would change an order that came with another mail.

        Whoever writes a mail chooses its id, and may choose that of another one.
        """
        return (
            self._is_mail()
            and order.oms_snapshot_id
            and order.oms_snapshot_id._root() != self._root()
            and not self._authority()[0].known
        )

    def _limited(self, document):
        """What is left of a document once its source's authority is looked at.

        :param OrderDocument document: read from this message.
        :rtype: OrderDocument
        """
        return limit(document, self._authority()[0])
