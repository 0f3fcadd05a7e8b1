from xmlrpc.client import Binary

from odoo import api, models


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    @api.model
    def message_process(self, model, message, *args, **kwargs):
        """Hand the untouched mail on: the inbox keeps it byte for byte."""
        raw = bytes(message.data) if isinstance(message, Binary) else message
        if isinstance(raw, str):
            raw = raw.encode()
        gateway = super(MailThread, self.with_context(oms_raw_mail=raw))
        result = gateway.message_process(model, message, *args, **kwargs)
        if result is False:  # a Message-ID that came in before
            # sudo: the mail gateway's user may write to the inbox on behalf of senders
            self.env["oms.inbox.message"].sudo()._count_mail_again(raw)
        return result
