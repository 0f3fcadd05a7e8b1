from odoo import api, models


class OmsRole(models.AbstractModel):
    """Who may do a kind of task.

    A task goes to a role that may act, never to whoever owns the record.
    """

    _name = "oms.role"
    _description = "Role of Order Management"

    @api.model
    def _get_groups(self):
        """Return the group that may act, by role; addons add theirs.

        :rtype: dict[str, str]
        """
        return {
            "orders": "oms_addon.group_oms_user",
            "manager": "oms_addon.group_oms_manager",
            "accounting": "account.group_account_invoice",
            "administrator": "base.group_system",
        }

    @api.model
    def _get_group(self, role):
        """
        :param str role: a key of `_get_groups`
        :rtype: res.groups
        """
        # sudo: roles are read, nothing else
        return self.env.ref(self._get_groups()[role]).sudo()

    @api.model
    def _get_holders(self, role, company):
        """Return who has a role in a company; administrators come last.

        Administrators of other companies count where the company has none.

        :rtype: res.users
        """
        # sudo: roles and companies of colleagues are read, nothing else
        everybody = (
            self.env["res.users"]
            .sudo()
            .search(
                [
                    ("all_group_ids", "in", self._get_group(role).ids),
                    ("share", "=", False),
                ],
                order="id",
            )
        )
        users = everybody.filtered(lambda user: company in user.company_ids)
        if role == "administrator":
            return users or everybody
        administrators = users.filtered(
            lambda user: user._has_group(self._get_groups()["administrator"])
        )
        return (users - administrators) + administrators

    @api.model
    def _pick(self, holders, preferred, busy):
        """Return who gets the next task: preferred people, else the least busy one.

        Administrators can do everything, so they get what nobody else can do.

        :param res.users holders: who has the role, see `_get_holders`
        :param res.users preferred: the best first; only who has the role counts
        :param dict busy: open tasks by user id, see `_count_tasks`; who gets the task
            counts up
        :return: one user, or none when nobody has the role
        :rtype: res.users
        """
        user = preferred.sudo().filtered(lambda known: known in holders)[:1]
        if not user and holders:
            group = self._get_groups()["administrator"]
            user = min(
                holders, key=lambda u: (u._has_group(group), busy.get(u.id, 0), u.id)
            )
        if user:
            busy[user.id] = busy.get(user.id, 0) + 1
        return user.with_env(self.env)

    @api.model
    def _count_tasks(self, users):
        """Open tasks of each user.

        :rtype: dict[int, int]
        """
        # sudo: how many tasks colleagues have, not which
        groups = (
            self.env["mail.activity"]
            .sudo()
            ._read_group([("user_id", "in", users.ids)], ["user_id"], ["__count"])
        )
        return {user.id: count for user, count in groups}

    @api.model
    def _get_missing(self, company):
        """Return the roles that nobody has in a company.

        :rtype: res.groups
        """
        return self.env["res.groups"].union(
            *(
                self._get_group(role)
                for role in self._get_groups()
                if not self._get_holders(role, company)
            )
        )
