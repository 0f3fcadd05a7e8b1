from odoo import models
from odoo.tools import float_compare, float_round

# What is told of an order beside its lines: doubts that no other check shows.
SILENT = ("column", "sheet", "country")


class SaleOrder(models.Model):
    """The one place where what a message tells is compared with what we have."""

    _inherit = "sale.order"

    def _oms_check_told_differs(self):
        """What a message says and the order does not: units, quantities, money, words.

        Until each of these is understood, a person looks at it.
        """
        found = {}
        for order, told in self._oms_with_facts():
            items = [
                *order._oms_lines_that_differ(told.get("lines", {})),
                *order._oms_money_that_differs(told),
                *order._oms_items(order._oms_doubts(*SILENT)),
                *({"code": "country", "words": c} for c in told.get("countries", ())),
            ]
            if items:
                found[order] = {"items": items}
        return found

    def _oms_lines_that_differ(self, told):
        """Compare the lines with what the message says of them.

        :param dict told: facts by line, see `oms.intake._told_of_line`.
        :rtype: list[dict]
        """
        if not told:
            return []
        items = []
        lines = self.order_line.filtered(lambda line: not line.display_type)
        by_key = lines.grouped(
            lambda line: line.oms_external_id or line.oms_sku or line.name
        )
        for key, facts in told.items():
            own = by_key.get(key)
            if own:
                where = own[0].oms_sku or own[0].name.split("\n")[0]
                found = own._oms_told_differences(facts)
                items += [{**item, "where": where} for item in found]
        return items

    def _oms_money_that_differs(self, told):
        """Compare tax, and a total of nothing, with what the order comes to.

        :rtype: list[dict]
        """
        items, slack = [], self.oms_channel_id.total_tolerance
        totals = [0.0] if told.get("total") == "0" else []
        totals += [float(words) for _c, words, _w in self._oms_doubts("total")]
        for total in totals:
            if abs(total - self.amount_total) > slack:
                items.append(self._oms_difference("total", total, self.amount_total))
        own = self.order_line.tax_ids.mapped("amount")
        for _code, rate, _where in self._oms_doubts("tax_rate"):
            if all(abs(float(rate) - amount) > 0.05 for amount in own or [0.0]):
                items.append({"code": "tax_rate", "words": f"{float(rate):g} %"})
        if told.get("tax") is not None and "price" not in told.get("lacks", ()):
            slack += 0.01 * len(self.order_line)
            if abs(float(told["tax"]) - self.amount_tax) > slack:
                items.append(
                    self._oms_difference("tax", float(told["tax"]), self.amount_tax)
                )
        return items

    def _oms_difference(self, code, told, ours):
        return {
            "code": code,
            "words": f"{told:.2f}",
            "told": f"{told:.2f}",
            "ours": f"{ours:.2f}",
            "currency": self.currency_id.name,
        }


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _oms_told_differences(self, facts):
        """Compare the lines that one line of the message became with what it says.

        :param dict facts: see `oms.intake._told_of_line`.
        :rtype: list[dict]
        """
        line, order = self[0], self.order_id
        items = []
        unit = facts.get("unit")
        if unit and not line.oms_unmatched and not line._oms_is_unit(unit):
            items.append(
                {"code": "unit", "words": unit, "ours": line.product_uom_id.name}
            )
        if "quantity" in facts:
            items += self._oms_rounded_quantity(float(facts["quantity"]))
        if "total" in facts and not line.oms_unmatched:
            items += self._oms_other_line_total(float(facts["total"]))
        price = line.price_unit
        if facts.get("free") or (facts.get("unpriced") and not price):
            items.append(
                {
                    "code": "free",
                    "words": "0.00",
                    "ours": f"{price:.2f}",
                    "currency": order.currency_id.name,
                }
            )
        return items

    def _oms_is_unit(self, word):
        """Whether a message's word for a unit means the line's own."""
        self.ensure_one()
        unit = self.product_uom_id
        if self.env["oms.intake"]._host_unit(word) == unit:
            return True
        names = {unit.name.casefold()}
        for lang, _name in self.env["res.lang"].get_installed():
            names.add((unit.with_context(lang=lang).name or "").casefold())
        return word.strip().casefold() in names

    def _oms_rounded_quantity(self, told):
        """The quantity as told, when rounding it made the order's another one."""
        digits = self.env["decimal.precision"].precision_get("Product Unit")
        ours = sum(self.mapped("product_uom_qty"))
        is_rounded = not float_compare(
            float_round(told, precision_digits=digits), ours, precision_digits=digits
        )
        if is_rounded and float_compare(told, ours, precision_digits=6):
            return [{"code": "quantity", "words": f"{told:g}", "ours": f"{ours:g}"}]
        return []

    def _oms_other_line_total(self, told):
        """The line's total as told, when ours is another one.

        Files tell it before or after the discount, with or without tax.
        """
        ours = sum(self.mapped("price_subtotal"))
        gross = sum(line.price_unit * line.product_uom_qty for line in self)
        slack = self.order_id.oms_channel_id.total_tolerance + 0.005
        candidates = (ours, sum(self.mapped("price_total")), gross)
        if any(abs(told - own) <= slack for own in candidates):
            return []
        return [self.order_id._oms_difference("line_total", told, ours)]
