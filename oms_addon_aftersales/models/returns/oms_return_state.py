from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..people import tell_customer

# State: the states it can be reached from.
_REACHED_FROM = {
    "review": ("draft",),
    "approved": ("draft", "review", "refused"),
    "received": ("approved",),
    "done": ("approved", "received"),
    "refused": ("draft", "review"),
    "cancelled": ("draft", "review", "approved", "refused"),
    "draft": ("refused", "cancelled"),
}


class OmsReturn(models.Model):
    _inherit = "oms.return"

    # === BUSINESS METHODS - STATE === #

    def _by_staff(self):
        values = {"name": self.env.user.name}
        return {"decision_code": "staff", "decision_values": values}

    def _transition(self, target, **vals):
        """Bring returns to state ``target``: the only place that writes ``state``.

        A return that is there already is left alone, so doing it twice, or two
        people at once, does it once: the second waits for the row, fails on
        the changed row, and is played again by the server.

        :param str target: a state.
        :param vals: written together with the state.
        :return: the returns that changed.
        :raise UserError: when the way from their state is not open.
        """
        self._lock_rows()
        todo = self.filtered(lambda r: r.state != target)
        for rma in todo:
            if rma.state not in _REACHED_FROM[target]:
                states = dict(self._fields["state"]._description_selection(self.env))
                raise UserError(
                    self.env._(
                        "%(name)s is “%(now)s” and cannot become “%(then)s”.",
                        name=rma.name,
                        now=states[rma.state],
                        then=states[target],
                    )
                )
        if not todo:
            return todo
        now = fields.Datetime.now()
        stamps = {
            "approved": {"decided_at": now},
            "refused": {"decided_at": now},
            "received": {"received_at": now},
            "done": {"done_at": now},
        }
        todo._write_guarded({"state": target, **stamps.get(target, {}), **vals})
        for rma in todo:
            getattr(rma, f"_on_{target}")()
        return todo

    def _lock_rows(self):
        if self.ids:
            self.flush_recordset()
            self.env.cr.execute(
                SQL("SELECT id FROM oms_return WHERE id IN %s FOR UPDATE", (*self.ids,))
            )
            self.invalidate_recordset(["state"])

    def _on_draft(self):
        """Nothing to do: the request begins again."""

    def _on_approved(self):
        self.activity_unlink(["mail.mail_activity_data_todo"])
        self._create_receipts()
        self._notify("oms_addon_aftersales.oms_return_mail_approved")

    def _on_refused(self):
        self.activity_unlink(["mail.mail_activity_data_todo"])
        self._notify("oms_addon_aftersales.oms_return_mail_refused")

    def _on_received(self):
        """The goods are here; staff inspects them."""

    def _on_done(self):
        self._notify("oms_addon_aftersales.oms_return_mail_done")

    def _on_cancelled(self):
        self.activity_unlink(["mail.mail_activity_data_todo"])
        self._cancel_receipts()

    def _notify(self, template_xmlid):
        if not self._is_by_channel():
            tell_customer(self, template_xmlid)
