"""Freight, fee and discount get the names that new databases have from the start.

They stand on orders and invoices that customers read. A name that somebody chose is
left alone, and so are documents that exist.
"""

from odoo import SUPERUSER_ID, api

#: product, language, name of 19.0.1.0.0, name of today
NAMES = (
    ("product_shipping", "en_US", "Shipping (channel)", "Shipping"),
    ("product_shipping", "zh_CN", "运费（渠道）", "运费"),
    ("product_fee", "en_US", "Fee (channel)", "Service fee"),
    ("product_fee", "zh_CN", "费用（渠道）", "服务费"),
    ("product_discount", "en_US", "Discount (channel)", "Discount"),
    ("product_discount", "zh_CN", "折扣（渠道）", "折扣"),
)


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    installed = dict(env["res.lang"].get_installed())
    for xml_id, lang, old, new in NAMES:
        product = env.ref(f"oms_addon.{xml_id}", raise_if_not_found=False)
        if not product or lang not in installed:
            continue
        product = product.with_context(lang=lang)
        if product.name == old:
            product.name = new
