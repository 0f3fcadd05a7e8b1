"""Numbers and dates as people write them in files and mails.

Nothing here guesses silently: a text that can be read in two ways is read by
the mark or order that the caller found in the whole file, and one that can't be
read at all gives None.
"""

import re
import unicodedata
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation

EXCEL_EPOCH = datetime(1899, 12, 30)
MAX_SERIAL = 2958465  # 9999-12-31
# No number or time that people write is longer.
LONGEST_VALUE = 100

# Written before or after an amount; longer ones first.
_CURRENCY = re.compile(
    r"^(?:[A-Z]{3}|RMB|US\$|[€$£¥￥])|(?:[A-Z]{3}|RMB|[€$£¥￥]|元|人民币)$"
)
_GROUPED = re.compile(r"(?<=\d)[\s'’](?=\d{3}(?!\d))")
_NO_DIGIT_OR_MARK = re.compile(r"[^\d.,]")
_CODE_OR_SIGN = re.compile(
    r"US\$|[€$£¥￥元]|人民币|RMB|\b(?:EUR|USD|CNY|GBP|HKD|JPY|CHF)\b"
)
_SERIAL = re.compile(r"\d{5}(?:\.\d{1,20})?")
_COMPACT = re.compile(r"(?:19|20)\d{6}")
_SYMBOLS = {
    "€": "EUR",
    "$": "USD",
    "US$": "USD",
    "£": "GBP",
    "¥": "CNY",
    "￥": "CNY",
    "元": "CNY",
    "RMB": "CNY",
    "人民币": "CNY",
}
_PLAIN = re.compile(r"\d+(?:\.\d+)?|\.\d+")
_MONTHS = {
    name: month
    for month, names in enumerate(
        (
            "jan january januar jänner",
            "feb february februar",
            "mar march märz maerz mär mrz",
            "apr april",
            "may mai",
            "jun june juni",
            "jul july juli",
            "aug august",
            "sep sept september",
            "oct october okt oktober",
            "nov november",
            "dec december dez dezember",
        ),
        start=1,
    )
    for name in names.split()
}
_YMD = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_NUMERIC = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})")
_DAY_MONTH = re.compile(
    r"(\d{1,2})(?:st|nd|rd|th|\.)?\s{1,3}([^\W\d]{3,9})\.?,?\s{1,3}(\d{4})", re.I
)
_MONTH_DAY = re.compile(
    r"(?<![^\W\d])([^\W\d]{3,9})\.?\s{1,3}(\d{1,2})(?:st|nd|rd|th)?,?\s{1,3}(\d{4})",
    re.I,
)
_CLOCK = re.compile(
    r"[T ,]{0,3}(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d{1,9})?)?\s{0,3}(am|pm)?\s{0,3}"
    r"(Z|UTC|[+-]\d{2}:?\d{2})?",
    re.I,
)

_HAN_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {
    "〇": 0,
    "两": 2,
    "俩": 2,
    "壹": 1,
    "贰": 2,
    "叁": 3,
    "肆": 4,
    "伍": 5,
    "陆": 6,
    "柒": 7,
    "捌": 8,
    "玖": 9,
}
_HAN_UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
HAN_NUMERAL = "[零一二三四五六七八九十百千万两俩〇壹贰叁肆伍陆柒捌玖拾佰仟]{1,12}"


def parse_number(text, mark="."):
    """Read a number with thousands separators and currency signs.

    :param str text: ``1.234,50``, ``¥1,234.50``, ``(12.00)``, ``12-``.
    :param str mark: decimal mark for texts that can be read both ways, such as
        ``1,234``.
    :rtype: Decimal | None
    """
    if len(str(text)) > LONGEST_VALUE:
        return None
    clean = unicodedata.normalize("NFKC", str(text)).strip()
    negative = clean.startswith("(") and clean.endswith(")")
    clean = _CURRENCY.sub("", clean.strip("()").strip()).strip()
    if clean[:1] in "+-−" and clean:
        negative, clean = negative or clean[0] != "+", clean[1:]
    elif clean.endswith("-"):
        negative, clean = True, clean[:-1]
    clean = _CURRENCY.sub("", clean).strip()
    clean = _GROUPED.sub("", clean)
    clean = _one_mark(clean, mark)
    if clean is None or len(clean) > 30 or not _PLAIN.fullmatch(clean):
        return None
    try:
        number = Decimal(clean)
    except InvalidOperation:
        return None
    return -number if negative else number


def _one_mark(text, mark):
    """Return ``text`` with its decimal mark as "." and no thousands separator."""
    dot, comma = text.rfind("."), text.rfind(",")
    if dot >= 0 and comma >= 0:
        mark = "." if dot > comma else ","
    elif dot < 0 and comma < 0:
        return text
    else:
        found = "." if dot >= 0 else ","
        other = "," if found == "." else "."
        whole, _sep, rest = text.rpartition(found)
        if text.count(found) > 1:
            mark = other
        elif len(rest) != 3 or whole in ("", "0"):
            mark = found
    thousands = "," if mark == "." else "."
    whole, _sep, rest = text.partition(mark)
    if thousands in rest or mark in rest:
        return None
    groups = whole.split(thousands)
    if len(groups) > 1 and (
        not 1 <= len(groups[0]) <= 3 or any(len(g) != 3 for g in groups[1:])
    ):
        return None
    return "".join(groups) + ("." + rest if rest else "")


def mark_evidence(texts):
    """Return the decimal mark that a column of numbers shows, "" when it doesn't.

    :param texts: iterable of str.
    """
    votes = {".": 0, ",": 0}
    for text in texts:
        digits = _NO_DIGIT_OR_MARK.sub("", str(text))
        dot, comma = digits.rfind("."), digits.rfind(",")
        if dot >= 0 and comma >= 0:
            votes["." if dot > comma else ","] += 1
        elif max(dot, comma) >= 0:
            found = "." if dot >= 0 else ","
            if digits.count(found) > 1:
                votes["," if found == "." else "."] += 1
            elif len(digits) - max(dot, comma) != 4:
                votes[found] += 1
    if votes["."] == votes[","]:
        return ""
    return max(votes, key=votes.get)


def currency_of(text):
    """Return the ISO 4217 code named in an amount, "" without one."""
    match = _CODE_OR_SIGN.search(str(text))
    found = match.group() if match else ""
    return _SYMBOLS.get(found, found)


def parse_han(text):
    """Read a Chinese numeral such as 五, 两百, 一千二百.

    :rtype: int | None
    """
    total = section = digit = 0
    for char in text:
        if char in _HAN_DIGITS:
            digit = _HAN_DIGITS[char]
        elif char in _HAN_UNITS:
            section += (digit or 1) * _HAN_UNITS[char]
            digit = 0
        elif char == "万":
            total, section, digit = (total + section + digit) * 10000, 0, 0
        else:
            return None
    return total + section + digit


def make_date(year, month, day):
    """Return a date, None when there is no such day."""
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def month_number(name):
    """Return 1-12 for an English or German month name, None otherwise."""
    return _MONTHS.get(name.casefold().rstrip("."))


def find_date(text, order="dmy"):
    """Find the first full date in a text.

    :param str order: ``dmy`` or ``mdy``, for dates such as 05/06/2026.
    :rtype: tuple(date, int, int) | None
    :return: the date with the start and end of its text.
    """
    found = []
    for match in _YMD.finditer(text):
        found.append((match, make_date(*match.groups())))
    for match in _NUMERIC.finditer(text):
        found.append((match, _numeric_date(match, order)))
    for match in _DAY_MONTH.finditer(text):
        month = month_number(match[2])
        found.append((match, month and make_date(match[3], month, match[1])))
    for match in _MONTH_DAY.finditer(text):
        month = month_number(match[1])
        found.append((match, month and make_date(match[3], month, match[2])))
    found = [(match, day) for match, day in found if day]
    if not found:
        return None
    match, day = min(found, key=lambda item: (item[0].start(), -item[0].end()))
    return day, match.start(), match.end()


def _numeric_date(match, order):
    first, separator, second, year = match.groups()
    year = int(year) + (2000 if len(year) == 2 else 0)
    if separator == "." or int(first) > 12:
        order = "dmy"
    elif int(second) > 12:
        order = "mdy"
    day, month = (first, second) if order == "dmy" else (second, first)
    return make_date(year, month, day)


def order_evidence(texts):
    """Return ``dmy`` or ``mdy`` when a column of dates shows it, else "".

    :param texts: iterable of str.
    """
    for text in texts:
        match = _NUMERIC.search(str(text))
        if match and match[2] != ".":
            if int(match[1]) > 12:
                return "dmy"
            if int(match[3]) > 12:
                return "mdy"
    return ""


def parse_moment(value, zone, order="dmy", end_of_day=False):
    """Read a date with or without time; Excel's day numbers too.

    :param value: text, number or datetime.
    :param tzinfo zone: for times that name no offset.
    :param bool end_of_day: a date without time means its last second.
    :rtype: datetime | None
    :return: aware, in the zone that was named.
    """
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=zone)
    if len(str(value)) > LONGEST_VALUE:
        return None
    text = unicodedata.normalize("NFKC", str(value)).strip()
    if _SERIAL.fullmatch(text) and float(text) <= MAX_SERIAL:
        moment = EXCEL_EPOCH + timedelta(seconds=round(float(text) * 86400))
        return _with_time(moment.date(), moment.time(), zone, end_of_day)
    if _COMPACT.fullmatch(text):
        text = f"{text[:4]}-{text[4:6]}-{text[6:]}"
    found = find_date(text, order)
    if not found or found[1] != 0:
        return None
    rest = text[found[2] :].strip()
    if not rest:
        return _with_time(found[0], datetime.min.time(), zone, end_of_day)
    clock = _CLOCK.fullmatch(rest)
    if not clock:
        return None
    return _clock_moment(found[0], clock, zone)


def _with_time(day, time, zone, end_of_day):
    if end_of_day and time == datetime.min.time():
        time = time.replace(hour=23, minute=59, second=59)
    return datetime.combine(day, time, zone)


def _clock_moment(day, clock, zone):
    hour, minute, second = int(clock[1]), int(clock[2]), int(clock[3] or 0)
    if clock[4]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if clock[4].lower() == "pm" else 0)
    try:
        moment = datetime(day.year, day.month, day.day, hour, minute, second)
        if not clock[5]:
            return moment.replace(tzinfo=zone)
        offset = "+0000" if clock[5].upper() in ("Z", "UTC") else clock[5]
        return datetime.strptime(
            f"{moment:%Y-%m-%d %H:%M:%S}{offset}", "%Y-%m-%d %H:%M:%S%z"
        )
    except ValueError:
        return None
