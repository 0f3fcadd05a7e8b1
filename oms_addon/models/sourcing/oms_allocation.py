from odoo import api, fields, models
from odoo.tools import format_amount, formatLang


class OmsAllocation(models.Model):
    _name = "oms.allocation"
    _description = "Warehouse Assignment"
    _order = "order_id, rank, id"
    _check_company_auto = True
    _rec_name = "order_id"

    order_id = fields.Many2one(
        comodel_name="sale.order", required=True, ondelete="cascade", index=True
    )
    line_id = fields.Many2one(
        comodel_name="sale.order.line",
        string="Order Line",
        ondelete="cascade",
        index="btree_not_null",
        help="Empty for alternatives: they are about the whole order.",
    )
    company_id = fields.Many2one(comodel_name="res.company", required=True, index=True)
    # Plain, not related: thousands of rows are made at once, and given with the rest.
    currency_id = fields.Many2one(comodel_name="res.currency", required=True)
    channel_id = fields.Many2one(
        comodel_name="oms.channel", index="btree_not_null", ondelete="set null"
    )
    product_id = fields.Many2one(comodel_name="product.product", index="btree_not_null")
    uom_id = fields.Many2one(related="product_id.uom_id")
    warehouse_id = fields.Many2one(
        comodel_name="stock.warehouse",
        required=True,
        ondelete="cascade",
        index=True,
        check_company=True,
    )
    warehouse_ids = fields.Many2many(
        comodel_name="stock.warehouse",
        string="Shipped from",
        help="All warehouses of an alternative, the main one first.",
    )
    state = fields.Selection(
        selection=[
            ("chosen", "Chosen"),
            ("short", "Missing"),
            ("rejected", "Rejected"),
        ],
        required=True,
        default="chosen",
        index=True,
    )
    rank = fields.Integer(help="0: chosen; alternatives follow, the closest first.")
    quantity = fields.Float(
        digits="Product Unit",
        help="In the product's unit; of all goods for an alternative.",
    )
    wanted_quantity = fields.Float(string="Ordered", digits="Product Unit")
    distance_km = fields.Float(string="Distance (km)", digits=(16, 0))
    cost_parcel = fields.Monetary(string="Parcel")
    cost_distance = fields.Monetary(string="Distance Cost")
    cost_handling = fields.Monetary(string="Handling")
    cost_split = fields.Monetary(string="Split")
    cost_total = fields.Monetary(string="Cost")
    extra_cost = fields.Monetary(help="Compared with what was chosen.")
    reason = fields.Selection(
        selection=[
            ("chosen", "Cheapest way"),
            ("manual", "Set by hand"),
            ("no_stock", "No stock to choose from"),
            ("out_of_reach", "Out of reach"),
            ("not_enough_stock", "Not enough stock"),
            ("taken_by_others", "Needed for other orders"),
            ("too_many_parcels", "More parcels"),
            ("farther", "Farther"),
            ("dearer", "Higher cost"),
            ("equal", "No better"),
        ],
    )
    explanation = fields.Char(compute="_compute_explanation")

    # === COMPUTE METHODS === #

    @api.depends(
        "reason",
        "quantity",
        "wanted_quantity",
        "distance_km",
        "cost_total",
        "extra_cost",
        "state",
    )
    @api.depends_context("lang")
    def _compute_explanation(self):
        for allocation in self:
            sentence = allocation._sentences().get(allocation.reason)
            allocation.explanation = sentence() if sentence else ""

    def _sentences(self):
        """Sentence builders by reason, in the reader's language.

        :rtype: dict
        """
        self.ensure_one()
        money = format_amount(self.env, self.extra_cost, self.currency_id)
        quantity, wanted = (
            formatLang(self.env, number, digits=0 if number.is_integer() else 2)
            for number in (self.quantity, self.wanted_quantity)
        )
        km = formatLang(self.env, self.distance_km, digits=0)
        return {
            "chosen": lambda: self.env._("Cheapest way to ship the order."),
            "manual": lambda: self.env._("The warehouse was set by hand."),
            "no_stock": lambda: self.env._(
                "No warehouse in reach has it: %(missing)s missing.", missing=quantity
            ),
            "out_of_reach": lambda: self.env._(
                "Not in reach of the channel or too far away (%(km)s km).", km=km
            ),
            "not_enough_stock": lambda: self.env._(
                "Has %(quantity)s of %(wanted)s.", quantity=quantity, wanted=wanted
            ),
            "taken_by_others": lambda: self.env._(
                "%(quantity)s of %(wanted)s left; the rest goes to other orders.",
                quantity=quantity,
                wanted=wanted,
            ),
            "too_many_parcels": lambda: self.env._(
                "Costs %(money)s more, in more parcels.", money=money
            ),
            "farther": lambda: self.env._(
                "Costs %(money)s more: %(km)s km to the customer.", money=money, km=km
            ),
            "dearer": lambda: self.env._("Costs %(money)s more.", money=money),
            "equal": lambda: self.env._("Costs the same."),
        }
