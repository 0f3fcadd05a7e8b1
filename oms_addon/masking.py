"""Hides what gives access, and persons, in texts that are shown or written down.

Plain Python: used by the adapters for what a platform said, and for the server's log.
"""

import re

HIDDEN = "***"
LONGEST_EXCERPT = 120

# Parameters and fields whose value gives access, by a part of their name.
_SECRET_NAME = (
    r"[\w.-]*(?:token|secret|passw|pwd|sign|hmac|session|api_?key|app_?key|"
    r"consumer_?key|auth|cookie|credential|hash|nonce)[\w.-]*"
)
# name=value and "name": "value", in an address, a head or JSON
_SECRET_PAIR = re.compile(
    rf"""(?i)(?<![\w.-])({_SECRET_NAME}["']?\s*[=:]\s*["']?)"""
    r"""(?:(?:bearer|basic)\s+)?[^\s&"'<>,;}\]]+"""
)
_LOGIN = re.compile(r"(?i)\b(bearer|basic)\s+[\w+/=.~-]{6,}")
# Long runs in which digits and letters are mixed as no word does; UUIDs.
_RUN = r"[A-Za-z0-9_+-]{20,}={0,2}"
_TOKEN = re.compile(
    rf"(?<![\w+=-])(?:{_RUN}|[0-9a-fA-F]{{8}}(?:-[0-9a-fA-F]{{4}}){{3}}-[0-9a-fA-F]{{12}})"
    r"(?![\w+=-])"
)
_SLUG = re.compile(r"[a-z0-9]*[g-z][a-z0-9]*(?:[-_][a-z0-9]+)*|[0-9]+|[a-zA-Z_]+")
_MAIL = re.compile(r"[\w.+%'-]+@[\w-]+(?:\.[\w-]+)+")
_MAIL_NAME = re.compile(r"""(?:"[^"\n]{1,80}"|'[^'\n]{1,80}')\s*(?=<\*\*\*>)""")
_PHONE = re.compile(r"(?<![\w.:-])\+?\d[\d ()/-]{7,}\d(?![\w:-])")
_NOISE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069]+")
# Addresses of ours with a token or a person in the path or the query.
_OWN_PATH = re.compile(r"(/oms/(?:webhook|track)/|/rate/|/survey/[a-z]+/)[^/?#\s\"']+")
_OWN_QUERY = re.compile(r"(/oms/(?:webhook|track)/[^?\s\"']*\?)[^\s\"'#]+")
_ADDRESS = re.compile(r"(?:https?://|(?<![\w/.])/)[^\s\"'<>]+")


def hide_access(text):
    """Hide tokens, signatures and keys in a line of a log.

    :param str text:
    :rtype: str
    """
    text = _OWN_QUERY.sub(rf"\1{HIDDEN}", text)
    text = _OWN_PATH.sub(rf"\1{HIDDEN}", text)
    text = _SECRET_PAIR.sub(rf"\1{HIDDEN}", text)
    text = _LOGIN.sub(rf"\1 {HIDDEN}", text)
    return _ADDRESS.sub(lambda found: _hide_tokens(found.group()), text)


def hide_persons(text):
    """Hide e-mail addresses, and the names that stand before them.

    :param str text:
    :rtype: str
    """
    return _MAIL_NAME.sub("", _MAIL.sub(HIDDEN, text))


def _hide_tokens(text):
    return _TOKEN.sub(lambda found: _hidden_run(found.group()), text)


def _hidden_run(run):
    return run if _SLUG.fullmatch(run) else HIDDEN


def excerpt(value):
    """What of a foreign server's error message may be shown to a person.

    Short, on one line, without what may be a key, a person or an instruction to a
    terminal. Only for the fields in which a platform is known to say what is wrong.

    :param value: text; anything else has nothing to say.
    :rtype: str
    """
    if not isinstance(value, str):
        return ""
    text = " ".join(_NOISE.sub(" ", value[:2000]).split())
    text = hide_persons(_hide_tokens(hide_access(text)))
    return _PHONE.sub(HIDDEN, text)[:LONGEST_EXCERPT]


def hide_values(text, values):
    """Hide given values, e.g. the secrets that a call carried.

    :param str text:
    :param values: what to hide.
    :rtype: str
    """
    for value in sorted(filter(None, values), key=len, reverse=True):
        text = text.replace(value, HIDDEN)
    return text
