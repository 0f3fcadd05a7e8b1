"""What of a mail may go through the host's own parser, before ours sees it.

The host parses every mail in the server itself, with the parser of the standard
library: some fields cost it time that grows with the square of their length.
"""

import re

from .text import (
    FIELDS_OF_PART,
    FIELDS_WITH_GRAMMAR,
    MAX_FIELD,
    MAX_NESTING,
    MAX_PARTS,
    boundaries_of,
    is_odd,
)

# A field with its folded lines; parts have such in the middle of a mail.
_FIELD = re.compile(rb"(?m)^([A-Za-z-]{2,30}):([^\n]*(?:\n[ \t][^\n]*)*)")
# Fields by which the host finds out whose mail it is and whether it knows it.
_KEPT = (
    b"from",
    b"to",
    b"cc",
    b"delivered-to",
    b"x-original-to",
    b"return-path",
    b"subject",
    b"date",
    b"message-id",
)
# Of the head this much is looked at: more is no head of a mail.
MAX_HEAD = 1_000_000


def is_costly(raw):
    """Whether the standard library would be busy with a mail.

    :param bytes raw: RFC 822.
    :rtype: bool
    """
    clean = raw.replace(b"\r\n", b"\n")
    if clean.count(b"\nContent-") > MAX_PARTS * FIELDS_OF_PART:
        return True
    if boundaries_of(clean) > MAX_NESTING:
        return True
    return any(
        is_odd(value.decode("latin-1"))
        for name, value in _fields(clean)
        if name.decode("latin-1").lower() in FIELDS_WITH_GRAMMAR
    )


def stand_in(raw):
    """Return a mail with the same sender, receivers and id, and nothing else.

    :param bytes raw: RFC 822.
    :rtype: bytes
    """
    head = raw.replace(b"\r\n", b"\n")[:MAX_HEAD].lstrip(b"\n").partition(b"\n\n")[0]
    kept = []
    for name, value in _fields(head):
        if name.lower() in _KEPT:
            plain = b" ".join(value.split())[:MAX_FIELD]
            if not is_odd(plain.decode("latin-1")):
                kept.append(name + b": " + plain)
    return b"\r\n".join([*kept, b"Content-Type: text/plain", b"", b""])


def _fields(text):
    return ((match[1], match[2]) for match in _FIELD.finditer(text))
