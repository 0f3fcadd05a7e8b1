"""Keeps tokens, signatures, keys and persons out of the server's log.

Addresses of ours and of the host carry tokens, and the host writes every address down.
A filter on the handlers sees each line whoever wrote it, also the access log's.
"""

import logging
import re

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
# Values in a query that failed: whole messages, tokens, people.
QUOTED = re.compile(r"'(?:[^'\\]|\\.|'')*'")
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
        persons = record.name.startswith(NAMES_PERSONS)
        masked = self._mask(line, persons)
        if record.name == "odoo.sql_db" and "oms_" in line and "bad query" in line:
            masked = QUOTED.sub(f"'{masking.HIDDEN}'", line)
            if EXPECTED in line:
                record.levelno, record.levelname = logging.INFO, "INFO"
        if masked != line:
            record.msg, record.args = masked, ()
        if record.exc_info and not record.exc_text:
            text = logging.Formatter().formatException(record.exc_info)
            record.exc_text = self._mask(text, persons)
        return True

    def _mask(self, text, persons):
        text = masking.hide_access(text)
        return masking.hide_persons(text) if persons else text


def post_load():
    """Put the mask on every handler; once for all databases of a server."""
    for handler in logging.getLogger().handlers:
        if not any(isinstance(known, Mask) for known in handler.filters):
            handler.addFilter(Mask())
