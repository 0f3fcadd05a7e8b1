"""Bar codes that are painted without reportlab's bitmap writer can be scanned."""

import io
from itertools import groupby

import pytest
from PIL import Image
from reportlab.graphics.barcode.code128 import _patterns

from oms_addon.printing.barcode_image import paint_barcode
from oms_addon.printing.words import short_number, walking_order

SETS = {103: "A", 104: "B", 105: "C"}
SWITCH = {99: "C", 100: "B", 101: "A"}
# EAN-13: widths of the digits of the right half
EAN_RIGHT = "3211 2221 2122 1411 1132 1231 1114 1312 1213 3112".split()


def runs(png):
    """Lengths of black and white along the middle of the bars, without the margins."""
    image = Image.open(io.BytesIO(png))
    row = image.height // 4
    pixels = [image.getpixel((x, row)) for x in range(image.width)]
    lengths = []
    for dark, group in groupby(pixels, key=lambda pixel: pixel < 128):
        lengths.append((dark, len(list(group))))
    while lengths and not lengths[0][0]:
        lengths.pop(0)
    while lengths and not lengths[-1][0]:
        lengths.pop()
    return [length for _dark, length in lengths]


def modules(lengths, count):
    """The same in modules, where the whole is so many of them."""
    module = sum(lengths) / count
    return [round(length / module) for length in lengths]


def read_code128(png):
    """What a scanner reads, without start, check symbol and stop."""
    lengths = runs(png)
    symbols = (len(lengths) - 7) // 6
    widths = modules(lengths, symbols * 11 + 13)
    table = {as_widths(pattern): value for value, pattern in _patterns.items()}
    first, *values, check = (
        table["".join(map(str, widths[at : at + 6]))] for at in range(0, symbols * 6, 6)
    )
    assert check == (first + sum(n * v for n, v in enumerate(values, 1))) % 103
    letters, text = SETS[first], ""
    for value in values:
        if value in SWITCH:
            letters = SWITCH[value]
        else:
            text += f"{value:02d}" if letters == "C" else chr(value + 32)
    return text


def as_widths(pattern):
    """reportlab writes bars and gaps as letters: A is one module, D is four."""
    return "".join(str("ABCD".index(char.upper()) + 1) for char in pattern)


@pytest.mark.parametrize("width", [600, 731, 1000])
@pytest.mark.parametrize("value", ["WH/OUT/00012", "A-10-3", "S00001", "~x y"])
def test_code_128_reads_as_it_was_written(value, width):
    png = paint_barcode("Code128", value, width=width, height=100, quiet=True)
    assert read_code128(png) == value


@pytest.mark.parametrize("text", [False, True])
def test_the_right_half_of_an_ean_13_says_its_digits(text):
    value = "4006381333931"
    options = {"humanReadable": text, "fontName": "Courier"} if text else {}
    lengths = runs(paint_barcode("EAN13", value, width=400, height=120, **options))
    widths = modules(lengths, 95)
    right = widths[3 + 24 + 5 : 3 + 24 + 5 + 24]
    digits = "".join(
        str(EAN_RIGHT.index("".join(map(str, right[at : at + 4]))))
        for at in range(0, 24, 4)
    )
    assert digits == value[7:]


@pytest.mark.parametrize("kind", ["QR", "ECC200DataMatrix", "UPCA", "EAN8"])
def test_a_code_has_its_size_and_is_black_on_white(kind):
    value = {"UPCA": "036000291452", "EAN8": "96385074"}.get(kind, "0104006381333931")
    image = Image.open(io.BytesIO(paint_barcode(kind, value, width=200, height=150)))
    assert image.size == (200, 150)
    assert image.getextrema() == (0, 255)


def test_a_value_that_no_code_holds_is_a_value_error():
    with pytest.raises(ValueError):
        paint_barcode("NoSuchCode", "1", width=100, height=100)


def test_bins_are_walked_by_number_not_by_letter():
    bins = ["B-1", "A-10", "A-2", "A-2-11", "A-2-9", ""]
    assert sorted(bins, key=walking_order) == [
        "",
        "A-2",
        "A-2-9",
        "A-2-11",
        "A-10",
        "B-1",
    ]


@pytest.mark.parametrize(
    ("quantity", "text"), [(2.0, "2"), (1.5, "1.5"), (0.0, "0"), (1200.0, "1200")]
)
def test_quantities_have_no_empty_decimals(quantity, text):
    assert short_number(quantity) == text
