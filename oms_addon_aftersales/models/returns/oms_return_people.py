from odoo import api, fields, models


class OmsReturn(models.Model):
    """Who decides on a return."""

    _inherit = "oms.return"

    @api.model
    def _default_user_id(self):
        user = self.env.user
        group = self.env["oms.role"]._get_groups()["service"]
        # What a customer asks for in the portal is made by a robot: it does no tasks.
        return user if user.active and user.has_group(group) else False

    def _on_review(self):
        self._oms_ask_role(
            "service",
            "return_review",
            lambda env: env._("Decide on the return"),
            date_deadline=fields.Date.to_date(self.decide_by),
        )

    def _oms_get_people(self):
        """Responsible, salesperson, channel's responsible, leader of the team."""
        # sudo: channel and team only say who is responsible
        order = self.order_id.sudo()
        return self.user_id + order._oms_get_people() + self.env.user

    def _assign_service(self):
        """Make somebody responsible who may decide; nobody where nobody may."""
        roles = self.env["oms.role"]
        for company, returns in self.grouped("company_id").items():
            holders = roles._get_holders("service", company)
            busy = roles._count_tasks(holders)
            shares = returns.filtered(lambda r: not r.user_id).grouped(
                lambda r, holders=holders, busy=busy: roles._pick(
                    holders, r._oms_get_people(), busy
                )
            )
            for user, share in shares.items():
                if user:
                    share.user_id = user
