import base64
from dataclasses import replace

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...adapters.base import Adapter, InboundRequest
from ...reading import Job
from .readers import POOL

MAX_SHOWN = 200_000
# Seconds that a page waits for the words of a message.
TEXT_SECONDS = 2


class OmsInboxMessage(models.Model):
    """Messages as text on the form, to be read and corrected there."""

    _inherit = "oms.inbox.message"

    body_text = fields.Text(
        string="Content", compute="_compute_body_text", inverse="_inverse_body_text"
    )
    is_text = fields.Boolean(compute="_compute_is_text")
    headers_text = fields.Text(string="Headers", compute="_compute_headers_text")

    @api.depends("body", "corrected_body", "kind", "state")
    def _compute_body_text(self):
        """A mail shows its words; what is no text shows what can be made out of it."""
        for message in self:
            content = message._content()
            text = message._text_of(content)
            if text is None:
                text = content[:MAX_SHOWN].decode("utf-8", errors="replace")
            message.body_text = text[:MAX_SHOWN].replace("\x00", "")

    @api.depends("body", "corrected_body", "kind", "state")
    def _compute_is_text(self):
        """Only what can be saved back without loss is edited as text."""
        for message in self:
            text = message._text_of(message._content())
            message.is_text = text is not None and len(text) <= MAX_SHOWN

    def _text_of(self, content):
        """What a person reads and corrects of this message.

        :rtype: str | None
        :return: None when it is no text, or can't be read in the time that a page has.
        """
        if not self._adapter():  # plain text where its kind is unknown
            return Adapter().text_of(content)
        if self.state == "quarantined" and not self.is_corrected:
            return None
        job = Job(self.kind, InboundRequest(body=content), operation="text")
        return POOL.run([job], TEXT_SECONDS)[0].text

    def _inverse_body_text(self):
        for message in self:
            if not message.is_text:
                raise UserError(
                    self.env._(
                        "This message is no text. Upload a corrected file instead."
                    )
                )
            message.corrected_body = base64.b64encode(
                message._with_text(message.body_text or "")
            )

    def _with_text(self, text):
        """This message's bytes with its text corrected.

        :param str text:
        :rtype: bytes
        :raise UserError: when the reader can't do it.
        """
        content = self._content()
        if not self._adapter():
            return Adapter().with_text(content, text)
        job = Job(self.kind, InboundRequest(body=content), operation="with_text")
        outcome = POOL.one(replace(job, text=text))
        if outcome.body is None:
            raise UserError(
                self.env._("The text can't be put in. Upload a corrected file instead.")
            )
        return outcome.body

    @api.depends("headers")
    def _compute_headers_text(self):
        for message in self:
            message.headers_text = "\n".join(
                f"{name}: {value}" for name, value in (message.headers or {}).items()
            )
