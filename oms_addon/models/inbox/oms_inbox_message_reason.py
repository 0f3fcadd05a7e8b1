import logging

from odoo import api, fields, models

_logger = logging.getLogger(__name__)


class OmsInboxMessage(models.Model):
    """Why a message waits."""

    _inherit = "oms.inbox.message"

    error_message = fields.Text(string="Reason", compute="_compute_error_message")

    @api.depends("error_code", "error_details")
    @api.depends_context("lang")
    def _compute_error_message(self):
        in_words = self.env["oms.reason"]._in_words
        for message in self:
            message.error_message = message.error_code and in_words(
                message.error_code, message.error_details
            )

    def _fail(self, code, **details):
        """Let the messages wait with their reason.

        :param str code: a key of `oms_reason.SENTENCES`.
        :param details: the values of its sentence.
        """
        self.write(
            {
                "state": "error",
                "error_code": code,
                "error_details": self.env["oms.reason"]._storable(details),
                "processed_at": fields.Datetime.now(),
            }
        )

    def _quarantine(self, code, **details):
        """Set messages apart that ended or outlasted what worked on them.

        They are not tried again by themselves: a manager may do so.

        :param str code: as in `_fail`.
        """
        for message in self:
            _logger.warning("Message %s is quarantined: %s", message.id, code)
        self._fail(code, **details)
        self.write({"state": "quarantined"})
