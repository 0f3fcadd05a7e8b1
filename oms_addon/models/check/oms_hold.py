from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..bulk import report


class OmsHold(models.Model):
    _name = "oms.hold"
    _description = "Order Hold"
    _order = "state, sequence, id"
    _check_company_auto = True

    order_id = fields.Many2one(
        comodel_name="sale.order", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="order_id.company_id", store=True)
    channel_id = fields.Many2one(
        related="order_id.oms_channel_id", store=True, index="btree_not_null"
    )
    partner_id = fields.Many2one(related="order_id.partner_id")
    check_id = fields.Many2one(
        comodel_name="oms.check", required=True, ondelete="cascade", index=True
    )
    code = fields.Char(related="check_id.code", store=True)
    sequence = fields.Integer(related="check_id.sequence", store=True)
    advice = fields.Text(related="check_id.advice")
    details = fields.Json(readonly=True)
    reason = fields.Text(compute="_compute_reason")
    state = fields.Selection(
        selection=[
            ("open", "Open"),
            ("released", "Released"),
            ("resolved", "Resolved"),
        ],
        required=True,
        default="open",
        readonly=True,
        index=True,
    )
    closed_by_id = fields.Many2one(comodel_name="res.users", readonly=True)
    closed_at = fields.Datetime(readonly=True)
    can_release = fields.Boolean(compute="_compute_can_release")

    _open_unique = models.UniqueIndex(
        "(order_id, check_id) WHERE state = 'open'",
        "The order is already held for this reason.",
    )

    # === COMPUTE METHODS === #

    @api.depends("code", "details")
    @api.depends_context("lang")
    def _compute_reason(self):
        for hold in self:
            hold.reason = hold._reason_text()

    @api.depends("check_id.release_right", "state")
    @api.depends_context("uid")
    def _compute_can_release(self):
        manager = self.env.user.has_group("oms_addon.group_oms_manager")
        user = self.env.user.has_group("oms_addon.group_oms_user")
        allowed = {"user": user, "manager": manager, "never": False}
        for hold in self:
            # the right of the order's company, whichever the user works in now
            right = hold.check_id.with_company(hold.company_id).release_right
            hold.can_release = hold.state == "open" and allowed[right or "never"]

    @api.depends("check_id")
    def _compute_display_name(self):
        for hold in self:
            hold.display_name = hold.check_id.name

    def _reason_text(self):
        """The reason in the reader's language, from code and details.

        :rtype: str
        """
        self.ensure_one()
        details = dict(self.details or {})
        sentences = self._reason_sentences()
        sentence = sentences.get(self.code)
        if not sentence:
            return details.get("text") or self.check_id.description or ""
        return sentence(details)

    def _reason_sentences(self):
        """Sentence builders by check code; each takes the hold's details."""
        return {
            "unmatched_product": lambda d: self.env._(
                "No product is known for: %(items)s",
                items=", ".join(d.get("items", [])),
            ),
            "total_differs": lambda d: self.env._(
                "The channel says %(channel)s, the lines add up to %(ours)s "
                "(difference %(difference)s %(currency)s).",
                channel=d.get("channel"),
                ours=d.get("ours"),
                difference=d.get("difference"),
                currency=d.get("currency"),
            ),
            "address_incomplete": lambda d: self.env._(
                "The delivery address lacks: %(fields)s",
                fields=", ".join(self._field_labels(d.get("fields", []))),
            ),
            "duplicate": lambda d: self.env._(
                "Same customer and goods as %(orders)s",
                orders=", ".join(d.get("orders", [])),
            ),
            "unpaid": lambda d: self.env._(
                "%(open)s of %(total)s %(currency)s are not paid yet.",
                open=d.get("open"),
                total=d.get("total"),
                currency=d.get("currency"),
            ),
            "credit_limit": lambda d: self.env._(
                "The customer would owe %(owed)s; the credit limit is %(limit)s "
                "%(currency)s.",
                owed=d.get("owed"),
                limit=d.get("limit"),
                currency=d.get("currency"),
            ),
            "channel_hold": lambda d: (
                self.env._("The channel cancelled this order.")
                if d.get("status") == "cancelled"
                else self.env._("The channel itself holds this order back.")
            ),
            "already_shipped": lambda d: self.env._(
                "The channel says that this order was shipped already. Confirming it "
                "would ship it again."
            ),
            "changed_late": lambda d: self.env._(
                "The channel changed the order after it was confirmed: %(what)s",
                what=", ".join(self._change_labels(d.get("what", []))),
            ),
            "confirm_failed": lambda d: self.env._(
                "Confirmation failed: %(text)s", text=d.get("text")
            ),
        }

    def _field_labels(self, names):
        labels = {
            "name": self.env._("recipient"),
            "street": self.env._("street"),
            "city": self.env._("city"),
            "zip": self.env._("postcode"),
            "country": self.env._("country"),
            "phone": self.env._("phone"),
        }
        return [labels.get(name, name) for name in names]

    def _change_labels(self, names):
        labels = {
            "lines": self.env._("lines"),
            "address": self.env._("address"),
            "cancelled": self.env._("cancelled"),
        }
        return [labels.get(name, name) for name in names]

    # === ACTION METHODS === #

    def action_release(self):
        """Release the holds that this user may release; their orders go on.

        :return: what was released, and of each other hold why it was not
        :rtype: dict
        :raise AccessError: when the user may release none of them
        :raise UserError: when all are closed
        """
        self.check_access("read")
        allowed = self.filtered("can_release")
        refused = self - allowed
        if self and not allowed:
            if not refused.filtered(lambda hold: hold.state == "open"):
                raise UserError(self.env._("This hold is closed already."))
            raise AccessError(
                self.env._(
                    "You may not release: %(holds)s. Fix the cause and check "
                    "again, or ask an order manager.",
                    holds=", ".join(
                        f"{hold.order_id.name} ({hold.display_name})"
                        for hold in refused
                    ),
                )
            )
        return self._release_allowed()

    def action_release_listed(self):
        """Release what this user may release of a list, be it nothing.

        :return: what was released, and of each other hold why it was not
        :rtype: dict
        """
        self.check_access("read")
        return self._release_allowed()

    def _release_allowed(self):
        """Release what this user may release, and say what was not.

        :rtype: dict
        """
        allowed = self.filtered("can_release")
        refused = self - allowed
        allowed._release()
        return report(
            self.env,
            self.env._("Holds released: %(count)s", count=len(allowed)),
            [hold._say_not_released() for hold in refused],
            refused and refused._action_list(self.env._("Not released")),
        )

    def _release(self):
        """Close the holds on a person's word; whether that person may was checked."""
        self._close("released")
        self.order_id._oms_after_holds()

    def _say_not_released(self):
        """Say why a hold was not released.

        :rtype: str
        """
        order, check = self.order_id.name, self.display_name
        if self.state != "open":
            why = self.env._("%(order)s: “%(check)s” is closed already")
        elif self.check_id.with_company(self.company_id).release_right == "manager":
            why = self.env._("%(order)s: “%(check)s” is released by an order manager")
        else:
            why = self.env._("%(order)s: “%(check)s” ends when its cause is fixed")
        return why % {"order": order, "check": check}

    def _action_list(self, name):
        """Return the action that lists these holds.

        :rtype: dict
        """
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": self._name,
            "views": [(False, "list")],
            "domain": [("id", "in", self.ids)],
        }

    def action_open_order(self):
        """Open the order that is held."""
        self.ensure_one()
        return self.order_id.get_formview_action()

    def _close(self, state):
        """Close open holds.

        :param str state: ``'released'`` by a person, ``'resolved'`` by a check.
        """
        # sudo: nobody writes on holds; releasing is checked in `action_release`
        self.sudo().filtered(lambda hold: hold.state == "open").write(
            {
                "state": state,
                "closed_by_id": self.env.uid,
                "closed_at": fields.Datetime.now(),
            }
        )
