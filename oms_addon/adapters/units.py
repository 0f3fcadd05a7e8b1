"""Which unit of measure a message's code or word means."""

# Unit (the host's XML id without its addon) -> what messages call it: UN/ECE
# recommendation 20 codes and words of people. "" is the piece.
_WORDS = {
    "product_uom_unit": (
        "c62 ea h87 pce nar nmp pc pcs pces piece pieces unit units each item items "
        "stück stueck stk st 个 件 只 個 枚 台 部 支 条 把 块 片 本 张 份 顶"
    ),
    "product_uom_dozen": "dzn dpc dozen dozens dz dutzend 打",
    "product_uom_kgm": "kgm kg kgs kilo kilos kilogram kilogramm 公斤 千克",
    "product_uom_gram": "grm g gram grams gramm 克",
    "product_uom_ton": "tne t ton tons tonne tonnes tonnen 吨",
    "product_uom_lb": "lbr lb lbs",
    "product_uom_oz": "onz oz",
    "product_uom_litre": "ltr l liter litre liters litres 升",
    "product_uom_meter": "mtr m meter metre meters metres metern 米",
    "product_uom_cm": "cmt cm 厘米",
    "product_uom_millimeter": "mmt mm 毫米",
    "product_uom_hour": "hur h hour hours stunde stunden 小时",
    "product_uom_day": "day days tag tage 天",
}
_UNITS = {word: unit for unit, words in _WORDS.items() for word in words.split()}

PIECE = "product_uom_unit"


def unit_of(word):
    """Return the unit that a code or word means.

    :param str word: ``""`` for none.
    :rtype: str
    :return: name of the host's unit; ``""`` when the word is not known.
    """
    clean = (word or "").strip().rstrip(".").casefold()
    return _UNITS.get(clean, "") if clean else PIECE
