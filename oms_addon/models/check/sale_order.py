from collections import defaultdict
from datetime import timedelta

from odoo import api, models
from odoo.fields import Domain


class SaleOrder(models.Model):
    _inherit = "sale.order"

    # A check is a method `_oms_check_<code>`: it takes orders and returns
    # {order: details} for those it wants held. Details are data; the sentence is
    # made from them in the reader's language by `oms.hold`.

    def _oms_check(self):
        """Look at the orders; open holds for what is wrong, close what is mended.

        A hold that a person released stays released while its details are the same.
        """
        orders = self.filtered(lambda order: order.state in ("draft", "sent"))
        if not orders:
            return
        checks = self.env["oms.check"].search([("automatic", "=", True)])
        by_channel = orders.grouped("oms_channel_id").items()
        findings = defaultdict(dict)
        for check in checks:
            concerned = orders.browse().concat(
                *(own for channel, own in by_channel if check in channel.check_ids)
            )
            if not concerned:
                continue
            method = getattr(concerned, f"_oms_check_{check.code}")
            for order, details in method().items():
                findings[order][check] = details
        orders._oms_hold(findings, within=checks)
        orders.oms_checked_at = self.env.cr.now()

    def _oms_hold(self, findings, within=None, again=False):
        """Bring the holds of the orders in line with what was found.

        :param dict findings: order -> {check: details}.
        :param within: checks that were made; their open holds without a finding
            are resolved. None closes nothing.
        :param bool again: something happened once more: hold although a person
            released the same before.
        """
        # sudo: holds are opened by what is found, not by the rights of who looks
        self = self.sudo()
        holds = self.oms_hold_ids
        known = defaultdict(lambda: self.env["oms.hold"])
        for hold in holds:
            known[hold.order_id, hold.check_id] |= hold
        values, resolved = [], self.env["oms.hold"]
        for order in self:
            found = findings.get(order, {})
            for check, details in found.items():
                own = known[order, check]
                current = own.filtered(lambda hold: hold.state == "open")
                if current:
                    if current.details != details:
                        current.details = details
                elif again or not any(
                    h.state == "released" and h.details == details for h in own
                ):
                    values.append(
                        {"order_id": order.id, "check_id": check.id, "details": details}
                    )
            if within is not None:
                resolved |= order.oms_hold_ids.filtered(
                    lambda h, found=found: (
                        h.state == "open"
                        and h.check_id in within
                        and h.check_id not in found
                    )
                )
        resolved._close("resolved")
        # Closing must reach the database before a new open hold of the same check.
        self.env["oms.hold"].flush_model(["state"])
        self.env["oms.hold"].create(values)

    # === CHECKS === #

    def _oms_check_unmatched_product(self):
        """Lines whose product is not known here."""
        found = {}
        for order in self:
            lines = order.order_line.filtered("oms_unmatched")
            if lines:
                found[order] = {
                    "items": [
                        " ".join(
                            p for p in (line.oms_sku, line.name.split("\n")[0]) if p
                        )
                        for line in lines
                    ]
                }
        return found

    def _oms_check_total_differs(self):
        """The channel's own total against ours."""
        found = {}
        for order in self.filtered("oms_channel_total"):
            difference = order.currency_id.round(
                order.amount_total - order.oms_channel_total
            )
            tolerance = order.oms_channel_id.total_tolerance
            if abs(difference) > tolerance + order.currency_id.rounding / 10:
                found[order] = {
                    "channel": f"{order.oms_channel_total:.2f}",
                    "ours": f"{order.amount_total:.2f}",
                    "difference": f"{difference:+.2f}",
                    "currency": order.currency_id.name,
                }
        return found

    def _oms_check_address_incomplete(self):
        """What a parcel needs to arrive; a marketplace's token stands for it."""
        found = {}
        for order in self:
            if order.oms_receiver_token or not order._oms_ships():
                continue
            partner = order.partner_shipping_id
            missing = [
                name
                for name, value in (
                    ("name", partner.name),
                    ("street", partner.street),
                    ("city", partner.city),
                    ("zip", partner.zip or not self._oms_needs_zip(partner)),
                    ("country", partner.country_id),
                    ("phone", partner.phone or not self._oms_needs_phone(partner)),
                )
                if not value
            ]
            if missing:
                found[order] = {"fields": missing}
        return found

    def _oms_ships(self):
        """Whether the order has goods to send."""
        self.ensure_one()
        return any(
            line.product_id.type == "consu" or line.oms_unmatched
            for line in self.order_line
        )

    @api.model
    def _oms_needs_zip(self, partner):
        """Postcodes are optional in China and unknown in some places."""
        return bool(partner.country_id.zip_required) and (
            partner.country_id.code not in ("CN", "HK", "MO", "AE", "IE")
        )

    @api.model
    def _oms_needs_phone(self, partner):
        """Chinese couriers call: no phone, no delivery."""
        return partner.country_id.code == "CN"

    def _oms_check_duplicate(self):
        """Another recent order of the same customer with the same goods.

        The one that came in second is held. Dates tell little about that: confirming
        sets an order's date to now, and messages overtake each other.
        """
        if not self:
            return {}
        hours = max(self.oms_channel_id.mapped("duplicate_hours") or [0])
        earliest = min(self.mapped("date_order")) - timedelta(hours=hours)
        others = self.search(
            Domain("partner_id", "in", self.partner_id.ids)
            & Domain("company_id", "in", self.company_id.ids)
            & Domain("state", "!=", "cancel")
            & Domain("date_order", ">=", earliest)
        )
        groups = defaultdict(list)
        for order in others | self:
            groups[order.partner_id, order._oms_content_key()].append(order)
        found = {}
        for order in self:
            window = timedelta(hours=order.oms_channel_id.duplicate_hours)
            twins = [
                other
                for other in groups[order.partner_id, order._oms_content_key()]
                if other.id < order.id
                and abs(order.date_order - other.date_order) <= window
            ]
            if twins and window:
                found[order] = {"orders": [twin.name for twin in twins[:5]]}
        return found

    def _oms_content_key(self):
        """What is ordered: equal for two orders with the same goods.

        :rtype: tuple
        """
        self.ensure_one()
        goods = defaultdict(float)
        for line in self.order_line:
            if line.product_id.type == "consu" or line.oms_unmatched:
                key = line.oms_sku if line.oms_unmatched else line.product_id.id
                goods[str(key)] += line.product_uom_qty
        return tuple(sorted(goods.items())) or (self.id,)

    def _oms_check_unpaid(self):
        """Money that is not there yet, unless the order is on account."""
        found = {}
        for order in self:
            if order.oms_on_account or not order.oms_channel_id:
                continue
            total = order.oms_channel_total or order.amount_total
            open_amount = order._oms_open_amount()
            if open_amount > order.oms_channel_id.total_tolerance:
                found[order] = {
                    "open": f"{open_amount:.2f}",
                    "total": f"{total:.2f}",
                    "currency": order.currency_id.name,
                }
        return found

    def _oms_open_amount(self):
        """What the customer still has to pay, in the order's currency."""
        self.ensure_one()
        total = self.oms_channel_total or self.amount_total
        return self.currency_id.round(total - self._oms_paid_amount())

    def _oms_paid_amount(self):
        """What was paid or authorised, in the order's currency."""
        self.ensure_one()
        return sum(
            self._oms_worth(tx)
            for tx in self.sudo().transaction_ids  # sudo: amounts only
            if tx.state in ("authorized", "done")
        )

    def _oms_is_paid(self):
        """Whether all is paid but for what the channel lets pass."""
        self.ensure_one()
        left = self._oms_open_amount() - self.oms_channel_id.total_tolerance
        return self.currency_id.compare_amounts(left, 0) <= 0

    def _oms_check_credit_limit(self):
        """Orders on account beyond what the customer may owe.

        Those that passed before and are not confirmed yet count; those that are held
        for the limit do not.
        """
        found = {}
        limited = self.filtered(lambda order: order._oms_credit_limit())
        owed = limited._oms_owed()
        for order in limited:
            partner = order.partner_id.commercial_partner_id
            limit = order._oms_credit_limit()
            amount = owed[order.company_id, partner] + order._oms_company_total()
            if order.company_id.currency_id.compare_amounts(amount, limit) > 0:
                found[order] = {
                    "owed": f"{amount:.2f}",
                    "limit": f"{limit:.2f}",
                    "currency": order.company_id.currency_id.name,
                }
            else:
                owed[order.company_id, partner] = amount
        return found

    def _oms_credit_limit(self):
        """What the customer may owe the company; 0 where nothing limits it."""
        self.ensure_one()
        if not self.oms_on_account or not self.company_id.account_use_credit_limit:
            return 0.0
        # sudo: the limit decides for everyone, only accountants may read it
        partner = self.partner_id.commercial_partner_id.sudo()
        return partner.with_company(self.company_id).credit_limit

    def _oms_owed(self):
        """What the customers owe already, with the orders on their way.

        :return: amount in the company's currency by (company, customer).
        :rtype: dict
        """
        owed = defaultdict(float)
        for company, orders in self.grouped("company_id").items():
            partners = orders.partner_id.commercial_partner_id
            # sudo: as for the limit
            for partner in partners.sudo().with_company(company):
                owed[company, partner.sudo(False)] = (
                    partner.credit + partner.credit_to_invoice
                )
        others = self.env["sale.order"]
        if self:
            # sudo: every order counts, whoever may read it
            others = others.sudo().search(
                Domain("state", "in", ("draft", "sent"))
                & Domain("oms_on_account", "=", True)
                & Domain("oms_checked_at", "!=", False)
                & Domain("company_id", "in", self.company_id.ids)
                & Domain(
                    "partner_id.commercial_partner_id",
                    "in",
                    self.partner_id.commercial_partner_id.ids,
                )
                & Domain("id", "not in", self.ids)
                & ~Domain(
                    "oms_hold_ids",
                    "any",
                    [("state", "=", "open"), ("code", "=", "credit_limit")],
                )
            )
        for other in others:
            key = other.company_id, other.partner_id.commercial_partner_id
            owed[key] += other._oms_company_total()
        return owed

    def _oms_company_total(self):
        """The order's total in its company's currency."""
        self.ensure_one()
        return self.currency_id._convert(
            self.amount_total,
            self.company_id.currency_id,
            self.company_id,
            self.date_order,
        )

    def _oms_check_channel_hold(self):
        """The channel holds the order back: risk control, review, payment checks.

        Or it cancelled the order, and a person has opened it again.
        """
        return {
            order: {"status": "cancelled"} if order.oms_status == "cancelled" else {}
            for order in self
            if order.oms_status in ("hold", "cancelled")
        }

    def _oms_check_already_shipped(self):
        """Orders that the channel shipped before they came in here."""
        return {
            order: {}
            for order in self
            if order.oms_status in ("shipped", "done", "refunded", "part_shipped")
        }
