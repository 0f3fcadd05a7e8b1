import base64

from odoo import api, fields, models
from odoo.exceptions import UserError

MAX_SHOWN = 200_000


class OmsInboxMessage(models.Model):
    """Messages as text on the form, to be read and corrected there."""

    _inherit = "oms.inbox.message"

    body_text = fields.Text(
        string="Content", compute="_compute_body_text", inverse="_inverse_body_text"
    )
    is_text = fields.Boolean(compute="_compute_is_text")
    headers_text = fields.Text(string="Headers", compute="_compute_headers_text")

    @api.depends("body", "corrected_body")
    def _compute_body_text(self):
        for message in self:
            text = message._content()[:MAX_SHOWN].decode("utf-8", errors="replace")
            message.body_text = text.replace("\x00", "")

    @api.depends("body", "corrected_body")
    def _compute_is_text(self):
        """Only what can be saved back without loss is edited as text."""
        for message in self:
            raw = message._content()
            try:
                message.is_text = len(raw) <= MAX_SHOWN and "\x00" not in raw.decode(
                    "utf-8"
                )
            except UnicodeDecodeError:
                message.is_text = False

    def _inverse_body_text(self):
        for message in self:
            if not message.is_text:
                raise UserError(
                    self.env._(
                        "This message is no text. Upload a corrected file instead."
                    )
                )
            message.corrected_body = base64.b64encode(
                (message.body_text or "").encode()
            )

    @api.depends("headers")
    def _compute_headers_text(self):
        for message in self:
            message.headers_text = "\n".join(
                f"{name}: {value}" for name, value in (message.headers or {}).items()
            )
