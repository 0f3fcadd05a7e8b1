from xmlrpc.client import Binary

from odoo import api, models
from odoo.exceptions import AccessError

from ...adapters.mail.guard import MAX_HEAD, is_costly, stand_in
from ..context import Arrival


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    @api.model
    def message_process(self, model, message, *args, **kwargs):
        """Hand the untouched mail on: the inbox keeps it byte for byte.

        :raise AccessError: for customers and drivers, who can call it over RPC
        """
        if not (self.env.su or self.env.user._is_internal()):
            raise AccessError(self.env._("Only the mail gateway hands on mails."))
        raw = bytes(message.data) if isinstance(message, Binary) else message
        if isinstance(raw, str):
            raw = raw.encode()
        if is_costly(raw) and self._oms_is_for_channel(raw):
            message = stand_in(raw)
        door = Arrival(self.env.uid, self._oms_is_mail_server())
        gateway = super(
            MailThread, self.with_context(oms_raw_mail=raw, oms_arrival=door)
        )
        result = gateway.message_process(model, message, *args, **kwargs)
        if result is False:  # a Message-ID that came in before
            # sudo: the mail gateway's user may write to the inbox on behalf of senders
            self.env["oms.inbox.message"].sudo()._count_mail_again(raw)
        return result

    @api.model
    def _oms_is_mail_server(self):
        """Whether who delivers a mail is the mail server or answers for it.

        Every employee may call the gateway: his own mail proves no sender.
        """
        user = self.env.user
        return self.env.su or any(
            user.has_group(group)
            for group in ("base.group_system", "oms_addon.group_oms_manager")
        )

    @api.model
    def _oms_is_for_channel(self, raw):
        """Whether the head of a mail names the address of a channel.

        :param bytes raw:
        """
        head = raw[:MAX_HEAD].replace(b"\r\n", b"\n").partition(b"\n\n")[0].lower()
        # sudo: the mail gateway's user may not read channels
        channels = self.env["oms.channel"].sudo()
        aliases = channels.search([("alias_id", "!=", False)]).alias_id
        return any(
            f"{name}@".encode() in head
            for name in aliases.mapped(lambda alias: (alias.alias_name or "").lower())
            if name
        )
