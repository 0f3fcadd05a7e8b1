from odoo import api, models
from odoo.exceptions import UserError

# Written by methods of the return only: its way, and its money; how it begins.
_GUARDED = {
    "state": "draft",
    "policy_id": False,
    "decision_code": False,
    "decision_values": False,
    "channel_refund_id": False,
    "amount_fixed": 0.0,
    "amount_credited": 0.0,
    "amount_paid_back": 0.0,
    "amount_settled": 0.0,
}
# Receipts and refunds are made by these: fixed from the approval on.
_FIXED_BY_APPROVAL = {"order_id", "kind", "is_goods_kept"}


class OmsReturn(models.Model):
    """What nobody may write by hand, import or call."""

    _inherit = "oms.return"

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._check_guarded(vals)
        if not self.env.su:
            # Defaults of users and calls are no way around.
            vals_list = [{**vals, **_GUARDED} for vals in vals_list]
        return super().create(vals_list)

    def write(self, vals):
        """What is decided and paid is no one's to write."""
        self._check_guarded(vals)
        fixed = vals.keys() & _FIXED_BY_APPROVAL
        if fixed and any(rma.state not in ("draft", "review") for rma in self):
            self._refuse_fields(fixed)
        if "fee_percent" in vals and any(
            rma.state in ("done", "cancelled") for rma in self
        ):
            self._refuse_fields({"fee_percent"})
        return super().write(vals)

    def _check_guarded(self, vals):
        # The system records what channels refunded.
        if not self.env.su and vals.keys() & _GUARDED.keys():
            self._refuse_fields(vals.keys() & _GUARDED.keys())

    def _refuse_fields(self, names):
        field = self._fields[min(names)]
        raise UserError(
            self.env._(
                "“%(field)s” of a return cannot be changed here; use its buttons.",
                field=field._description_string(self.env),
            )
        )

    def _write_guarded(self, vals):
        """Write what only the methods of the return may write."""
        return super().write(vals)
