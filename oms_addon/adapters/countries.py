"""Country codes of names as people write them in addresses."""

from functools import cache

from babel import Locale

_LANGUAGES = ("en", "de", "zh", "fr", "es", "it", "nl", "ja")
_ALIASES = {
    "uk": "GB",
    "great britain": "GB",
    "england": "GB",
    "scotland": "GB",
    "usa": "US",
    "u.s.a.": "US",
    "united states of america": "US",
    "holland": "NL",
    "the netherlands": "NL",
    "deutschland": "DE",
    "p.r. china": "CN",
    "pr china": "CN",
    "people's republic of china": "CN",
    "mainland china": "CN",
    "中国大陆": "CN",
    "中华人民共和国": "CN",
    "hong kong": "HK",
    "香港": "HK",
    "macau": "MO",
    "澳门": "MO",
    "taiwan": "TW",
    "台湾": "TW",
    "south korea": "KR",
    "korea": "KR",
    "czech republic": "CZ",
}


@cache
def _names():
    names = {}
    for language in _LANGUAGES:
        for code, name in Locale(language).territories.items():
            if len(code) == 2 and code.isalpha() and code not in ("EU", "UN", "ZZ"):
                names.setdefault(name.casefold(), code)
                names.setdefault(code.casefold(), code)
    return names | _ALIASES


def country_code(name):
    """Return the ISO 3166-1 alpha-2 code of a country's name or code.

    :param str name: in English, German, Chinese, French, Spanish, Italian, Dutch
        or Japanese.
    :return: ``""`` when it is none.
    """
    return _names().get(str(name).strip().casefold(), "")
