from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...adapters.base import AdapterError

CLOSED = ("done", "ignored", "split", "cancelled")


class OmsInboxMessage(models.Model):
    """Messages whose content was erased: known, counted, and never read again."""

    _inherit = "oms.inbox.message"

    erased_at = fields.Datetime(
        string="Content Erased On",
        readonly=True,
        copy=False,
        help="The content held personal data and was erased. The message is still "
        "known when it comes again, but can't be read anew.",
    )

    def write(self, vals):
        """What was erased is not filled again."""
        if vals.get("corrected_body") and any(self.mapped("erased_at")):
            self._refuse_erased()
        return super().write(vals)

    def action_reopen(self):
        """An erased message has nothing to read."""
        if any(self.mapped("erased_at")):
            self._refuse_erased()
        return super().action_reopen()

    def _refuse_erased(self):
        raise UserError(
            self.env._(
                "The content of this message was erased. It can't be read again; ask "
                "the channel to send the order once more."
            )
        )

    def _request(self):
        """An erased message has nothing to read.

        :raise AdapterError: which tells that.
        """
        self.ensure_one()
        if self.erased_at:
            raise AdapterError("empty")
        return super()._request()

    def _erase_content(self):
        """Erase what came in; what names the message stays.

        The one way past `write`, which keeps what came in. Messages that wait are
        given up: there is nothing to read any more.
        """
        if not self:
            return
        self.flush_recordset()
        self.env.cr.execute(
            SQL(
                """
                UPDATE oms_inbox_message
                   SET body = ''::bytea, corrected_body = NULL, headers = NULL,
                       query = NULL, filename = NULL, error_details = NULL,
                       erased_at = COALESCE(erased_at, %s),
                       state = CASE WHEN state = ANY(%s) THEN state
                                    ELSE 'cancelled' END
                 WHERE id = ANY(%s)
                """,
                fields.Datetime.now(),
                list(CLOSED),
                list(self.ids),
            )
        )
        self.invalidate_recordset()

    @api.model
    def _search_content(self, words):
        """Messages that hold one of some words, as they are written.

        Content that is packed (tables, compressed bodies) can't be searched.

        :param words: e.g. e-mail addresses.
        :return: the messages.
        """
        if not words:
            return self
        self.flush_model(["body", "corrected_body"])
        tests = [
            SQL(
                # the ORM keeps binary fields as base64
                "position(%s::bytea IN decode(encode(%s, 'escape'), 'base64')) > 0",
                word.encode(),
                SQL.identifier(column),
            )
            for word in words
            for column in ("body", "corrected_body")
        ]
        rows = self.env.execute_query(
            SQL("SELECT id FROM oms_inbox_message WHERE %s", SQL(" OR ").join(tests))
        )
        return self.browse(row[0] for row in rows)
