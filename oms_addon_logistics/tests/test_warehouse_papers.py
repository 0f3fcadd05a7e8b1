from odoo import Command
from odoo.tests import new_test_user, tagged

from .common import LogisticsCase


@tagged("post_install", "-at_install")
class TestWarehousePapers(LogisticsCase):
    """Pick list, batch pick list and packing slip, as the warehouse prints them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("zh_CN")
        cls.packer = new_test_user(
            cls.env,
            "papers_packer",
            groups="stock.group_stock_user",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )
        cls.late, cls.early = cls.env["stock.location"].create(
            [
                {"name": name, "location_id": cls.warehouse.lot_stock_id.id}
                for name in ("A-10", "A-2")
            ]
        )
        cls.bowl, cls.tray = cls.env["product.product"].create(
            [
                {"name": name, "is_storable": True, "default_code": code}
                for name, code in (("Bowl", "B-7"), ("Tray", "T-7"))
            ]
        )
        cls.tray.tracking = "lot"
        cls.bowl.with_context(lang="zh_CN").name = "茶碗"
        lot = cls.env["stock.lot"].create(
            {"name": "LOT-77", "product_id": cls.tray.id, "company_id": cls.company.id}
        )
        quant = cls.env["stock.quant"]
        quant._update_available_quantity(cls.bowl, cls.late, 5)
        quant._update_available_quantity(cls.tray, cls.early, 5, lot_id=lot)
        cls.order, cls.other = cls.env["sale.order"].create(
            [
                {
                    "partner_id": cls._partner(f"Buyer {number}", lang=lang).id,
                    "warehouse_id": cls.warehouse.id,
                    "company_id": cls.company.id,
                    "oms_buyer_note": note,
                    "order_line": [
                        Command.create(
                            {"product_id": cls.bowl.id, "product_uom_qty": quantity}
                        ),
                        Command.create(
                            {"product_id": cls.tray.id, "product_uom_qty": 1}
                        ),
                    ],
                }
                for number, lang, note, quantity in (
                    (1, "zh_CN", "Call before you come", 2),
                    (2, "en_US", False, 4),
                )
            ]
        )
        (cls.order + cls.other).action_confirm()
        cls.pickings = (cls.order + cls.other).picking_ids
        cls.pickings.action_assign()

    def _render(self, report, records, lang="en_US"):
        html, _kind = (
            self.env["ir.actions.report"]
            .with_user(self.packer)
            .with_context(lang=lang)
            ._render_qweb_html(report, records.ids)
        )
        return html.decode()

    def test_bins_stand_in_walking_order(self):
        html = self._render("oms_addon.report_pick_list", self.order.picking_ids)
        self.assertLess(html.index("A-2<"), html.index("A-10<"))

    def test_the_pick_list_names_lot_note_and_what_is_missing(self):
        html = self._render("oms_addon.report_pick_list", self.pickings)
        self.assertIn("LOT-77", html)
        self.assertEqual(html.count("Call before you come"), 1)
        self.assertEqual(html.count("Not reserved"), 1)
        for picking in self.pickings:
            self.assertIn(picking.name, html)

    def test_the_batch_takes_the_goods_of_all_transfers_at_one_bin(self):
        batch = self.env["stock.picking.batch"].create(
            {"picking_ids": [Command.set(self.pickings.ids)]}
        )
        rows = batch.move_line_ids._oms_get_pick_rows()
        self.assertEqual([row["quantity"] for row in rows], ["2", "5"])
        self.assertEqual(
            [len(row["parts"]) for row in rows], [2, 2], "who gets how many"
        )
        html = self._render("oms_addon_logistics.report_batch_pick_list", batch)
        self.assertIn("Call before you come", html)

    def test_the_packing_slip_speaks_the_customers_language_without_codes(self):
        html = self._render("oms_addon.report_packing_slip", self.pickings)
        self.assertIn("茶碗", html)
        self.assertIn("Bowl", html)
        self.assertIn("装箱单", html)
        self.assertIn("Packing Slip", html)
        self.assertNotIn("B-7", html)
        for picking in self.pickings:
            self.assertNotIn(picking.name, html)

    def test_papers_name_the_order_by_the_number_that_the_customer_knows(self):
        channel = self.env["oms.channel"].create({"name": "EDI 7", "kind": "csv"})
        self.order.write(
            {
                "oms_channel_id": channel.id,
                "oms_external_id": "0088:7327369767577/PO-14007",
                "client_order_ref": "PO-14007",
            }
        )
        picking = self.order.picking_ids
        for report in (
            "oms_addon.report_packing_slip",
            "oms_addon.report_pick_list",
            "oms_addon_logistics.report_shipping_label",
            "stock.report_deliveryslip",
        ):
            with self.subTest(report=report):
                html = self._render(report, picking)
                self.assertIn("PO-14007", html)
                self.assertNotIn("0088:7327369767577", html)
                self.assertNotIn("EDI 7", html)
        self.order.client_order_ref = False
        html = self._render("oms_addon.report_packing_slip", picking)
        self.assertIn("0088:7327369767577/PO-14007", html)

    def test_the_packing_slip_says_what_follows(self):
        html = self._render("oms_addon.report_packing_slip", self.other.picking_ids)
        self.assertIn("Still to come", html)
        html = self._render("oms_addon.report_packing_slip", self.order.picking_ids)
        self.assertNotIn("稍后发出", html)

    def test_the_pick_list_speaks_the_readers_language(self):
        html = self._render("oms_addon.report_pick_list", self.pickings, "zh_CN")
        self.assertIn("拣货单", html)
        self.assertIn("库位", html)

    def test_a_transfer_without_an_ascii_name_prints_without_bar_code(self):
        picking = self.order.picking_ids
        picking.name = "出库/0001"
        html = self._render("oms_addon.report_pick_list", picking)
        self.assertIn("出库/0001", html)
        self.assertNotIn("image/svg", html)
