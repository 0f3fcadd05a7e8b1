from odoo import fields, models


class OmsChannel(models.Model):
    _inherit = "oms.channel"

    sourcing_policy_id = fields.Many2one(
        comodel_name="oms.sourcing.policy",
        check_company=True,
        index="btree_not_null",
        help="How warehouses are chosen for this channel's orders. Empty: the "
        "company's first policy.",
    )
