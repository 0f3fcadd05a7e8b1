"""From the bytes of a mail to the words its sender has written this time."""

import email
import email.message
import email.policy
import re
import unicodedata
from dataclasses import dataclass
from email.utils import getaddresses, parsedate_to_datetime

from lxml import etree, html
from mailparser_reply.parser import EmailMessage as ReplyParser

from ..base import AdapterError
from ..read import too_large
from ..table.cells import guess_charsets

MAX_MAIL = 30_000_000
# More than this nobody types; patterns stay fast on what machines send.
MAX_TEXT = 60_000
MAX_LINE = 600
_LANGUAGES = ("en", "de", "zh", "fr", "es", "it", "nl", "ja")
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
# What the library does not know: separators of Chinese and webmail clients.
_SEPARATOR = re.compile(
    r"^(?:[-_ ]{3,}\s*(?:原始邮件|原邮件|转发邮件|回复的邮件|Forwarded message|"
    r"Original Message|Ursprüngliche Nachricht|Weitergeleitete Nachricht|"
    r"転送メッセージ)\s*[-_ ]{3,}"
    r"|(?:在|于|At)\s?.{4,200}(?:写道|wrote)\s?[:：]"
    r"|.{4,200}于?\s?\d{4}年\d{1,2}月\d{1,2}日.{0,60}写道\s?[:：])\s*$",
    re.I | re.M,
)
_HEAD_LABELS = re.compile(
    r"^[> *]*(From|Von|De|发件人|差出人|Da|Van|Sent|Date|Gesendet|Datum|发送时间|日期|"
    r"送信日時|To|An|收件人|宛先|Subject|Betreff|主题|件名)"
    r"\s*[*]?\s*[:：]",
    re.I | re.M,
)
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
    r"Get Outlook for .*|从我的.*发送)\s*$",
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


def read_mail(raw):
    """Parse a mail.

    :param bytes raw: RFC 822.
    :rtype: email.message.EmailMessage
    :raise AdapterError: ``empty``, ``too_large`` or ``no_mail``.
    """
    if not raw.strip():
        raise AdapterError("empty")
    if len(raw) > MAX_MAIL:
        raise too_large(raw, MAX_MAIL)
    message = email.message_from_bytes(raw, policy=email.policy.default)
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
    except (TypeError, ValueError, IndexError):
        return None
    return moment if moment.tzinfo else None


def parts_of(message):
    """Return the text parts and the attachments.

    :return: text parts of the body; pairs of file name and part.
    :rtype: tuple[list, list]
    """
    texts, files = [], []
    for part in _leaves(message):
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
            return raw.decode(charset)
        except (UnicodeDecodeError, LookupError):
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
        return re.sub(r"<[^>]*>", " ", source)
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
    cut = _history_start(text)
    fresh, history = text[:cut], text[cut:]
    own, quoted = [], []
    for line in fresh.split("\n"):
        (quoted if line.lstrip().startswith(">") else own).append(line)
    history = "\n".join([*quoted, history])
    history = re.sub(r"(?m)^[>\s]+", "", history).strip()
    lines = "\n".join(own).strip().split("\n")
    for index, line in enumerate(lines):
        rest = lines[index + 1 :]
        marked = _SIGNATURE_MARK.match(line.strip())
        closed = _CLOSING.match(line.strip()) and len(rest) <= 15
        if index and (marked or closed) and not any(map(is_content, rest)):
            return MailText(
                "\n".join(lines[:index]).strip(), "\n".join(rest).strip(), history
            )
    return MailText("\n".join(lines).strip(), "", history)


def _history_start(text):
    """Return where quoted mails begin, the length of the text when nowhere."""
    found = [match.start() for match in _SEPARATOR.finditer(text)]
    replies = (
        ReplyParser(text=text, languages=list(_LANGUAGES), keep_hyphen_lists=True)
        .read()
        .replies
    )
    for reply in replies:
        first = reply.headers.split("\n")[0].strip()
        # A block of From, Sent, To ... has two of them at least.
        labels = {label.lower() for label in _HEAD_LABELS.findall(reply.headers)}
        wrote = reply.headers.rstrip().endswith((":", "："))
        if first and (len(labels) > 1 or (wrote and not labels)) and first in text:
            found.append(text.index(first))
    return min(found, default=len(text))
