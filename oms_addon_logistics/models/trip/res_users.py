from odoo import Command, models
from odoo.exceptions import UserError

# Who has one of these works in the office, too.
OFFICE = (
    "oms_addon.group_oms_user",
    "sales_team.group_sale_salesman",
    "stock.group_stock_user",
    "account.group_account_readonly",
    "account.group_account_invoice",
    "fleet.fleet_group_user",
    "base.group_erp_manager",
)


class ResUsers(models.Model):
    _inherit = "res.users"

    # === ACTIONS === #

    def action_oms_take_office_access(self):
        """Make portal users of drivers who have no work in the office.

        :return: True
        :raise AccessError: for who doesn't manage users
        :raise UserError: naming those who have other roles, too
        """
        self.check_access("write")
        driver = self.env.ref("oms_addon_logistics.group_oms_driver")
        busy = self.filtered(lambda user: not user._oms_is_only_driver())
        if busy:
            raise UserError(
                self.env._(
                    "These users do other work than driving: %(names)s",
                    names=", ".join(busy.mapped("name")),
                )
            )
        portal = self.env.ref("base.group_portal")
        self.write({"group_ids": [Command.set((portal + driver).ids)]})
        done = self.env["mail.activity"].search(
            [("oms_task", "=", "internal_driver"), ("res_model", "=", "res.partner")]
        )
        done.filtered(lambda a: a.res_id in self.partner_id.ids).action_done()
        return True

    # === BUSINESS METHODS === #

    def _oms_is_only_driver(self):
        """Whether nothing but an employee's rights comes with the role Driver.

        :rtype: bool
        """
        self.ensure_one()
        # sudo: roles are read, nothing else
        groups = self.sudo()._has_group
        return groups("oms_addon_logistics.group_oms_driver") and not any(
            groups(office) for office in OFFICE
        )

    def _oms_ask_about_drivers(self):
        """Ask the administrators to take the office away from drivers."""
        drivers = self.filtered(
            lambda user: user._is_internal() and user._oms_is_only_driver()
        )
        return drivers.partner_id._oms_ask_role(
            "administrator",
            "internal_driver",
            lambda env: env._(
                "This driver can log in to the back office: a portal user is enough"
            ),
        )
