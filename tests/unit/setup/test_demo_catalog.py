"""The generator's catalogue says what the demo records say."""

import csv
import sys
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree

import pytest

REPOSITORY = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(REPOSITORY / "setup"))

from omsdev.messages import catalog  # noqa: E402

DEMO = REPOSITORY / "oms_addon/demo"


def records(file_name, model):
    """Field values by XML id: of the record itself, then of its translation."""
    found = {}
    for node in ElementTree.parse(DEMO / file_name).iter("record"):
        if node.get("model") == model:
            values = {field.get("name"): field.text for field in node}
            found.setdefault(node.get("id"), []).append(values)
    return found


def test_products_of_the_catalogue_are_those_of_the_demo_data():
    found = records("product_demo.xml", "product.product")
    assert len(found) == len(catalog.PRODUCTS) >= 44
    for product in catalog.PRODUCTS:
        english, chinese = found[product.xmlid.removeprefix("oms_addon.")]
        assert english["default_code"] == product.sku
        assert english["name"] == product.name_en
        assert chinese["name"] == product.name_zh
        assert english["barcode"] == product.barcode
        assert Decimal(english["list_price"]) == product.price
        assert float(english["weight"]) == product.weight
        assert float(english["volume"]) == product.volume


def test_channels_have_the_secrets_that_messages_are_signed_with():
    channels = records("oms_channel_demo.xml", "oms.channel")
    secrets = records("oms_channel_demo.xml", "oms.channel.secret")
    for key, channel in catalog.CHANNELS.items():
        assert channels[f"demo_channel_{key}"][0]["kind"] == channel.kind
        for name, value in channel.secrets.items():
            assert secrets[f"demo_secret_{key}_{name}"][0]["value"] == value


@pytest.mark.parametrize("kind", ["shopify", "woocommerce", "taobao"])
def test_listings_have_the_ids_that_messages_name(kind):
    with open(DEMO / "oms.channel.listing.csv", newline="") as file:
        found = {
            row["sku"]: row["external_id"]
            for row in csv.DictReader(file)
            if row["channel_id:id"] == f"demo_channel_{kind}"
        }
    assert found == {
        product.sku: catalog.listing_id(kind, product) for product in catalog.PRODUCTS
    }


def test_buyers_differ_and_have_a_full_address():
    buyers = catalog.BUYERS_CN + catalog.BUYERS_WORLD
    assert len(catalog.BUYERS_CN) >= 60
    assert len(catalog.BUYERS_WORLD) >= 40
    assert len({buyer.email for buyer in buyers}) == len(buyers)
    assert len({buyer.phone for buyer in buyers}) == len(buyers)
    for buyer in buyers:
        assert buyer.street and buyer.city and buyer.zip and buyer.phone
        assert -60 < buyer.latitude < 72 and buyer.longitude
