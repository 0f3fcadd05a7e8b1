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
        return super(MailThread, self.with_context(oms_raw_mail=raw)).message_process(
            model, message, *args, **kwargs
        )
