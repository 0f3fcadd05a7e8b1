from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

# Days that each period looks back, today included; None: everything.
PERIODS = {"today": 1, "week": 7, "month": 30, "all": None}


class OmsOverview(models.AbstractModel):
    """The figures of the start page.

    A section is ``{"title", "figures", "breakdowns"}``; addons add theirs by extending
    `_get_sections`. Each figure carries the action that lists its records, so what is
    shown and what is opened can't differ. Everything is read with the user's rights.
    """

    _name = "oms.overview"
    _description = "Overview of Orders"

    # === PUBLIC METHODS === #

    @api.model
    @api.readonly
    def get_figures(self, period="today", channel_id=False):
        """Return what the overview shows.

        :param str period: a key of ``PERIODS``; days are the user's.
        :param channel_id: id of the only channel to look at, or False for all.
        :return: ``sections`` (list of dicts), ``channels`` (id and name), ``next_step``
            (what a new database needs: ``'channel'``, ``'message'`` or False) and
            ``can_configure``.
        :rtype: dict
        :raise AccessError: not a user of order management.
        """
        user = self.env.user
        if not user.has_group("oms_addon.group_oms_user"):
            raise AccessError(
                self.env._("Only users of Order Management see its overview.")
            )
        channels = self.env["oms.channel"].search_fetch([], ["name"])
        if channel_id not in channels.ids:
            channel_id = False
        scope = self._prepare_scope(period, channel_id)
        sections = self._get_sections(scope)
        return {
            "channels": [{"id": c.id, "name": c.name} for c in channels],
            "channel_id": channel_id,
            "sections": [
                {"key": key, "figures": [], "breakdowns": [], **section}
                for key, section in sections.items()
            ],
            "next_step": self._get_next_step(channels),
            "can_configure": user.has_group("oms_addon.group_oms_manager"),
        }

    # === SECTIONS === #

    def _get_sections(self, scope):
        """Return the sections of the page by key, in their order.

        :param dict scope: see `_prepare_scope`.
        :rtype: dict
        """
        orders = self._read_orders(scope)
        return {
            "now": {
                "title": self.env._("Needs attention"),
                "note": self.env._("Open now, whatever the period"),
                "figures": self._get_open_figures(scope),
            },
            "intake": {
                "title": self.env._("Intake"),
                "figures": self._get_intake_figures(scope),
            },
            "orders": {
                "title": self.env._("Orders"),
                "figures": self._get_order_figures(scope, orders),
                "breakdowns": self._get_order_breakdowns(scope, orders),
            },
            "delivery": {
                "title": self.env._("Delivery"),
                "figures": self._get_delivery_figures(scope),
            },
        }

    def _get_open_figures(self, scope):
        """What waits for a person, since whenever."""
        orders = self._order_domain(scope, since=False)
        waiting = Domain("oms_stage", "in", ("held", "waiting"))
        stages = dict(
            self.env["sale.order"]._read_group(
                orders & waiting, ["oms_stage"], ["__count"]
            )
        )
        errors = self._channel_domain(scope) & Domain("state", "=", "error")
        late = orders & self._late_domain()
        return [
            self._figure(
                "errors",
                self.env._("Messages to correct"),
                self.env["oms.inbox.message"].search_count(errors),
                "oms.inbox.message",
                errors,
                tone="danger",
            ),
            self._figure(
                "open_held",
                self.env._("Orders on hold"),
                stages.get("held", 0),
                "sale.order",
                orders & Domain("oms_stage", "=", "held"),
                tone="warning",
            ),
            self._figure(
                "open_waiting",
                self.env._("Waiting for stock"),
                stages.get("waiting", 0),
                "sale.order",
                orders & Domain("oms_stage", "=", "waiting"),
                tone="warning",
            ),
            self._figure(
                "late",
                self.env._("Promise broken"),
                self.env["sale.order"].search_count(late),
                "sale.order",
                late,
                tone="danger",
            ),
            self._figure(
                "untold",
                self.env._("Not told to the channel"),
                self.env["oms.outbox.message"].search_count(errors),
                "oms.outbox.message",
                errors,
                tone="danger",
            ),
        ]

    def _get_intake_figures(self, scope):
        """What the channels sent."""
        Message = self.env["oms.inbox.message"]
        domain = self._channel_domain(scope) & self._since(scope, "received_at")
        groups = Message._read_group(
            domain, ["state", "document_kind", "delivery_count"], ["__count"]
        )
        total = again = failed = enquiries = repeats = 0
        for state, kind, deliveries, count in groups:
            total += count
            failed += count * (state == "error")
            enquiries += count * (kind == "enquiry")
            again += count * (deliveries > 1)
            repeats += count * max(deliveries - 1, 0)
        return [
            self._figure(
                "received",
                self.env._("Messages received"),
                total,
                Message._name,
                domain,
            ),
            self._figure(
                "duplicates",
                self.env._("Received again"),
                again,
                Message._name,
                domain & Domain("delivery_count", ">", 1),
                hint=repeats
                and self.env._("%(count)s duplicates left out", count=repeats),
            ),
            self._figure(
                "failed",
                self.env._("Failed messages"),
                failed,
                Message._name,
                domain & Domain("state", "=", "error"),
                tone="danger",
            ),
            self._figure(
                "enquiries",
                self.env._("Enquiries"),
                enquiries,
                Message._name,
                domain & Domain("document_kind", "=", "enquiry"),
            ),
        ]

    def _get_order_figures(self, scope, orders):
        """How far the orders of the period are."""
        domain = self._order_domain(scope)
        figures = [
            ("orders", self.env._("Orders"), Domain.TRUE, None),
            ("held", self.env._("On hold"), Domain("oms_stage", "=", "held"), "warning"),
            (
                "split",
                self.env._("Split over warehouses"),
                Domain("oms_is_split", "=", True),
                None,
            ),
            ("confirmed", self.env._("Confirmed"), Domain("state", "=", "sale"), None),
            (
                "reserved",
                self.env._("Reserved"),
                Domain("oms_stage", "=", "reserved"),
                "success",
            ),
            (
                "waiting",
                self.env._("Waiting for stock"),
                Domain("oms_stage", "=", "waiting"),
                "warning",
            ),
        ]
        hints = {"orders": orders["amount"]}
        return [
            self._figure(
                key,
                label,
                orders[key],
                "sale.order",
                domain & narrowed,
                tone=tone,
                hint=hints.get(key),
            )
            for key, label, narrowed, tone in figures
        ]

    def _get_order_breakdowns(self, scope, orders):
        """Orders by reason of the hold, by channel and by warehouse."""
        domain = self._order_domain(scope)
        holds = Domain("state", "=", "open") & self._order_domain(scope, "order_id.")
        reasons = self.env["oms.hold"]._read_group(
            holds, ["check_id"], ["__count"], order="__count DESC"
        )
        assigned = Domain("oms_warehouse_id", "!=", False)
        warehouses = self.env["sale.order.line"]._read_group(
            assigned & self._order_domain(scope, "order_id."),
            ["oms_warehouse_id"],
            ["order_id:count_distinct"],
            order="order_id:count_distinct DESC",
        )
        return [
            self._breakdown(
                "holds",
                self.env._("Held because"),
                [
                    (check, count, holds & Domain("check_id", "=", check.id))
                    for check, count in reasons
                ],
                "oms.hold",
                empty=self.env._("No order is on hold."),
                tone="warning",
            ),
            self._breakdown(
                "channels",
                self.env._("Orders by channel"),
                [
                    (channel, count, domain & Domain("oms_channel_id", "=", channel.id))
                    for channel, count in orders["channels"]
                ],
                "sale.order",
                empty=self.env._("No order has come in."),
            ),
            self._breakdown(
                "warehouses",
                self.env._("Orders by warehouse"),
                [
                    (
                        warehouse,
                        count,
                        domain
                        & Domain("order_line.oms_warehouse_id", "=", warehouse.id),
                    )
                    for warehouse, count in warehouses
                ],
                "sale.order",
                empty=self.env._("No warehouse is assigned yet."),
            ),
        ]

    def _get_delivery_figures(self, scope):
        """What left the house and what arrived, by the day it did."""
        Picking = self.env["stock.picking"]
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
                Picking.search_count(shipped),
                Picking._name,
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

    # === DATA === #

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

    def _get_next_step(self, channels):
        """Return what a new database needs first.

        :rtype: str | bool
        """
        if not channels:
            return "channel"
        messages = self.env["oms.inbox.message"].search_count([], limit=1)
        orders = self.env["sale.order"].search_count(
            [("oms_channel_id", "!=", False)], limit=1
        )
        return False if messages or orders else "message"

    # === HELPERS === #

    def _prepare_scope(self, period, channel_id):
        """Return what the page is about.

        :return: ``since`` (datetime UTC or None), ``since_date`` (the user's date or
            None) and ``channel_id``.
        :rtype: dict
        """
        days = PERIODS.get(period, 1)
        if days is None:
            return {"since": None, "since_date": None, "channel_id": channel_id}
        first = fields.Date.context_today(self) - timedelta(days=days - 1)
        zone = ZoneInfo(str(self.env.tz))
        since = datetime.combine(first, time.min, zone).astimezone(ZoneInfo("UTC"))
        return {
            "since": since.replace(tzinfo=None),
            "since_date": first,
            "channel_id": channel_id,
        }

    def _since(self, scope, field_name, is_date=False):
        """Return the domain of the period on one field.

        :rtype: Domain
        """
        moment = scope["since_date" if is_date else "since"]
        return Domain(field_name, ">=", moment) if moment else Domain.TRUE

    def _channel_domain(self, scope, field_name="channel_id", every=False):
        """Return the domain of the chosen channel; of all channels without a choice.

        :param bool every: also records of no channel.
        :rtype: Domain
        """
        if scope["channel_id"]:
            return Domain(field_name, "=", scope["channel_id"])
        return Domain.TRUE if every else Domain(field_name, "!=", False)

    def _order_domain(self, scope, path="", since=True):
        """Return the domain of the channels' orders that came in in the period.

        :param str path: from the model to the order, ``'order_id.'``.
        :param bool since: False: whenever they came in.
        :rtype: Domain
        """
        domain = self._channel_domain(scope, f"{path}oms_channel_id")
        return domain & self._since(scope, f"{path}create_date") if since else domain

    @api.model
    def _late_domain(self):
        """Return the domain of orders that should have been shipped by now.

        :rtype: Domain
        """
        return Domain("oms_promised_at", "<", fields.Datetime.now()) & Domain(
            "oms_stage", "in", ("held", "ready", "waiting", "reserved")
        )

    @api.model
    def _action(self, name, res_model, domain, views=("list", "form"), context=None):
        """Return the action that lists records.

        :rtype: dict
        """
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": res_model,
            "views": [(False, view) for view in views],
            "domain": list(domain),
            "context": {"create": False, **(context or {})},
            "target": "current",
        }

    @api.model
    def _figure(
        self, key, label, value, res_model, domain, *, tone=None, hint=None,
        digits=0, views=("list", "form"), context=None,
    ):  # fmt: skip
        """Return one figure.

        :param str tone: how it looks when it isn't zero: ``'danger'``, ``'warning'``
            or ``'success'``.
        :param str hint: a few words below the figure.
        :param int digits: decimals.
        :rtype: dict
        """
        return {
            "key": key,
            "label": label,
            "value": value,
            "digits": digits,
            "tone": tone or "",
            "hint": hint or "",
            "action": self._action(label, res_model, domain, views, context),
        }

    @api.model
    def _breakdown(self, key, title, rows, res_model, *, empty, tone=None):
        """Return a list of bars.

        :param rows: (record, count, domain) of each bar.
        :param str empty: what to say without bars.
        :rtype: dict
        """
        most = max((count for _record, count, _domain in rows), default=1)
        return {
            "key": key,
            "title": title,
            "tone": tone or "",
            "empty": empty,
            "rows": [
                {
                    "key": f"{record._name}-{record.id}",
                    "label": record.display_name or self.env._("None"),
                    "value": count,
                    "percent": round(100 * count / most),
                    "action": self._action(
                        f"{title}: {record.display_name}", res_model, domain
                    ),
                }
                for record, count, domain in rows
            ],
        }
