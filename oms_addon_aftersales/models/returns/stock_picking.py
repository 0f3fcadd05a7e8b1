from odoo import fields, models


class StockPicking(models.Model):
    _inherit = "stock.picking"

    oms_return_id = fields.Many2one(
        comodel_name="oms.return",
        string="Customer Return",
        index="btree_not_null",
        check_company=True,
    )
    oms_is_send_back = fields.Boolean(
        string="Back to Customer", help="Brings refused or repaired goods back."
    )

    def _oms_is_send_back(self):
        self.ensure_one()
        return self.oms_is_send_back

    def _action_done(self):
        result = super()._action_done()
        receipts = self.filtered(lambda p: p.oms_return_id and p.state == "done")
        receipts = receipts.filtered(lambda p: not p._oms_is_send_back())
        # The warehouse worker goes on with a return without a right to it.
        receipts.oms_return_id.sudo()._on_goods_received()
        return result

    def action_cancel(self):
        receipts = self.filtered(lambda p: p.oms_return_id and p.state != "cancel")
        result = super().action_cancel()
        receipts = receipts.filtered(
            lambda p: p.state == "cancel" and not p._oms_is_send_back()
        )
        # The warehouse worker tells the return without a right to it.
        receipts.oms_return_id.sudo()._on_receipt_cancelled()
        return result

    def _oms_queue_shipments(self):
        """Replacements and goods that go back again are nothing new to a channel."""
        told = self.filtered(
            lambda p: (
                not p._oms_is_send_back()
                and not all(
                    line.oms_exchange_origin_line_id for line in p.move_ids.sale_line_id
                )
            )
        )
        return super(StockPicking, told)._oms_queue_shipments()

    def action_oms_return(self):
        """Begin a return of this delivery."""
        self.ensure_one()
        self.check_access("read")
        return self.sale_id.action_oms_return()
