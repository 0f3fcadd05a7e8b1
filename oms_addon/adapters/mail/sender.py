"""Who sent a mail, as far as the receiving mail server could prove it.

The receiving server writes what SPF, DKIM and DMARC told it into a header
``Authentication-Results`` (RFC 8601). Anybody may write such a header into his own
mail, so only that of a server which the channel trusts counts, and of several only
the topmost: servers put theirs above what came with the mail. Without one a sender is
unproven. ``Reply-To`` says where an answer goes and names nobody.

The head of a mail is cut by hand here: a few patterns without repetition over
repetition, so that a hostile head costs no more than its length.
"""

import re
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.header import decode_header

MAX_HEAD = 256 * 1024
MAX_FIELD = 4_000

_FIELD = re.compile(r"([!-9;-~]{1,76}):[ \t]?")
_ADDRESS = re.compile(r"[^@\s<>\"(),:;\\]{1,64}@[A-Za-z0-9.-]{1,253}")
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
_RESULT = re.compile(r"(spf|dkim|dmarc)(?:/\d{1,3})?=([a-z]{1,20})", re.I)
_PROPERTY = re.compile(r"([a-z]{1,12}\.[a-z-]{1,20})=(\"[^\"]{0,300}\"|[^\s;]{1,300})")


@dataclass(frozen=True)
class Proof:
    """What is known of the sender of a mail.

    :param str address: of the one ``From``, lower case; ``""`` when there is not
        exactly one.
    :param str name: shown beside it.
    :param str state: ``proven``: the owner of the address's domain let it be sent;
        ``failed``: he says that he did not; ``unproven``: nobody knows.
    """

    address: str = ""
    name: str = ""
    state: str = "unproven"

    @property
    def domain(self):
        """The part of the address behind the at sign."""
        return self.address.rpartition("@")[2]


def prove(raw, trusted=()):
    """Look who sent a mail.

    :param bytes raw: the mail as it came in.
    :param trusted: names of the mail servers whose results count (``authserv-id``).
    :rtype: Proof
    """
    fields = head_fields(raw)
    name, address = _sender([value for label, value in fields if label == "from"])
    if not address:
        return Proof(address, name)
    results = trusted_results(fields, trusted)
    return Proof(address, name, _state(results, address.rpartition("@")[2]))


def head_fields(raw):
    """Return the fields of a mail's head, folded lines joined, in their order.

    :param bytes raw:
    :return: pairs of name in lower case and text, at most `MAX_FIELD` characters.
    :rtype: list[tuple[str, str]]
    """
    head = raw[:MAX_HEAD].replace(b"\r\n", b"\n").lstrip(b"\n")
    head = head.partition(b"\n\n")[0].decode("utf-8", "replace")
    fields = []
    for line in head.split("\n"):
        if line[:1] in (" ", "\t"):
            if fields:
                fields[-1][1].append(line.strip())
            continue
        match = _FIELD.match(line)
        if match:
            fields.append((match[1].lower(), [line[match.end() :].strip()]))
    return [(name, " ".join(parts)[:MAX_FIELD]) for name, parts in fields]


def _sender(values):
    """Name and address of the one who wrote; nobody where several are named."""
    if len(values) != 1:
        return "", ""
    bare = _without_comments(_QUOTED.sub(" ", values[0]))
    before, _less, rest = bare.partition("<")
    inside, more, after = rest.partition(">")
    address = (inside if more else bare).strip().lower()
    others = (before + after if more else "").strip()
    if not _ADDRESS.fullmatch(address) or "@" in others or "," in others:
        return "", ""
    name = values[0].partition("<")[0] if more else ""
    return _decoded(name.strip()).strip("'\" "), address


def _decoded(text):
    try:
        parts = decode_header(text)
        return "".join(
            part if isinstance(part, str) else part.decode(charset or "utf-8")
            for part, charset in parts
        )
    except (HeaderParseError, LookupError, UnicodeDecodeError, ValueError):
        return text


def trusted_results(fields, trusted):
    """Return what the topmost trusted server found.

    :param list fields: of `head_fields`.
    :param trusted: names of servers.
    :return: per method a list of (result, properties).
    :rtype: dict[str, list]
    """
    names = {name.strip().lower() for name in trusted if name and name.strip()}
    for label, value in fields:
        if label != "authentication-results":
            continue
        clean = _without_comments(value)
        server, _semicolon, rest = clean.partition(";")
        # an optional version number stands behind the server's name
        if (server.split() or [""])[0].lower() in names:
            return _read_results(rest)
    return {}


def _read_results(text):
    found = {}
    for part in text.split(";"):
        match = _RESULT.match(part.strip())
        if not match:
            continue
        properties = {
            name.lower(): value.strip('"').lower()
            for name, value in _PROPERTY.findall(part.lower())
        }
        found.setdefault(match[1].lower(), []).append((match[2].lower(), properties))
    return found


def _without_comments(text):
    """Text without what stands in parentheses: comments may hold anything."""
    depth, kept = 0, []
    for char in text:
        if char == "(":
            depth += 1
        elif char == ")" and depth:
            depth -= 1
        elif not depth:
            kept.append(char)
    return "".join(kept)


def _state(results, domain):
    """Whether the results prove the domain of the ``From`` address.

    DMARC decides where it says anything. Without it a signature (DKIM) or an envelope
    sender (SPF) of the same domain, or of one that it belongs to, is enough.
    """
    for result, properties in results.get("dmarc", ()):
        if result == "fail":
            return "failed"
        if result == "pass" and properties.get("header.from", domain) == domain:
            return "proven"
    for result, properties in results.get("dkim", ()):
        signer = properties.get("header.d") or properties.get("header.i", "")
        if result == "pass" and _speaks_for(signer, domain):
            return "proven"
    for result, properties in results.get("spf", ()):
        envelope = properties.get("smtp.mailfrom", "")
        if result == "pass" and _speaks_for(envelope, domain):
            return "proven"
    failed = [r for method in ("spf", "dkim") for r, _p in results.get(method, ())]
    return "failed" if "fail" in failed else "unproven"


def _speaks_for(signer, domain):
    owner = signer.rpartition("@")[2].strip(".")
    return "." in owner and (domain == owner or domain.endswith("." + owner))
