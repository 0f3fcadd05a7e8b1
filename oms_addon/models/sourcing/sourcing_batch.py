from collections import defaultdict

from odoo import fields
from odoo.fields import Command


class SourcingBatch:
    """One run of warehouse assignment: from a plan to records.

    Not a model: it lives for one call of `sale.order._oms_source`.

    :param sale.order orders: the batch, of one company.
    :param oms.sourcing.policy policy: how to choose.
    """

    def __init__(self, orders, policy):
        self.orders, self.policy, self.env = orders, policy, orders.env
        self.parts = {}  # head line id → (head, parts)
        self.quantity = {}  # head line id → quantity in the product's unit
        self.plan = None
        self.allocations = defaultdict(list)  # head line id → Allocation list

    def add(self, head, parts):
        """Remember a demand; return its quantity in the product's unit."""
        uom = head.product_uom_id
        quantity = uom._compute_quantity(
            sum(parts.mapped("product_uom_qty")), head.product_id.uom_id, round=False
        )
        self.parts[head.id] = head, parts
        self.quantity[head.id] = quantity
        return quantity

    def products(self):
        """The products that are wanted."""
        return self.env["product.product"].union(
            *(head.product_id for head, _parts in self.parts.values())
        )

    def take_over(self, plan):
        """Take over a `Plan`."""
        self.plan = plan
        for allocation in plan.allocations:
            self.allocations[allocation.line].append(allocation)

    def short_orders(self):
        """Orders of which something is missing."""
        ids = {self.parts[key][0].order_id.id for key in self.plan.unfilled}
        return self.orders.filtered(lambda order: order.id in ids)

    def missing_items(self):
        """Order → list of texts: product and what is missing of it."""
        items = defaultdict(list)
        for key, quantity in self.plan.unfilled.items():
            head = self.parts[key][0]
            items[head.order_id].append(
                f"{head.product_id.display_name} ({quantity:g})"
            )
        return items

    # === WRITING === #

    def apply(self):
        """Write warehouses on orders and lines, split lines, keep the reasons."""
        mains = {order: self._main_warehouse(order) for order in self.orders}
        for warehouse, orders in self._by_warehouse(mains).items():
            orders.filtered(lambda o, w=warehouse: o.warehouse_id != w).write(
                {"warehouse_id": warehouse.id}
            )
        shares = {}
        for key, (head, parts) in self.parts.items():
            shares[head] = parts, self._shares(key, head, mains[head.order_id])
        self._free_other_lines()
        lines = self.env["sale.order.line"]._oms_apply_parts(shares)
        self.orders.oms_sourced_at = fields.Datetime.now()
        # sudo: assignments are written by sourcing alone
        allocations = self.env["oms.allocation"].sudo()
        allocations.search([("order_id", "in", self.orders.ids)]).unlink()
        allocations.create(
            [
                *self._chosen_values(lines),
                *self._missing_values(lines, mains),
                *self._rejected_values(),
            ]
        )

    def _free_other_lines(self):
        """Lines that need no warehouse of their own any more follow the order."""
        sourced = self.env["sale.order.line"].union(
            *(parts for _head, parts in self.parts.values())
        )
        others = (self.orders.order_line - sourced).filtered(
            lambda line: line.oms_warehouse_id and not line.oms_warehouse_locked
        )
        others.write({"oms_warehouse_id": False})

    def _by_warehouse(self, mains):
        """Warehouse → orders, without those that need none."""
        result = defaultdict(self.orders.browse)
        for order, warehouse in mains.items():
            if warehouse:
                result[warehouse] |= order
        return result

    def _main_warehouse(self, order):
        """Where most of the order ships from; what it had when nothing ships."""
        warehouses = self.env["stock.warehouse"]
        options = self.plan.options.get(order.id)
        if options and options[0].warehouses:
            return warehouses.browse(options[0].warehouses[0])
        if order.id not in self.plan.options:
            return order.warehouse_id
        reach = order.oms_channel_id.warehouse_ids
        if self.policy.fallback_warehouse_id:
            return self._fallback(order)
        if reach and order.warehouse_id not in reach:
            return reach[0]
        return order.warehouse_id

    def _fallback(self, order, main=None):
        """Where what is missing waits."""
        fallback = self.policy.fallback_warehouse_id
        reach = order.oms_channel_id.warehouse_ids
        if (
            fallback
            and self.policy.allow_backorder
            and (not reach or fallback in reach)
        ):
            return fallback
        return main or reach[:1] or order.warehouse_id

    def _shares(self, key, head, main):
        """[(warehouse, quantity in the line's unit)] of a demand, largest first."""
        units = defaultdict(float)
        for allocation in self.allocations[key]:
            units[allocation.warehouse] += allocation.quantity
        if missing := self.plan.unfilled.get(key):
            units[self._waits_at(key, main).id] += missing
        ordered = sorted(
            units.items(),
            key=lambda item: (item[0] != head.oms_warehouse_id.id, -item[1], item[0]),
        )
        warehouses = self.env["stock.warehouse"]
        shares, left = [], sum(self.parts[key][1].mapped("product_uom_qty"))
        for warehouse, quantity in ordered[1:]:
            share = head.product_uom_id.round(
                head.product_id.uom_id._compute_quantity(
                    quantity, head.product_uom_id, round=False
                )
            )
            left -= share
            shares.append((warehouses.browse(warehouse), share))
        # The first share is the rest, so that nothing is lost by rounding.
        first = warehouses.browse(ordered[0][0])
        return [(first, head.product_uom_id.round(left)), *shares]

    def _waits_at(self, key, main):
        """The warehouse where the missing units of a demand wait."""
        head = self.parts[key][0]
        if head.oms_warehouse_locked and head.oms_warehouse_id:
            return head.oms_warehouse_id
        return self._fallback(head.order_id, main)

    def _chosen_values(self, lines):
        warehouses = self.env["stock.warehouse"]
        for allocation in self.plan.allocations:
            head = self.parts[allocation.line][0]
            line = lines[head, warehouses.browse(allocation.warehouse)]
            yield {
                **self._values(head.order_id, allocation.warehouse, allocation.cost),
                "line_id": line.id,
                "product_id": allocation.product,
                "quantity": allocation.quantity,
                "wanted_quantity": self.quantity[allocation.line],
                "distance_km": allocation.km,
                "reason": "manual" if head.oms_warehouse_locked else "chosen",
            }

    def _missing_values(self, lines, mains):
        for key, quantity in self.plan.unfilled.items():
            head = self.parts[key][0]
            warehouse = self._waits_at(key, mains[head.order_id])
            yield {
                **self._values(head.order_id, warehouse.id, None),
                "line_id": lines[head, warehouse].id,
                "product_id": head.product_id.id,
                "quantity": quantity,
                "wanted_quantity": self.quantity[key],
                "state": "short",
                "reason": "no_stock",
            }

    def _rejected_values(self):
        for key, options in self.plan.options.items():
            order = self.orders.browse(key)
            for rank, option in enumerate(options[1:], 1):
                yield {
                    **self._values(order, option.warehouses[0], option.cost),
                    "warehouse_ids": [Command.set(option.warehouses)],
                    "quantity": option.filled,
                    "wanted_quantity": option.wanted,
                    "distance_km": option.km,
                    "extra_cost": option.extra or 0.0,
                    "state": "rejected",
                    "rank": rank,
                    "reason": option.reason,
                }

    def _values(self, order, warehouse_id, cost):
        """Values that chosen, missing and rejected rows share."""
        values = {
            "order_id": order.id,
            "company_id": order.company_id.id,
            "currency_id": order.company_id.currency_id.id,
            "channel_id": order.oms_channel_id.id,
            "warehouse_id": warehouse_id,
            "state": "chosen",
            "rank": 0,
        }
        if cost:
            values |= {
                "cost_parcel": cost.parcel,
                "cost_distance": cost.distance,
                "cost_handling": cost.handling,
                "cost_split": cost.split,
                "cost_total": cost.shipping,
            }
        return values
