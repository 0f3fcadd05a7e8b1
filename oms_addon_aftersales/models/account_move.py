from odoo import fields, models


class AccountMove(models.Model):
    _inherit = "account.move"

    oms_return_id = fields.Many2one(
        comodel_name="oms.return",
        string="Customer Return",
        index="btree_not_null",
        copy=False,
        readonly=True,
    )
