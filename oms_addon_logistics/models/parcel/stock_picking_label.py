from odoo import models


class StockPicking(models.Model):
    """What is printed on the shipping labels."""

    _inherit = "stock.picking"

    # === BUSINESS METHODS === #

    def _oms_get_labels(self):
        """One label for each parcel, in the order of the transfers.

        :return: values for the template ``report_shipping_label``
        :rtype: list[dict]
        """
        return [label for picking in self for label in picking._oms_get_own_labels()]

    def _oms_get_own_labels(self):
        self.ensure_one()
        common = self._oms_prepare_label()
        packed = self.move_line_ids.filtered("result_package_id").sorted(
            lambda line: line.result_package_id.name or ""
        )
        parcels = [
            (package.name, package.shipping_weight or lines._oms_get_weight())
            for package, lines in packed.grouped("result_package_id").items()
        ] or [("", self.shipping_weight or self.weight)]
        return [
            {
                **common,
                "index": index,
                "count": len(parcels),
                "package": name,
                "weight": weight,
            }
            for index, (name, weight) in enumerate(parcels, 1)
        ]

    def _oms_prepare_label(self):
        """Values that all parcels of the transfer share."""
        sender = (
            self.picking_type_id.warehouse_id.partner_id or self.company_id.partner_id
        )
        number = self.oms_waybill or self.carrier_tracking_ref or self.name
        order = self.sale_id
        return {
            "picking": self,
            "number": number,
            "barcode": self._oms_get_barcode(number),
            "to_name": self.partner_id.name or self.partner_id.parent_id.name,
            "to_phone": self.partner_id.phone or "",
            "to_lines": self._oms_get_address_lines(self.partner_id),
            "from_name": sender.name or self.company_id.name,
            "from_phone": sender.phone or self.company_id.phone or "",
            "from_lines": self._oms_get_address_lines(sender),
            "order": order.name or self.origin or self.name,
            "channel": order._oms_get_customer_number(),
            "trip": self.oms_trip_id.name,
        }

    def _oms_get_address_lines(self, partner):
        """The address in the order of its country, without the name."""
        text = partner._display_address(without_company=True)
        return [line.strip() for line in text.splitlines() if line.strip()]


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    def _oms_get_weight(self):
        """Weight of what is reserved on the lines, with the packaging.

        :return: in the database's unit of weight
        :rtype: float
        """
        goods = sum(line.quantity_product_uom * line.product_id.weight for line in self)
        return goods + sum(self.result_package_id.package_type_id.mapped("base_weight"))
