from functools import partial

from odoo import api, models
from odoo.fields import Domain

from .confirm_batch import ConfirmBatch, SkipLockedStock


class StockRule(models.Model):
    _inherit = "stock.rule"

    # === BUSINESS METHODS === #

    @api.model
    def _search_rule_for_warehouses(
        self, route_ids, packaging_uom_id, product_id, warehouse_ids, domain
    ):
        """Search once per batch for lines that may take the same routes."""
        batch = ConfirmBatch.of(self.env)
        if batch is None:
            return super()._search_rule_for_warehouses(
                route_ids, packaging_uom_id, product_id, warehouse_ids, domain
            )
        # The host's search reads of product and packaging nothing but their routes.
        routes = self.env["stock.route"].union(
            route_ids or self.env["stock.route"],
            packaging_uom_id.package_type_id.route_ids
            if packaging_uom_id
            else self.env["stock.route"],
            product_id.route_ids,
            product_id.categ_id.total_route_ids,
        )
        if warehouse_ids:
            routes |= warehouse_ids.route_ids.filtered(
                partial(self._filter_warehouse_routes, product_id, warehouse_ids)
            )
        key = (
            frozenset(routes.ids),
            frozenset(warehouse_ids.ids) if warehouse_ids else None,
            repr(Domain(domain)),
            self.env.uid,
            self.env.su,
        )
        if key not in batch.pull_rules:
            batch.pull_rules[key] = super()._search_rule_for_warehouses(
                route_ids, packaging_uom_id, product_id, warehouse_ids, domain
            )
        return batch.pull_rules[key]

    @api.model
    def _run_scheduler_tasks(self, use_new_cursor=False, company_id=False):
        """Leave moves whose stock is being reserved elsewhere for the next run.

        The scheduler is not repeated on a conflict as a request is.
        """
        return super(
            StockRule, self.with_context(oms_skip_locked_stock=SkipLockedStock())
        )._run_scheduler_tasks(use_new_cursor=use_new_cursor, company_id=company_id)
