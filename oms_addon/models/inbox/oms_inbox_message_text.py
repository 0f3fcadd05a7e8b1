import base64

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...adapters.base import Adapter

MAX_SHOWN = 200_000


class OmsInboxMessage(models.Model):
    """Messages as text on the form, to be read and corrected there."""

    _inherit = "oms.inbox.message"

    body_text = fields.Text(
        string="Content", compute="_compute_body_text", inverse="_inverse_body_text"
    )
    is_text = fields.Boolean(compute="_compute_is_text")
    headers_text = fields.Text(string="Headers", compute="_compute_headers_text")

    @api.depends("body", "corrected_body", "kind")
    def _compute_body_text(self):
        """A mail shows its words; what is no text shows what can be made out of it."""
        for message in self:
            content = message._content()
            text = message._text_adapter().text_of(content)
            if text is None:
                text = content[:MAX_SHOWN].decode("utf-8", errors="replace")
            message.body_text = text[:MAX_SHOWN].replace("\x00", "")

    @api.depends("body", "corrected_body", "kind")
    def _compute_is_text(self):
        """Only what can be saved back without loss is edited as text."""
        for message in self:
            text = message._text_adapter().text_of(message._content())
            message.is_text = text is not None and len(text) <= MAX_SHOWN

    def _inverse_body_text(self):
        for message in self:
            if not message.is_text:
                raise UserError(
                    self.env._(
                        "This message is no text. Upload a corrected file instead."
                    )
                )
            message.corrected_body = base64.b64encode(
                message._text_adapter().with_text(
                    message._content(), message.body_text or ""
                )
            )

    def _text_adapter(self):
        """What knows the message as text; plain text where its kind is unknown."""
        return self._adapter() or Adapter()

    @api.depends("headers")
    def _compute_headers_text(self):
        for message in self:
            message.headers_text = "\n".join(
                f"{name}: {value}" for name, value in (message.headers or {}).items()
            )
