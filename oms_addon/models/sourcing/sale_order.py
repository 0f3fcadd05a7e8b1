from collections import defaultdict

from odoo import api, fields, models
from odoo.fields import Domain

from ...sourcing import Demand, allocate
from ..retry import work_in_batches
from .sourcing_batch import SourcingBatch

SEES_ALLOCATIONS = "sales_team.group_sale_salesman,stock.group_stock_user"


class SaleOrder(models.Model):
    _inherit = "sale.order"

    oms_allocation_ids = fields.One2many(
        comodel_name="oms.allocation",
        inverse_name="order_id",
        string="Warehouse Assignment",
        copy=False,
        readonly=True,
        groups=SEES_ALLOCATIONS,
    )
    oms_chosen_ids = fields.One2many(
        comodel_name="oms.allocation",
        string="Ships from",
        compute="_compute_oms_chosen_ids",
        groups=SEES_ALLOCATIONS,
    )
    oms_rejected_ids = fields.One2many(
        comodel_name="oms.allocation",
        string="Alternatives",
        compute="_compute_oms_chosen_ids",
        groups=SEES_ALLOCATIONS,
    )
    oms_sourced_at = fields.Datetime(
        string="Warehouses Assigned", copy=False, readonly=True
    )

    # === COMPUTE METHODS === #

    @api.depends("oms_allocation_ids.state")
    def _compute_oms_chosen_ids(self):
        for order in self:
            rejected = order.oms_allocation_ids.filtered(
                lambda allocation: allocation.state == "rejected"
            )
            order.oms_rejected_ids = rejected
            order.oms_chosen_ids = order.oms_allocation_ids - rejected

    # === ACTION METHODS === #

    def action_oms_source(self):
        """Assign warehouses to the quotations among the orders, now.

        :return: True
        """
        self.check_access("write")
        self._oms_source()
        return True

    def action_oms_view_allocations(self):
        """Open what was chosen and what was not ("Why this warehouse?")."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "oms_addon.oms_allocation_action"
        )
        action["domain"] = [("order_id", "=", self.id)]
        action["context"] = {}
        action["target"] = "current"
        return action

    # === BUSINESS METHODS === #

    def _oms_source(self):
        """Choose the warehouse, or warehouses, of each line of a batch.

        Takes quotations; others are left alone. Lines over several warehouses are
        split, one line each, without changing the order's amounts. Running it again
        keeps what still holds and merges what it split earlier. Orders that lack
        stock are held when their policy allows no backorder.

        :return: orders of which something is missing
        :rtype: sale.order
        """
        orders = self.filtered(lambda order: order.state in ("draft", "sent"))
        short = self.browse()
        for company, own in orders.grouped("company_id").items():
            policies = self.env["oms.sourcing.policy"]
            default = policies._for_company(company)
            by_policy = defaultdict(self.browse)
            for order in own:
                policy = order.oms_channel_id.sourcing_policy_id or default
                by_policy[policy] |= order
            for policy, batch in by_policy.items():
                short |= batch.with_company(company)._oms_source_batch(policy)
        return short

    def _oms_source_batch(self, policy):
        """Source orders of one company with one policy; see `_oms_source`."""
        batch = SourcingBatch(self, policy)
        warehouses = self._oms_candidate_warehouses()
        demands = list(self._oms_demands(batch, warehouses))
        plan = allocate(
            demands,
            warehouses._oms_sourcing_values(),
            self._oms_free_stock(warehouses, batch.products()),
            policy._costs(),
            # What more time wins in a small batch isn't worth the wait.
            time_limit=min(policy.time_limit, 0.5 + 0.01 * len(self)),
            strategy=policy.strategy,
            most_options=policy.option_count,
        )
        batch.take_over(plan)
        batch.apply()
        self._oms_hold_short(policy, batch)
        return batch.short_orders()

    def _oms_candidate_warehouses(self):
        """The warehouses of the batch's company."""
        return self.env["stock.warehouse"].search(
            [("company_id", "=", self.company_id.id)]
        )

    def _oms_reach(self, warehouses):
        """Ids of the warehouses that may serve the order; None for all.

        :rtype: frozenset | None
        """
        self.ensure_one()
        reach = self.oms_channel_id.warehouse_ids & warehouses
        return frozenset(reach.ids) if self.oms_channel_id.warehouse_ids else None

    def _oms_demands(self, batch, warehouses):
        """Yield what is wanted, most urgent order first.

        :param SourcingBatch batch: remembers the lines behind each demand.
        """
        # Lines of the whole batch at once: their fields are read together.
        lines = self.order_line.filtered(lambda line: line._oms_is_sourced())
        groups = defaultdict(list)
        for head, parts in lines._oms_groups().items():
            groups[head.order_id].append((head, parts))
        ordered = self.sorted(
            lambda o: (
                o.oms_promised_at or o.commitment_date or o.date_order,
                o.date_order,
                o.id,
            )
        )
        for rank, order in enumerate(ordered):
            place = order.partner_shipping_id._oms_place()
            reach = order._oms_reach(warehouses)
            for head, parts in groups[order]:
                locked = head.oms_warehouse_locked and head.oms_warehouse_id
                quantity = batch.add(head, parts)
                yield Demand(
                    order=order.id,
                    line=head.id,
                    product=head.product_id.id,
                    quantity=quantity,
                    priority=rank,
                    place=place,
                    reach=frozenset(locked.ids) if locked else reach,
                    lot=min(head._oms_lot(), quantity),
                )

    def _oms_free_stock(self, warehouses, products):
        """Free stock: not reserved, not assigned to another open order, and not what
        a confirmed order waits for.

        Deliveries are reserved from the warehouse's stock location. Goods at its gates
        (received and not yet put away, or picked for an order that was cancelled) can't
        be, so nobody is promised them.

        :return: (warehouse id, product id) → quantity in the product's unit
        :rtype: dict
        """
        if not products or not warehouses:
            return {}
        # sudo: stock decides for everyone; a salesperson may not read all of it
        quants = (
            self.env["stock.quant"]
            .sudo()
            ._read_group(
                Domain("product_id", "in", products.ids)
                & Domain("location_id", "child_of", warehouses.lot_stock_id.ids)
                & Domain("location_id.usage", "=", "internal"),
                ["product_id", "location_id.warehouse_id"],
                ["quantity:sum", "reserved_quantity:sum"],
            )
        )
        free = {
            (warehouse.id, product.id): quantity - reserved
            for product, warehouse, quantity, reserved in quants
        }
        assigned = (
            self.env["oms.allocation"]
            .sudo()
            ._read_group(  # sudo: as above
                Domain("state", "=", "chosen")
                & Domain("product_id", "in", products.ids)
                & Domain("warehouse_id", "in", warehouses.ids)
                & Domain("order_id.state", "in", ("draft", "sent"))
                & Domain("order_id", "not in", self.ids),
                ["warehouse_id", "product_id"],
                ["quantity:sum"],
            )
        )
        waiting = self._oms_waiting_demand(warehouses, products)
        for warehouse, product, quantity in (*assigned, *waiting):
            key = warehouse.id, product.id
            free[key] = free.get(key, 0.0) - quantity
        return free

    def _oms_waiting_demand(self, warehouses, products):
        """What confirmed orders still wait for: goods that arrive are theirs.

        :return: (warehouse, product, quantity in the product's unit) tuples
        """
        # sudo: as for the stock itself
        moves = (
            self.env["stock.move"]
            .sudo()
            ._read_group(
                Domain("product_id", "in", products.ids)
                & Domain("state", "in", ("confirmed", "partially_available"))
                & Domain("sale_line_id", "!=", False)
                & Domain("location_id", "child_of", warehouses.lot_stock_id.ids),
                ["product_id", "location_id.warehouse_id", "product_uom"],
                ["product_uom_qty:sum", "quantity:sum"],
            )
        )
        for product, warehouse, uom, wanted, reserved in moves:
            yield (
                warehouse,
                product,
                uom._compute_quantity(
                    max(0.0, wanted - reserved), product.uom_id, round=False
                ),
            )

    def _oms_amounts(self):
        """What the customer pays: untaxed, tax, total.

        :rtype: tuple
        """
        self.ensure_one()
        return self.amount_untaxed, self.amount_tax, self.amount_total

    def _oms_amounts_are(self, amounts):
        """Whether the order's amounts are the given ones, to the cent."""
        self.ensure_one()
        return not any(
            self.currency_id.compare_amounts(now, before)
            for now, before in zip(self._oms_amounts(), amounts, strict=True)
        )

    def _oms_hold_short(self, policy, batch):
        """Hold orders that lack stock, where the policy says so; close old holds."""
        check = self.env.ref(
            "oms_addon.oms_check_out_of_stock", raise_if_not_found=False
        )
        if not check:
            return
        findings = {}
        if not policy.allow_backorder:
            findings = {
                order: {check: {"items": items}}
                for order, items in batch.missing_items().items()
            }
        self._oms_hold(findings, within=check)

    @api.model
    def _cron_oms_source_short(self, limit=200):
        """Try orders again that are held because they lack stock.

        :param int limit: orders per batch.
        """
        domain = Domain("state", "in", ("draft", "sent")) & Domain(
            "oms_hold_ids",
            "any",
            [("state", "=", "open"), ("code", "=", "out_of_stock")],
        )
        work_in_batches(
            self,
            "source again",
            domain & self._oms_not_deadly(),
            lambda orders: orders._oms_source_again(),
            lambda orders: orders._oms_hold_deadly(),
            order="oms_promised_at, date_order, id",
            limit=limit,
        )

    def _oms_source_again(self):
        """Try orders that lacked stock; those that have it now go on."""
        self._oms_source_safely()
        self._oms_after_holds()
