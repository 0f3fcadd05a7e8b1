import io
import os
import stat
import tempfile
from pathlib import Path
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger
from odoo.tools.pdf import PdfFileReader, PdfFileWriter

from odoo.addons.base.models import ir_actions_report as host

from ..models.print import ir_actions_report as print_room

# Writes a page, dies of some documents, and never ends with others.
PROGRAM = """#!/bin/sh
echo run >> {folder}/runs
grep -qs DIES-OF-THIS -- "$@" && kill -9 $$
grep -qs HANGS-WITH-THIS -- "$@" && exec sleep 600
for last; do :; done
cp {folder}/page.pdf "$last"
"""


@tagged("post_install", "-at_install")
class TestPrintLimit(TransactionCase):
    """What ends the program that makes PDFs is named; the others are printed."""

    def setUp(self):
        super().setUp()
        # Counted in a transaction of its own, which a test does not see.
        committed = patch.object(
            self.registry["oms.attempt"],
            "_committed",
            lambda attempts, statement: attempts.env.execute_query(statement),
        )
        committed.start()
        self.addCleanup(committed.stop)
        self.report = self.env.ref("sale.action_report_saleorder").with_context(
            force_report_rendering=True
        )
        partner = self.env["res.partner"].create({"name": "Anna"})
        self.orders = self.env["sale.order"].create(
            [{"partner_id": partner.id}, {"partner_id": partner.id}] * 2
        )
        self.env["ir.config_parameter"].set_param("oms_addon.print_seconds", "3")
        self._install_program()

    def _install_program(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        writer = PdfFileWriter()
        writer.addBlankPage(100, 100)
        with open(self.folder / "page.pdf", "wb") as file:
            writer.write(file)
        program = self.folder / "program"
        program.write_text(PROGRAM.format(folder=folder.name))
        os.chmod(program, stat.S_IRWXU)
        info = host._wkhtml()._replace(
            state="ok", bin=str(program), is_patched_qt=False
        )
        for module in (host, print_room):
            patcher = patch.object(module, "_wkhtml", lambda: info)
            patcher.start()
            self.addCleanup(patcher.stop)

    def _print(self, orders):
        """Print orders; return the number of pages."""
        with mute_logger("odoo.addons.oms_addon.models.print.ir_actions_report_limit"):
            pdf, kind = self.report._render_qweb_pdf(self.report, orders.ids)
        self.assertEqual(kind, "pdf")
        return PdfFileReader(io.BytesIO(pdf)).getNumPages()

    def _refused(self, orders):
        """Print orders in vain; return what is said.

        Not by `assertRaises`, which takes back what was counted.
        """
        try:
            self._print(orders)
        except UserError as error:
            return str(error)
        self.fail("It was printed.")

    def _runs(self):
        """How often the program was started since this was asked last."""
        file = self.folder / "runs"
        times = file.read_text().count("run") if file.exists() else 0
        file.unlink(missing_ok=True)
        return times

    def test_documents_that_harm_nobody_are_printed_as_ever(self):
        self.assertEqual(self._print(self.orders), 4)
        self.assertEqual(self._runs(), 4)
        self.assertFalse(self.env["oms.attempt"].search([]))

    def test_a_document_that_ends_its_printer_does_not_stop_its_batch(self):
        for words in ("DIES-OF-THIS", "HANGS-WITH-THIS"):
            with self.subTest(words):
                bad = self.orders[1]
                bad.note = words
                # three orders, and a page that names the fourth
                self.assertEqual(self._print(self.orders), 4)
                self.assertIn(bad, self.orders._oms_get_asked("not_printed"))
                self.assertEqual(
                    bad, self.orders._oms_get_asked("not_printed"), "nobody else"
                )

    def test_what_has_ended_it_twice_is_not_begun_again(self):
        bad = self.orders[0]
        bad.note = "DIES-OF-THIS"
        self._refused(bad)
        self._refused(bad)
        self.assertEqual(self._runs(), 2)
        self.assertIn(bad.name, self._refused(bad))
        self.assertEqual(self._runs(), 0)
        self.assertEqual(self._print(self.orders), 4)
        self.assertEqual(self._runs(), 4)

    def test_all_of_a_batch_set_apart_are_named(self):
        self.orders.note = "DIES-OF-THIS"
        said = self._refused(self.orders)
        for order in self.orders:
            self.assertIn(order.name, said)

    def test_what_was_mended_is_printed(self):
        bad = self.orders[0]
        bad.note = "DIES-OF-THIS"
        self._refused(bad)
        self._refused(bad)
        bad.note = "Mended"
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE sale_order SET write_date = now() + interval '1h' WHERE id = %s",
            [bad.id],
        )
        self.env.invalidate_all()
        self.assertEqual(self._print(bad), 1)
        self.assertFalse(self.env["oms.attempt"].search([]))
