"""Tax rates of WooCommerce lines.

Lines tell amounts per rate; the rates stand in ``tax_lines`` of the order since
WooCommerce 3.7. For older shops they are found from the amounts.
"""

from decimal import ROUND_HALF_UP, Decimal

from ...document import ZERO
from ..read import decimal, text
from ..shops import CENT, percentage, rows

_LINES = ("line_items", "shipping_lines", "fee_lines")
HUNDRED = Decimal(100)


def read_rates(data):
    """Find the percentage of each combination of rates that a line has.

    :param dict data: the order object.
    :return: percent by tuple of rate ids; None where it can't be known.
    :rtype: dict[tuple[str], Decimal | None]
    """
    told = {
        text(row.get("rate_id")): (
            decimal(row.get("rate_percent"), f"{path}.rate_percent"),
            bool(row.get("compound")),
        )
        for path, row in rows(data.get("tax_lines"), "tax_lines")
    }
    taxed = {}
    for key in _LINES:
        for path, row in rows(data.get(key), key):
            taxed.setdefault(_rate_ids(row, path), []).append(
                (
                    decimal(row.get("total"), f"{path}.total", ZERO),
                    decimal(row.get("total_tax"), f"{path}.total_tax", ZERO),
                )
            )
    return {
        ids: ZERO if not ids else _combine(ids, told) or _guess(amounts)
        for ids, amounts in taxed.items()
    }


def tax_rate(row, path, rates):
    """Return the percentage of a line, None when it can't be known.

    :param dict rates: as `read_rates` returned.
    """
    return rates.get(_rate_ids(row, path))


def _rate_ids(row, path):
    """Ids of the rates charged on a line; "" as amount means not charged."""
    return tuple(
        sorted(
            text(tax.get("id"))
            for _where, tax in rows(row.get("taxes"), f"{path}.taxes")
            if text(tax.get("total"))
        )
    )


def _combine(ids, told):
    """Add rates up; a compound one is charged on the others too."""
    if any(told.get(rate_id, (None,))[0] is None for rate_id in ids):
        return None
    rate = sum((told[i][0] for i in ids if not told[i][1]), ZERO)
    for rate_id in ids:
        percent, compound = told[rate_id]
        if compound:
            rate += (HUNDRED + rate) * percent / HUNDRED
    return percentage(rate, "tax_lines")


def _guess(amounts):
    """The shortest percentage that gives every line's tax, to the cent."""
    base = sum((total for total, _tax in amounts), ZERO)
    tax = sum((tax for _total, tax in amounts), ZERO)
    if not base:
        return None
    for digits in range(4):
        rate = (tax * HUNDRED / base).quantize(
            Decimal(1).scaleb(-digits), ROUND_HALF_UP
        )
        if all(
            abs(total * rate / HUNDRED - part) <= CENT / 2 for total, part in amounts
        ):
            return rate
    return None
