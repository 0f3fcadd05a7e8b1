from odoo import fields, models
from odoo.fields import Domain


class OmsOverview(models.AbstractModel):
    """What the overview shows of messages, orders and transfers."""

    _inherit = "oms.overview"

    def _get_sections(self, scope):
        """Add what needs attention, intake, orders and delivery."""
        orders = self._read_orders(scope)
        return {
            **super()._get_sections(scope),
            "now": {
                "title": self.env._("Needs attention"),
                "note": self.env._("Open now, whatever the period"),
                "empty": self.env._("Nothing waits for you."),
                "figures": [
                    *self._get_open_order_figures(scope),
                    *self._get_open_message_figures(scope),
                ],
            },
            "intake": {
                "title": self.env._("Intake"),
                "figures": self._get_intake_figures(scope),
            },
            "orders": {
                "title": self.env._("Orders"),
                "figures": self._get_order_figures(scope, orders),
                "breakdowns": [
                    self._get_hold_breakdown(scope),
                    self._get_channel_breakdown(scope, orders),
                    self._get_warehouse_breakdown(scope),
                ],
            },
            "delivery": {
                "title": self.env._("Delivery"),
                "figures": self._get_delivery_figures(scope),
            },
        }

    # === NEEDS ATTENTION === #

    def _get_open_message_figures(self, scope):
        """Messages, from and to the channels, that a person has to look at."""
        errors = self._channel_domain(scope) & Domain(
            "state", "in", ("error", "quarantined")
        )
        return [
            self._figure(
                key,
                label,
                self.env[model].search_count(errors),
                model,
                errors,
                tone="danger",
            )
            for key, label, model in (
                ("errors", self.env._("Messages to correct"), "oms.inbox.message"),
                ("untold", self.env._("Channel not updated"), "oms.outbox.message"),
            )
        ]

    def _get_open_order_figures(self, scope):
        """Orders that are stuck, since whenever."""
        domain = self._order_domain(scope, since=False)
        stuck = Domain("oms_stage", "in", ("held", "waiting"))
        stages = self.env["sale.order"]._read_group(
            domain & stuck, ["oms_stage"], ["__count"]
        )
        counts = dict(stages)
        late = self._late_domain()
        counts["late"] = self.env["sale.order"].search_count(domain & late)
        held, waiting = (Domain("oms_stage", "=", s) for s in ("held", "waiting"))
        return [
            self._figure(
                f"open_{key}",
                label,
                counts.get(key, 0),
                "sale.order",
                domain & narrowed,
                tone=tone,
            )
            for key, label, narrowed, tone in (
                ("late", self.env._("Late to ship"), late, "danger"),
                ("held", self.env._("Orders on hold"), held, "warning"),
                ("waiting", self.env._("Waiting for stock"), waiting, "warning"),
            )
        ]

    def _late_domain(self):
        """Return the domain of orders that should have been shipped by now.

        :rtype: Domain
        """
        return Domain("oms_promised_at", "<", fields.Datetime.now()) & Domain(
            "oms_stage", "in", ("held", "ready", "waiting", "reserved")
        )

    # === INTAKE === #

    def _get_intake_figures(self, scope):
        """What the channels sent."""
        domain = self._channel_domain(scope) & self._since(scope, "received_at")
        groups = self.env["oms.inbox.message"]._read_group(
            domain, ["state", "document_kind", "delivery_count"], ["__count"]
        )
        counts = dict.fromkeys(("received", "duplicates", "failed", "enquiries"), 0)
        repeats = 0
        for state, kind, deliveries, count in groups:
            counts["received"] += count
            counts["duplicates"] += count * (deliveries > 1)
            counts["failed"] += count * (state in ("error", "quarantined"))
            counts["enquiries"] += count * (kind == "enquiry")
            repeats += count * max(deliveries - 1, 0)
        again = repeats and self.env._("%(count)s duplicates left out", count=repeats)
        repeated = Domain("delivery_count", ">", 1)
        failed = Domain("state", "in", ("error", "quarantined"))
        enquiry = Domain("document_kind", "=", "enquiry")
        return [
            self._figure(
                key,
                label,
                counts[key],
                "oms.inbox.message",
                domain & narrowed,
                tone="danger" if key == "failed" else None,
                hint=again if key == "duplicates" else None,
            )
            for key, label, narrowed in (
                ("received", self.env._("Messages received"), Domain.TRUE),
                ("duplicates", self.env._("Received again"), repeated),
                ("failed", self.env._("Failed messages"), failed),
                ("enquiries", self.env._("Enquiries"), enquiry),
            )
        ]

    # === ORDERS === #

    def _read_orders(self, scope):
        """Count the orders of the period in one pass.

        :return: counts by figure, ``channels`` (pairs, most orders first) and
            ``amount`` (text, one part per currency).
        :rtype: dict
        """
        groups = self.env["sale.order"]._read_group(
            self._order_domain(scope),
            ["oms_channel_id", "state", "oms_stage", "oms_is_split", "currency_id"],
            ["__count", "amount_total:sum"],
        )
        counts = dict.fromkeys(
            ("orders", "held", "split", "confirmed", "reserved", "waiting"), 0
        )
        channels, amounts = {}, {}
        for channel, state, stage, is_split, currency, count, amount in groups:
            counts["orders"] += count
            counts["confirmed"] += count * (state == "sale")
            counts["split"] += count * is_split
            if stage in ("held", "reserved", "waiting"):
                counts[stage] += count
            channels[channel] = channels.get(channel, 0) + count
            if state != "cancel":
                amounts[currency] = amounts.get(currency, 0.0) + amount
        texts = [
            currency.format(amount)
            for currency, amount in sorted(amounts.items(), key=lambda i: -i[1])
        ]
        return {
            **counts,
            "channels": sorted(channels.items(), key=lambda item: -item[1]),
            "amount": " · ".join(texts[:3]),
        }

    def _get_order_figures(self, scope, orders):
        """How far the orders of the period are."""
        domain = self._order_domain(scope)
        held, reserved, waiting = (
            Domain("oms_stage", "=", stage) for stage in ("held", "reserved", "waiting")
        )
        split = Domain("oms_is_split", "=", True)
        confirmed = Domain("state", "=", "sale")
        return [
            self._figure(
                key,
                label,
                orders[key],
                "sale.order",
                domain & narrowed,
                tone=tone,
                hint=orders["amount"] if key == "orders" else None,
            )
            for key, label, narrowed, tone in (
                ("orders", self.env._("Orders"), Domain.TRUE, None),
                ("held", self.env._("On hold"), held, "warning"),
                ("split", self.env._("Split over warehouses"), split, None),
                ("confirmed", self.env._("Confirmed"), confirmed, None),
                ("reserved", self.env._("Reserved"), reserved, "success"),
                ("waiting", self.env._("Waiting for stock"), waiting, "warning"),
            )
        ]

    def _get_hold_breakdown(self, scope):
        """Open holds of the period's orders, by reason."""
        holds = Domain("state", "=", "open") & self._order_domain(scope, "order_id.")
        reasons = self.env["oms.hold"]._read_group(
            holds, ["check_id"], ["__count"], order="__count DESC"
        )
        return self._breakdown(
            "holds",
            self.env._("Held because"),
            [
                (check, count, holds & Domain("check_id", "=", check.id))
                for check, count in reasons
            ],
            "oms.hold",
            empty=self.env._("No order is on hold."),
            tone="warning",
        )

    def _get_channel_breakdown(self, scope, orders):
        """Orders by channel."""
        domain = self._order_domain(scope)
        return self._breakdown(
            "channels",
            self.env._("Orders by channel"),
            [
                (channel, count, domain & Domain("oms_channel_id", "=", channel.id))
                for channel, count in orders["channels"]
            ],
            "sale.order",
            empty=self.env._("No order has come in."),
        )

    def _get_warehouse_breakdown(self, scope):
        """Orders by warehouse; a split order counts at each."""
        domain = self._order_domain(scope)
        warehouses = self.env["sale.order.line"]._read_group(
            Domain("oms_warehouse_id", "!=", False)
            & self._order_domain(scope, "order_id."),
            ["oms_warehouse_id"],
            ["order_id:count_distinct"],
            order="order_id:count_distinct DESC",
        )
        return self._breakdown(
            "warehouses",
            self.env._("Orders by warehouse"),
            [
                (
                    house,
                    count,
                    domain & Domain("order_line.oms_warehouse_id", "=", house.id),
                )
                for house, count in warehouses
            ],
            "sale.order",
            empty=self.env._("No warehouse is assigned yet."),
        )

    # === DELIVERY === #

    def _get_delivery_figures(self, scope):
        """What left the house and what arrived, by the day it did."""
        shipped = (
            Domain("picking_type_code", "=", "outgoing")
            & Domain("state", "=", "done")
            & self._channel_domain(scope, "sale_id.oms_channel_id")
            & self._since(scope, "date_done")
        )
        delivered = (
            self._order_domain(scope, since=False)
            & Domain("oms_delivered_at", "!=", False)
            & self._since(scope, "oms_delivered_at")
        )
        return [
            self._figure(
                "shipped",
                self.env._("Transfers shipped"),
                self.env["stock.picking"].search_count(shipped),
                "stock.picking",
                shipped,
            ),
            self._figure(
                "delivered",
                self.env._("Orders delivered"),
                self.env["sale.order"].search_count(delivered),
                "sale.order",
                delivered,
                tone="success",
            ),
        ]
