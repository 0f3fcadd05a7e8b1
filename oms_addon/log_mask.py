"""Keeps tokens, signatures, keys and persons out of the server's log.

Addresses of ours and of the host carry tokens, and the host writes every address down.
A filter on the handlers sees each line whoever wrote it, also the access log's.
"""

import logging

from . import masking

# They write who mails whom, and with what subject.
NAMES_PERSONS = ("odoo.addons.mail", "odoo.addons.fetchmail", "odoo.addons.oms_")


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
