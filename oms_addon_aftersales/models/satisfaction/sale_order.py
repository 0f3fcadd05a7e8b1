from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

from ..people import in_language_of
from ..readers import SEES_CASES

_BATCH = 200

# Older deliveries are left alone: nobody remembers them.
_TOO_OLD = timedelta(days=60)


class SaleOrder(models.Model):
    _name = "sale.order"
    _inherit = ["oms.csat.mixin", "sale.order"]

    oms_case_ids = fields.One2many(
        comodel_name="oms.case",
        inverse_name="order_id",
        string="Cases",
        groups=SEES_CASES,
    )
    oms_case_count = fields.Integer(
        compute="_compute_oms_case_count", groups=SEES_CASES
    )

    @api.depends("oms_case_ids")
    def _compute_oms_case_count(self):
        groups = self.env["oms.case"]._read_group(
            [("order_id", "in", self.ids)], ["order_id"], ["__count"]
        )
        counts = dict(groups)
        for order in self:
            order.oms_case_count = counts.get(order, 0)

    def action_view_oms_cases(self):
        """Open the cases of the order."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.actions"]._for_xml_id(
            "oms_addon_aftersales.oms_case_action"
        )
        action["domain"] = [("order_id", "=", self.id)]
        action["context"] = {
            "default_order_id": self.id,
            "default_partner_id": self.partner_id.id,
        }
        return action

    def action_request_csat(self):
        """Ask the customers of delivered orders now, each once.

        :return: True
        :raise AccessError: for who doesn't sell: the host lets the warehouse and
            accounting change orders, too
        """
        self.check_access("write")
        sells = self.env.user.has_group("sales_team.group_sale_salesman")
        if not self.env.su and not sells:
            raise AccessError(self.env._("Customers are asked by who sells to them."))
        self.filtered(
            lambda order: order.state == "sale" and order.delivery_status == "full"
        )._request_csat()
        return True

    def _get_csat_template(self):
        return (
            self.env.ref(
                "oms_addon_aftersales.sale_order_mail_csat", raise_if_not_found=False
            )
            or super()._get_csat_template()
        )

    def _on_low_csat(self, feedback):
        """Open a case for an unhappy customer, unless one is open."""
        Case = self.env["oms.case"]
        open_cases = Case.search(
            [
                ("order_id", "in", self.ids),
                ("state", "in", ("new", "working", "waiting")),
            ]
        )
        case_type = self.env.ref(
            "oms_addon_aftersales.oms_case_type_satisfaction", raise_if_not_found=False
        )
        Case.create(
            [
                {
                    # customers read it, too
                    "subject": in_language_of(order, order.partner_id).env._(
                        "Not satisfied with order %(name)s", name=order.name
                    ),
                    "description": feedback,
                    "order_id": order.id,
                    "partner_id": order.partner_id.id,
                    "company_id": order.company_id.id,
                    "priority": "2",
                    **({"type_id": case_type.id} if case_type else {}),
                }
                for order in self - open_cases.order_id
            ]
        )
        for case in open_cases:
            case.message_post(
                body=self.env._(
                    "The customer is not satisfied: %(text)s", text=feedback or "-"
                )
            )

    @api.model
    def _get_csat_domain(self, scope, days):
        """Orders of ``scope`` that were delivered ``days`` ago and not asked yet.

        :param odoo.fields.Domain scope: company or channel.
        :rtype: odoo.fields.Domain
        """
        latest = fields.Datetime.now() - timedelta(days=days)
        oldest = latest - _TOO_OLD
        # Who does not know when a parcel arrived counts from when the last one left.
        arrived = Domain("oms_delivered_at", "<=", latest) & Domain(
            "oms_delivered_at", ">", oldest
        )
        left = (
            Domain("oms_delivered_at", "=", False)
            & Domain("picking_ids", "any", self._get_parcel_domain(oldest))
            & Domain("picking_ids", "not any", self._get_parcel_domain(latest))
        )
        return (
            scope
            & (arrived | left)
            & Domain(
                [
                    ("state", "=", "sale"),
                    ("delivery_status", "=", "full"),
                    ("oms_csat_requested_at", "=", False),
                    ("partner_id.email", "!=", False),
                ]
            )
        )

    @api.model
    def _get_parcel_domain(self, moment):
        """Parcels that left after ``moment``."""
        return [
            ("picking_type_code", "=", "outgoing"),
            ("state", "=", "done"),
            ("date_done", ">", moment),
        ]

    @api.model
    def _get_csat_scopes(self):
        """Return domain and days of everybody who asks: channels, then companies.

        :rtype: list of (Domain, int)
        """
        channels = self.env["oms.channel"].search([("csat_days", ">=", 0)])
        scopes = [
            (Domain("oms_channel_id", "=", channel.id), channel.csat_days)
            for channel in channels
            if channel.csat_days
        ]
        others = Domain("oms_channel_id", "not in", channels.ids)
        for company in self.env["res.company"].search([("oms_csat_days", ">", 0)]):
            scope = Domain("company_id", "=", company.id) & others
            scopes.append((scope, company.oms_csat_days))
        return scopes

    @api.model
    def _cron_request_csat(self):
        """Ask customers after the delivery, once per order, in batches."""
        Cron = self.env["ir.cron"]
        for scope, days in self._get_csat_scopes():
            domain = self._get_csat_domain(scope, days)
            while orders := self.search(domain, limit=_BATCH, order="id"):
                asked = orders._request_csat()
                if not Cron._commit_progress(len(asked)):
                    return
                if not asked:  # an address that is none, or no mail to send
                    break
