"""Keeps tokens, signatures, keys and persons out of the server's log.

Addresses of ours and of the host carry tokens, and the host writes every address down.
A filter on the handlers sees each line whoever wrote it, also the access log's.
"""

import logging

from . import masking

# They write who mails whom, and with what subject.
NAMES_PERSONS = (
    "odoo.addons.auth_signup",
    "odoo.addons.base.models.ir_mail_server",
    "odoo.addons.fetchmail",
    "odoo.addons.mail",
    "odoo.addons.oms_",
    "odoo.addons.portal",
    "odoo.addons.sms",
)
# How the host writes a query down: when it failed, and all when it is asked to.
QUERY = "query: %s"
# The same message came in twice at once: the second is counted, nothing is wrong.
EXPECTED = 'unique constraint "oms_inbox_message_digest_unique"'


class Mask(logging.Filter):
    """Masks a record before it is written; lets every record through."""

    def filter(self, record):
        """Mask the line, and the traceback below it."""
        if getattr(record, "oms_masked", False):
            return True
        record.oms_masked = True
        try:
            line = record.getMessage()
        except Exception:  # a line that can't be written: its handler says so
            return True
        if record.name == "odoo.sql_db" and QUERY in str(record.msg):
            masked = self._mask_query(record)
        else:
            masked = self._mask(line, record.name)
        if masked != line:
            record.msg, record.args = masked, ()
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        for below in ("exc_text", "stack_info"):
            text = masking.hide_access(getattr(record, below) or "")
            setattr(record, below, masking.hide_in_traceback(text) or None)
        return True

    def _mask_query(self, record):
        """Mask the values of a query; its text and what was wrong with it stay.

        :rtype: str
        """
        parts = []
        for arg in record.args:
            if isinstance(arg, bytes):  # as the driver gives it: one long literal else
                arg = arg.decode(errors="replace")
            if isinstance(arg, str):
                arg = masking.hide_literals(arg)
            elif isinstance(arg, Exception):
                if EXPECTED in str(arg):
                    record.levelno, record.levelname = logging.INFO, "INFO"
                answer = masking.hide_access(masking.hide_answer(str(arg)))
                arg = masking.hide_persons(answer)
            parts.append(arg)
        return record.msg % tuple(parts)

    def _mask(self, text, name):
        text = masking.hide_access(text)
        if name == "werkzeug":
            text = masking.hide_visitor(text)
        return masking.hide_persons(text) if name.startswith(NAMES_PERSONS) else text


def post_load():
    """Put the mask on every handler; once for all databases of a server."""
    for handler in logging.getLogger().handlers:
        if not any(isinstance(known, Mask) for known in handler.filters):
            handler.addFilter(Mask())
