from odoo import fields, models


class MailActivity(models.Model):
    _inherit = "mail.activity"

    oms_task = fields.Char(
        string="Task of Order Management",
        readonly=True,
        index="btree_not_null",
        help="What the system asks for: it asks for one thing once.",
    )
