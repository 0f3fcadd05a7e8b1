"""From the bytes of a mail to the words its sender has written this time."""

import codecs
import email
import email.message
import email.policy
import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC
from email.utils import getaddresses, parsedate_to_datetime

from lxml import etree, html

from ..base import AdapterError
from ..read import too_large
from ..table.cells import guess_charsets
from .history import history_start

MAX_MAIL = 30_000_000
# Mails of people have a few parts, those with many pictures some dozens.
MAX_PARTS = 200
MAX_NESTING = 100
# Fields that a part has of its own; more are no parts of an order.
FIELDS_OF_PART = 6
# Characters of a field with a grammar: a long name in an odd charset has some hundred.
MAX_FIELD = 2_000
MAX_MARKS = 150
# Of one without: programs write whole lists of people and of signatures.
MAX_PLAIN_FIELD = 200_000
_MARKS = '"(),:;<>@[]='
FIELDS_WITH_GRAMMAR = frozenset(
    (
        "content-type",
        "content-disposition",
        "content-transfer-encoding",
        "content-id",
        "mime-version",
        "from",
        "sender",
        "reply-to",
        "date",
        "message-id",
        "subject",
        "auto-submitted",
        "precedence",
    )
)
_BOUNDARY = re.compile(rb"boundary\*?0?\*?=", re.I)
# More than this nobody types; patterns stay fast on what machines send.
MAX_TEXT = 60_000
MAX_LINE = 600
# Closing words stand this near to the end; with them the line itself counts.
LINES_OF_SIGNATURE = 16
# Python's codecs that no mail is written in; the first takes quadratic time.
_NO_CHARSETS = {"punycode", "idna", "unicode-escape", "raw-unicode-escape", "undefined"}
_CHARSET_ALIASES = {
    # senders name the small charset and use characters of the large one
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "iso-2022-jp": "iso2022_jp_ext",
    "shift_jis": "cp932",
    "us-ascii": "utf-8",
    "iso-8859-1": "cp1252",
    "ks_c_5601-1987": "cp949",
    "big5": "big5hkscs",
}
_CLOSING = re.compile(
    r"^(?:(?:many |with )?(?:best|kind|warm|warmest)? ?(?:regards|wishes)|thanks|"
    r"thank you|many thanks|thanks in advance|cheers|sincerely|yours \w+|best|"
    r"thanks and regards|mit freundlichen gr(?:ü|ue)(?:ß|ss)en|"
    r"(?:viele|beste|liebe|freundliche) gr(?:ü|ue)(?:ß|ss)e|gru(?:ß|ss)|mfg|"
    r"vielen dank|danke|谢谢|多谢|感谢|此致|敬礼|顺祝商祺|祝好|祝商祺|"
    r"よろしくお願いします|よろしくお願いいたします)[\s,.!，。！]*$",
    re.I,
)
_SIGNATURE_MARK = re.compile(
    r"^(?:--|__+|—+|-{10,}|Sent from my .*|Gesendet von .*|发自我的.*|"
    r"Get Outlook for .*|从我的.*发送)$",
    re.I,
)


_BLOCKS = ("p", "div", "tr", "li", "table", "tbody", "h1", "h2", "h3", "ul", "ol")
# Stands where a block begins or ends while HTML is turned into text.
_EDGE = "\ue000"


@dataclass(frozen=True)
class MailText:
    """The text of a mail in its parts.

    :param str fresh: what was written now, without signature.
    :param str signature: below the closing words or "--".
    :param str history: what the mail quotes, marks of quoting removed.
    """

    fresh: str
    signature: str = ""
    history: str = ""


class _Policy(email.policy.EmailPolicy):
    """Reads no head that is made to keep its reader busy.

    The parser of the standard library takes time that grows with the square of what
    it finds in the fields that have a grammar, in every part of a mail.
    """

    def header_source_parse(self, sourcelines):
        name, value = super().header_source_parse(sourcelines)
        has_grammar = name.lower() in FIELDS_WITH_GRAMMAR
        limit = MAX_FIELD if has_grammar else MAX_PLAIN_FIELD
        if len(value) > limit or (has_grammar and is_odd(value)):
            raise AdapterError("field_too_long", value=name[:80], limit=limit)
        return name, value


_POLICY = _Policy()


def is_odd(value):
    """Whether a field with a grammar is longer, or has more marks, than people's."""
    return len(value) > MAX_FIELD or sum(map(value.count, _MARKS)) > MAX_MARKS


def boundaries_of(raw):
    """Return how many parts of a mail say that they have parts.

    :param bytes raw:
    """
    return len(_BOUNDARY.findall(raw))


def read_mail(raw):
    """Parse a mail.

    :param bytes raw: RFC 822.
    :rtype: email.message.EmailMessage
    :raise AdapterError: ``empty``, ``too_large``, ``field_too_long``,
        ``too_many_parts`` or ``no_mail``.
    """
    if not raw.strip():
        raise AdapterError("empty")
    if len(raw) > MAX_MAIL:
        raise too_large(raw, MAX_MAIL)
    if raw.count(b"\nContent-") > MAX_PARTS * FIELDS_OF_PART:
        raise AdapterError("too_many_parts", limit=MAX_PARTS)
    if boundaries_of(raw) > MAX_NESTING:
        raise AdapterError("nested")
    message = email.message_from_bytes(raw, policy=_POLICY)
    if not any(header(message, name) for name in ("From", "Date", "Message-ID")):
        raise AdapterError("no_mail")
    return message


def header(message, name):
    """Return a header as text, ``""`` when it is absent or unreadable."""
    try:
        value = str(message.get(name, ""))
    except Exception:  # the stdlib parser raises many things on broken headers
        value = next(
            (v for k, v in message.raw_items() if k.lower() == name.lower()), ""
        )
    clean = str(value).encode("utf-8", "replace").decode().replace("\x00", "")
    return re.sub(r"\s+", " ", clean).strip()


def sender(message):
    """Return name and address of who wrote the mail: its ``From`` alone.

    :rtype: tuple[str, str]
    """
    for label, address in getaddresses([header(message, "From")]):
        if "@" in address:
            return label.strip("'\" "), address.strip().lower()
    return "", ""


def sent_at(message):
    """Return the Date header as aware datetime in the sender's zone, or None."""
    try:
        moment = parsedate_to_datetime(header(message, "Date"))
        moment.astimezone(UTC)  # the year 1 or 9999 may have none
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
    return moment if moment.tzinfo else None


def parts_of(message):
    """Return the text parts and the attachments.

    :return: text parts of the body; pairs of file name and part.
    :rtype: tuple[list, list]
    """
    texts, files = [], []
    for number, part in enumerate(_leaves(message)):
        if number >= MAX_PARTS:
            raise AdapterError("too_many_parts", limit=MAX_PARTS)
        filename = _filename(part)
        inline_image = part.get_content_maintype() == "image" and part.get("Content-ID")
        if filename or part.get_content_disposition() == "attachment":
            if not inline_image:
                files.append((filename or part.get_content_type(), part))
        elif part.get_content_type() in ("text/plain", "text/html"):
            texts.append(part)
    return texts, files


def _leaves(part):
    """Walk the parts without entering mails that are attached whole."""
    if part.is_multipart() and part.get_content_maintype() == "multipart":
        for child in part.iter_parts():
            yield from _leaves(child)
    else:
        yield part


def _filename(part):
    if part.get_content_type() == "message/rfc822":
        return "mail.eml"
    try:
        filename = part.get_filename() or ""
    except Exception:  # as in `header`
        return "attachment"
    return filename.encode("utf-8", "replace").decode().replace("\x00", "")


def payload(part):
    """Return the decoded bytes of a part."""
    try:
        return part.get_payload(decode=True) or b""
    except Exception:  # damaged transfer encodings
        return b""


def body_text(texts):
    """Return the body as text: the plain parts, or else the HTML ones.

    :param list texts: parts from `parts_of`.
    :rtype: str
    """
    plain = [decode(part) for part in texts if part.get_content_type() == "text/plain"]
    if not any(text.strip() for text in plain):
        plain = [
            html_text(decode(part))
            for part in texts
            if part.get_content_type() == "text/html"
        ]
    return tidy("\n".join(plain))


def replace_text(raw, text):
    """Return a mail with other words; its head and its attachments stay.

    :param bytes raw: RFC 822.
    :param str text: takes the place of all text parts.
    :rtype: bytes
    :raise AdapterError: as `read_mail`.
    """
    _texts, files = parts_of(read_mail(raw))
    content = email.message.EmailMessage(policy=email.policy.SMTP)
    content.set_content(text)
    if files:
        content.make_mixed()
    for _name, part in files:
        content.attach(part)
    head = raw.replace(b"\r\n", b"\n").lstrip(b"\n").partition(b"\n\n")[0]
    # A line that begins with white space belongs to the one before.
    fields = re.split(rb"\n(?![ \t])", head)
    own = [f for f in fields if not re.match(rb"(?i)(content-|mime-version)", f)]
    return b"\r\n".join(f.replace(b"\n", b"\r\n") for f in own) + (
        b"\r\n" + content.as_bytes()
    )


def decode(part):
    """Return a part's text; a charset that is wrong or missing is found out."""
    raw = payload(part)
    declared = (part.get_content_charset() or "").lower()
    for charset in filter(
        None,
        (
            _CHARSET_ALIASES.get(declared, declared),
            *guess_charsets(raw),
        ),
    ):
        try:
            if codecs.lookup(charset).name in _NO_CHARSETS:
                continue
            return raw.decode(charset)
        except (ValueError, LookupError):  # of a wrong text, or of a wrong name
            continue
    return raw.decode("utf-8", "replace")


def tidy(text):
    """Return text in one form: widths, line ends, blank lines and length."""
    text = unicodedata.normalize("NFC", text[: MAX_TEXT * 2])
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    text = re.sub("[\u200b-\u200f\u2028-\u202e\ufeff]", "", text)
    text = text.replace("\u00a0", " ").replace("\u3000", " ")
    lines = [
        re.sub(r" {2,}", " ", line.rstrip())[:MAX_LINE] for line in text.split("\n")
    ]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines))[:MAX_TEXT].strip()


def html_text(source):
    """Return HTML as text: a line per block, a tab between cells of a table."""
    if not source.strip():
        return ""
    source = re.sub(rf"[\x00-\x08\x0b\x0c\x0e-\x1f{_EDGE}]", "", source[:2_000_000])
    if "<pre" not in source.lower():
        source = re.sub(r"[ \t\r\n]+", " ", source)
    try:
        parser = html.HTMLParser(no_network=True, remove_comments=True, huge_tree=False)
        root = html.document_fromstring(
            re.sub(r"^\s*<\?xml[^>]*>", "", source), parser=parser
        )
    except (etree.ParserError, etree.XMLSyntaxError, ValueError, RecursionError):
        return re.sub(r"<[^<>]*>", " ", source)
    etree.strip_elements(root, "script", "style", "head", "title", with_tail=False)
    for quote in root.xpath(
        "//blockquote | //*[contains(concat(' ', @class, ' '), ' gmail_quote ')]"
        " | //*[@id='divRplyFwdMsg' or @id='appendonsend']"
    ):
        quote.text = "\n> " + (quote.text or "").lstrip()
        for line in quote.iter("br", "p", "div"):
            line.tail = "\n> " + (line.tail or "").lstrip()
        quote.tail = "\n" + (quote.tail or "")
    for node in root.iter():
        tag = node.tag if isinstance(node.tag, str) else ""
        if tag in ("td", "th"):
            content = " ".join(node.text_content().split())
            tail = "\t" if node.getnext() is not None else ""
            for child in list(node):
                node.remove(child)
            node.text, node.tail = content, tail
        elif tag == "br":
            node.tail = "\n" + (node.tail or "").lstrip()
        elif tag in _BLOCKS:
            bullet = "- " if tag == "li" else ""
            # Outlook writes each line as a paragraph without margin
            space = tag == "p" and "Mso" not in (node.get("class") or "")
            node.text = _EDGE + bullet + (node.text or "").lstrip()
            node.tail = _EDGE + "\n" * space + _EDGE + (node.tail or "").lstrip()
    text = root.text_content()
    text = re.sub(rf"(?<=[^{_EDGE}\n])\n{_EDGE}+", "\n", text)
    text = re.sub(rf"{_EDGE}+", "\n", text)
    return "\n".join(
        re.sub(r"[ \xa0]+", " ", line).strip(" ") for line in text.split("\n")
    )


def separate(text, is_content):
    """Cut a mail's text into what is new, the signature and the history.

    :param str text: tidied.
    :param is_content: function telling whether a line orders something; closing
        words above such a line are none.
    :rtype: MailText
    """
    cut = history_start(text)
    fresh, history = text[:cut], text[cut:]
    own, quoted = [], []
    for line in fresh.split("\n"):
        (quoted if line.lstrip().startswith(">") else own).append(line)
    history = "\n".join([*quoted, history])
    history = "\n".join(
        bare for line in history.split("\n") if (bare := line.lstrip("> \t"))
    ).strip()
    lines = "\n".join(own).strip().split("\n")
    cut = _signature_start(lines, is_content)
    return MailText(
        "\n".join(lines[:cut]).strip(), "\n".join(lines[cut + 1 :]).strip(), history
    )


def _signature_start(lines, is_content):
    """Return the index of the closing words or "--", the number of lines if none."""
    marks = [
        index
        for index, line in enumerate(map(str.strip, lines))
        if index
        and (
            _SIGNATURE_MARK.match(line)
            or (len(lines) - index <= LINES_OF_SIGNATURE and _CLOSING.match(line))
        )
    ]
    if not marks:
        return len(lines)
    below = range(len(lines) - 1, marks[0], -1)
    last = next((index for index in below if is_content(lines[index])), 0)
    return next((index for index in marks if index >= last), len(lines))
