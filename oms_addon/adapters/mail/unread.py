"""Lines of a mail that say how much of something, and that nothing was read from."""

import re

from .lines import is_code

_AMOUNT = re.compile(
    r"\d{1,7}(?:[.,]\d{1,3})? ?"
    r"(?:x|×|pcs?|pieces?|box(?:es)?|cartons?|sets?|packs?|pairs?|"
    r"rolls?|bottles?|stück|stk|karton\w{0,2}|kisten?|paar|m|meters?|metres?|kg)\b|"
    r"[\d一二两三四五六七八九十百千半几]{1,9} ?"
    r"[个件只台支条把块片本张套对双箱盒包袋桶卷打瓶米]",
    re.I,
)
_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.+-]{1,40}")
MAX_LINES = 12


def unread_lines(text, known):
    """Return the lines that name an amount or an article, and were not read.

    :param str text: of the mail, without history.
    :param list known: the lines that goods were read from.
    :rtype: list[str]
    """
    seen, found = set(known), []
    for raw in text.split("\n"):
        line = raw.strip()
        if not line or line in seen:
            continue
        has_code = any(is_code(word) for word in _WORD.findall(line))
        if _AMOUNT.search(line) or has_code:
            seen.add(line)
            found.append(line)
        if len(found) == MAX_LINES:
            break
    return found
