import json
from datetime import UTC, datetime

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError
from odoo.tools import LazyTranslate

from ...adapters.base import LOCKED
from ...calls.addresses import Policy, check_scheme, clean_host, read_target
from ...calls.conversation import Line
from ...calls.errors import CallError

_lt = LazyTranslate(__name__)

# What administrators have to know of a channel after the upgrade that guards calls.
TOLD_ON_UPGRADE = {
    "allowed": _lt(
        "%(host)s is called over http or in your own network. That goes on: the "
        "upgrade allowed this host. Use https where you can, then clear “Host Allowed "
        "without Protection” under Connection."
    ),
    "blocked": _lt(
        "The platform address can't be called any more: it holds a login, is spelt in "
        "an odd way, or leads to an address that is no shop's. Enter another one under "
        "Connection."
    ),
    "moved": _lt(
        "The platform address stood in the further settings. It is in the field "
        "“Platform Address” now, and can't be set elsewhere any more."
    ),
    "options": _lt(
        "Some of the further settings are not known to this kind of channel, so they "
        "do nothing. They have to go before the settings can be changed."
    ),
}


class OmsChannel(models.Model):
    """Where calls to the platform go, and which secrets they may take along."""

    _name = "oms.channel"
    _inherit = ["oms.channel", "mail.thread", "mail.activity.mixin"]

    allowed_host = fields.Char(
        string="Host Allowed without Protection",
        copy=False,
        tracking=True,
        help="This one host may be called over http and in your own network. Others "
        "are called over https and on the internet only. Set by administrators.",
    )
    has_locked_secrets = fields.Boolean(
        compute="_compute_has_locked_secrets", compute_sudo=True
    )

    # === COMPUTE METHODS === #

    @api.depends("kind", "base_url", "secret_ids.bound_address", "secret_ids.name")
    def _compute_has_locked_secrets(self):
        for channel in self:
            adapter = channel._adapter()
            names = adapter.call_secrets if adapter else ()
            address = channel._address()
            channel.has_locked_secrets = any(
                secret.name in names and (secret.bound_address or "") != address
                for secret in channel.secret_ids
            )

    # === CONSTRAINT METHODS === #

    @api.constrains("base_url", "allowed_host")
    def _check_base_url(self):
        for channel in self.filtered("base_url"):
            try:
                target = read_target(channel.base_url)
                check_scheme(target, channel._policy())
            except CallError as error:
                code, details = self.env["oms.reason"]._of_exception(error)
                raise ValidationError(
                    self.env["oms.reason"]._in_words(code, details)
                ) from error

    @api.constrains("allowed_host")
    def _check_allowed_host(self):
        for channel in self.filtered("allowed_host"):
            try:
                clean_host(channel.allowed_host)
            except CallError as error:
                raise ValidationError(
                    self.env._(
                        "“%(host)s” is no host. Enter its name or address only, e.g. "
                        "shop.internal or 192.168.0.10.",
                        host=channel.allowed_host,
                    )
                ) from error

    @api.constrains("options_text", "kind")
    def _check_option_names(self):
        for channel in self:
            adapter = channel._adapter()
            known = set(adapter.option_fields if adapter else ())
            unknown = sorted(channel._options().keys() - known)
            if unknown:
                raise ValidationError(
                    self.env._(
                        "%(channel)s has settings that this kind of channel does not "
                        "know: %(unknown)s. It knows: %(known)s.",
                        channel=channel.display_name,
                        unknown=", ".join(unknown),
                        known=", ".join(sorted(known)) or self.env._("none"),
                    )
                )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        channels = super().create(vals_list)
        if any(channel.allowed_host for channel in channels):
            self._ensure_may_allow_host()
        return channels

    def copy_data(self, default=None):
        """A copy has no allowed host, so it has no address that needs one."""
        vals_list = super().copy_data(default)
        for channel, vals in zip(self, vals_list, strict=True):
            if channel.allowed_host and "base_url" not in (default or {}):
                vals["base_url"] = False
        return vals_list

    def write(self, vals):
        host = vals.get("allowed_host") or False
        if "allowed_host" in vals and any(c.allowed_host != host for c in self):
            self._ensure_may_allow_host()
        result = super().write(vals)
        if vals.keys() & {"base_url", "allowed_host", "options_text", "kind"}:
            self._call_again()
        return result

    def _ensure_may_allow_host(self):
        """Only administrators open the way into the own network.

        :raise AccessError:
        """
        if not self.env.su and not self.env.user.has_group("base.group_system"):
            raise AccessError(
                self.env._(
                    "Only administrators may allow a host to be called without "
                    "protection."
                )
            )

    # === BUSINESS METHODS === #

    def _address(self):
        """The address that calls go to, in the one form that secrets are bound to.

        :rtype: str
        """
        self.ensure_one()
        adapter = self._adapter()
        told = self.base_url or (adapter.default_address if adapter else "")
        try:
            return read_target(told).base if told else ""
        except CallError:  # of an older version; no call is made to it
            return told

    def _policy(self):
        """What an administrator allowed this channel.

        :rtype: calls.addresses.Policy
        """
        self.ensure_one()
        try:
            return Policy(clean_host(self.allowed_host or "-"))
        except CallError:
            return Policy()

    def _options(self):
        """The further settings.

        :rtype: dict
        """
        self.ensure_one()
        try:
            options = json.loads(self.options_text or "{}")
        except ValueError:  # refused by another constraint
            return {}
        return options if isinstance(options, dict) else {}

    def _call_secrets(self):
        """The secrets for calls out; those entered for another address are locked.

        :rtype: dict
        """
        self.ensure_one()
        address = self._address()
        # sudo: only administrators may read secrets; whoever lets a call be made
        # does not see what it carries
        return {
            secret.name: (
                secret.value if (secret.bound_address or "") == address else LOCKED
            )
            for secret in self.sudo().secret_ids
        }

    def _line(self):
        """What speaking with the platform takes, free of the ORM.

        :rtype: calls.conversation.Line
        """
        self.ensure_one()
        return Line(
            self._adapter(),
            self._settings(),
            self._call_secrets(),
            self._policy(),
            datetime.now(UTC),
        )

    def _tell_of_fault(self, problem):
        """Leave an administrator a task: the channel can't be called.

        :param tuple problem: code and details, see `oms.reason`.
        """
        # sudo: whoever called the platform, only administrators may mend it
        self.sudo()._oms_ask_role(
            "administrator",
            "mend_calls",
            lambda env: env._("Fix the connection to the platform"),
            note=lambda env: env["oms.reason"]._in_words(*problem),
        )

    def _tell_of_upgrade(self, *what):
        """Leave an administrator a task on what an upgrade found.

        :param what: keys of `TOLD_ON_UPGRADE`.
        """
        self.ensure_one()
        host = {"host": self.allowed_host or ""}
        self._oms_ask_role(
            "administrator",
            "check_calls",
            lambda env: env._("Check how the platform is called"),
            note=lambda env: "\n".join(
                env._(TOLD_ON_UPGRADE[one]) % host for one in what
            ),
        )

    def _call_again(self):
        """What waited for a platform that could not be called can go now."""
        # sudo: the queue is the system's, whoever mends the channel
        waiting = self.env["oms.outbox.message"].sudo()
        waiting = waiting.search(
            [
                ("channel_id", "in", self.ids),
                ("state", "=", "queued"),
                ("problem", "!=", False),
            ]
        )
        waiting = waiting.try_lock_for_update(allow_referencing=True)
        if waiting:
            waiting.next_try = fields.Datetime.now()
            self.env.ref("oms_addon.ir_cron_outbox")._trigger()
