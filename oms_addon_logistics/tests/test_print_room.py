import re
from unittest.mock import patch

from odoo import Command
from odoo.tests import tagged

from odoo.addons.base.models import ir_actions_report as host

from .print_common import PrintCase


class PrintRoom(PrintCase):
    def print_all(self, count, lang):
        """Print every report of every Print menu and count them."""
        printed = 0
        for report, records, texts in self._each_report():
            with self.subTest(report=report.report_name, count=count, lang=lang):
                if self._needs_own_file(report):
                    self._print_refused(report, records[:count])
                else:
                    self._check_print(report, records[:count], texts[:count], lang)
                printed += 1
        return printed


@tagged("post_install", "-at_install")
class TestPrintRoom(PrintRoom):
    """Every report of every Print menu, discovered, on the host as it is here."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if host._wkhtml().state == "install":
            cls.skipTest(cls, "wkhtmltopdf is not on this machine")

    def test_every_report_prints_for_one_record(self):
        self.assertGreater(self.print_all(1, "en_US"), 20)

    def test_every_report_prints_for_two_records_in_chinese(self):
        self.assertGreater(self.print_all(2, "zh_CN"), 20)

    def test_several_documents_are_cut_apart_by_record(self):
        """Odoo mails and archives each record's own pages."""
        streams, _kind = self.env["ir.actions.report"]._pre_render_qweb_pdf(
            "sale.report_saleorder", self.orders.ids
        )
        self.assertEqual(list(streams), self.orders.ids)
        for order, other in zip(self.orders, reversed(self.orders), strict=True):
            text = "".join(self._read(streams[order.id]["stream"]))
            self.assertIn(order.name, text)
            self.assertNotIn(other.name, text)

    def test_documents_of_several_pages_are_cut_where_they_begin(self):
        note = "<p>Line</p>" * 120
        self.orders[0].note = note
        streams, _kind = self.env["ir.actions.report"]._pre_render_qweb_pdf(
            "sale.report_saleorder", self.orders.ids
        )
        first, second = (self._read(streams[i]["stream"]) for i in self.orders.ids)
        self.assertGreater(len(first), 1)
        self.assertEqual(len(second), 1)
        self.assertIn(self.orders[1].name, second[0])

    def test_no_row_is_cut_in_two_where_a_page_ends(self):
        """Rows of one to seven lines: whatever is at the end of a page stays whole."""
        names = [
            f"Row{number}Begin {'kettle ' * (number * 5 % 27)}Row{number}End"
            for number in range(101, 161)
        ]
        products = self.env["product.product"].create(
            [{"name": name, "is_storable": True} for name in names]
        )
        for product in products:
            self._add_stock(self.warehouse, 5, product)
        order = self.orders[0].copy({"order_line": False})
        order.order_line = [
            Command.create({"product_id": product.id}) for product in products
        ]
        order.action_confirm()
        picking = order.picking_ids
        batch = self.env["stock.picking.batch"].create(
            {"company_id": self.company.id, "picking_ids": [Command.set(picking.ids)]}
        )
        for report, records in (
            ("oms_addon.action_report_pick_list", picking),
            ("oms_addon.action_report_packing_slip", picking),
            ("oms_addon_logistics.action_report_batch_pick_list", batch),
        ):
            with self.subTest(report=report):
                pages = self._print(self.env.ref(report), records, "en_US")
                self.assertGreater(len(pages), 2)
                self.assertEqual(
                    [re.findall(r"Row(\d+)Begin", page) for page in pages],
                    [re.findall(r"Row(\d+)End", page) for page in pages],
                )

    def test_the_company_stands_on_an_invoice(self):
        """What the patched program repeats as a header is printed once."""
        self.company.write({"street": "12 Harbour Road", "report_footer": "IBAN 4711"})
        moves, _texts = self._make_account_move()
        report = self.env.ref("account.account_invoices")
        text = "".join(self._print(report, moves[:1], "en_US"))
        self.assertIn("LogisticsTest", text)
        self.assertIn("IBAN4711", text)

    def test_the_patched_program_gets_all_documents_in_one_call(self):
        calls = []

        def run(_self, bodies, *_args, **_kwargs):
            calls.append(len(bodies))
            return b"%PDF-1"

        reports = self.env["ir.actions.report"]
        base = next(c for c in type(reports).mro() if c.__module__ == host.__name__)
        with (
            patch.object(type(reports), "_oms_is_bare_wkhtmltopdf", lambda self: False),
            patch.object(base, "_run_wkhtmltopdf", run),
        ):
            reports._run_wkhtmltopdf(["<p/>", "<p/>"])
        self.assertEqual(calls, [2])


@tagged("post_install", "-at_install", "-standard", "oms_print")
class TestPrintFifty(PrintRoom):
    """`setup/test print`: a morning's paper in one go."""

    count = 50

    def test_every_report_prints_for_fifty_records_in_english(self):
        self.print_all(50, "en_US")

    def test_every_report_prints_for_fifty_records_in_chinese(self):
        self.print_all(50, "zh_CN")
