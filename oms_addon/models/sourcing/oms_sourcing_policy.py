from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...sourcing import Costs


class OmsSourcingPolicy(models.Model):
    _name = "oms.sourcing.policy"
    _description = "Sourcing Policy"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(
        default=10,
        help="The company's first policy serves channels without one of their own.",
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    strategy = fields.Selection(
        selection=[
            ("batch", "All Orders Together"),
            ("exact", "One Order after the Other"),
        ],
        required=True,
        default="batch",
        help="Together: scarce goods go where the whole batch ships cheapest. One "
        "after the other: each order gets its own cheapest way from what is left.",
    )
    time_limit = fields.Float(
        string="Time Limit (seconds)",
        default=10.0,
        required=True,
        help="At most, for the search over all orders of a batch. Small and easy "
        "batches end sooner.",
    )

    # costs
    cost_parcel = fields.Monetary(string="Per Parcel", default=8.0)
    cost_parcel_km = fields.Float(
        string="Per Parcel and km", default=0.002, digits=(16, 6)
    )
    cost_unit = fields.Monetary(string="Per Unit", default=0.5)
    cost_unit_km = fields.Float(
        string="Per Unit and km", default=0.0005, digits=(16, 6)
    )
    cost_border = fields.Monetary(
        string="Per Parcel into Another Country", default=20.0
    )
    cost_split = fields.Monetary(
        string="Per Further Parcel",
        default=1.5,
        help="What a second parcel of an order costs beyond its freight: the "
        "customer's patience, questions, a second hand-over.",
    )
    cost_unfilled = fields.Monetary(
        string="Per Missing Unit",
        default=50.0,
        help="What is in stock always ships; this weighs scarce units against "
        "each other.",
    )
    distance_factor = fields.Float(
        default=1.3,
        help="Kilometres on the road for one kilometre as the crow flies.",
    )
    reach_km = fields.Float(
        string="Reach (km)",
        help="Warehouses farther from the customer than this are not used. 0: any.",
    )

    # rules
    allow_split = fields.Boolean(default=True)
    max_parcels = fields.Integer(string="Most Parcels per Order", help="0: no limit.")
    allow_backorder = fields.Boolean(
        default=True,
        help="An order that lacks stock goes on; what is missing waits in a "
        "warehouse. Otherwise the order is held.",
    )
    fallback_warehouse_id = fields.Many2one(
        comodel_name="stock.warehouse",
        check_company=True,
        help="Where missing goods wait. Empty: with the rest of the order.",
    )
    option_count = fields.Integer(
        string="Alternatives Kept",
        default=4,
        help="How many rejected alternatives an order shows.",
    )
    channel_ids = fields.One2many(
        comodel_name="oms.channel",
        inverse_name="sourcing_policy_id",
        string="Channels",
    )

    _costs_not_negative = models.Constraint(
        """CHECK(cost_parcel >= 0 AND cost_parcel_km >= 0 AND cost_unit >= 0
        AND cost_unit_km >= 0 AND cost_border >= 0 AND cost_split >= 0
        AND cost_unfilled >= 0)""",
        "Costs can't be negative.",
    )
    _numbers_make_sense = models.Constraint(
        """CHECK(distance_factor >= 1 AND max_parcels >= 0 AND reach_km >= 0
        AND time_limit > 0 AND time_limit <= 600 AND option_count >= 0)""",
        "The distance factor is at least 1, the time limit above 0 and at most 600 "
        "seconds; parcels, reach and alternatives can't be negative.",
    )

    # === CONSTRAINT METHODS === #

    @api.constrains("fallback_warehouse_id", "company_id")
    def _check_fallback_company(self):
        for policy in self:
            warehouse = policy.fallback_warehouse_id
            if warehouse and warehouse.company_id != policy.company_id:
                raise ValidationError(
                    self.env._(
                        "Warehouse %(warehouse)s belongs to another company.",
                        warehouse=warehouse.display_name,
                    )
                )

    # === BUSINESS METHODS === #

    @api.model
    def _for_company(self, company):
        """The policy of channels without one; without any record the defaults.

        :param res.company company:
        :rtype: oms.sourcing.policy
        """
        policy = self.search([("company_id", "=", company.id)], limit=1)
        if policy:
            return policy
        policy = self.with_company(company)
        values = policy.default_get(list(self._fields))
        return policy.new({**values, "company_id": company.id})

    def _costs(self):
        """The policy as the pure function reads it.

        :rtype: Costs
        """
        self.ensure_one()
        return Costs(
            parcel=self.cost_parcel,
            parcel_km=self.cost_parcel_km,
            unit=self.cost_unit,
            unit_km=self.cost_unit_km,
            border=self.cost_border,
            split=self.cost_split,
            unfilled=self.cost_unfilled,
            max_parcels=self.max_parcels if self.allow_split else 1,
            detour=self.distance_factor,
            reach_km=self.reach_km,
        )
