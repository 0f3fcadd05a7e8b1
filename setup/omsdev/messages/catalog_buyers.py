"""The invented customers of the demo company; see `catalog`."""

from dataclasses import dataclass

from .spec import SampleBuyer
from .tables import table

# The centre of each district.
_DISTRICTS = {row["key"]: row for row in table("districts")}
_CALLING_CODES = {
    "DE": "49",
    "NL": "31",
    "BE": "32",
    "FR": "33",
    "AT": "43",
    "IT": "39",
    "ES": "34",
    "PL": "48",
    "DK": "45",
    "SE": "46",
    "NO": "47",
    "GB": "44",
    "US": "1",
}
# A mobile number of each country without its last four digits. US and GB: ranges
# that are set aside for films.
_MOBILE = {
    "DE": "1710000",
    "NL": "61000",
    "BE": "47000",
    "FR": "60000",
    "AT": "6640000",
    "IT": "320000",
    "ES": "60000",
    "PL": "50000",
    "DK": "2012",
    "SE": "70000",
    "NO": "4000",
    "GB": "770090",
    "US": "415555",
}
_COMPANY_WORDS = ("公司", "GmbH", "B.V.", "SARL", " AS", " AB")


@dataclass(frozen=True)
class CatalogBuyer(SampleBuyer):
    """A buyer with the place where the goods go.

    :param float latitude: degrees, WGS 84.
    :param bool business: a company that orders on account, by EDI, file or mail.
    """

    latitude: float = 0.0
    longitude: float = 0.0
    business: bool = False


def _business(name):
    return name.endswith(_COMPANY_WORDS)


def _chinese(number, row):
    place = _DISTRICTS[row["district"]]
    # Neighbours of a district stand a few streets apart.
    north, east = number * 7 % 11 - 5, number * 5 % 13 - 6
    return CatalogBuyer(
        name=row["name"],
        email=f"buyer{number:03d}@kehu.example",
        phone=f"+86 139 0000 {1000 + number * 37}",
        street=row["street"],
        district=place["district"],
        city=place["city"],
        state=place["state"],
        zip=place["zip"],
        country_code="CN",
        latitude=round(float(place["latitude"]) + north * 0.0022, 6),
        longitude=round(float(place["longitude"]) + east * 0.0024, 6),
        business=_business(row["name"]),
    )


def _foreign(number, row):
    country = row["country_code"]
    if country == "US":
        local = f"4155550{100 + number}"
    elif country == "GB":
        local = f"77009002{number:02d}"
    else:
        local = f"{_MOBILE[country]}{1000 + number * 37}"
    address = {name: row[name] for name in ("name", "street", "city", "state", "zip")}
    return CatalogBuyer(
        **address,
        email=f"customer{number:03d}@mail.example",
        phone=f"+{_CALLING_CODES[country]}{local}",
        country_code=country,
        latitude=float(row["latitude"]),
        longitude=float(row["longitude"]),
        business=_business(row["name"]),
    )


# Companies among them are dealers who order on account, by EDI, file or mail.
BUYERS_CN = tuple(_chinese(n, row) for n, row in enumerate(table("buyers_cn"), 1))
BUYERS_WORLD = tuple(_foreign(n, row) for n, row in enumerate(table("buyers_world"), 1))
