import lxml.html
from markupsafe import Markup

from odoo import api, models
from odoo.tools.barcode import check_barcode_encoding, get_barcode_font

from odoo.addons.base.models.ir_actions_report import _wkhtml

from ...printing.barcode_image import paint_barcode, reportlab_paints_bitmaps
from .pdf_documents import join_documents

#: Millimetres around a page whose header and footer are part of its text.
MARGIN = 10
#: Without its own Qt, wkhtmltopdf shrinks pages, whatever option forbids it.
BARE_ZOOM = 1.3
#: Milliseconds to wait for a page without scripts.
NO_DELAY = "50"
_BY_CLASS = "contains(concat(' ', normalize-space(@class), ' '), ' {} ')"


class IrActionsReport(models.Model):
    """Prints where the host has only what distributions and pip give it.

    Debian's wkhtmltopdf is built with a Qt that isn't patched for it: it refuses
    several documents in one call, and leaves out headers and footers. A reportlab
    from pip can't write bitmaps. Odoo then refuses to print two invoices, and stops
    with an error on every bar code. Where the host has what it wants, its own way is
    taken and nothing here has an effect.
    """

    _inherit = "ir.actions.report"

    # === PDF === #

    @api.model
    def _oms_is_bare_wkhtmltopdf(self):
        """Whether wkhtmltopdf is there, but without headers and several documents."""
        return self.get_wkhtmltopdf_state() != "install" and not _wkhtml().is_patched_qt

    @api.model
    def _oms_get_zoom(self):
        """Scale that makes a millimetre in a template a millimetre on paper.

        :rtype: float
        """
        return BARE_ZOOM if self._oms_is_bare_wkhtmltopdf() else 1.0

    def _prepare_html(self, html, report_model=False):
        """Header and footer go into the document where nothing else prints them."""
        prepared = super()._prepare_html(html, report_model=report_model)
        if not prepared or not self._oms_is_bare_wkhtmltopdf():
            return prepared
        bodies, res_ids, header, footer, arguments = prepared
        headers = _nodes(header, "minimal_layout_report_headers")
        footers = _nodes(footer, "minimal_layout_report_footers")
        if not headers and not footers:
            return prepared
        bodies = [
            _frame(body, headers[at : at + 1], footers[at : at + 1])
            for at, body in enumerate(bodies)
        ]
        arguments = {
            **arguments,
            "data-report-margin-top": MARGIN,
            "data-report-margin-bottom": MARGIN,
        }
        return bodies, res_ids, None, None, arguments

    @api.model
    def _run_wkhtmltopdf(self, bodies, *args, **kwargs):
        """Several documents are made one by one and joined where they must be."""
        bodies = list(bodies)
        if len(bodies) < 2 or not self._oms_is_bare_wkhtmltopdf():
            return super()._run_wkhtmltopdf(bodies, *args, **kwargs)
        run = super(
            IrActionsReport, self.with_context(oms_print_quickly=True)
        )._run_wkhtmltopdf
        return join_documents([run([body], *args, **kwargs) for body in bodies])

    @api.model
    def _build_wkhtmltopdf_args(self, *args, **kwargs):
        """No second's wait for each of many documents: there are no scripts in them.

        The wait lets scripts put page numbers into headers, which are not printed
        here. Whoever sets the parameter has the wait that it asks for.
        """
        arguments = super()._build_wkhtmltopdf_args(*args, **kwargs)
        # sudo: a parameter of the system, of which nothing is shown
        parameters = self.env["ir.config_parameter"].sudo()
        if self.env.context.get("oms_print_quickly") and not parameters.get_param(
            "report.print_delay"
        ):
            arguments[arguments.index("--javascript-delay") + 1] = NO_DELAY
        return arguments

    # === BAR CODES === #

    @api.model
    def barcode(self, barcode_type, value, **kwargs):
        if reportlab_paints_bitmaps():
            return super().barcode(barcode_type, value, **kwargs)
        options = self._oms_read_barcode_options(kwargs)
        symbology, value = _choose_symbology(barcode_type, value)
        if symbology == "QR" and not options["quiet"]:
            options["barBorder"] = 0
        mask = self.get_available_barcode_masks().get(options.pop("mask"))
        try:
            return paint_barcode(symbology, value, mask=mask, **options)
        except ValueError:
            if symbology in ("Code128", "QR"):
                raise
            return paint_barcode("Code128", value, **options)

    @api.model
    def _oms_read_barcode_options(self, given):
        """Options of a bar code as the host reads and limits them.

        :param dict given: what the template or the web request asks for
        :rtype: dict
        :raise ValueError: when the picture would be too large
        """
        options = {
            "width": int(given.get("width", 600)),
            "height": int(given.get("height", 100)),
            "humanReadable": bool(int(given.get("humanreadable", False))),
            "quiet": bool(int(given.get("quiet", True))),
            "mask": given.get("mask"),
            "barBorder": int(given.get("barBorder", 4)),
            "barLevel": given.get("barLevel", "L"),
        }
        if options["barLevel"] not in ("L", "M", "Q", "H"):
            options["barLevel"] = "L"
        width, height = options["width"], options["height"]
        if width * height > 1200000 or max(width, height) > 10000:
            raise ValueError("Barcode too large")
        if options["humanReadable"]:
            options["fontName"] = get_barcode_font()
        return options


def _choose_symbology(barcode_type, value):
    """The symbology in which a value can be written, as the host chooses it.

    :return: the symbology and the value for it
    :rtype: tuple[str, str]
    """
    if barcode_type == "auto":
        barcode_type = {8: "EAN8", 13: "EAN13"}.get(len(value), "Code128")
    elif barcode_type == "UPCA" and len(value) in (11, 12, 13):
        barcode_type = "EAN13"
        value = value if len(value) == 13 else f"0{value}"
    if barcode_type in ("EAN8", "EAN13") and not check_barcode_encoding(
        value, barcode_type
    ):
        barcode_type = "Code128"
    return barcode_type, value


def _nodes(html, element_id):
    """The headers, or footers, of all documents.

    :rtype: list
    """
    if not html:
        return []
    found = lxml.html.fromstring(str(html)).xpath(f"//*[@id='{element_id}']/*")
    for node in found:
        _drop_page_numbers(node)
    return found


def _drop_page_numbers(node):
    """Take away "Page … / …", which only a repeated header can fill in."""
    for page in node.xpath(f".//*[{_BY_CLASS.format('page')}]"):
        holder = page.getparent()
        while holder not in (None, node) and not holder.xpath(
            f".//*[{_BY_CLASS.format('topage')}]"
        ):
            holder = holder.getparent()
        if holder not in (None, node):
            holder.drop_tree()


def _frame(body, headers, footers):
    """A document between its header and its footer.

    :param str body: a whole HTML page
    :rtype: Markup
    """
    page = lxml.html.document_fromstring(str(body))
    for header in reversed(headers):
        page.body.insert(0, header)
    page.body.extend(footers)
    html = lxml.html.tostring(page, encoding="unicode", doctype="<!DOCTYPE html>")
    return Markup(html)
