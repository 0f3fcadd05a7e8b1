from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..context import CreateBatch, IntakeMark
from ..fulfil.confirm_batch import ConfirmBatch

# What an order's channel says of it, and what its checks rely on.
TOLD = {"oms_external_id", "oms_channel_total", "oms_status", "oms_told"}


class SaleOrder(models.Model):
    _inherit = "sale.order"

    oms_on_account = fields.Boolean(
        string="On Account",
        compute="_compute_oms_on_account",
        store=True,
        readonly=False,
        copy=False,
        tracking=True,
        help="Paid later by agreement: not held for payment. Set by the channel's "
        "policy or by a manager.",
    )

    # === COMPUTE METHODS === #

    @api.depends("oms_channel_id")
    def _compute_oms_on_account(self):
        for order in self:
            order.oms_on_account = order.oms_channel_id.on_account

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """On account is a manager's word, the channel's policy or its message."""
        orders = super().create(vals_list)
        # Such an object can't come in from outside: what made it is our own intake.
        if CreateBatch.of(self.env) is None:
            orders._oms_given_credit()._oms_check_may_give_credit()
        return orders

    def write(self, vals):
        """Writing the state, or who pays later, is no way around a hold."""
        if vals.get("state") == "sale":
            for order in self:
                if order.state != "sale" and order._oms_open_holds():
                    raise UserError(order._oms_held_message())
        if "oms_channel_id" in vals:
            self._oms_check_channel_stays(vals["oms_channel_id"])
        self._oms_check_told({name: vals[name] for name in TOLD & vals.keys()})
        if not {"oms_on_account", "oms_channel_id"} & vals.keys():
            return super().write(vals)
        before = self._oms_given_credit()
        result = super().write(vals)
        (self._oms_given_credit() - before)._oms_check_may_give_credit()
        return result

    # === ACTION METHODS === #

    def action_confirm(self):
        """Look again: a person may have changed the order since it was checked.

        Our own batch has just done so; its mark can't come in from outside.
        """
        if ConfirmBatch.of(self.env) is None:
            self.filtered("oms_channel_id")._oms_check()
        return super().action_confirm()

    def action_draft(self):
        """What is opened again is checked again."""
        result = super().action_draft()
        orders = self.filtered(lambda o: o.oms_channel_id and o.state == "draft")
        orders._oms_hold_late_changes()
        orders._oms_check()
        return result

    # === BUSINESS METHODS === #

    def _action_cancel(self):
        """Nothing holds a cancelled order."""
        result = super()._action_cancel()
        cancelled = self.filtered(lambda order: order.state == "cancel")
        cancelled._oms_open_holds()._close("resolved")
        return result

    def _validate_order(self):
        """A customer's signature is kept, but confirms nothing that is held."""
        self.filtered("oms_channel_id")._oms_check()
        free = self.filtered(lambda order: not order._oms_open_holds())
        return super(SaleOrder, free)._validate_order()

    def _oms_hold_late_changes(self):
        """Hold again for changes that came too late and nobody has looked at.

        Cancelling closed the hold; the order still has the lines from before.
        """
        late = self.env.ref("oms_addon.oms_check_changed_late")
        findings = {}
        for order in self:
            # sudo: as in `_oms_open_holds`
            holds = order.sudo().oms_hold_ids.filtered(lambda h: h.check_id == late)
            latest = holds.sorted("id")[-1:]
            if latest.state == "resolved":
                findings[order] = {late: latest.details}
        self.filtered(lambda order: order in findings)._oms_hold(findings, again=True)

    def _oms_given_credit(self):
        """Orders of a channel that are on account though its policy is not."""
        return self.filtered(
            lambda order: (
                order.oms_on_account
                and order.oms_channel_id
                and not order.oms_channel_id.on_account
            )
        )

    def _oms_check_may_give_credit(self):
        """Only a manager lets a customer pay later, as he releases unpaid orders.

        :raise AccessError: somebody else tries.
        """
        if not self or self.env.su:
            return
        if not self.env.user.has_group("oms_addon.group_oms_manager"):
            raise AccessError(
                self.env._(
                    "Only an order manager may put %(orders)s on account.",
                    orders=", ".join(self.mapped("name")),
                )
            )

    def _oms_check_channel_stays(self, channel_id):
        """An order that came in from a channel is checked by that channel's rules.

        :raise UserError: it would be taken off its channel.
        """
        moved = self.filtered(
            lambda order: (
                order.oms_external_id and order.oms_channel_id.id != channel_id
            )
        )
        if moved and not self.env.su:
            raise UserError(
                self.env._(
                    "%(orders)s came in from a channel and can't change it.",
                    orders=", ".join(moved.mapped("name")),
                )
            )

    def _oms_check_told(self, vals):
        """Only its channel's messages change what the channel says of an order.

        :param dict vals: the values of `TOLD` that are to be written.
        :raise AccessError: somebody else tries.
        """
        if self.env.su or IntakeMark.of(self.env):
            return
        changed = self.filtered(
            lambda order: any(order[n] and order[n] != v for n, v in vals.items())
        )
        if changed:
            raise AccessError(
                self.env._(
                    "What a channel says of %(orders)s changes with its messages only.",
                    orders=", ".join(changed.mapped("name")),
                )
            )

    def _confirmation_error_message(self):
        """Orders on hold can't be confirmed by any path."""
        message = super()._confirmation_error_message()
        if message or not self._oms_open_holds():
            return message
        return self._oms_held_message()

    def _has_to_be_signed(self):
        """A signature confirms in the portal: not while the order is on hold."""
        return super()._has_to_be_signed() and not self._oms_open_holds()

    def _oms_open_holds(self):
        """The holds that keep the orders from being confirmed.

        :rtype: oms.hold
        """
        # sudo: they bind everybody who may confirm, whoever may read them
        return self.sudo().oms_hold_ids.filtered(lambda hold: hold.state == "open")

    def _oms_held_message(self):
        """Why the order can't be confirmed, in the reader's language."""
        reasons = self._oms_open_holds()
        return self.env._(
            "%(order)s is on hold: %(reasons)s",
            order=self.display_name,
            reasons=" ".join(reason for reason in reasons.mapped("reason") if reason),
        )
