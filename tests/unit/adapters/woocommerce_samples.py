"""WooCommerce: how the tests build and read its messages."""

import json
from dataclasses import replace

from omsdev.messages import woocommerce as builder
from shop_samples import NOW, random_order

from oms_addon.adapters import get_adapter
from oms_addon.adapters.base import ChannelSettings

ADAPTER = get_adapter("woocommerce")
SETTINGS = ChannelSettings(
    currency="EUR",
    timezone="Europe/Berlin",
    address="https://shop.example",
)
SECRETS = {
    "webhook_secret": "whsec-lab",
    "consumer_key": "ck_1",
    "consumer_secret": "cs_1",
}


def parse(message):
    return ADAPTER.parse(message, SETTINGS)


def order_of(number=7, **changes):
    return replace(random_order(number), **changes)


def body_of(order):
    return json.loads(builder.build(order, SECRETS, NOW).body)
