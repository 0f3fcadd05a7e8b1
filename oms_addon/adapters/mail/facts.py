"""What a mail says besides its lines: order number, date, names, requests."""

import re
from datetime import datetime, time, timedelta

from phonenumbers import PhoneNumberMatcher

from ..values import find_date, make_date, month_number

# Characters of a signature or an address; what is longer is looked at so far.
LONGEST_BLOCK = 2_000
_REFERENCE = r"(?P<ref>(?=[A-Za-z0-9_/#-]{0,39}\d)[A-Za-z0-9#][A-Za-z0-9_/-]{1,39})"
_NUMBER = tuple(
    re.compile(pattern, re.I)
    for pattern in (
        r"\b(?:our |your )?(?:p\.?\s?o\.?|purchase order)(?![a-z])\s{0,3}"
        r"(?:number|no\.?|nr\.?|ref\.?|#)?\s{0,3}(?:is|:|：)?\s{0,3}#?\s{0,3}"
        + _REFERENCE,
        r"\b(?:order|bestell|auftrags?|customer)[\s-]?(?:number|no\.|nr\.?|nummer|ref"
        r"(?:erence)?\.?|#)\s{0,3}(?:is|ist|lautet|:|：)?\s{0,3}#?\s{0,3}" + _REFERENCE,
        r"(?:采购单号|采购订单号|采购订单|订单编号|订单号|PO号|单号)\s{0,3}[:：是为]{0,3}\s{0,3}"
        + _REFERENCE,
    )
)
_SUBJECT_NUMBER = re.compile(
    r"(?<![A-Za-z])(?:order|bestellung|auftrag|purchase order|po|订单)"
    r"\s{0,3}[:#]?\s{0,3}"
    r"(?P<ref>(?:[A-Za-z]{1,8}[-/]?)?\d[A-Za-z0-9_/-]{2,30})",
    re.I,
)

_DUE = re.compile(
    r"\b(?:by|before|until|till|no later than|latest|needed|deliver(?:y|ed)?|due|"
    r"required|bis|spätestens|liefertermin|wunschtermin|lieferung|deadline)\b|"
    r"前|最晚|最迟|交期|交货|送到|到货|发货|要求|需要在|请在",
    re.I,
)
_NOT_DUE = re.compile(r"\b(?:ordered|placed|dated|since|invoice)\b|下单时间|截止", re.I)
_PARTIAL = (
    re.compile(
        r"\b(?P<day>\d{1,2})(?:st|nd|rd|th|\.)?\s{1,3}(?:of\s{1,3})?"
        r"(?P<month>[A-Za-zäÄ]{3,9})\b",
        re.I,
    ),
    re.compile(
        r"\b(?P<month>[A-Za-zäÄ]{3,9})\.?\s{1,3}(?P<day>\d{1,2})(?:st|nd|rd|th)?\b",
        re.I,
    ),
    re.compile(r"(?P<month>\d{1,2})月(?P<day>\d{1,2})[日号]"),
)
_WEEKDAYS = {
    name: number
    for number, names in enumerate(
        (
            "monday montag",
            "tuesday dienstag",
            "wednesday mittwoch",
            "thursday donnerstag",
            "friday freitag",
            "saturday samstag",
            "sunday sonntag",
        )
    )
    for name in names.split()
}
_HAN_WEEKDAYS = {char: n for n, char in enumerate("一二三四五六")} | {"日": 6, "天": 6}
_HAN_WEEK = re.compile(
    r"(?P<next>下{0,2})(?:这|本)?个?(?:周|星期|礼拜)(?P<day>[一二三四五六日天])"
)
_WEEKDAY = re.compile(
    rf"(?P<next>\b(?:next|nächste[nr]?|kommende[nr]?)\s)?\b(?P<day>"
    rf"{'|'.join(_WEEKDAYS)})\b",
    re.I,
)
_DAYS = {
    "today": 0,
    "heute": 0,
    "今天": 0,
    "今日": 0,
    "tomorrow": 1,
    "morgen": 1,
    "明天": 1,
    "明日": 1,
    "后天": 2,
    "übermorgen": 2,
}

FLAGS = (
    (
        "vat_invoice",
        re.compile(
            r"增值税专用发票|专票|增值税发票|VAT invoice|Umsatzsteuerrechnung", re.I
        ),
    ),
    (
        "urgent",
        re.compile(r"\burgent\b|\bASAP\b|\beilig\b|dringend|加急|尽快|紧急", re.I),
    ),
)
COMPANY = re.compile(
    r"(?<![^\s,;|:：，。])(?:[^\s,;|:：，。]{1,40} ){0,5}[^\s,;|:：，。]{1,40} "
    r"(?:GmbH(?: & Co\.? KG)?|AG|KG|UG|Ltd\.?|"
    r"Limited|LLC|Inc\.?|B\.?V\.?|S\.?A\.?S?|S\.?r\.?l\.?|Co\.,? Ltd\.?|Corp\.?|PLC)"
    r"(?=$|[\s,;|])|[^\s,;|:：，。]{2,30}(?:有限公司|股份公司|集团|公司)"
)
CHANGE = re.compile(
    r"\binstead of\b|\bmake (?:that|it)\b|\b(?:change|amend|modify|update|adjust|"
    r"increase|reduce)\b[^.\n]{0,40}\b(?:order|quantity|po)\b|\bstatt\b|\bändern\b|"
    r"改成|改为|更改|修改|变更|换成",
    re.I,
)
CANCEL = re.compile(
    r"\bcancel(?:led|ling)?\b[^.\n]{0,40}\b(?:order|po|it)\b|\bstornier\w*|"
    r"取消[^\n]{0,8}(?:订单|单)|不要了|撤销",
    re.I,
)
QUESTION = re.compile(
    r"\b(?:quote|quotation|rfq|price for|how much|in stock|available|availability|"
    r"lead time|angebot|verfügbar|lieferbar)\b|报价|询价|多少钱|价格是|有货吗|有现货吗|"
    r"库存吗|见积",
    re.I,
)
ORDERING = re.compile(
    r"\b(?:order|orders|purchase|please (?:send|ship|deliver|supply)|we need|i need|"
    r"we(?:'d| would) like|bestell\w*|PO)\b|订购|下单|订单|采购|购买|请发|需要|我要|"
    r"我们要|注文",
    re.I,
)
_SWAP = re.compile(
    r"(?<!\d)(?P<new>\d{1,6})\s{0,3}(?:pcs|x|pieces|stück)?\s{0,3}(?:(?P<code>[A-Z0-9][\w-]{0,40})\s{0,3})?"
    r"(?:instead of|statt)\s{0,3}(?P<old>\d{1,6})|"
    r"(?:由|从)?\s{0,3}(?P<old2>\d{1,6})\s{0,3}(?:个|件)?\s{0,3}(?:改成|改为)\s{0,3}(?P<new2>\d{1,6})",
    re.I,
)


def order_number(subject, text):
    """Return the customer's order number, ``""`` when none is stated clearly.

    :param str subject: of the mail.
    :param str text: of the mail, without history.
    """
    for source in (text, subject):
        for pattern in _NUMBER:
            match = pattern.search(source)
            if match and not find_date(match["ref"]):
                return match["ref"].lstrip("#")
    match = _SUBJECT_NUMBER.search(subject)
    return match["ref"] if match else ""


def mentioned_order(text):
    """Return the number of the order that a change or cancellation is about.

    :param str text: of the mail, without history.
    """
    match = _SUBJECT_NUMBER.search(text)
    return match["ref"] if match else ""


def requested_date(text, sent):
    """Find until when the goods are wanted.

    Relative dates count from the day the mail was sent. What can mean two days
    ("next Friday" in English) is left to a person.

    :param datetime sent: aware; None leaves relative dates unread.
    :rtype: tuple[datetime | None, bool]
    :return: the end of that day in the sender's zone; whether it was relative.
    """
    for sentence in re.split(r"[\n。；;!?！？，]|(?<=[^\d\s])\. ", text):
        if not _DUE.search(sentence) or _NOT_DUE.search(sentence):
            continue
        found = find_date(sentence)
        if found:
            return _end_of(found[0], sent), False
        if sent is None:
            continue
        if day := _partial_date(sentence, sent.date()):
            return _end_of(day, sent), False
        if day := _relative_date(sentence, sent.date()):
            return _end_of(day, sent), True
    return None, False


def _end_of(day, sent):
    if sent is None:
        return None
    return datetime.combine(day, time(23, 59, 59), sent.tzinfo)


def _partial_date(sentence, today):
    """A day and month without year: the next one to come."""
    for pattern in _PARTIAL:
        for match in pattern.finditer(sentence):
            month = match["month"]
            month = int(month) if month.isdigit() else month_number(month)
            day = month and make_date(today.year, month, match["day"])
            if day and day < today:
                day = make_date(today.year + 1, month, match["day"])
            if day:
                return day
    return None


def _relative_date(sentence, today):
    for word, days in _DAYS.items():
        if re.search(rf"\b{word}\b" if word.isascii() else word, sentence, re.I):
            return today + timedelta(days=days)
    match = _HAN_WEEK.search(sentence)
    if match:
        monday = today - timedelta(days=today.weekday())
        day = monday + timedelta(
            days=7 * len(match["next"]) + _HAN_WEEKDAYS[match["day"]]
        )
        return day if day >= today else None
    match = _WEEKDAY.search(sentence)
    if match and not match["next"]:
        ahead = (_WEEKDAYS[match["day"].lower()] - today.weekday()) % 7
        return today + timedelta(days=ahead or 7)
    return None


def phone_in(text, region):
    """Return the first telephone number of a text as it is written, "" if none.

    :param str region: ISO country code for numbers without country code.
    """
    for match in PhoneNumberMatcher(text[:LONGEST_BLOCK], region or None):
        return match.raw_string
    return ""


def company_in(text):
    """Return the first company name of a text, ``""`` without one."""
    for line in text.split("\n"):
        match = COMPANY.search(line)
        if match:
            return match.group().strip()
    return ""


def swaps_in(text, earlier):
    """Read "make that 8 instead of 6" with what the quoted mail ordered.

    :param str text: of the mail, without history.
    :param list earlier: `mail_lines.MailLine` of the history.
    :rtype: list[tuple[str, int, int]]
    :return: product code, quantity before, quantity now; only where the code is
        certain.
    """
    found = []
    for match in _SWAP.finditer(text):
        new, old = match["new"] or match["new2"], match["old"] or match["old2"]
        codes = {line.sku for line in earlier if line.sku and line.quantity == int(old)}
        if match["code"] in {line.sku for line in earlier}:
            codes = {match["code"]}
        if len(codes) == 1:
            found.append((codes.pop(), int(old), int(new)))
    return found
