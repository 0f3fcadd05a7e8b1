import io
import logging

from markupsafe import Markup

from odoo import api, models
from odoo.exceptions import UserError

from ..retry import LIVES
from .pdf_limit import RendererEnded, print_within

_logger = logging.getLogger(__name__)

#: Seconds for one document, and more for each further one in the same call.
SECONDS, SECONDS_MORE = 30, 2


class RendererLost(UserError):
    """What makes PDFs died of a document, or was ended after its time."""


class IrActionsReport(models.Model):
    """A document that ends what prints it stops no other one.

    The host waits for the program without an end, and a batch fails with one document.
    Here each has its time. What has ended the program twice is set apart: it is named,
    and not tried again before somebody changes it or a day has passed; the other
    documents of a batch are printed. The deaths are counted in `oms.attempt`.
    """

    _inherit = "ir.actions.report"

    @api.model
    def _run_wkhtmltopdf(self, bodies, *args, **kwargs):
        bodies = list(bodies)
        seconds = self._oms_get_print_seconds() + SECONDS_MORE * (len(bodies) - 1)
        try:
            with print_within(seconds):
                return super()._run_wkhtmltopdf(bodies, *args, **kwargs)
        except RendererEnded as ended:
            raise RendererLost(
                self.env._(
                    "What makes the PDF was ended (%(why)s). Print fewer documents at "
                    "once, or a shorter one.",
                    why=ended,
                )
            ) from ended

    @api.model
    def _oms_get_print_seconds(self):
        """
        :rtype: int
        """
        # sudo: a parameter of the system, of which nothing is shown
        parameters = self.env["ir.config_parameter"].sudo()
        return int(parameters.get_param("oms_addon.print_seconds") or SECONDS)

    def _render_qweb_pdf_prepare_streams(self, report_ref, data, res_ids=None):
        """Count what ends the program alone; what did it too often is not begun.

        :raise RendererLost: where it was ended, or would be.
        """
        report = self._get_report(report_ref)
        apart = report._oms_get_set_apart(res_ids or [])
        if apart:
            raise RendererLost(report._oms_say_set_apart(apart))
        # sudo: the book-keeping of work is the system's
        attempts = report.env["oms.attempt"].sudo()
        alone = res_ids[0] if len(set(res_ids or [])) == 1 else None
        try:
            streams = super()._render_qweb_pdf_prepare_streams(
                report_ref, data, res_ids=res_ids
            )
        except RendererLost:
            if alone:
                attempts._add(report._oms_work(), alone)
            raise
        if alone and alone in attempts._get_lost(report._oms_work(), 1):
            attempts._end(report._oms_work(), [alone])
        return streams

    def _render_qweb_pdf(self, report_ref, res_ids=None, data=None):
        """Print the others of a batch with a document that can't be printed."""
        ids = [res_ids] if isinstance(res_ids, int) else list(res_ids or [])
        if len(set(ids)) < 2:
            return super()._render_qweb_pdf(report_ref, res_ids, data)
        report = self._get_report(report_ref)
        lost = report._oms_get_set_apart(ids)
        if not lost:
            try:
                return super()._render_qweb_pdf(report_ref, ids, dict(data or {}))
            except RendererLost:
                _logger.warning("%s of %s: one by one now", report.report_name, ids)
        pages = []
        for res_id in [res_id for res_id in ids if res_id not in lost]:
            try:
                page = super()._render_qweb_pdf(report_ref, [res_id], dict(data or {}))
                pages.append(page[0])
            except RendererLost:
                lost.append(res_id)
        if not pages:
            raise RendererLost(report._oms_say_set_apart(lost))
        if lost:
            report._oms_ask_about(lost)
            pages.append(report._oms_print_notice(lost))
        with self._merge_pdfs([io.BytesIO(page) for page in pages]) as stream:
            return stream.getvalue(), "pdf"

    # === WHAT IS SET APART === #

    def _oms_work(self):
        """Name of the work that is counted: printing one report."""
        return f"print {self.id}"

    def _oms_get_set_apart(self, res_ids):
        """Documents that have ended the program too often, and are as they were then.

        :rtype: list[int]
        """
        # sudo: the book-keeping of work, and when somebody changed a document
        lost = self.env["oms.attempt"].sudo()._get_lost(self._oms_work(), LIVES)
        found = self.env[self.model].sudo().browse(filter(lost.get, res_ids))
        as_before = found.filtered(lambda record: record.write_date <= lost[record.id])
        return list(dict.fromkeys(as_before.ids))

    def _oms_say_set_apart(self, res_ids):
        """Name what was not printed, and what to do about it.

        :rtype: str
        """
        records = self.env[self.model].browse(res_ids)
        return self.env._(
            "Not printed, because it ended what makes the PDF: %(documents)s. Make it "
            "shorter, or take a large picture out, and print it again.",
            documents=", ".join(records.mapped("display_name")),
        )

    def _oms_ask_about(self, res_ids):
        """Leave a task on each document that can't be printed."""
        records = self.env[self.model].browse(res_ids)
        if "activity_ids" in records._fields:
            records._oms_ask_role(
                "orders",
                "not_printed",
                lambda env: env._("This document can't be printed: make it shorter"),
            )

    def _oms_print_notice(self, res_ids):
        """A last page that names what is missing in the batch.

        :rtype: bytes
        """
        text = self._oms_say_set_apart(res_ids)
        html = Markup("<!DOCTYPE html><meta charset='utf-8'><p>%s</p>") % text
        return self._run_wkhtmltopdf([html])
