"""Check digits of waybill numbers, against published examples."""

import pytest

from oms_addon_logistics.waybill import check_digit, is_valid, make_waybill


@pytest.mark.parametrize(
    ("digits", "method", "expected"),
    [
        ("629104150021", "gs1", "3"),  # GS1's own example
        ("7992739871", "luhn", "3"),  # the textbook one
        ("47312482", "s10", "9"),  # RR473124829GB
        ("100", "mod7", "2"),
        ("123", "none", ""),
    ],
)
def test_published_examples(digits, method, expected):
    assert check_digit(digits, method) == expected


def test_a_number_has_prefix_padding_and_check_digit():
    number = make_waybill("OMS", 42, 8, "luhn")
    assert number.startswith("OMS00000042")
    assert is_valid(number, "luhn")


@pytest.mark.parametrize("method", ["gs1", "luhn", "s10"])
def test_a_mistyped_digit_is_noticed(method):
    number = make_waybill("", 12345678, 8, method)
    wrong = number[:3] + str((int(number[3]) + 1) % 10) + number[4:]
    assert not is_valid(wrong, method)


def test_an_unknown_method_is_an_error():
    with pytest.raises(KeyError):
        check_digit("1", "crc")
