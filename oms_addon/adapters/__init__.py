"""Channel adapters: pure Python, a package per format.

`get_adapter` is the door; adding a channel is adding a package and a line to
`_MODULES`.
"""

from functools import cache
from importlib import import_module

from . import base

# kind -> module; each has an ADAPTER instance.
_MODULES = {
    "shopify": "shopify.adapter",
    "woocommerce": "woocommerce.adapter",
    "taobao": "taobao.adapter",
    "ubl": "ubl.adapter",
    "csv": "table.adapter",
    "email": "mail.adapter",
    "api": "api.adapter",
}


@cache
def get_adapter(kind):
    """Return the adapter of a kind of channel.

    :param str kind: e.g. ``'shopify'``.
    :rtype: base.Adapter
    :raise KeyError: when there is none.
    """
    return import_module(f".{_MODULES[kind]}", __package__).ADAPTER


def adapter_kinds():
    """Kinds that have an adapter.

    :rtype: tuple[str]
    """
    return tuple(_MODULES)


__all__ = ["adapter_kinds", "base", "get_adapter"]
