from odoo import fields, models


class CrmLead(models.Model):
    _inherit = "crm.lead"

    oms_channel_id = fields.Many2one(
        comodel_name="oms.channel",
        string="Channel",
        check_company=True,
        index="btree_not_null",
    )
