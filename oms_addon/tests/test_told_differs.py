import base64

from odoo.tests import tagged

from ..adapters.base import InboundRequest
from .common_intake import BooksCase

UBL = """<?xml version="1.0"?>
<Order xmlns="urn:oasis:names:specification:ubl:schema:xsd:Order-2"
 xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
 xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">
<cbc:ID>%(id)s</cbc:ID><cbc:IssueDate>2026-11-23</cbc:IssueDate>
<cbc:DocumentCurrencyCode>%(currency)s</cbc:DocumentCurrencyCode>
<cac:BuyerCustomerParty><cac:Party>
<cbc:EndpointID schemeID="0088">%(buyer)s</cbc:EndpointID>
<cac:PartyName><cbc:Name>Buyer %(buyer)s</cbc:Name></cac:PartyName>
<cac:PostalAddress><cbc:StreetName>Hof 1</cbc:StreetName>
<cbc:CityName>Essen</cbc:CityName><cbc:PostalZone>45127</cbc:PostalZone>
<cac:Country><cbc:IdentificationCode>DE</cbc:IdentificationCode></cac:Country>
</cac:PostalAddress></cac:Party></cac:BuyerCustomerParty>
<cac:OrderLine><cac:LineItem><cbc:ID>1</cbc:ID>
<cbc:Quantity unitCode="%(unit)s">%(quantity)s</cbc:Quantity>%(amount)s
<cac:Price><cbc:PriceAmount>%(price)s</cbc:PriceAmount></cac:Price>
<cac:Item><cbc:Name>Thing</cbc:Name>%(numbers)s</cac:Item>
</cac:LineItem></cac:OrderLine></Order>"""
NUMBER = (
    "<cac:%(whose)sItemIdentification><cbc:ID>%(code)s</cbc:ID>"
    "</cac:%(whose)sItemIdentification>"
)
HEAD = "Order Number,Ship Name,Ship Street,Ship City,Ship Zip,Ship Country,SKU"


@tagged("post_install", "-at_install")
class TestToldDiffers(BooksCase):
    """What a message says and the order does not holds it, with the words shown."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.files, cls.edi = cls.env["oms.channel"].create(
            [
                {
                    "name": kind,
                    "kind": kind,
                    "on_account": True,
                    "country_id": cls.env.ref("base.de").id,
                    "timezone": "UTC",
                }
                for kind in ("csv", "ubl")
            ]
        )
        cls.channel.on_account = True

    def take(self, channel, body, filename="f.csv"):
        """A signed message, read; its order."""
        kept = self.env["oms.inbox.message"]._receive(
            channel, [InboundRequest(body=body, filename=filename)], source="webhook"
        )
        kept._process()
        messages = kept | kept.child_ids
        self.assertNotIn(
            "error", messages.mapped("state"), messages.mapped("error_message")
        )
        return messages.order_id

    def row(self, headings, cells, country="DE"):
        return (
            f"{HEAD},{headings}\n"
            f"T-1,Nora Neun,Ring 9,Essen,45127,{country},TEA-01,{cells}\n"
        ).encode()

    def ubl(self, buyer="1", numbers=(("Sellers", "TEA-01"),), **values):
        facts = {
            "id": "E-1",
            "buyer": buyer,
            "unit": "C62",
            "quantity": "2",
            "price": "60",
            "amount": "",
            "currency": self.env.company.currency_id.name,
            "numbers": "".join(
                NUMBER % {"whose": whose, "code": code} for whose, code in numbers
            ),
        } | values
        return (UBL % facts).encode()

    def api(self, **line):
        base = {"external_id": "1", "sku": "TEA-01", "quantity": 2}
        base["unit_price"] = "60.00"
        return self.document(
            lines=[base | line], payments=[], total=None, status="unpaid"
        )

    def holds(self, order):
        """Code of each finding by code of the hold."""
        return {
            hold.code: [
                item["code"]
                for item in (hold.details or {}).get("items", ())
                if isinstance(item, dict)
            ]
            for hold in order.oms_open_hold_ids
        }

    def assert_straight(self, order):
        self.assertEqual(len(order), 1)
        self.assertFalse(
            order.oms_open_hold_ids, order.oms_open_hold_ids.mapped("reason")
        )

    def assert_held(self, order, finding, words=None, check="told_differs"):
        self.assertEqual(len(order), 1)
        self.assertIn(finding, self.holds(order).get(check, []), self.holds(order))
        if words:
            hold = order.oms_open_hold_ids.filtered(lambda h: h.code == check)
            self.assertIn(words, hold.reason)
        self.assertFalse(
            order.filtered("oms_is_held").filtered(lambda o: o.state == "sale")
        )

    def test_files_that_say_no_more_than_the_order_go_straight(self):
        for number, body in enumerate(
            (
                self.row("Quantity,Price", "2,60"),
                self.row("Quantity,Price,Line Total", "2,60,120"),
                self.row("Quantity,Price,Unit", "2,60,pcs"),
                self.row("Quantity,Price,Unit,Internal Note", "2,60,Stück,soon"),
            )
        ):
            with self.subTest(body):
                body = body.replace(
                    b"T-1,Nora Neun", b"T-%d,Nora %d" % (number, number)
                )
                self.assert_straight(self.take(self.files, body))

    def test_tables(self):
        cases = (
            ("Quantity,Price,Unit", "2,60,Dutzend", "DE", "unit", "Dutzend"),
            ("Quantity,Price,Unit", "2,60,箱", "DE", "unit", "箱"),
            ("Quantity,Price,Discount %", "2,60,10", "DE", "column", "Discount %: 10"),
            ("Quantity,Price,Line Total", "2,60,99", "DE", "line_total", "99.00"),
            ("Quantity,Price", "0.125,60", "DE", "quantity", "0.125"),
            ("Quantity,Price", "0.004,60", "DE", "quantity", "0.004"),
            ("Quantity,Price", "2,0", "DE", "free", None),
            ("Quantity,Price", "2,60", "Wonderland", "country", "Wonderland"),
        )
        for number, (headings, cells, country, finding, words) in enumerate(cases):
            with self.subTest(headings, cells=cells):
                body = self.row(headings, cells, country)
                body = body.replace(
                    b"T-1,Nora Neun", b"T-%d,Nora %d" % (number, number)
                )
                order = self.take(self.files, body)
                self.assert_held(order, finding, words)

    def test_a_price_of_nothing_stays_nothing(self):
        for number, (channel, body) in enumerate(
            (
                (self.files, self.row("Quantity,Price", "3,0.00")),
                (self.edi, self.ubl(price="0", quantity="3")),
            )
        ):
            with self.subTest(number):
                order = self.take(channel, body)
                self.assert_held(order, "free")
                self.assertEqual(order.order_line.price_unit, 0)

    def test_edi(self):
        amount = "<cbc:LineExtensionAmount>50.00</cbc:LineExtensionAmount>"
        for number, (values, finding) in enumerate(
            (
                ({"unit": "DZN"}, "unit"),
                ({"unit": "XBX"}, "unit"),
                ({"unit": "KGM"}, "unit"),
                ({"quantity": "0.125"}, "quantity"),
                ({"price": "0", "amount": amount}, "free"),
                ({"amount": amount}, "line_total"),
            )
        ):
            with self.subTest(values):
                body = self.ubl(id=f"E-{number}", **values)
                self.assert_held(self.take(self.edi, body), finding)
        self.assert_straight(self.take(self.edi, self.ubl(id="E-OK", quantity="5")))

    def test_other_systems(self):
        for number, (document, finding) in enumerate(
            (
                (self.api(uom="DZN"), "unit"),
                (self.api(unit_price="0"), "free"),
                (self.api(tax_amount="7.00"), "tax"),
                (self.api() | {"tax_total": "1.60"}, "tax"),
                (self.api() | {"total": "0.00"}, "total"),
                (
                    self.api()
                    | {
                        "shipping": {
                            "name": "N",
                            "street": "S 1",
                            "city": "London",
                            "country_code": "UK",
                        }
                    },
                    "country",
                ),
            )
        ):
            with self.subTest(finding, number=number):
                document |= {"external_id": f"D-{number}", "number": f"D-{number}"}
                document["customer"] = {
                    "name": f"C {number}",
                    "email": f"{number}@x.example",
                }
                order = self.receive(document).order_id
                self.assert_held(order, finding)

    def test_a_second_sheet_is_named(self):
        import io

        from openpyxl import Workbook

        book = Workbook()
        book.active.append([*HEAD.split(","), "Quantity", "Price"])
        book.active.append(
            ["T-1", "Nora", "Ring 9", "Essen", "45127", "DE", "TEA-01", 2, 60]
        )
        book.create_sheet("More").append(["Please add", "5 x CUP-01"])
        out = io.BytesIO()
        book.save(out)
        order = self.take(self.files, out.getvalue(), "f.xlsx")
        self.assert_held(order, "sheet", "Please add, 5 x CUP-01")

    def test_a_column_that_says_nothing_may_be_named_so(self):
        self.files.options_text = '{"columns": {"Discount %": "ignored"}}'
        body = self.row("Quantity,Price,Discount %", "2,60,10")
        self.assert_straight(self.take(self.files, body))

    def test_a_test_order_is_never_shipped(self):
        document = self.document(tags=["test"])
        order = self.receive(document).order_id
        self.assertIn("test_order", self.holds(order))
        hold = order.oms_open_hold_ids.filtered(lambda h: h.code == "test_order")
        self.assertFalse(hold.with_user(self.manager).can_release)

    def test_every_unclear_mark_holds(self):
        from ..marks import UNCLEAR

        documents = []
        for number, mark in enumerate(UNCLEAR):
            document = self.document(f"M-{number}", tags=[mark])
            document["lines"][0]["quantity"] = number + 1
            document["total"] = None
            documents.append(document)
        orders = self.receive(*documents).order_id
        self.assertEqual(len(orders), len(UNCLEAR))
        for order, mark in zip(orders.sorted("id"), UNCLEAR, strict=True):
            with self.subTest(mark):
                self.assertEqual(self.holds(order).get("unclear"), [mark])
                hold = order.oms_open_hold_ids.filtered(lambda h: h.code == "unclear")
                self.assertNotEqual(hold.reason, mark, "the mark has no words")

    def test_what_a_person_mends_closes_the_hold(self):
        order = self.take(self.files, self.row("Quantity,Price,Unit", "2,60,Dutzend"))
        self.assert_held(order, "unit")
        order.order_line.product_uom_id = self.env.ref("uom.product_uom_dozen")
        order.order_line.price_unit = 60
        order.action_oms_recheck()
        self.assertNotIn("told_differs", self.holds(order))

    def test_article_number_of_one_buyer_decides_nothing_for_another(self):
        """INT-A3: A's number 100 is learnt, B has a code of ours, C the number only."""
        first = self.take(self.edi, self.ubl("A", [("Buyers", "100")]))
        self.assertIn("unmatched_product", self.holds(first))
        first.order_line.product_id = self.cup
        again = self.take(self.edi, self.ubl("A", [("Buyers", "100")], id="E-2"))
        self.assertEqual(again.order_line.product_id, self.cup)
        both = [("Buyers", "100"), ("Sellers", "TEA-01")]
        second = self.take(self.edi, self.ubl("B", both))
        self.assertEqual(second.order_line.product_id, self.tea)
        third = self.take(self.edi, self.ubl("C", [("Buyers", "100")]))
        self.assertIn("unmatched_product", self.holds(third))
        third.order_line.product_id = self.tea
        listings = self.env["oms.channel.listing"].search(
            [("channel_id", "=", self.edi.id), ("external_id", "=", "100")]
        )
        self.assertEqual(len(listings), 2)
        self.assertEqual(len(set(listings.mapped("scope"))), 2)

    def test_an_upload_says_what_was_not_taken(self):
        self.files.on_account = False
        body = self.row("Quantity,Price,Payment Status,Total", "2,60,paid,120")
        values = {"channel_id": self.files.id, "file": base64.b64encode(body)}
        wizard = self.env["oms.channel.upload"].with_user(self.clerk).create(values)
        self.assertFalse(wizard.may_say_paid)
        action = wizard.action_upload()
        self.assertEqual(action["tag"], "display_notification")
        order = self.env["sale.order"].search([("oms_channel_id", "=", self.files.id)])
        self.assertIn(order.name, action["params"]["message"])
        self.assertFalse(order.transaction_ids)
