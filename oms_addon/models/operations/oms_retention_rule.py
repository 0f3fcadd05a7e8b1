from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from .oms_inbox_message import CLOSED

BATCH = 200


class OmsRetentionRule(models.Model):
    """How long a kind of personal data is kept; for ever until somebody says."""

    _name = "oms.retention.rule"
    _description = "How Long Personal Data Is Kept"
    _order = "company_id, kind, channel_id, id"
    _rec_name = "kind"
    _check_company_auto = True

    kind = fields.Selection(
        selection=[
            ("messages", "Channel messages as received"),
            ("orders", "Notes and signatures of orders"),
            ("addresses", "Customers of channels: names and addresses"),
        ],
        string="Data",
        required=True,
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env.company,
    )
    channel_id = fields.Many2one(
        comodel_name="oms.channel",
        check_company=True,
        ondelete="cascade",
        help="Other days for one channel. Empty: all channels without a line.",
    )
    days = fields.Integer(
        string="Kept (days)", help="Erased when it is older. 0: kept for ever."
    )
    held = fields.Integer(string="Records", compute="_compute_held")
    due = fields.Integer(string="To Be Erased Next", compute="_compute_held")
    oldest = fields.Datetime(compute="_compute_held")

    _days_positive = models.Constraint(
        "CHECK (days >= 0)", "Days can't be fewer than 0."
    )
    _kind_unique = models.UniqueIndex(
        "(company_id, kind, COALESCE(channel_id, 0))",
        "There is a line for this data already.",
    )

    # === COMPUTE METHODS === #

    @api.depends("kind", "company_id", "channel_id", "days")
    def _compute_held(self):
        for rule in self:
            # sudo: administrators see how much there is, not what it says
            records = self.env[rule._get_model()].sudo().with_context(active_test=False)
            domain = rule._get_domain()
            rule.held = records.search_count(domain)
            rule.due = records.search_count(rule._get_due_domain()) if rule.days else 0
            name = rule._get_date_name()
            rule.oldest = (
                name and records._read_group(domain, [], [f"{name}:min"])[0][0]
            )

    # === ACTION METHODS === #

    @api.model
    def action_open(self):
        """Open the page, with a line for each kind of data and company.

        :return: the action of the page.
        :rtype: dict
        """
        self.check_access("write")
        kinds = {kind for kind, _label in self._fields["kind"].selection}
        companies = self.env.companies
        known = self.search([("channel_id", "=", False)])
        have = {(rule.company_id, rule.kind) for rule in known}
        self.create(
            [
                {"company_id": company.id, "kind": kind}
                for company in companies
                for kind in sorted(kinds)
                if (company, kind) not in have
            ]
        )
        return self.env["ir.actions.act_window"]._for_xml_id(
            "oms_addon.oms_retention_rule_action"
        )

    # === BUSINESS METHODS === #

    @api.model
    def _cron_erase(self):
        """Erase what is older than its rule says, in batches."""
        cron = self.env["ir.cron"]
        for rule in self.search([("days", ">", 0)]):
            while count := rule._erase_batch():
                if not cron._commit_progress(count):
                    return

    def _erase_batch(self):
        """Erase some of what is due.

        :return: how many records.
        :rtype: int
        """
        self.ensure_one()
        records = (
            self.env[self._get_model()]
            .with_context(active_test=False)
            .search(self._get_due_domain(), limit=BATCH)
        )
        if records:
            counts = self.env["oms.privacy"]._erase(self._get_with_related(records))
            self.env["oms.privacy.log"].create(
                {"what": "age", "rule_id": self.id, "counts": counts}
            )
        return len(records)

    def _get_model(self):
        """Name of the model that a rule is about.

        :rtype: str
        """
        return {
            "messages": "oms.inbox.message",
            "orders": "sale.order",
            "addresses": "res.partner",
        }[self.kind]

    def _get_date_name(self):
        """The field that tells how old a record is, empty when it is no field.

        :rtype: str
        """
        return {"messages": "received_at", "orders": "date_order"}.get(self.kind, "")

    def _get_domain(self):
        """What is held, and closed: work that goes on is never erased by age.

        :rtype: Domain
        """
        if self.kind == "messages":
            return (
                Domain("state", "in", CLOSED)
                & Domain("erased_at", "=", False)
                & self._get_scope("channel_id", "company_id")
            )
        if self.kind == "orders":
            return (
                Domain("oms_stage", "in", ("delivered", "shipped", "cancelled"))
                & Domain("oms_erased_at", "=", False)
                & self._get_scope("oms_channel_id", "company_id")
            )
        return (
            Domain("oms_erased_at", "=", False)
            & Domain("user_ids", "=", False)
            & Domain(
                "sale_order_ids",
                "any",
                Domain("oms_channel_id", "!=", False)
                & self._get_scope("oms_channel_id", "company_id"),
            )
        )

    def _get_due_domain(self):
        """What is older than the rule says.

        :rtype: Domain
        """
        limit = fields.Datetime.now() - timedelta(days=self.days)
        if self.kind == "addresses":
            open_or_young = Domain("date_order", ">=", limit) | Domain(
                "oms_stage", "in", ("held", "ready", "waiting", "reserved")
            )
            unpaid = Domain("state", "=", "posted") & Domain(
                "payment_state", "in", ("not_paid", "partial")
            )
            return (
                self._get_domain()
                & Domain("sale_order_ids", "not any", open_or_young)
                & Domain("invoice_ids", "not any", unpaid)
            )
        return self._get_domain() & Domain(self._get_date_name(), "<", limit)

    def _get_scope(self, channel, company):
        """Which records of the kind the rule is for.

        :param str channel: field with the channel.
        :param str company: field with the company.
        :rtype: Domain
        """
        if self.channel_id:
            return Domain(channel, "=", self.channel_id.id)
        special = self.search(
            [
                ("kind", "=", self.kind),
                ("company_id", "=", self.company_id.id),
                ("channel_id", "!=", False),
            ]
        )
        return Domain(company, "=", self.company_id.id) & (
            Domain(channel, "=", False)
            | Domain(channel, "not in", special.channel_id.ids)
        )

    def _get_with_related(self, records):
        """What is erased together with records.

        :return: model -> records.
        :rtype: dict
        """
        if self.kind == "orders":
            return {
                "sale.order": records,
                "oms.hold": records.oms_hold_ids,
                "payment.transaction": records.transaction_ids,
            }
        if self.kind == "addresses":
            everybody = self.env["res.partner"].with_context(active_test=False)
            people = everybody.search(
                [("id", "child_of", records.ids), ("user_ids", "=", False)]
            )
            return {
                "res.partner": people,
                "oms.channel.customer": self.env["oms.channel.customer"].search(
                    [("partner_id", "in", people.ids)]
                ),
            }
        return {records._name: records}
