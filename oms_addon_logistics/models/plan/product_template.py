from odoo import fields, models


class ProductTemplate(models.Model):
    _inherit = "product.template"

    oms_skill_ids = fields.Many2many(
        comodel_name="oms.route.skill",
        relation="oms_route_skill_product_rel",
        column1="product_tmpl_id",
        column2="skill_id",
        string="Needs on the Vehicle",
        help="Only vehicles that have all of these carry the product, for example "
        "a tail lift or cooling.",
    )
