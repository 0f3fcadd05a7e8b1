#!/usr/bin/env python3
"""Writes the present order of classes down: tests/unit/house/write_class_order.py"""

from class_order import REPOSITORY, listing

for addon in ("oms_addon", "oms_addon_logistics", "oms_addon_aftersales"):
    folder = REPOSITORY / "tests/unit/house/class_order"
    folder.mkdir(exist_ok=True)
    (folder / f"{addon}.txt").write_text(listing(addon))
