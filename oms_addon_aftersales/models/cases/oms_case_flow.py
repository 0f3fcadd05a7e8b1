from odoo import Command, fields, models
from odoo.exceptions import UserError

from ..people import tell_customer

# State: the states it can be reached from.
_REACHED_FROM = {
    "new": (),
    "working": ("new", "waiting", "solved"),
    "waiting": ("new", "working"),
    "solved": ("new", "working", "waiting"),
    "closed": ("new", "working", "waiting", "solved"),
}


class OmsCase(models.Model):
    """How a case moves through its states, and what it costs us."""

    _inherit = "oms.case"

    # === CRUD METHODS === #

    def write(self, vals):
        # Cards are dragged: whoever writes the state goes through the door.
        if "state" in vals:
            vals = dict(vals)
            self._transition(vals.pop("state"))
        return super().write(vals) if vals else True

    # === ACTION METHODS === #

    def action_work(self):
        """Take the case up; who does becomes responsible if nobody is.

        :return: True
        """
        self.check_access("write")
        self.filtered(lambda c: not c.user_id).user_id = self.env.user
        self._transition("working")
        return True

    def action_wait(self):
        """Wait for the customer; the promised time stands still.

        :return: True
        """
        self.check_access("write")
        self._transition("waiting")
        return True

    def action_solve(self):
        """The case is solved; the customer may still answer.

        :return: True
        """
        self.check_access("write")
        self._transition("solved")
        return True

    def action_close(self):
        """Close the case and ask the customer how satisfied they are.

        :return: True
        """
        self.check_access("write")
        self._transition("closed")
        return True

    def action_compensate(self):
        """Draft the credit note of a compensation, for the accountant to post.

        :return: True
        :raise UserError: without amount, or when it is done.
        """
        self.ensure_one()
        self.check_access("write")
        if self.compensation != "refund" or self.compensation_amount <= 0:
            raise UserError(self.env._("Enter the amount to refund first."))
        if not self.order_id:
            raise UserError(self.env._("Choose the order that is compensated."))
        if self.compensation_move_id:
            raise UserError(self.env._("The credit note is there already."))
        # The service proposes; an accountant posts.
        order = self.order_id.sudo()
        paid = order._oms_get_paid_amount()
        if self.currency_id.compare_amounts(self.compensation_amount, paid) > 0:
            raise UserError(self.env._("The customer has not paid that much."))
        vals = order._prepare_invoice()
        vals.update(
            move_type="out_refund",
            ref=self.name,
            invoice_line_ids=[
                Command.create(
                    {
                        "name": self.env._(
                            "Compensation %(case)s: %(subject)s",
                            case=self.name,
                            subject=self.subject,
                        ),
                        "quantity": 1,
                        "price_unit": self.compensation_amount,
                        "tax_ids": [Command.clear()],
                    }
                )
            ],
        )
        self.compensation_move_id = self.env["account.move"].sudo().create(vals)
        return True

    def action_view_order(self):
        """Open the order of the case."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": "sale.order",
            "res_id": self.order_id.id,
            "view_mode": "form",
        }

    # === BUSINESS METHODS - STATE === #

    def _transition(self, target):
        """Bring cases to state ``target``: the only place that writes ``state``.

        Stamps times, moves the promise by the time spent waiting, and marks
        broken promises. Cases that are there already are left alone.

        :param str target: a state.
        :raise UserError: when the way from their state is not open.
        """
        now = fields.Datetime.now()
        for case in self.filtered(lambda c: c.state != target):
            if case.state not in _REACHED_FROM.get(target, ()):
                raise UserError(
                    self.env._("%(name)s cannot go back to this state.", name=case.name)
                )
            vals = {"state": target, "waiting_since": False}
            if case.state == "waiting" or target == "working":
                # solved cases wait, too: for the customer to agree
                since = case.waiting_since or case.solved_at or now
                waited = case._get_work_hours(since, now)
                vals["waited_hours"] = case.waited_hours + waited
            if target == "waiting":
                vals["waiting_since"] = now
            if target in ("solved", "closed"):
                vals["solved_at"] = case.solved_at or now
            elif case.state == "solved":
                vals["solved_at"] = False
            case._write_state(vals)
            if case.sla_state == "breached":
                case.is_sla_failed = True
            if target == "solved":
                tell_customer(case, "oms_addon_aftersales.oms_case_mail_solved")
            if target == "closed":
                case.activity_unlink(["mail.mail_activity_data_todo"])
                case._request_csat()

    def _write_state(self, vals):
        return super().write(vals)

    def _get_work_hours(self, start, end):
        calendar = self._get_calendar()
        if not calendar:
            return (end - start).total_seconds() / 3600
        return calendar.get_work_hours_count(start, end, compute_leaves=True)
