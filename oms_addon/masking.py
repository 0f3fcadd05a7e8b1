"""Hides what gives access, and persons, in texts that are shown or written down.

Plain Python: used by the adapters for what a platform said, and for the server's log.
"""

import re

HIDDEN = "***"
LONGEST_EXCERPT = 120

# name=value and "name": "value", in an address, a head or JSON, whose value gives
# access by a part of the name
_SECRET_PAIR = re.compile(
    r"""(?i)(?<![\w.-])(?=[\w.-]{0,60}?(?:token|secret|passw|pwd|sign|hmac|session|"""
    r"""api_?key|app_?key|consumer_?key|auth|cookie|credential|hash|nonce))"""
    r"""([\w.-]{1,100}["']?\s*[=:]\s*["']?)"""
    r"""(?:(?:bearer|basic)\s+)?[^\s&"'<>,;}\]]+"""
)
# What visitors type, and who they are, in the query of an address.
_PERSON_PARAMETER = re.compile(
    r"""(?i)([?&][^=?&\s"']{0,60}(?:name|login|mail|phone|mobile|street|zip|city|address|"""
    r"""search|contact|buyer|recipient|vat)[^=?&\s"']{0,60}=)[^&#\s"']+"""
)
_LOGIN = re.compile(r"(?i)\b(bearer|basic)\s+[\w+/=.~-]{6,}")
# Long runs in which digits and letters are mixed as no word does; UUIDs.
_RUN = r"[A-Za-z0-9_+-]{20,}={0,2}"
_TOKEN = re.compile(
    rf"(?<![\w+=-])(?:{_RUN}|[0-9a-fA-F]{{8}}(?:-[0-9a-fA-F]{{4}}){{3}}-[0-9a-fA-F]{{12}})"
    r"(?![\w+=-])"
)
_SLUG = re.compile(
    r"\A(?:(?=[a-f0-9]*[g-z])[a-z0-9]+(?:[-_][a-z0-9]+)*|[0-9]+|[a-zA-Z_]+)\Z"
)
_MAIL = re.compile(r"(?<![\w.+%'-])[\w.+'-]+(?:@|%40)[\w-]+(?:\.[\w-]+)+")
_MAIL_NAME = re.compile(r"""(?:"[^"\n]{1,80}"|'[^'\n]{1,80}')\s*(?=<\*\*\*>)""")
_PHONE = re.compile(r"(?<![\w.:-])(?!\d{4}-\d\d-\d\d)\+?\d[\d ()/-]{7,}\d(?![\w:-])")
_NOISE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069]+")
# Addresses of ours with a token or a person in the path or the query.
_OWN_PATH = re.compile(r"(/oms/(?:webhook|track)/|/rate/|/survey/[a-z]+/)[^/?#\s\"']+")
_OWN_QUERY = re.compile(r"(/oms/(?:webhook|track)/[^?\s\"']*\?)[^\s\"'#]+")
# Of a query: names and comments stay; texts go, also one that does not end, and numbers
# as long as a phone's. PostgreSQL reads a backslash only in E'…'.
_LITERAL = re.compile(
    r"""(?P<keep>"[^"]*"|--[^\n]*|/\*(?:[^*]|\*(?!/))*\*/)"""
    r"""|(?i:\bE)'(?:[^'\\]|\\.|'')*(?:'|\Z)|'(?:[^']|'')*(?:'|\Z)"""
    r"""|(?<![\w.])(?P<number>\d{9,})(?![\w.])""",
    re.DOTALL,
)
# Of PostgreSQL's answer: the line of the query, the row, the key, the quoted value.
_EXCERPT = re.compile(r"(LINE \d+:|CONTEXT:  JSON data)[^\n]*(?:\n *\^)?")
_ROW = re.compile(r"(\)=|row contains )\([^\n]*\)")
_QUOTED = re.compile(r'(\b\w+ )?"[^"\n]*"')
_NAMED = re.compile(
    r"(?:table|column|constraint|relation|index|function|database|role|user|operator|"
    r"schema|sequence|view|trigger|savepoint|type|at|query|parameter|extension) "
)
# The message of a database error below a traceback, up to the next traceback.
_DATABASE_ERROR = re.compile(
    r"(?m)^psycopg2\.[^\n]*(?:\n(?!Traceback |The above |During )[^\n]+)*"
)
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
    """Hide e-mail addresses, the names that stand before them, and phone numbers.

    :param str text:
    :rtype: str
    """
    return _PHONE.sub(HIDDEN, _MAIL_NAME.sub("", _MAIL.sub(HIDDEN, text)))


def hide_visitor(text):
    """Hide who visits, and what they look for, in a line of the access log.

    :param str text:
    :rtype: str
    """
    return _MAIL.sub(HIDDEN, _PERSON_PARAMETER.sub(rf"\1{HIDDEN}", text))


def hide_literals(query):
    """Hide the values in an SQL query; its text stays.

    Short numbers stay, too: they are ids and limits.

    :param str query:
    :rtype: str
    """
    return _LITERAL.sub(_hidden_literal, query)


def hide_answer(text):
    """Hide what PostgreSQL repeats of a query's values when it refuses it.

    :param str text:
    :rtype: str
    """
    text = _EXCERPT.sub(rf"\1 {HIDDEN}", text)
    text = _ROW.sub(rf"\1({HIDDEN})", text)
    return _QUOTED.sub(_hidden_quoted, text)


def hide_in_traceback(text):
    """Hide values that database errors repeat, and persons, in a traceback.

    :param str text:
    :rtype: str
    """
    text = _DATABASE_ERROR.sub(lambda found: hide_answer(found.group()), text)
    return hide_persons(text)


def _hidden_quoted(found):
    word = found[1] or ""
    return found.group() if _NAMED.fullmatch(word) else f'{word}"{HIDDEN}"'


def _hidden_literal(found):
    if found["keep"]:
        return found["keep"]
    return HIDDEN if found["number"] else f"'{HIDDEN}'"


def _hide_tokens(text):
    return _TOKEN.sub(lambda found: _hidden_run(found.group()), text)


def _hidden_run(run):
    return run if _SLUG.match(run) else HIDDEN


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
