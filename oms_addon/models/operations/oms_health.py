import hashlib
import secrets

from odoo import api, fields, models
from odoo.tools import consteq

TOKEN = "oms_addon.health_token"


class OmsHealth(models.Model):
    """A figure that tells whether the machinery runs, as it was last measured.

    The scheduled action measures, and gives an activity to the administrators when a
    figure gets beyond its limit: once for each cause, taken back when it is over.
    """

    _name = "oms.health"
    _description = "Health Figure"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "state, code, about, id"
    _mail_post_access = "read"

    code = fields.Selection(
        selection=[
            ("inbox_age", "Oldest message not read"),
            ("inbox_error", "Messages that could not be read"),
            ("quarantined", "Messages in quarantine"),
            ("outbox_age", "Oldest message not sent"),
            ("outbox_error", "Messages that could not be sent"),
            ("silent", "Last message of a channel"),
            ("cron", "Last run of a scheduled action"),
            ("disk", "Disk space used"),
        ],
        string="Figure",
        required=True,
        readonly=True,
    )
    key = fields.Char(required=True, readonly=True)
    about = fields.Char(readonly=True, help="The channel or the scheduled action.")
    value = fields.Float(string="Now", readonly=True, digits=(16, 1))
    limit = fields.Float(readonly=True, digits=(16, 1))
    unit = fields.Selection(
        selection=[
            ("minutes", "minutes ago"),
            ("messages", "messages"),
            ("percent", "percent"),
        ],
        required=True,
        readonly=True,
    )
    state = fields.Selection(
        selection=[("alarm", "Alarm"), ("ok", "Good")], required=True, readonly=True
    )
    since = fields.Datetime(
        string="State Since",
        required=True,
        readonly=True,
        help="When the state changed last.",
    )
    measured_at = fields.Datetime(string="Measured", required=True, readonly=True)

    _key_unique = models.UniqueIndex("(code, key)", "This figure is there already.")

    # === COMPUTE METHODS === #

    @api.depends("code", "about")
    @api.depends_context("lang")
    def _compute_display_name(self):
        labels = dict(self._fields["code"]._description_selection(self.env))
        for figure in self:
            label = labels.get(figure.code, "")
            figure.display_name = ": ".join(filter(None, (label, figure.about)))

    # === ACTION METHODS === #

    @api.model
    def action_open(self):
        """Measure anew and open the page.

        :return: the action of the page.
        :rtype: dict
        """
        self.check_access("read")
        self.sudo()._measure()  # sudo: figures are written by the suite alone
        return self.env["ir.actions.act_window"]._for_xml_id(
            "oms_addon.oms_health_action"
        )

    @api.model
    def action_new_token(self):
        """Make the secret with which monitoring reads the figures.

        It is shown once; what is kept only recognises it. An older one stops working.

        :return: a message that shows it.
        :rtype: dict
        """
        self.check_access("read")
        token = secrets.token_urlsafe(24)
        # sudo: whoever may see the page may let a machine see it
        self.env["ir.config_parameter"].sudo().set_param(TOKEN, _hash(token))
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "title": self.env._("Token for monitoring, shown once"),
                "message": token,
                "type": "info",
                "sticky": True,
            },
        }

    # === BUSINESS METHODS === #

    @api.model
    def _cron_measure(self):
        """Measure, and tell the administrators what has got beyond its limit."""
        self._measure()

    @api.model
    def _knows_token(self, token):
        """Whether a token is the one that was made last.

        :param str token: as monitoring sent it.
        :rtype: bool
        """
        known = self.env["ir.config_parameter"].get_param(TOKEN)
        return bool(known and token) and consteq(known, _hash(token))

    @api.model
    def _read_figures(self):
        """What monitoring reads: as measured last; scheduled actions as they are now,
        since it is one of them that measures.

        :rtype: list[dict]
        """
        now = fields.Datetime.now()
        running = [{**found, "measured_at": now} for found in self._get_cron_figures()]
        names = ("code", "about", "value", "limit", "unit", "state")
        return [
            {name: figure[name] for name in names}
            | {"measured_at": fields.Datetime.to_string(figure["measured_at"])}
            for figure in (*running, *self.search([("code", "!=", "cron")]))
        ]

    @api.model
    def _measure(self):
        """Write down what is measured; figures that are gone go.

        :return: the figures.
        """
        now = fields.Datetime.now()
        known = {(figure.code, figure.key): figure for figure in self.search([])}
        new, changed, kept = [], self.browse(), self.browse()
        for found in self._get_figures():
            figure = known.get((found["code"], found["key"]))
            values = {**found, "measured_at": now}
            if not figure:
                new.append({**values, "since": now})
                continue
            if figure.state != found["state"]:
                values["since"] = now
                changed |= figure
            figure.write(values)
            kept |= figure
        (self.union(*known.values()) - kept).unlink()
        created = self.create(new)
        (changed | created)._tell_administrators()
        return kept | created

    def _tell_administrators(self):
        """Give alarms to the administrators, and take back what is over."""
        over = self.filtered(lambda figure: figure.state == "ok")
        over.activity_unlink(["mail.mail_activity_data_todo"])
        # sudo: read by the scheduled action, whose user may be anybody
        administrators = (
            self.env.ref("base.group_system")
            .sudo()
            .all_user_ids.filtered(
                lambda user: (
                    user.active and not user.share and user.id != api.SUPERUSER_ID
                )
            )
        )
        for figure in self - over:
            for user in administrators:
                figure = figure.with_context(lang=user.lang)
                figure.activity_schedule(
                    "mail.mail_activity_data_todo",
                    user_id=user.id,
                    summary=figure.display_name,
                    note=figure._in_words(),
                )

    def _in_words(self):
        """What an alarm says.

        :rtype: str
        """
        self.ensure_one()
        units = dict(self._fields["unit"]._description_selection(self.env))
        return self.env._(
            "%(value).0f %(unit)s, more than %(limit).0f. The runbook in the readme of "
            "this addon says what to do.",
            value=self.value,
            unit=units[self.unit],
            limit=self.limit,
        )


def _hash(token):
    """What is kept of a token.

    :rtype: str
    """
    return hashlib.sha256(token.encode()).hexdigest()
