from odoo.tests import tagged

from .common_intake import IntakeCase

#: text of the order's line → the invoice's lines
TEXTS = [
    ("Green tea", "Green tea"),
    ("Green tea, 250 g", "Green tea, 250 g"),
    ("Longjing\nGift wrap", "Green tea\nLongjing\nGift wrap"),
    ("TEA-01", "Green tea\nTEA-01"),
]


@tagged("post_install", "-at_install")
class TestInvoiceWords(IntakeCase):
    """An invoice names what was bought once, as the order did, without our codes."""

    def _order(self, channel, product, texts):
        return self.env["sale.order"].create(
            {
                "partner_id": self.env["res.partner"].create({"name": "Buyer"}).id,
                "oms_channel_id": channel.id,
                "order_line": [
                    (0, 0, {"product_id": product.id, "name": text}) for text in texts
                ],
            }
        )

    def _invoice_texts(self, order):
        return [line._prepare_invoice_line()["name"] for line in order.order_line]

    def test_the_product_of_a_channels_order_stands_there_once(self):
        order = self._order(self.channel, self.tea, [text for text, _name in TEXTS])
        self.assertEqual(self._invoice_texts(order), [name for _text, name in TEXTS])

    def test_shipping_is_named_without_our_code(self):
        shipping = self.env.ref("oms_addon.product_shipping")
        order = self._order(self.channel, shipping, ["Freight"])
        self.assertEqual(self._invoice_texts(order), [f"{shipping.name}\nFreight"])

    def test_an_order_of_the_host_is_invoiced_as_before(self):
        order = self._order(self.env["oms.channel"], self.tea, ["Longjing"])
        self.assertEqual(self._invoice_texts(order), ["[TEA-01] Green tea\nLongjing"])

    def test_a_name_that_the_caller_gives_stays(self):
        order = self._order(self.channel, self.tea, ["Green tea"])
        line = order.order_line._prepare_invoice_line(name="Down payment")
        self.assertEqual(line["name"], "Down payment")
