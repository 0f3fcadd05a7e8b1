"""Order lines in free text: what, how many, at which price."""

import re
import unicodedata
from dataclasses import dataclass, replace
from decimal import Decimal

from ..values import HAN_NUMERAL, currency_of, parse_han, parse_number
from .facts import ORDERING

_BULLET = re.compile(
    r"^\s{0,3}(?:[-*•·–—]\s{0,3}|\(?\d{1,2}[.)、](?!\d)\s{0,3}|[①-⑳]\s{0,3})"
)
_LATIN_UNITS = (
    "pcs?|pces?|pieces?|units?|ea|each|items?|st(?:ü|ue)ck|stk|st|box(?:es)?|cartons?|"
    "ctns?|kartons?|kisten?|sets?|pairs?|packs?|bottles?|rolls?|bags?|flaschen?|paar|"
    "rollen?|dozen|dz|dutzend|kgs?|met(?:er|re)s?"
)
_HAN_UNITS = (
    "个|件|只|個|枚|台|部|支|条|双|把|块|片|本|张|份|顶|套|对|副|瓶|箱|盒|包|袋|桶|卷|打|"
    "公斤|千克|米"
)
_UNIT = rf"(?:(?:{_LATIN_UNITS})(?![A-Za-zäöüß])\.?|{_HAN_UNITS})"
_PIECE = re.compile(
    r"pcs?|pces?|pieces?|units?|ea|each|items?|st(?:ü|ue)ck|stk|st|"
    r"[个件只個枚]",
    re.I,
)
_DOZEN = re.compile(r"dozen|dz|dutzend|打", re.I)
_AMOUNT = r"\d{1,3}(?:[,.]\d{3}){1,3}(?!\d)|\d{1,7}(?:[.,]\d{1,2})?(?!\d)"
_QTY = rf"(?P<qty>{_AMOUNT}|{HAN_NUMERAL})"
_TIMES = r"(?:[x×✕*]|mal)"
_WANT = (
    r"(?:qty|quantity|menge|anzahl|数量|各|共|需要|需|想要|要|订购|订|采购|来|买|购买)"
)
_CODE = r"[A-Za-z0-9][A-Za-z0-9_./#+-]{0,40}[A-Za-z0-9]"
_LABEL = re.compile(
    r"^(?:sku|art(?:ikel|icle)?(?:\.?-?\s?(?:nr|no|number|nummer))?|item(?: no)?|"
    r"part(?: no)?|product|model|型号|货号|商品编码|编码|编号|产品|商品)"
    r"\s{0,3}[.:：#]{0,3}\s{1,3}"
    rf"(?=(?P<code>{_CODE})(?![A-Za-z0-9]))",
    re.I,
)
_CJK_LABEL = re.compile(
    rf"^(?:型号|货号|商品编码|编码|编号)\s?[:：]?\s?(?P<code>{_CODE})"
)
_TAIL = re.compile(
    r"[\s,]{1,4}(?:(?:by|before|until|bis)\s{1,3}(?:\d|\w{1,12}day|\w{1,12}tag|tomorrow|next|the)|"
    r"asap\b|please\b|bitte\b).*$",
    re.I,
)
_MEASURE = re.compile(
    r"\d{1,12}(?:[.,]\d{1,12})?(?:ml|l|kg|g|mg|mm|cm|m|oz|lb|w|v|gb|tb|in|x\d{0,9}\w{0,20}|st|nd|rd|th|"
    r"am|pm|h|days?|d|pcs?|%)",
    re.I,
)
_MONEY = (
    r"(?:(?:US)?[$€£¥￥]|EUR|USD|CNY|RMB|GBP)?\s{0,3}\d[\d.,' ]{0,20}\d|"
    r"(?:(?:US)?[$€£¥￥]|EUR|USD|CNY|RMB|GBP)?\s{0,3}\d"
)
_PRICE = re.compile(
    rf"[\s,，;；(（]{{0,3}}(?:@|\bat\b|à|\bje\b|\bzu je\b|单价|每{_UNIT}|"
    rf"unit price|price|preis)\s?[:：]?\s?(?P<price>(?:{_MONEY})\s?"
    r"(?:EUR|USD|CNY|RMB|GBP|元|[€$£])?)"
    rf"\s?(?:each|per \w{{1,20}}|/\s?\w{{1,20}}|pro \w{{1,20}}|一个|{_UNIT})?"
    r"[)）.。,，]{0,3}\s?$",
    re.I,
)

_BARE = re.compile(r"[\d.,]{1,20}\s{1,3}\S{1,60}")
_GAPS = re.compile(r"\s{2,}")
_LEADERS = re.compile(r"([-|:：,，._])\1{2,}")

_WHOLE = tuple(
    re.compile(pattern, re.I)
    for pattern in (
        # 12 x TS-01 T-Shirt; 3 pcs of Hoodie
        rf"^{_QTY}\s?(?P<unit>{_UNIT})?\s?(?:{_TIMES}(?![A-Za-z])|\bof\b)\s?"
        r"(?P<item>\S.*)$",
        # TS-01 x 12 pcs
        rf"^(?P<item>\S.*?)\s?(?<![A-Za-z0-9]){_TIMES}\s?{_QTY}\s?(?P<unit>{_UNIT})?$",
    )
)
_WHOLE_LISTED = tuple(
    re.compile(pattern, re.I)
    for pattern in (
        # 不锈钢保温杯 500ml 黑色 20个; SKU-123: 5 pcs
        rf"^(?P<item>\S.*?)[\s:：,，|-]{{0,4}}{_WANT}?\s?[:：]?\s?{_QTY}\s?(?P<unit>{_UNIT})$",
        # 12 pcs T-Shirt
        rf"^{_QTY}\s?(?P<unit>{_UNIT})\s(?P<item>\S.*)$",
        # SKU-123: 5; SKU-123 <tab> 5; SKU-123, qty 5
        rf"^(?P<item>\S.*?)\s?(?:[:：\t|]|[,，]?\s?{_WANT}\s?[:：]?)\s?{_QTY}$",
    )
)
_EMBEDDED = tuple(
    re.compile(pattern, re.I)
    for pattern in (
        rf"(?<![A-Za-z0-9.,/+-])(?P<qty>{_AMOUNT})\s?(?P<unit>{_UNIT})?\s?"
        rf"(?:{_TIMES}(?![A-Za-z])\s?|of\s)?(?P<item>{_CODE})(?![A-Za-z0-9-])",
        rf"(?P<qty>{HAN_NUMERAL})\s?(?P<unit>{_UNIT})\s?(?P<item>{_CODE})(?![A-Za-z0-9-])",
        rf"(?<![A-Za-z0-9.-])(?P<item>{_CODE})\s?(?:{_TIMES}|[:：]|{_WANT}|\s)?\s?[:：]?\s?"
        rf"{_QTY}\s?(?P<unit>{_UNIT})",
        rf"(?<![A-Za-z0-9.-])(?P<item>{_CODE})\s?(?:[×*:：]|\sx|{_WANT})\s?"
        rf"{_QTY}(?![A-Za-z0-9-])",
    )
)


@dataclass(frozen=True)
class MailLine:
    """A product with a quantity.

    :param price: of one unit; None when the mail does not tell.
    :param bool in_han: the quantity is written in Chinese characters.
    :param str text: the line that it was read from.
    """

    sku: str
    name: str
    quantity: Decimal
    price: Decimal | None = None
    currency: str = ""
    uom: str = ""
    in_han: bool = False
    text: str = ""


def find_lines(text, ignore=()):
    """Return the products with quantities that a text states.

    A line of a list is read as a whole. In running text only what looks like a
    product code counts, so that "we have 3 offices" orders nothing.

    :param str text: without signature and history.
    :param ignore: codes that are no products, such as the purchase order number.
    :rtype: list[MailLine]
    """
    lines, listed = [], False
    ignored = {code.casefold() for code in ignore if code}
    for raw in text.split("\n"):
        line = unicodedata.normalize("NFKC", raw).strip()
        bullet = _BULLET.match(line)
        if not line or line.count("\t") > 1:  # a row of a table has headings
            continue
        found = find_in_line(line, listed or bool(bullet))
        lines += [
            replace(item, text=raw.strip())
            for item in found
            if item.sku.casefold() not in ignored
        ]
        # "We need:" opens a list; a line that orders nothing ends it
        listed = line.endswith(":") or (listed and bool(found))
    return lines


def find_in_line(line, listed=False):
    """Return the products of one line.

    :param bool listed: the line is an item of a list.
    :rtype: list[MailLine]
    """
    line = _collapse(unicodedata.normalize("NFKC", line).strip())
    for candidate in dict.fromkeys((_BULLET.sub("", line).strip(), line)):
        body, price, currency = _cut_price(candidate.rstrip(" .;,。；，、"))
        for patterns, known_only in ((_WHOLE, False), (_WHOLE_LISTED, not listed)):
            for pattern in patterns:
                match = pattern.match(body)
                found = match and _line(match, price, currency, known_only)
                if found and not _several(body):
                    return [found]
    body, price, currency = _cut_price(line.rstrip(" .;,。；，、"))
    return _embedded(body, price, currency)


def _collapse(line):
    """Return a line without leaders and wide gaps: "Hoodie ------ 5"."""
    return _LEADERS.sub(r"\1", _GAPS.sub(lambda gap: _gap(gap[0]), line))


def _gap(space):
    return "\t" if "\t" in space else " "


def is_code(token):
    """Whether a word looks like a product code: TS-01, A100, HD-L.

    :rtype: bool
    """
    if not re.fullmatch(_CODE, token) or _MEASURE.fullmatch(token):
        return False
    letters = [char for char in token if char.isalpha()]
    digits = any(char.isdigit() for char in token)
    if not letters:
        return bool(re.fullmatch(r"\d{8}|\d{12,14}", token))
    if digits:
        return "/" not in token or "-" in token
    return len(token) > 3 and "-" in token and token == token.upper()


def _several(body):
    """Whether a line states several quantities of codes."""
    return (
        len(
            {m.start("item") for m in _EMBEDDED[0].finditer(body) if is_code(m["item"])}
        )
        > 1
    )


def _line(match, price, currency, known_only):
    quantity, uom, in_han = _quantity(match["qty"], match.groupdict().get("unit") or "")
    sku, name = split_item(match["item"])
    if not quantity or (known_only and not sku) or not (sku or name):
        return None
    if not sku and (len(name) > 120 or name.endswith((":", "：", "?", "？"))):
        return None
    return MailLine(sku, name, quantity, price, currency, uom, in_han)


def _embedded(body, price, currency):
    found, orders = {}, bool(ORDERING.search(body))
    for pattern in _EMBEDDED:
        for match in pattern.finditer(body):
            quantity, uom, in_han = _quantity(
                match["qty"], match.groupdict().get("unit") or ""
            )
            taken = any(
                match.start() < end and start < match.end() for start, end in found
            )
            # "Room 5 B12" is no order: without unit and x the words around tell
            bare = _BARE.fullmatch(match.group())
            if bare and "-" not in match["item"] and not orders:
                continue
            if quantity and is_code(match["item"]) and not taken:
                found[match.span()] = MailLine(
                    match["item"], "", quantity, uom=uom, in_han=in_han
                )
    lines = [line for _span, line in sorted(found.items())]
    if len(lines) == 1 and price is not None:
        return [replace(lines[0], price=price, currency=currency)]
    return lines


def _cut_price(line):
    """Take the price off the end of a line."""
    match = _PRICE.search(line)
    if not match or not match.start():
        return line, None, ""
    price = parse_number(match["price"].strip().rstrip(".,"))
    if price is None:
        return line, None, ""
    return (
        line[: match.start()].rstrip(" ,;，；(（"),
        price,
        currency_of(match["price"]),
    )


def _quantity(text, unit):
    """Return quantity, unit and whether it was written in Chinese characters.

    Pieces need no unit; a dozen is twelve of them.
    """
    in_han = bool(re.fullmatch(HAN_NUMERAL, text))
    if in_han:
        number = Decimal(parse_han(text) or 0)
    else:
        # 1,000 and 1.000 are a thousand of something in a mail
        clean = re.sub(r"[.,](?=\d{3}(?!\d))", "", text).replace(",", ".")
        number = Decimal(clean)
    unit = unit.rstrip(".")
    if _DOZEN.fullmatch(unit):
        return number * 12, "", in_han
    return number, "" if _PIECE.fullmatch(unit) else unit, in_han


def split_item(item):
    """Return code and name of a product as a mail writes it.

    :param str item: ``TS-01 T-Shirt``, ``Hoodie L (HD-L)``, ``型号 A100``.
    :rtype: tuple[str, str]
    """
    item = item.strip(" ,;:，；：|\t\"'“”「」")
    item = re.sub(
        r"^(?:(?:please|pls)\s{1,3})?(?:send|order|ship|need)(?:\s{1,3}(?:me|us))?\s{1,3}",
        "",
        item,
        flags=re.I,
    )
    item = _TAIL.sub("", item).rstrip(" ,")
    label = _LABEL.match(item) or _CJK_LABEL.match(item)
    if label:
        rest = item[label.end("code") :].strip(" ,;:-，")
        return label["code"], re.sub(rf"\s?{_WANT}$", "", rest)
    for match in re.finditer(
        r"[(\[（【]\s{0,3}([^()\[\]（）【】]+?)\s{0,3}[)\]）】]", item
    ):
        code = re.sub(
            r"^(?:sku|art\.?(?:-?nr\.?)?|型号|货号)\s{0,3}[:：]?\s{0,3}",
            "",
            match[1],
            flags=re.I,
        )
        if is_code(code):
            name = item[: match.start()] + item[match.end() :]
            return code, " ".join(name.split()).strip(" ,-")
    words = item.replace("\t", " ").split()
    for index in (0, len(words) - 1):
        word = words[index].strip(",;:，；") if words else ""
        if is_code(word):
            rest = words[1:] if index == 0 else words[:index]
            return word, " ".join(rest).strip(" ,-–:")
    return "", " ".join(words)
