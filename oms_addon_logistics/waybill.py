"""Waybill numbers: a counter with a check digit. No ORM here."""

S10_WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)


def check_digit(digits, method):
    """Check digit of a number.

    :param str digits: decimal digits only
    :param str method: ``gs1`` (modulo 10 with weights 3, 1 from the right, as on
        SSCC labels), ``luhn``, ``s10`` (postal parcels, modulo 11), ``mod7`` or
        ``none``
    :return: one digit, empty for ``none``
    :rtype: str
    :raise KeyError: unknown method
    """
    return _METHODS[method]([int(digit) for digit in digits])


def make_waybill(prefix, counter, width, method):
    """Number with prefix, padded counter and check digit.

    Letters of the prefix don't count for the check digit.

    >>> make_waybill("OMS", 42, 8, "luhn")
    'OMS000000422'
    """
    body = f"{prefix}{counter:0{width}d}"
    digits = "".join(char for char in body if char.isascii() and char.isdigit())
    return body + check_digit(digits, method)


def is_valid(number, method):
    """Whether the last digit of ``number`` is right, for scanners and imports."""
    digits = "".join(char for char in number if char.isascii() and char.isdigit())
    return bool(digits) and check_digit(digits[:-1], method) == digits[-1]


def _gs1(digits):
    total = sum(
        digit * (3 if place % 2 == 0 else 1)
        for place, digit in enumerate(reversed(digits))
    )
    return str(-total % 10)


def _luhn(digits):
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = digit * 2 if place % 2 == 0 else digit
        total += doubled - 9 if doubled > 9 else doubled
    return str(-total % 10)


def _s10(digits):
    """Modulo 11 of the Universal Postal Union, on the last eight digits."""
    last = ([0] * 8 + digits)[-8:]
    rest = 11 - sum(w * d for w, d in zip(S10_WEIGHTS, last, strict=True)) % 11
    return str({10: 0, 11: 5}.get(rest, rest))


def _mod7(digits):
    return str(int("".join(map(str, digits)) or "0") % 7)


_METHODS = {
    "none": lambda digits: "",
    "gs1": _gs1,
    "luhn": _luhn,
    "s10": _s10,
    "mod7": _mod7,
}
