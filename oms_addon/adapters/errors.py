"""What adapters say when a message can't be read or its sender is not proven."""


class AdapterError(Exception):
    """A message that can't be understood, as a code with values.

    It holds no sentence: whoever shows it has a translated one for each code.

    :param str code: one of `CODES`.
    :param details: the values that the code names; further ones are allowed.
    """

    CODES = {
        # what a field says
        "missing": "path",  # it must be there and is not
        "invalid": "path value",  # it can't be read or is impossible
        "unknown_field": "path",  # nobody knows it
        "other_currency": "path value currency",  # not the currency of the order
        # what a message is
        "empty": "",  # nothing to read
        "unsupported": "value",  # a kind of message that the adapter doesn't know
        "not_object": "",  # JSON, but no object
        "not_list": "",  # JSON, but no list of orders
        "several_orders": "count",  # more than the one that a corrected file may hold
        "no_mail": "",  # it has no head of a mail
        "unreadable_table": "value",  # headings found, none of them known
        # broken content
        "json": "line column",
        "json_end": "line column",  # it stops in the middle
        "no_xml": "",  # it does not even begin like XML
        "xml": "line column",
        "xml_tag": "line column opened opened_line closed",  # closed in a wrong order
        "xml_end": "line column",  # it stops in the middle
        "doctype": "",  # a document type, which may hide anything
        "quotes": "row",  # CSV: a quotation mark too few or too many
        "encoding": "encoding",  # not in this charset
        "nested": "",  # too deeply
        "out_of_range": "",  # a number or time that can't be reckoned with
        "damaged": "",  # a spreadsheet that can't be opened
        "locked": "",  # a spreadsheet with a password
        "no_table": "",  # neither text nor a known spreadsheet
        "archive": "",  # a ZIP archive, but no spreadsheet
        # too much
        "too_large": "size limit",  # in megabytes
        "too_large_unpacked": "limit",  # in megabytes
        "too_many_rows": "limit",
        "too_many_columns": "limit",
        "too_many_cells": "limit",
        "cell_too_large": "row",
        "too_many_sheets": "limit",
        "too_many_orders": "limit",
        "too_many_lines": "limit",
        "parts_too_large": "limit",  # in megabytes: what is cut out of a file
        "too_many_parts": "limit",  # of a mail
        "field_too_long": "value limit",  # of the head of a mail
        # answers
        "refused": "value",  # what the platform said when it was called
        "no_address": "",  # the channel has none to call
        "odd_answer": "",  # an answer, but not one of this platform
    }

    def __init__(self, code, **details):
        if code not in self.CODES:
            raise ValueError(f"unknown adapter error {code!r}")
        absent = set(self.CODES[code].split()) - details.keys()
        if absent:
            raise ValueError(f"adapter error {code!r} without {sorted(absent)}")
        self.code = code
        self.details = details
        super().__init__(
            code + ": " + ", ".join(f"{key}={value}" for key, value in details.items())
        )


class SignatureError(Exception):
    """The sender of a message could not be verified.

    :param str secret: name of the secret that the channel lacks.
    :param bool locked: it is there, but was entered for another address.
    """

    def __init__(self, message, secret="", locked=False):
        self.secret = secret
        self.locked = locked
        super().__init__(message)
