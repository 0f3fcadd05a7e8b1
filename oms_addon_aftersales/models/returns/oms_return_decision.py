from odoo import models
from odoo.exceptions import UserError
from odoo.tools import formatLang

from ...policy import APPROVE, REFUSE, Request, decide, strictest


class OmsReturn(models.Model):
    """What the policy says about a request, and why."""

    _inherit = "oms.return"

    def _explain_decision(self):
        values = self.decision_values or {}

        def money(key):
            return formatLang(
                self.env, values.get(key, 0.0), currency_obj=self.currency_id
            )

        match self.decision_code:
            case "within_policy":
                return self.env._(
                    "Approved: %(days)s days after the delivery, worth %(value)s.",
                    days=values.get("days"),
                    value=money("value"),
                )
            case "no_policy":
                return self.env._("No return policy covers these products.")
            case "not_delivered":
                return self.env._("These products are not delivered yet.")
            case "window_over":
                return self.env._(
                    "Asked for %(days)s days after the delivery; "
                    "returns are possible for %(window)s days.",
                    days=values.get("days"),
                    window=values.get("window"),
                )
            case "reason_not_covered":
                return self.env._("Sorry, we do not accept returns for this reason.")
            case "kind_not_offered":
                return self.env._("This option is not available for these products.")
            case "photo_missing":
                return self.env._("A picture of the goods is needed.")
            case "above_value" if not values.get("limit"):
                return self.env._("Every request under this policy is decided by hand.")
            case "above_value" if values.get("earlier"):
                return self.env._(
                    "Worth %(value)s with earlier returns of the order; "
                    "up to %(limit)s is approved at once.",
                    value=money("value"),
                    limit=money("limit"),
                )
            case "above_value":
                return self.env._(
                    "Worth %(value)s; up to %(limit)s is approved at once.",
                    value=money("value"),
                    limit=money("limit"),
                )
            case "staff":
                return self.env._("Decided by %(name)s.", name=values.get("name", ""))
            case "channel":
                return self.env._("The channel has refunded the customer.")
        return False

    # === BUSINESS METHODS - DECISION === #

    def _get_refusal_text(self):
        """What the customer reads about a refusal: of a person, the policy or the rule.

        :rtype: str
        """
        self.ensure_one()
        # sudo: the customer reads these words of the policy, and no others
        words = self.sudo().policy_id.refusal_text
        return self.refusal_note or words or self.decision_text or ""

    def _decide(self, policies):
        """Decide on one draft by the strictest policy among its lines.

        :param dict policies: sale.order.line to its policy.
        """
        self.ensure_one()
        earlier = self._get_value_approved_before()
        value = sum(self.line_ids.mapped("amount")) + earlier
        decisions = []
        for line in self.line_ids:
            request = Request(
                days=line._get_days_since_delivery(),
                reason=self.reason_id.id,
                kind=self.kind,
                value=value,
                photos=self.photo_count,
            )
            rule = policies[line.sale_line_id]._get_rule(self.order_id)
            decisions.append(decide(request, rule))
        position = strictest(decisions)
        decision = decisions[position]
        policy = policies[self.line_ids[position].sale_line_id]
        values = {**decision.values, "earlier": earlier} if earlier else decision.values
        target = {APPROVE: "approved", REFUSE: "refused"}.get(
            decision.verdict, "review"
        )
        self._transition(
            target,
            policy_id=policy.id,
            decision_code=decision.code,
            decision_values=values,
            **self._prepare_terms(policy),
        )

    def _get_value_approved_before(self):
        """Worth of the order's goods that the policy let come back already.

        Many small requests are no way around the limit for one.
        """
        others = self.order_id.oms_return_ids - self
        approved = others.filtered(
            lambda r: (
                r.decision_code == "within_policy"
                and r.state in ("approved", "received", "done")
            )
        )
        return sum(approved.mapped("amount_asked"))

    def _prepare_terms(self, policy):
        """Values that a policy sets on the return: fee, shipping, pickup."""
        is_our_fault = self.reason_id.is_our_fault
        shipping = policy.return_shipping or "fault"
        return {
            "fee_percent": 0.0 if is_our_fault else policy.restocking_fee,
            "is_shipping_ours": shipping == "company"
            or (shipping == "fault" and is_our_fault),
            "is_pickup": self.is_pickup or policy.pickup,
        }

    def _check_lines(self):
        """Refuse returns without lines or with more than can be returned.

        The order lines are locked first: of two requests for the same piece at
        the same time, the second is played again and then sees the first.

        :raise UserError: naming the product.
        """
        if any(not rma.line_ids for rma in self):
            raise UserError(self.env._("Choose at least one product to return."))
        sale_lines = self.line_ids.sale_line_id
        sale_lines._oms_lock_for_return()
        for sale_line in sale_lines:
            unit = sale_line.product_uom_id
            if unit.compare(sale_line.oms_qty_claimed, sale_line.qty_delivered) > 0:
                own = self.line_ids.filtered(lambda x, s=sale_line: x.sale_line_id == s)
                raise UserError(
                    self.env._(
                        "%(product)s: only %(quantity)s can be returned.",
                        product=sale_line.product_id.display_name,
                        quantity=max(
                            sale_line.qty_delivered
                            - sale_line.oms_qty_claimed
                            + sum(own.mapped("qty_claimed")),
                            0,
                        ),
                    )
                )
