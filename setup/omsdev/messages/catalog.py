"""What the demo company sells, where, through which channels and to whom.

The records themselves are in the addons' ``demo`` folders; a unit test compares
both. Standard library only.
"""

from dataclasses import dataclass
from decimal import Decimal

from .catalog_buyers import BUYERS_CN, BUYERS_WORLD, CatalogBuyer
from .tables import table

__all__ = [
    "BUYERS_CN",
    "BUYERS_WORLD",
    "CHANNELS",
    "EUR_RATE",
    "LOGINS",
    "PRODUCTS",
    "USD_RATE",
    "WAREHOUSES",
    "CatalogBuyer",
    "CatalogChannel",
    "CatalogProduct",
    "listing_id",
]

# CNY for one EUR and one USD, as the demo data set the rates.
EUR_RATE = Decimal("7.80")
USD_RATE = Decimal("7.15")


@dataclass(frozen=True)
class CatalogProduct:
    """A storable product.

    :param int number: from 1; ids on the channels are made of it.
    :param Decimal price: CNY, tax included.
    :param float weight: kg.
    :param float volume: m³.
    :param str category: the last part of ``oms_addon.demo_category_<category>``.
    """

    number: int
    sku: str
    name_en: str
    name_zh: str
    price: Decimal
    weight: float
    volume: float
    category: str

    @property
    def barcode(self):
        """EAN-13 in the range for use inside a company."""
        digits = f"20{self.number * 317:010d}"
        total = sum(int(d) * (3 if i % 2 else 1) for i, d in enumerate(digits))
        return digits + str(-total % 10)

    @property
    def xmlid(self):
        """Of the product.product in the demo data."""
        return "oms_addon.demo_product_" + self.sku.lower().replace("-", "_")

    @property
    def price_eur(self):
        """A round price in EUR, tax included."""
        return (self.price / EUR_RATE).quantize(Decimal(1)) + Decimal("0.90")


PRODUCTS = tuple(
    CatalogProduct(
        number=number,
        sku=row["sku"],
        name_en=row["name_en"],
        name_zh=row["name_zh"],
        price=Decimal(row["price"]),
        weight=float(row["weight"]),
        volume=float(row["volume"]),
        category=row["category"],
    )
    for number, row in enumerate(table("products"), start=1)
)

# code: XML id, city
WAREHOUSES = {
    "HZ": ("oms_addon.demo_warehouse_hz", "杭州市"),
    "SZ": ("oms_addon.demo_warehouse_sz", "深圳市"),
    "DU": ("oms_addon.demo_warehouse_du", "Duisburg"),
}


@dataclass(frozen=True)
class CatalogChannel:
    """A channel of the demo data.

    :param dict secrets: by name, as the builders and the adapter want them.
    """

    xmlid: str
    kind: str
    currency: str
    secrets: dict


CHANNELS = {
    "shopify": CatalogChannel(
        "oms_addon.demo_channel_shopify",
        "shopify",
        "EUR",
        {
            "webhook_secret": "demo-shopify-webhook-secret",
            "access_token": "demo-shopify-access-token",
        },
    ),
    "woocommerce": CatalogChannel(
        "oms_addon.demo_channel_woocommerce",
        "woocommerce",
        "EUR",
        {
            "webhook_secret": "demo-woocommerce-webhook-secret",
            "consumer_key": "ck_demo",
            "consumer_secret": "cs_demo",
        },
    ),
    "taobao": CatalogChannel(
        "oms_addon.demo_channel_taobao",
        "taobao",
        "CNY",
        {
            "app_key": "12345678",
            "app_secret": "demo-taobao-app-secret",
            "session": "demo-taobao-session",
        },
    ),
    "ubl": CatalogChannel(
        "oms_addon.demo_channel_ubl",
        "ubl",
        "EUR",
        {"webhook_secret": "demo-ubl-webhook-secret"},
    ),
    "csv": CatalogChannel(
        "oms_addon.demo_channel_csv",
        "csv",
        "CNY",
        {"webhook_secret": "demo-csv-webhook-secret"},
    ),
    "email": CatalogChannel(
        "oms_addon.demo_channel_email",
        "email",
        "CNY",
        {"webhook_secret": "demo-email-webhook-secret"},
    ),
    "phone": CatalogChannel("oms_addon.demo_channel_phone", "manual", "CNY", {}),
    "api": CatalogChannel(
        "oms_addon.demo_channel_api",
        "api",
        "CNY",
        {"webhook_secret": "demo-api-webhook-secret"},
    ),
}

# login (and password): role
LOGINS = {
    "anna": "sales",
    "wei": "warehouse",
    "dong": "dispatcher",
    "mei": "service",
    "yan": "accountant",
    "li": "manager",
    "driver1": "driver",
    "driver2": "driver",
    "driver3": "driver",
    "driver4": "driver",
    "portal_cn": "customer",
    "portal_de": "customer",
}


def listing_id(kind, product):
    """The id of a product's variant on a channel; ``""`` where SKUs are enough.

    The demo data have listings for every product on Shopify, WooCommerce and
    Taobao.

    :param str kind: of the channel.
    :param CatalogProduct product:
    :rtype: str
    """
    number = product.number
    return {
        "shopify": str(44_800_000_000_000 + number * 32_768),
        "woocommerce": str(2000 + number * 3),
        "taobao": f"{680_000_000_000 + number * 7919}:{5_100_000_000 + number * 11}",
    }.get(kind, "")
