"""What the builders of web-shop messages share: names, amounts, signatures."""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC
from decimal import Decimal

from .spec import ZERO, cents, spread

COUNTRIES = {
    "CN": "China",
    "HK": "Hong Kong",
    "TW": "Taiwan",
    "JP": "Japan",
    "SG": "Singapore",
    "DE": "Germany",
    "FR": "France",
    "AT": "Austria",
    "NL": "Netherlands",
    "ES": "Spain",
    "IT": "Italy",
    "PL": "Poland",
    "CH": "Switzerland",
    "GB": "United Kingdom",
    "US": "United States",
    "CA": "Canada",
    "AU": "Australia",
    "BR": "Brazil",
}
_DOUBLE_SURNAMES = ("欧阳", "司马", "上官", "诸葛", "司徒", "夏侯", "皇甫", "令狐")


@dataclass(frozen=True)
class Amounts:
    """Money of one line, whole cents.

    :param Decimal gross: price before discount, in the order's tax mode.
    :param Decimal discount: share of the order-wide discount.
    :param Decimal net: price after discount, without tax.
    :param Decimal tax: tax on that.
    """

    gross: Decimal
    discount: Decimal
    net: Decimal
    tax: Decimal

    @property
    def paid(self):
        """What the buyer pays for the line."""
        return self.net + self.tax


def amounts(gross, discount, order):
    """Compute the money of a line.

    :param Decimal gross: price before discount, in the order's tax mode.
    :param SampleOrder order: for rate and mode.
    :rtype: Amounts
    """
    after = gross - discount
    rate = order.tax_rate / 100
    if order.prices_include_tax:
        net = cents(after / (1 + rate))
        return Amounts(gross, discount, net, after - net)
    return Amounts(gross, discount, after, cents(after * rate))


def line_amounts(order):
    """Money of each line and of the shipping of a sample order.

    :rtype: tuple[list[Amounts], Amounts]
    """
    grosses = [cents(line.quantity * line.unit_price) for line in order.lines]
    lines = [
        amounts(gross, part, order)
        for gross, part in zip(grosses, spread(order.discount, grosses), strict=True)
    ]
    return lines, amounts(cents(order.shipping), ZERO, order)


def split_name(name):
    """Cut a name into first and last, as a checkout form asks for them.

    :rtype: tuple[str, str]
    """
    if " " in name:
        first, _, last = name.rpartition(" ")
        return first, last
    if name and "\u3400" <= name[0] <= "\u9fff" and len(name) > 1:
        cut = 2 if name.startswith(_DOUBLE_SURNAMES) and len(name) > 2 else 1
        return name[cut:], name[:cut]
    return name, ""


def sign(secret, body):
    """Base64 HMAC-SHA256 of a body.

    :rtype: str
    """
    digest = hmac.new(secret.encode(), body, hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


def utc(when):
    """A time as ISO text in UTC, whole seconds.

    :rtype: str
    """
    return when.astimezone(UTC).replace(microsecond=0).isoformat()


def money(amount):
    """An amount as shops write it: two digits, as text.

    :rtype: str
    """
    return f"{cents(amount):.2f}"
