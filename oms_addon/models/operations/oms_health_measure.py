import shutil
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL, config

# System parameter -> the limit where nobody has set one.
LIMITS = {
    "inbox_minutes": 30,
    "inbox_errors": 50,
    "quarantined": 0,
    "outbox_minutes": 60,
    "outbox_errors": 20,
    "disk_percent": 90,
}
# A scheduled action may be late by so many of its intervals, and so many minutes.
LATE_INTERVALS = 3
LATE_MINUTES = 30
# A channel is silent after so many times its longest pause of the last weeks; less
# than a day, or of so few messages, says nothing.
LOOK_BACK = timedelta(weeks=4)
PAUSES = 3
SILENT_MINUTES = 24 * 60
ENOUGH = 20
MINUTES = {"minutes": 1, "hours": 60, "days": 1440, "weeks": 10080, "months": 44640}


class OmsHealth(models.Model):
    """What is measured, and the limits."""

    _inherit = "oms.health"

    @api.model
    def _get_figures(self):
        """Measure everything; addons add theirs.

        :return: values of the figures.
        :rtype: list[dict]
        """
        return [
            *self._get_inbox_figures(),
            *self._get_outbox_figures(),
            *self._get_silence_figures(),
            *self._get_cron_figures(),
            self._get_disk_figure(),
        ]

    @api.model
    def _is_alive(self):
        """Whether scheduled actions are done: what everybody may know.

        :rtype: bool
        """
        return all(
            figure["state"] == "ok" or figure["value"] <= figure["limit"]
            for figure in self._get_cron_figures()
        )

    @api.model
    def _figure(self, code, value, limit, unit, *, key="", about=False, alarm=None):
        """Values of a figure, which alarms above its limit.

        :rtype: dict
        """
        if alarm is None:
            alarm = value > limit
        return {
            "code": code,
            "key": key or code,
            "about": about,
            "value": value,
            "limit": limit,
            "unit": unit,
            "state": "alarm" if alarm else "ok",
        }

    @api.model
    def _limit(self, name):
        """A limit, as the administrator has set it.

        :rtype: float
        """
        value = self.env["ir.config_parameter"].get_param(f"oms_addon.health_{name}")
        try:
            return float(value or LIMITS[name])
        except ValueError:  # no number was entered
            return LIMITS[name]

    @api.model
    def _minutes_since(self, moment):
        """Minutes from a moment to now; 0 without one.

        :rtype: float
        """
        if not moment:
            return 0.0
        return max((fields.Datetime.now() - moment).total_seconds() / 60, 0.0)

    @api.model
    def _get_inbox_figures(self):
        messages = self.env["oms.inbox.message"]
        [(oldest,)] = messages._read_group(
            [("state", "=", "new")], aggregates=["received_at:min"]
        )
        figures = [
            self._figure(
                "inbox_age",
                self._minutes_since(oldest),
                self._limit("inbox_minutes"),
                "minutes",
            ),
            self._figure(
                "inbox_error",
                messages.search_count([("state", "=", "error")]),
                self._limit("inbox_errors"),
                "messages",
            ),
        ]
        if "quarantined" in messages._fields["state"].get_values(self.env):
            figures.append(
                self._figure(
                    "quarantined",
                    messages.search_count([("state", "=", "quarantined")]),
                    self._limit("quarantined"),
                    "messages",
                )
            )
        return figures

    @api.model
    def _get_outbox_figures(self):
        messages = self.env["oms.outbox.message"]
        [(oldest,)] = messages._read_group(
            [("state", "=", "queued")], aggregates=["create_date:min"]
        )
        return [
            self._figure(
                "outbox_age",
                self._minutes_since(oldest),
                self._limit("outbox_minutes"),
                "minutes",
            ),
            self._figure(
                "outbox_error",
                messages.search_count([("state", "=", "error")]),
                self._limit("outbox_errors"),
                "messages",
            ),
        ]

    @api.model
    def _get_silence_figures(self):
        """How long each channel sends nothing, beside what is usual for it."""
        self.env["oms.inbox.message"].flush_model(["channel_id", "received_at"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT channel_id, count(*), max(received_at),
                       EXTRACT(EPOCH FROM max(pause)) / 60
                  FROM (
                        SELECT channel_id, received_at,
                               received_at - lag(received_at) OVER (
                                   PARTITION BY channel_id ORDER BY received_at
                               ) AS pause
                          FROM oms_inbox_message
                         WHERE parent_id IS NULL AND received_at > %s
                       ) arrival
              GROUP BY channel_id
                """,
                fields.Datetime.now() - LOOK_BACK,
            )
        )
        usual = {channel: values for channel, *values in rows}
        channels = self.env["oms.channel"].search([("id", "in", list(usual))])
        figures = []
        for channel in channels:
            count, last, longest = usual[channel.id]
            if count < ENOUGH:
                continue
            figures.append(
                self._figure(
                    "silent",
                    self._minutes_since(last),
                    max(PAUSES * float(longest or 0), SILENT_MINUTES),
                    "minutes",
                    key=str(channel.id),
                    about=channel.name,
                )
            )
        return figures

    @api.model
    def _get_cron_figures(self):
        """When each scheduled action of the suite was done last.

        One that is switched off is an alarm too: Odoo does so after many failures.
        """
        names = self.env["ir.model.data"].search(
            [("model", "=", "ir.cron"), ("module", "=like", "oms_addon%")]
        )
        crons = self.env["ir.cron"].with_context(active_test=False)
        crons = crons.browse(names.mapped("res_id")).exists()
        figures = []
        for cron in crons:
            interval = cron.interval_number * MINUTES[cron.interval_type]
            since = self._minutes_since(cron.lastcall or cron.create_date)
            limit = LATE_INTERVALS * interval + LATE_MINUTES
            figures.append(
                self._figure(
                    "cron",
                    since if cron.active else 0.0,
                    limit,
                    "minutes",
                    key=str(cron.id),
                    about=cron.name if cron.active else self._name_of_stopped(cron),
                    alarm=not cron.active or since > limit,
                )
            )
        return figures

    def _name_of_stopped(self, cron):
        return self.env._("%(action)s (switched off)", action=cron.name)

    @api.model
    def _get_disk_figure(self):
        usage = shutil.disk_usage(config["data_dir"])
        return self._figure(
            "disk",
            100 * usage.used / (usage.used + usage.free),
            self._limit("disk_percent"),
            "percent",
        )
