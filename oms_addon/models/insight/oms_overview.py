from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

# Days that each period looks back, today included; None: everything.
PERIODS = {"today": 1, "week": 7, "month": 30, "all": None}


class OmsOverview(models.AbstractModel):
    """The figures of the start page.

    A section is ``{"title", "figures"}``, if need be with ``breakdowns`` (bars), a
    ``note`` in place of the period, and ``empty``: then only figures above zero are
    shown, and this text without any. Addons add theirs by extending `_get_sections`.
    Each figure carries the action that lists its records, so what is shown and what
    is opened can't differ. Everything is read with the user's rights.
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
            (what a new database needs: ``'channel'``, ``'message'`` or False),
            ``can_configure`` and ``hints`` (what the set-up lacks, in words).
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
                {"key": key, "note": "", "empty": "", "breakdowns": [], **section}
                for key, section in sections.items()
            ],
            "next_step": self._get_next_step(channels),
            "can_configure": user.has_group("oms_addon.group_oms_manager"),
            "hints": self._get_hints(),
        }

    # === SECTIONS === #

    def _get_sections(self, scope):
        """Return the sections of the page by key, in their order.

        :param dict scope: see `_prepare_scope`.
        :rtype: dict
        """
        return {}

    def _get_next_step(self, channels):
        """Return what a new database needs first.

        :rtype: str | bool
        """
        has_data = self.env["sale.order"].search_count(
            [("oms_channel_id", "!=", False)], limit=1
        ) or self.env["oms.inbox.message"].search_count([], limit=1)
        if has_data:
            return False
        return "message" if channels else "channel"

    def _get_hints(self):
        """Say what the set-up lacks, to managers and administrators.

        :rtype: list[str]
        """
        if not self.env.user.has_groups(
            "oms_addon.group_oms_manager,base.group_system"
        ):
            return []
        company = self.env.company
        return [
            self.env._(
                "Nobody has the role “%(role)s” in %(company)s: its tasks go to the "
                "administrators. Give the role to somebody under Settings / Users.",
                role=group.full_name,
                company=company.name,
            )
            for group in self.env["oms.role"]._get_missing(company)
        ]

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
    def _action(self, name, res_model, domain, views=("list", "form"), context=None):
        """Return the action that lists records.

        :rtype: dict
        """
        lists = {"sale.order": "oms_addon.sale_order_view_list_oms"}
        list_id = res_model in lists and self.env["ir.model.data"]._xmlid_to_res_id(
            lists[res_model]
        )
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": res_model,
            "views": [(view == "list" and list_id, view) for view in views],
            "domain": list(domain),
            "context": {"create": False, **(context or {})},
            "target": "current",
        }

    @api.model
    def _figure(
        self,
        key,
        label,
        value,
        res_model,
        domain,
        *,
        tone=None,
        hint=None,
        digits=0,
        views=("list", "form"),
        context=None,
    ):
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
