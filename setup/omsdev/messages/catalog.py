"""What the demo company sells, where, through which channels and to whom.

The records themselves are in the addons' ``demo`` folders; a unit test compares
both. Standard library only.
"""

from dataclasses import dataclass
from decimal import Decimal

from .catalog_buyers import BUYERS_CN, BUYERS_WORLD, CatalogBuyer

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


_PRODUCTS = (
    # tableware
    ("CF-T101", "Celadon Rice Bowl", "青瓷饭碗", "39", 0.35, 0.0012, "table"),
    (
        "CF-T102",
        "Celadon Soup Bowl, Large",
        "青瓷汤碗（大）",
        "69",
        0.80,
        0.0036,
        "table",
    ),
    (
        "CF-T103",
        "Porcelain Dinner Plate 26 cm",
        "骨瓷平盘26厘米",
        "59",
        0.60,
        0.0022,
        "table",
    ),
    (
        "CF-T104",
        "Tea Set for Four, Dark Glaze",
        "黑釉四人茶具",
        "368",
        2.10,
        0.0140,
        "table",
    ),
    (
        "CF-T105",
        "Yixing Teapot 220 ml",
        "宜兴紫砂壶220毫升",
        "480",
        0.55,
        0.0030,
        "table",
    ),
    ("CF-T106", "Glass Tea Pitcher", "玻璃公道杯", "49", 0.30, 0.0020, "table"),
    (
        "CF-T107",
        "Bamboo Chopsticks, 10 Pairs",
        "楠竹筷子10双",
        "36",
        0.25,
        0.0006,
        "table",
    ),
    (
        "CF-T108",
        "Stoneware Mug, Sand",
        "粗陶马克杯（砂色）",
        "45",
        0.38,
        0.0014,
        "table",
    ),
    ("CF-T109", "Bamboo Tea Tray", "竹制茶盘", "159", 1.60, 0.0080, "table"),
    # kitchen
    (
        "CF-K201",
        "Cast-Iron Wok 32 cm",
        "铸铁炒锅32厘米",
        "268",
        3.20,
        0.0190,
        "kitchen",
    ),
    (
        "CF-K202",
        "Bamboo Steamer, Two Tiers",
        "双层竹蒸笼",
        "89",
        0.90,
        0.0090,
        "kitchen",
    ),
    ("CF-K203", "Chef's Cleaver", "厨用菜刀", "199", 0.48, 0.0011, "kitchen"),
    ("CF-K204", "Acacia Chopping Board", "相思木砧板", "139", 2.30, 0.0045, "kitchen"),
    (
        "CF-K205",
        "Rice Storage Bin 10 kg",
        "防潮米桶10公斤",
        "119",
        1.80,
        0.0240,
        "kitchen",
    ),
    (
        "CF-K206",
        "Electric Kettle 1.5 l",
        "电热水壶1.5升",
        "229",
        1.25,
        0.0085,
        "kitchen",
    ),
    (
        "CF-K207",
        "Spice Jars, Set of Six",
        "调料罐六件套",
        "79",
        1.10,
        0.0038,
        "kitchen",
    ),
    ("CF-K208", "Linen Apron", "亚麻围裙", "98", 0.30, 0.0010, "kitchen"),
    # textiles
    (
        "CF-X301",
        "Mulberry Silk Pillowcase",
        "桑蚕丝枕套",
        "258",
        0.15,
        0.0008,
        "textile",
    ),
    (
        "CF-X302",
        "Cotton Bed Linen 200 × 230",
        "纯棉四件套200×230",
        "499",
        2.40,
        0.0120,
        "textile",
    ),
    (
        "CF-X303",
        "Silk Quilt 200 × 230",
        "蚕丝被200×230",
        "1299",
        2.80,
        0.0350,
        "textile",
    ),
    (
        "CF-X304",
        "Linen Cushion Cover 45 cm",
        "亚麻抱枕套45厘米",
        "69",
        0.18,
        0.0007,
        "textile",
    ),
    (
        "CF-X305",
        "Wool Throw, Ink Blue",
        "羊毛盖毯（墨蓝）",
        "459",
        1.10,
        0.0080,
        "textile",
    ),
    ("CF-X306", "Waffle Bath Towel", "华夫格浴巾", "89", 0.55, 0.0026, "textile"),
    (
        "CF-X307",
        "Blackout Curtain, Pair",
        "遮光窗帘一对",
        "339",
        3.10,
        0.0110,
        "textile",
    ),
    (
        "CF-X308",
        "Cotton Rug 160 × 230",
        "棉麻地毯160×230",
        "699",
        6.50,
        0.0300,
        "textile",
    ),
    # light
    (
        "CF-L401",
        "Paper Lantern Lamp 40 cm",
        "宣纸灯笼灯40厘米",
        "189",
        0.70,
        0.0120,
        "light",
    ),
    ("CF-L402", "Bamboo Pendant Lamp", "竹编吊灯", "329", 1.40, 0.0420, "light"),
    ("CF-L403", "Brass Desk Lamp", "黄铜台灯", "429", 2.20, 0.0160, "light"),
    ("CF-L404", "LED Reading Lamp, Clip", "夹式阅读灯", "99", 0.35, 0.0018, "light"),
    ("CF-L405", "Ceramic Bedside Lamp", "陶瓷床头灯", "279", 1.90, 0.0140, "light"),
    ("CF-L406", "Floor Lamp, Walnut", "胡桃木落地灯", "899", 6.80, 0.0550, "light"),
    # storage
    (
        "CF-S501",
        "Rattan Basket, Medium",
        "藤编收纳篮（中）",
        "129",
        0.90,
        0.0260,
        "storage",
    ),
    (
        "CF-S502",
        "Felt Storage Box, Set of Three",
        "毛毡收纳盒三件套",
        "109",
        0.80,
        0.0110,
        "storage",
    ),
    ("CF-S503", "Camphor Wood Chest", "香樟木箱", "1580", 18.50, 0.1600, "storage"),
    ("CF-S504", "Coat Stand, Ash", "白蜡木衣帽架", "399", 5.20, 0.0480, "storage"),
    ("CF-S505", "Wall Shelf 80 cm", "墙面置物架80厘米", "189", 2.90, 0.0130, "storage"),
    ("CF-S506", "Shoe Bench, Oak", "橡木换鞋凳", "759", 11.00, 0.0900, "storage"),
    # furniture
    ("CF-F601", "Oak Dining Chair", "橡木餐椅", "589", 6.20, 0.1200, "furniture"),
    (
        "CF-F602",
        "Round Dining Table 120 cm",
        "圆餐桌120厘米",
        "2680",
        38.00,
        0.3200,
        "furniture",
    ),
    (
        "CF-F603",
        "Lounge Chair, Linen",
        "亚麻休闲椅",
        "1890",
        15.50,
        0.4200,
        "furniture",
    ),
    ("CF-F604", "Side Table, Walnut", "胡桃木边几", "549", 5.60, 0.0700, "furniture"),
    (
        "CF-F605",
        "Bookshelf, Five Tiers",
        "五层书架",
        "1280",
        26.00,
        0.1400,
        "furniture",
    ),
    (
        "CF-F606",
        "Writing Desk 140 cm",
        "书桌140厘米",
        "1980",
        31.00,
        0.1900,
        "furniture",
    ),
    ("CF-F607", "Folding Stool", "折叠凳", "149", 2.10, 0.0150, "furniture"),
    # scent and decoration
    (
        "CF-D701",
        "Sandalwood Incense, 60 Sticks",
        "檀香线香60支",
        "88",
        0.12,
        0.0005,
        "deco",
    ),
    (
        "CF-D702",
        "Scented Candle Osmanthus",
        "桂花香薰蜡烛",
        "128",
        0.45,
        0.0012,
        "deco",
    ),
    ("CF-D703", "Celadon Vase 28 cm", "青瓷花瓶28厘米", "359", 1.70, 0.0110, "deco"),
    (
        "CF-D704",
        "Ink Landscape Print 60 × 90",
        "水墨山水画60×90",
        "319",
        1.30,
        0.0060,
        "deco",
    ),
)
PRODUCTS = tuple(
    CatalogProduct(number, sku, en, zh, Decimal(price), weight, volume, category)
    for number, (sku, en, zh, price, weight, volume, category) in enumerate(
        _PRODUCTS, start=1
    )
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
