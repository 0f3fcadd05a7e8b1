from base64 import b64encode

from reportlab.graphics.barcode import createBarcodeDrawing

from odoo import models

from ...printing.words import short_number, walking_order


def _with_unit(quantity, uom):
    """A quantity as one writes it by hand: pieces need no unit.

    :rtype: str
    """
    if uom == uom.env.ref("uom.product_uom_unit", raise_if_not_found=False):
        return short_number(quantity)
    return f"{short_number(quantity)} {uom.name}"


class StockPicking(models.Model):
    """What the papers of the warehouse say: pick list and packing slip."""

    _inherit = "stock.picking"

    # === BUSINESS METHODS === #

    def _oms_get_open_moves(self):
        """Moves that somebody is to pick, pack or has sent.

        :rtype: stock.move
        """
        return self.move_ids.filtered(lambda move: move.state != "cancel")

    def _oms_get_packed_moves(self):
        """Moves of which something is in the parcel.

        :rtype: stock.move
        """
        return self._oms_get_open_moves().filtered("quantity")

    def _oms_get_notes(self):
        """What the buyer and the office want the warehouse to know.

        :rtype: list[str]
        """
        return [note for note in self.sale_id.mapped("oms_buyer_note") if note]

    def _oms_get_still_to_come(self):
        """Moves of the same orders that come with another parcel.

        :rtype: stock.move
        """
        others = self.sale_id.picking_ids - self
        return others._oms_get_open_moves().filtered(
            lambda move: move.picking_code == "outgoing" and move.state != "done"
        )

    def _oms_get_barcode(self, number):
        """Code 128 as a data URL: drawn as vectors, and no web request to print it.

        The host's own barcodes are bitmaps, which scan worse at 203 dots per inch.

        :return: empty where the number has letters that no bar code knows
        :rtype: str
        """
        if not number or not number.isascii():
            return ""
        drawing = createBarcodeDrawing(
            "Code128", value=number, width=800, height=180, quiet=1, humanReadable=0
        )
        svg = drawing.asString("svg")
        return f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}"


class StockMove(models.Model):
    _inherit = "stock.move"

    # === BUSINESS METHODS === #

    def _oms_get_short_moves(self):
        """Moves of which less is reserved than wanted.

        :rtype: stock.move
        """
        return self.filtered(
            lambda move: (
                move.state not in ("done", "cancel")
                and move.product_uom.compare(move.quantity, move.product_uom_qty) < 0
            )
        )

    def _oms_get_quantity_text(self, quantity):
        """A quantity of the move with its unit.

        :rtype: str
        """
        return _with_unit(quantity, self.product_uom)

    def _oms_get_packed_numbers(self):
        """Lot and serial numbers that are in the parcel.

        :rtype: str
        """
        return ", ".join(dict.fromkeys(self.move_line_ids._oms_get_lot_names()))


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    # === BUSINESS METHODS === #

    def _oms_get_lot_names(self):
        """Lot or serial numbers, also those that are only typed in yet.

        :rtype: list[str]
        """
        names = [line.lot_id.name or line.lot_name for line in self]
        return [name for name in names if name]

    def _oms_get_pick_rows(self):
        """What to take from which bin, in the order in which one walks by them.

        The same goods in the same bin are one row, with what each transfer wants.

        :return: bin, product, lot, package, quantity, parts: (transfer, quantity)
        :rtype: list[dict]
        """
        groups = self.filtered(
            lambda line: line.quantity and line.state != "cancel"
        ).grouped(
            lambda line: (
                line.location_id,
                line.product_id,
                line.lot_id.name or line.lot_name or "",
                line.package_id,
                line.product_uom_id,
            )
        )
        rows = [
            {
                "bin": location.display_name,
                "product": product,
                "lot": lot,
                "package": package.name or "",
                "quantity": _with_unit(sum(lines.mapped("quantity")), uom),
                "parts": [
                    (picking.name, short_number(sum(part.mapped("quantity"))))
                    for picking, part in lines.sorted(
                        lambda line: line.picking_id.name or ""
                    )
                    .grouped("picking_id")
                    .items()
                ],
            }
            for (location, product, lot, package, uom), lines in groups.items()
        ]
        return sorted(
            rows,
            key=lambda row: (
                walking_order(row["bin"]),
                row["product"].display_name or "",
                row["lot"],
            ),
        )
