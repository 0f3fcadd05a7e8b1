from collections import defaultdict
from itertools import islice, product

from odoo import api, fields, models

# Cents by which the amount of a part may move, and how many parts may, so that the
# parts of a split line add up to what the line was.
_OFFSETS = (0, 0.5, -0.5, 1, -1, 1.5, -1.5, 2, -2)
_MOST_MOVED = 3


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    oms_warehouse_id = fields.Many2one(
        comodel_name="stock.warehouse",
        string="Ships from",
        copy=False,
        check_company=True,
        index="btree_not_null",
        help="The warehouse that was assigned to the line. Setting it by hand keeps "
        "it when warehouses are assigned again.",
    )
    oms_warehouse_locked = fields.Boolean(
        string="Keep Warehouse",
        copy=False,
        help="Set by hand: assigning warehouses again leaves the line alone.",
    )
    oms_split_from_id = fields.Many2one(
        comodel_name="sale.order.line",
        string="Split from",
        copy=False,
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )
    oms_split_price = fields.Float(
        string="Unit Price before Splitting",
        copy=False,
        readonly=True,
        digits=0,
        help="The unit price moved by less than a cent, so that the parts of a split "
        "line add up to the amount of the whole.",
    )

    # === COMPUTE METHODS === #

    @api.depends("oms_warehouse_id")
    def _compute_warehouse_id(self):
        """The assigned warehouse wins over the order's."""
        result = super()._compute_warehouse_id()
        for line in self:
            if line.oms_warehouse_id:
                line.warehouse_id = line.oms_warehouse_id
        return result

    @api.onchange("oms_warehouse_id")
    def _onchange_oms_warehouse_id(self):
        """A warehouse set by hand is kept; emptying it gives the line free again."""
        self.oms_warehouse_locked = bool(self.oms_warehouse_id)

    # === BUSINESS METHODS === #

    def _oms_is_sourced(self):
        """Whether a warehouse is to be chosen for the line.

        Services and goods without stock keeping ship from the order's warehouse;
        lines with a route are decided by it.
        """
        self.ensure_one()
        return bool(
            self.product_id.is_storable
            and not self.display_type
            and not self.is_downpayment
            and not self.route_ids
            and self.product_uom_id.compare(self.product_uom_qty, 0.0) > 0
        )

    def _oms_lot(self):
        """The smallest quantity that may ship alone, in the product's unit.

        Whole sales units stay whole: a line in dozens splits in dozens.

        :rtype: float
        """
        self.ensure_one()
        if self.product_uom_id == self.product_id.uom_id:
            whole = float(self.product_uom_qty).is_integer()
            return 1.0 if whole else self.product_uom_id.rounding
        return self.product_uom_id._compute_quantity(
            1.0, self.product_id.uom_id, round=False
        )

    def _oms_groups(self):
        """Group lines with the parts that were split from them earlier.

        Locked lines, and parts that a person has changed since, stand alone.

        :return: head line → all its parts, the head first
        :rtype: dict
        """
        groups = defaultdict(self.browse)
        heads = {}
        # The oldest line is the head.
        for line in self.sorted("id"):
            root = line.oms_split_from_id or line
            key = line if line.oms_warehouse_locked else (root, line._oms_part_key())
            head = heads.setdefault(key, line)
            groups[head] |= line
        return groups

    def _oms_part_key(self):
        """What parts of the same line have in common.

        :rtype: tuple
        """
        price = self._oms_whole_price()
        return (
            self.product_id.id,
            self.product_uom_id.id,
            self.discount,
            tuple(self.tax_ids.ids),
            self.name,
            round(price, 6),
        )

    def _oms_whole_price(self):
        """The unit price before splitting moved it; a person's own price stays."""
        self.ensure_one()
        if not self.oms_split_price:
            return self.price_unit
        moved = abs(self.price_unit - self.oms_split_price) * self.product_uom_qty
        rate = 1 - (self.discount or 0.0) / 100
        near = moved * rate <= 2.5 * self.currency_id.rounding
        return self.oms_split_price if near else self.price_unit

    @api.model
    def _oms_apply_parts(self, wanted):
        """Bring lines in line with a plan: one line per warehouse.

        Running it again with the same plan changes nothing. Amounts of a group stay
        what they were, to the cent.

        :param dict wanted: head line → (its present parts, [(warehouse, quantity in
            the line's unit), …] with the head's share first)
        :return: (head line, warehouse) → line
        :rtype: dict
        """
        result, copies, quantities, gone = self._oms_plan_parts(wanted)
        totals = self._oms_totals(wanted, quantities, copies, gone)
        self._oms_set_quantities(quantities)
        created = self.with_context(sale_no_log_for_new_lines=True).create(
            [
                head._oms_prepare_part(warehouse, quantity)
                for head, warehouse, quantity in copies
            ]
        )
        for (head, warehouse, _quantity), part in zip(copies, created, strict=True):
            result[head, warehouse] = part
        gone.unlink()
        moved = defaultdict(self.browse)
        for (_head, warehouse), part in result.items():
            if part.oms_warehouse_id != warehouse:
                moved[warehouse] += part
        for warehouse, lines in moved.items():
            lines.write({"oms_warehouse_id": warehouse.id})
        for head, amounts in totals.items():
            shares = wanted[head][1]
            parts = self.concat(*(result[head, w] for w, _quantity in shares))
            if not parts._oms_balance(*amounts):
                parts._oms_join(result, head)
        return result

    @api.model
    def _oms_plan_parts(self, wanted):
        """Match the shares of a plan with the parts that are there.

        :param dict wanted: see `_oms_apply_parts`.
        :return: (head, warehouse) → part that stays; [(head, warehouse, quantity)] to
            create; part → its new quantity; parts to remove
        :rtype: tuple
        """
        result, copies, quantities, gone = {}, [], {}, self.browse()
        for head, (parts, shares) in wanted.items():
            free = list(parts[1:])
            for number, (warehouse, quantity) in enumerate(shares):
                part = head if not number else head._oms_take_part(free, warehouse)
                if part:
                    quantities[part] = quantity
                    result[head, warehouse] = part
                else:
                    copies.append((head, warehouse, quantity))
            gone = gone.concat(*free)
        return result, copies, quantities, gone

    def _oms_take_part(self, free, warehouse):
        """Take the part that ships from the warehouse already, or any, off a list."""
        part = next((p for p in free if p.oms_warehouse_id == warehouse), None)
        part = part or (free[0] if free else None)
        if part:
            free.remove(part)
        return part

    @api.model
    def _oms_totals(self, wanted, quantities, copies, gone):
        """Amounts of the groups that change, and of their orders, before they do."""
        changed = {head for head, _warehouse, _quantity in copies}
        for head, (parts, _shares) in wanted.items():
            if parts & gone or any(
                part.product_uom_id.compare(part.product_uom_qty, quantities[part])
                for part in parts
                if part in quantities
            ):
                changed.add(head)
        return {
            head: (
                sum(wanted[head][0].mapped("price_subtotal")),
                sum(wanted[head][0].mapped("price_total")),
                head.order_id._oms_amounts(),
            )
            for head in changed
        }

    def _oms_set_quantities(self, quantities):
        """Write quantities; prices and discounts stay what was agreed."""
        kept = [
            self._fields[name]
            for name in (
                "price_unit",
                "discount",
                "tax_ids",
                "name",
                "technical_price_unit",
            )
        ]
        lines = self.concat(*quantities)
        with self.env.protecting(kept, lines):
            for line, quantity in quantities.items():
                if line.product_uom_id.compare(line.product_uom_qty, quantity):
                    line.price_unit = line._oms_whole_price()
                    line.oms_split_price = False
                    line.product_uom_qty = quantity

    def _oms_prepare_part(self, warehouse, quantity):
        """Values of a new line for a part of this one.

        :rtype: dict
        """
        self.ensure_one()
        [values] = self.copy_data()
        price = self._oms_whole_price()
        return {
            **values,
            "order_id": self.order_id.id,
            "sequence": self.sequence,
            "name": self.name,
            "product_uom_id": self.product_uom_id.id,
            "product_uom_qty": quantity,
            "price_unit": price,
            "technical_price_unit": self.technical_price_unit,
            "discount": self.discount,
            "tax_ids": [(6, 0, self.tax_ids.ids)],
            "oms_external_id": self.oms_external_id,
            "oms_listing_ref": self.oms_listing_ref,
            "oms_listing_scope": self.oms_listing_scope,
            "oms_sku": self.oms_sku,
            "oms_warehouse_id": warehouse.id,
            "oms_split_from_id": (self.oms_split_from_id or self).id,
        }

    def _oms_balance(self, subtotal, total, order_amounts):
        """Move unit prices by parts of a cent until the parts add up.

        With taxes rounded per order its amounts don't change by splitting; they come
        first then, and the lines add up where that leaves them as they are.

        :return: whether the order's amounts are what they were
        :rtype: bool
        """
        if self._oms_adds_up(subtotal, total, order_amounts):
            return True
        currency = self.currency_id[:1]
        before = {part: part.price_unit for part in self}
        moved = self.sorted("product_uom_qty", reverse=True)[:_MOST_MOVED]
        rest = self - moved
        subtotal_left = subtotal - sum(rest.mapped("price_subtotal"))
        total_left = total - sum(rest.mapped("price_total"))
        found = (
            prices
            for prices in moved._oms_price_moves()
            if not currency.compare_amounts(sum(p[2] for p in prices), subtotal_left)
            and not currency.compare_amounts(sum(p[3] for p in prices), total_left)
        )
        for prices in islice(found, 10):
            for part, (offset, price, _subtotal, _total) in zip(
                moved, prices, strict=True
            ):
                part.price_unit = price
                part.oms_split_price = before[part] if offset else False
            if self._oms_adds_up(subtotal, total, order_amounts):
                return True
        for part in moved:
            part.price_unit = before[part]
            part.oms_split_price = False
        return self.order_id._oms_amounts_are(order_amounts)

    def _oms_price_moves(self):
        """Ways to move the prices of some parts, the smallest moves first.

        :return: for each part (cents moved, unit price, subtotal, total)
        :rtype: list[tuple]
        """
        taxes = self.env["account.tax"]
        tables = []
        for part in self:
            units = part.product_uom_qty * (1 - (part.discount or 0.0) / 100)
            table = []
            for offset in _OFFSETS if units else (0,):
                step = offset * part.currency_id.rounding / units if offset else 0.0
                price = part.price_unit + step
                base = part._prepare_base_line_for_taxes_computation(price_unit=price)
                taxes._add_tax_details_in_base_line(base, part.company_id)
                taxes._round_base_lines_tax_details([base], part.company_id)
                details = base["tax_details"]
                table.append(
                    (
                        offset,
                        price,
                        details["total_excluded_currency"],
                        details["total_included_currency"],
                    )
                )
            tables.append(table)
        return sorted(
            product(*tables), key=lambda prices: sum(abs(p[0]) for p in prices)
        )

    def _oms_adds_up(self, subtotal, total, order_amounts):
        currency = self.currency_id[:1]
        return not (
            currency.compare_amounts(sum(self.mapped("price_subtotal")), subtotal)
            or currency.compare_amounts(sum(self.mapped("price_total")), total)
        ) and self.order_id._oms_amounts_are(order_amounts)

    def _oms_join(self, result, head):
        """Make the parts one line again, because they can't add up."""
        self._oms_set_quantities({head: sum(self.mapped("product_uom_qty"))})
        for key, part in result.items():
            if part in self:
                result[key] = head
        (self - head).unlink()
