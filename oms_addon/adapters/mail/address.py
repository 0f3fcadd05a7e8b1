"""Addresses in mails, as far as they are marked as such."""

import re
import unicodedata

from ...document import Party
from ..countries import country_code
from .facts import COMPANY, phone_in

_LABEL = re.compile(
    r"^[\s>*-]{0,20}(?:please\s{1,3})?(?:ship(?:ping)?(?:\s{0,3}-?to)?(?:\s{1,3}address)?|"
    r"deliver(?:y)?\s{1,3}(?:to|address)|deliver|send\s{1,3}to|lieferadresse|lieferanschrift|"
    r"lieferung\s{1,3}an|liefern\s{1,3}an|收货地址|收件地址|送货地址|收货信息|地址|送至|送到)"
    r"(?P<colon>\s{0,3}[:：]\s{0,3}|\s{0,3}$|\s{1,3})(?P<rest>.*)$",
    re.I,
)
_RECEIVER = re.compile(
    r"(?:收货人|收件人|联系人|receiver|recipient|attn\.?|attention|contact|z\.?\s?hd\.?)"
    r"\s{0,3}[:：]?\s{0,3}(?P<name>[^\d+\n,，;；:：]{2,40}?)"
    r"(?=\s{0,3}(?:[\d+,，;；\n]|电话|手机|tel|$))",
    re.I,
)
_MOBILE = re.compile(r"(?<!\d)(?:\+?86[- ]?)?(1[3-9]\d{9})(?!\d)")
_CN_ZIP = re.compile(r"(?:邮编|邮政编码|邮\s{0,3}编)\s{0,3}[:：]?\s{0,3}(\d{6})")

_PROVINCES = (
    "北京市 天津市 上海市 重庆市 香港特别行政区 澳门特别行政区 "
    "河北省 山西省 辽宁省 吉林省 黑龙江省 江苏省 浙江省 安徽省 福建省 "
    "江西省 山东省 河南省 湖北省 湖南省 广东省 海南省 四川省 贵州省 "
    "云南省 陕西省 甘肃省 青海省 台湾省 "
    "内蒙古自治区 广西壮族自治区 西藏自治区 宁夏回族自治区 新疆维吾尔自治区"
).split()
_MUNICIPAL = ("北京市", "天津市", "上海市", "重庆市")
_SHORT = {
    re.sub(r"(?:壮族|回族|维吾尔)?自治区$|特别行政区$|[省市]$", "", name): name
    for name in _PROVINCES
}
_CITY = re.compile(r"^(.{2,10}?(?:自治州|地区|市|盟))")
_DISTRICT = re.compile(r"^(.{1,9}?(?:自治县|自治旗|新区|区|县|市|旗))(?!域)")

_ZIP_CITY = re.compile(
    r"^(?:[A-Z]{1,2}[- ])?(?P<zip>\d{4,5}|\d{3} \d{2}|"
    r"\d{4} ?[A-Z]{2})\s{1,3}(?P<city>[^\d,]{2,40})$"
)
_CITY_STATE_ZIP = re.compile(
    r"^(?P<city>[^\d,]{2,40}),?\s{1,3}(?P<state>[A-Z]{2,3})\s{1,3}(?P<zip>\d{4,5}(?:-\d{4})?)$"
)
_CITY_POSTCODE = re.compile(
    r"^(?P<city>[^\d,]{2,40})?,?\s{0,3}(?P<zip>[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|"
    r"[A-Z]\d[A-Z] ?\d[A-Z]\d)$"
)


def find_address(text, region):
    """Return where a mail wants its goods, an empty party when it isn't clear.

    :param str text: without signature and history.
    :param str region: ISO country code for telephone numbers.
    :rtype: document.Party
    """
    lines = text.split("\n")
    for index, line in enumerate(lines):
        match = _LABEL.match(line)
        if not match:
            continue
        rest, block = match["rest"].strip(), []
        labelled = ":" in match["colon"] or "：" in match["colon"] or not rest
        if labelled or re.search(r"\d", rest):
            for following in lines[index + 1 : index + 9]:
                if not following.strip() or ":" in following[-1:]:
                    break
                block.append(following.strip())
        party = _read(rest, block, labelled, region)
        if party:
            return _with_receiver(party, text, region)
    return _with_receiver(Party(), text, region)


def _read(rest, block, labelled, region):
    if re.search(r"[\u4e00-\u9fff]", rest or "".join(block)):
        return _chinese(rest or " ".join(block)) if labelled else Party()
    if rest:
        block = [part.strip(" .") for part in rest.split(",")] + (
            block if labelled else []
        )
    party = western_address(block, region)
    return party if party.zip and party.street else Party()


def western_address(lines, region=""):
    """Read the lines of an address block.

    :param list lines: name first.
    :rtype: document.Party
    """
    found, above, seen = {}, [], False
    for line in lines:
        line = line.strip(" ,")
        place = next(
            filter(
                None,
                (
                    pattern.match(line)
                    for pattern in (_ZIP_CITY, _CITY_STATE_ZIP, _CITY_POSTCODE)
                ),
            ),
            None,
        )
        if not line:
            continue
        if place and above and not seen:
            found.update({k: v.strip() for k, v in place.groupdict().items() if v})
            seen = True
        elif seen and country_code(line):
            found["country_code"] = country_code(line)
        elif phone := phone_in(line, region):
            found.setdefault("phone", phone)
        elif not seen:
            above.append(line)
    if not seen:
        return Party()
    return Party(**found, **_names_and_street(above, found))


def _names_and_street(lines, found):
    """Cut what stands above the city: names, then the street, then its rest."""
    parts = {}
    street = next((n for n, line in enumerate(lines) if re.search(r"\d", line)), None)
    if street is None:
        street = len(lines) - 1 if len(lines) > 1 else None
    for line in lines[:street] if street is not None else lines:
        name = re.sub(
            r"^(?:attn\.?|c/o|z\.?\s?hd\.?)\s{0,3}:?\s{0,3}", "", line, flags=re.I
        )
        if COMPANY.search(line) and "company" not in parts:
            parts["company"] = name
        else:
            parts.setdefault("name", name)
    if street is not None:
        parts["street"] = lines[street]
        rest = lines[street + 1 :]
        if rest and not found.get("city"):
            found["city"] = parts["city"] = rest.pop()
        parts["street2"] = ", ".join(rest)
    parts.setdefault("name", parts.get("company", ""))
    return parts


def split_chinese(address):
    """Cut a Chinese address into province, city, district and street.

    :param str address: without name and telephone number.
    :rtype: dict
    """
    rest = re.sub(r"^(?:中国|中华人民共和国)", "", address.strip())
    parts = {"state": "", "city": "", "district": ""}
    for name in (*_PROVINCES, *_SHORT):
        if rest.startswith(name):
            parts["state"] = _SHORT.get(name, name)
            rest = rest[len(name) :].lstrip(" ,，")
            break
    if parts["state"] in _MUNICIPAL:
        parts["city"] = parts["state"]
        rest = rest.removeprefix(parts["city"]).lstrip()
    elif city := _CITY.match(rest):
        parts["city"] = city[1]
        rest = rest[city.end() :].lstrip(" ,，")
    if (parts["state"] or parts["city"]) and (district := _DISTRICT.match(rest)):
        parts["district"] = district[1]
        rest = rest[district.end() :].lstrip(" ,，")
    parts["street"] = rest.strip(" ,，。;；")
    return parts


def _chinese(text):
    text = unicodedata.normalize("NFKC", text)
    zip_code, mobile = _CN_ZIP.search(text), _MOBILE.search(text)
    text = _CN_ZIP.sub("", text)
    name = ""
    if mobile:
        # "address, name 138…" or "name 138… address": the name is beside the number
        before, after = text[: mobile.start()], text[mobile.end() :]
        words = [word for word in re.split(r"[\s,;]+", before) if word]
        if words and re.fullmatch(r"[\u4e00-\u9fff]{2,4}", words[-1]):
            name = words.pop()
        text = " ".join(words) + " " + after
    text = re.sub(r"(?:电话|手机|联系方式)\s{0,3}[:：]?", "", text)
    parts = split_chinese(text)
    if not (parts["city"] or parts["state"]) or not parts["street"]:
        return Party()
    return Party(
        **parts,
        name=name,
        phone=mobile[1] if mobile else "",
        zip=zip_code[1] if zip_code else "",
        country_code="CN",
    )


def _with_receiver(party, text, region):
    """Add the name and telephone number that stand under labels of their own."""
    receiver = _RECEIVER.search(text)
    if not receiver:
        return party
    line = text[receiver.start() :].split("\n")[0]
    mobile = _MOBILE.search(line)
    phone = mobile[1] if mobile else phone_in(line, region)
    values = {**party.__dict__}
    values["name"] = values["name"] or receiver["name"].strip()
    values["phone"] = values["phone"] or phone
    return Party(**values) if party or phone else party
