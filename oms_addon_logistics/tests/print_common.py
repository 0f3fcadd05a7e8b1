"""Records to print, of every model that has a Print menu, and how to read a PDF."""

import io

from odoo import Command
from odoo.exceptions import UserError
from odoo.tools.pdf import PdfFileReader

from .common import LogisticsCase

#: Whose Print menus the suite answers for; others come with their own tests.
PRINTED = (
    *("sale", "sale_management", "sale_stock", "sale_pdf_quote_builder"),
    *("stock", "stock_account", "stock_delivery", "stock_picking_batch", "delivery"),
    *("account", "account_payment", "repair"),
)


class PrintCase(LogisticsCase):
    """Prints all reports that are found in Print menus, for a number of records."""

    count = 2

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        parameters = cls.env["ir.config_parameter"]
        # Nobody serves the style sheets during a test: refused at once, not waited for.
        parameters.set_param("report.url", "http://127.0.0.1:9")
        parameters.set_param("report.print_delay", "1")
        cls.env["res.lang"]._activate_lang("zh_CN")
        cls.env = cls.env(context={**cls.env.context, "force_report_rendering": True})
        cls.env["account.chart.template"].try_loading(
            "generic_coa", company=cls.company, install_demo=False
        )
        cls.orders = cls._orders(cls.count)
        cls.pickings = cls.orders.picking_ids

    # === RECORDS === #

    @classmethod
    def _get_reports(cls):
        """Every report that stands in a Print menu.

        :rtype: ir.actions.report
        """
        reports = cls.env["ir.actions.report"].search(
            [("binding_model_id", "!=", False)]
        )
        names = reports.get_external_id()
        return reports.filtered(
            lambda report: (
                names[report.id].partition(".")[0].startswith("oms_addon")
                or names[report.id].partition(".")[0] in PRINTED
            )
        )

    def _get_records(self, model):
        """Records of a model and the texts, of which one names each on paper.

        :raise AssertionError: a new report's model has no records here yet
        :return: records and their texts
        :rtype: tuple[BaseModel, list[tuple]]
        """
        maker = getattr(self, "_make_" + model.replace(".", "_"), None)
        self.assertTrue(maker, f"Nothing to print of {model}: add it to {__name__}")
        return maker()

    def _named(self, records, *fields):
        paths = fields or ("name",)
        return records, [
            tuple(name for path in paths for name in record.mapped(path) if name)
            for record in records
        ]

    def _many(self, model, **values):
        """Records that differ by their number only."""
        return self.env[model].create(
            [
                {
                    key: value.replace("%s", str(number))
                    if isinstance(value, str)
                    else value
                    for key, value in values.items()
                }
                for number in range(101, 101 + self.count)
            ]
        )

    def _make_sale_order(self):
        return self._named(self.orders)

    def _make_stock_picking(self):
        for number, picking in enumerate(self.pickings):
            package = self.env["stock.package"].create({"name": f"PK{number}X"})
            picking.move_line_ids.result_package_id = package
        return self._named(
            self.pickings,
            "name",
            "sale_id.name",
            "move_line_ids.result_package_id.name",
        )

    def _make_stock_picking_batch(self):
        batches = self.env["stock.picking.batch"].create(
            [
                {
                    "company_id": self.company.id,
                    "picking_ids": [Command.set(picking.ids)],
                }
                for picking in self.pickings
            ]
        )
        return self._named(batches)

    def _make_oms_trip(self):
        trips = self.env["oms.trip"].create(
            [
                {
                    "date": "2026-01-05",
                    "vehicle_id": self.van.id,
                    "driver_id": self.driver.partner_id.id,
                    "warehouse_id": self.warehouse.id,
                    "company_id": self.company.id,
                }
                for _number in range(self.count)
            ]
        )
        return self._named(trips)

    def _make_stock_location(self):
        return self._named(
            self._many(
                "stock.location",
                name="Bin%s",
                barcode="BIN%s",
                location_id=self.warehouse.lot_stock_id.id,
            )
        )

    def _make_stock_lot(self):
        return self._named(
            self._many("stock.lot", name="LOT%s", product_id=self.product.id)
        )

    def _make_stock_package(self):
        return self._named(self._many("stock.package", name="PACK%s"))

    def _make_stock_package_history(self):
        packages, texts = self._make_stock_package()
        history = self.env["stock.package.history"].create(
            [
                {
                    "package_id": package.id,
                    "package_name": package.name,
                    "location_id": self.warehouse.lot_stock_id.id,
                    "location_dest_id": self.warehouse.lot_stock_id.id,
                    "company_id": self.company.id,
                }
                for package in packages
            ]
        )
        return history, texts

    def _make_stock_picking_type(self):
        return self._named(
            self._many(
                "stock.picking.type",
                name="Type%s",
                code="outgoing",
                sequence_code="T%s",
                barcode="TYPE%s",
                warehouse_id=self.warehouse.id,
            )
        )

    def _make_stock_quant(self):
        products = self._many("product.product", name="Goods%s", is_storable=True)
        for product in products:
            self._add_stock(self.warehouse, 5, product)
        return self._named(products.stock_quant_ids, "product_id.name")

    def _make_product_uom(self):
        units = self._many(
            "product.uom",
            barcode="UOM%s",
            product_id=self.product.id,
            uom_id=self.product.uom_id.id,
        )
        return self._named(units, "barcode")

    def _make_repair_order(self):
        return self._named(
            self._many(
                "repair.order",
                product_id=self.product.id,
                partner_id=self.orders[0].partner_id.id,
                picking_type_id=self.warehouse.repair_type_id.id,
            )
        )

    def _make_account_move(self):
        moves = self.env["account.move"].create(
            [
                {
                    "move_type": "out_invoice",
                    "partner_id": order.partner_id.id,
                    "invoice_line_ids": [
                        Command.create({"name": "Kettle", "price_unit": 20.0})
                    ],
                }
                for order in self.orders
            ]
        )
        moves.action_post()
        return self._named(moves)

    def _make_account_payment(self):
        payments = self.env["account.payment"].create(
            [
                {"partner_id": order.partner_id.id, "amount": 20.0}
                for order in self.orders
            ]
        )
        payments.action_post()
        return self._named(payments)

    # === PAPER === #

    def _print(self, report, records, lang):
        """Print as the Print menu does.

        :return: the pages' text
        :rtype: list[str]
        """
        content, kind = (
            self.env["ir.actions.report"]
            .with_context(lang=lang)
            ._render(report.report_name, records.ids, data={})
        )
        if kind != "pdf":
            return [content.decode()]
        self.assertEqual(content[:5], b"%PDF-", report.report_name)
        return self._read(io.BytesIO(content))

    def _read(self, stream):
        """Text of each page, without the blanks that fonts put between letters."""
        reader = PdfFileReader(stream, strict=False)
        return ["".join(page.extract_text().split()) for page in reader.pages]

    def _check_print(self, report, records, texts, lang):
        """The paper names every record, and no page is lost."""
        pages = self._print(report, records, lang)
        whole = "".join(pages)
        missing = [
            known
            for known in texts
            if not any("".join(text.split()) in whole for text in known)
        ]
        self.assertFalse(missing, f"{report.report_name}: not on paper")

    def _each_report(self):
        """Reports with what to print, one sub-test each.

        :rtype: iterator of tuple
        """
        for model, reports in self._get_reports().grouped("model").items():
            records, texts = self._get_records(model)
            for report in reports:
                yield report, records, texts

    def _needs_own_file(self, report):
        """Whether the report prints what was uploaded, not the record."""
        return report.report_name == "account.report_original_vendor_bill"

    def _print_refused(self, report, records):
        with self.assertRaises(UserError):
            self._print(report, records, "en_US")
