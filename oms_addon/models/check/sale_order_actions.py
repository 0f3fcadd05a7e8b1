from odoo import models
from odoo.exceptions import UserError

from ..bulk import report


class SaleOrder(models.Model):
    """What the order desk does with one order or with many, told row by row."""

    _inherit = "sale.order"

    # === ACTION METHODS === #

    def action_oms_recheck(self):
        """Look at the orders again; holds whose cause is gone are closed.

        :return: how many are free now, and what holds the others
        :rtype: dict
        """
        self.check_access("write")
        held = self.filtered("oms_is_held")
        orders = self.filtered(lambda order: order.state in ("draft", "sent"))
        orders._oms_check()
        orders._oms_after_holds()
        freed = held.filtered(lambda order: not order.oms_is_held)
        return report(
            self.env,
            self.env._("Orders no longer on hold: %(count)s", count=len(freed)),
            self.filtered("oms_is_held")._oms_say_held(),
        )

    def action_oms_release(self):
        """Release every open hold that the user may release.

        :return: what was released, and of each other hold why it was not
        :rtype: dict
        """
        self.check_access("write")
        holds = self._oms_open_holds().sudo(False)
        if not holds:
            raise UserError(self.env._("None of these orders is on hold."))
        return holds.action_release()

    def action_oms_process(self):
        """Assign warehouses, confirm and reserve the orders that are ready.

        :return: how many were confirmed, and why the others were not
        :rtype: dict
        """
        self.check_access("write")
        ready = self.filtered(lambda order: order.oms_stage == "ready")
        # What a person typed in or changed has not been looked at yet.
        ready.filtered("oms_channel_id")._oms_check()
        if not ready:
            raise UserError(
                self.env._(
                    "None of these orders is ready. Release those on hold first."
                )
            )
        free = ready.filtered(lambda order: order.oms_stage == "ready")
        confirmed = free._oms_fulfil()
        left = self - confirmed
        held = left.filtered("oms_is_held")
        return report(
            self.env,
            self.env._("Orders confirmed: %(count)s", count=len(confirmed)),
            held._oms_say_held()
            + [
                self.env._("%(order)s: not a quotation any more", order=order.name)
                for order in left - held
            ],
        )

    def _oms_say_held(self):
        """Say of each held order what holds it.

        :rtype: list[str]
        """
        return [
            self.env._(
                "%(order)s is on hold: %(reasons)s",
                order=order.name,
                reasons=order.oms_hold_summary,
            )
            for order in self
        ]
