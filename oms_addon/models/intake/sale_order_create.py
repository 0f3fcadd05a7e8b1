from odoo import api, fields, models

from ..context import CreateBatch


class SaleOrder(models.Model):
    _inherit = "sale.order"

    # === BUSINESS METHODS === #

    @api.model
    def _oms_create_batch(self, vals_list):
        """Create many quotations at once, as `create` would.

        What `create` asks for every order or line is asked once: order numbers,
        analytic distribution models, default warehouses. Change tracking is off and no
        creation note is logged; nobody is subscribed.

        :param list vals_list: values as for `create`, lines as commands
        :return: the orders, in the order of the values
        :rtype: recordset of `sale.order`
        """
        vals_list = [dict(vals) for vals in vals_list]
        self._oms_number(vals_list)
        orders = self.with_context(
            tracking_disable=True,
            mail_create_nolog=True,
            mail_create_nosubscribe=True,
            oms_create=CreateBatch(),
        ).create(vals_list)
        orders.env.flush_all()  # what is computed late profits from the batch, too
        return self.browse(orders.ids)

    @api.model
    def _oms_number(self, vals_list):
        """Draw the numbers of the orders that have none yet, per company."""
        by_company = {}
        for vals in vals_list:
            if "name" not in vals and not self.env.context.get("default_name"):
                by_company.setdefault(vals.get("company_id"), []).append(vals)
        for company_id, of_company in by_company.items():
            dates = [
                "date_order" in vals
                and fields.Datetime.context_timestamp(
                    self, fields.Datetime.to_datetime(vals["date_order"])
                ).date()
                for vals in of_company
            ]
            names = (
                self.env["ir.sequence"]
                .with_company(company_id)
                ._oms_next_names_by_code("sale.order", dates)
            )
            for vals, name in zip(of_company, names, strict=False):
                vals["name"] = name
