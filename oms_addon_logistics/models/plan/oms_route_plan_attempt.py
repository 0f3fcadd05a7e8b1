from odoo import models
from odoo.exceptions import UserError

WORK = "route plan"
# What has stopped the server so often is not planned again as it is.
LIVES = 2


class OmsRoutePlan(models.Model):
    """A plan that stops the server is not tried for ever; see `oms.attempt`."""

    _inherit = "oms.route.plan"

    def action_plan(self):
        """Count the attempt, committed, before the search begins.

        :raise UserError: when planning it has stopped the server before.
        """
        self._ensure_state("draft", "planned")  # locks: nobody else is at it
        # sudo: the book-keeping of work is the system's
        attempts = self.env["oms.attempt"].sudo()
        counts = attempts._counts(WORK)
        lost = self.filtered(lambda plan: counts.get(plan.id, 0) >= LIVES)
        if lost:
            raise UserError(
                self.env._(
                    "Planning stopped the server twice: %(plans)s. Find the transfers "
                    "again, keep fewer of them, and plan anew.",
                    plans=", ".join(lost.mapped("display_name")),
                )
            )
        attempts._begin(WORK, self.ids)
        for plan in self.filtered(lambda plan: plan.id in counts):
            attempts._begin_again(WORK, plan.id)
        try:
            return super().action_plan()
        finally:  # whatever comes out of it, the server lives
            attempts._end(WORK, self.ids)

    def action_collect(self):
        """Begin anew, also with what stopped the server."""
        result = super().action_collect()
        # sudo: as above
        self.env["oms.attempt"].sudo()._end(WORK, self.ids)
        return result
