from odoo import models
from odoo.tools import plaintext2html


class MailActivityMixin(models.AbstractModel):
    """Tasks that the system leaves go to people who may do them."""

    _inherit = "mail.activity.mixin"

    # === BUSINESS METHODS === #

    def _oms_get_people(self):
        """Return who knows the record best, the best first; they need no role.

        :rtype: res.users
        """
        self.ensure_one()
        user = self["user_id"] if "user_id" in self._fields else None
        return user if user is not None else self.env["res.users"]

    def _oms_get_company(self):
        """Return the company whose people get the task.

        :rtype: res.company
        """
        self.ensure_one()
        company = self["company_id"] if "company_id" in self._fields else None
        return company or self.env.company

    def _oms_ask_role(self, role, task, say, *, note="", people=None, **values):
        """Leave a task on each record for somebody who may do it.

        Where nobody has the role, the administrators get one task for the cause,
        however many records wait for it; the others tell so in their notes.

        :param str role: a key of `oms.role._get_groups`
        :param str task: names what is asked for: while it is open on a record, it
            isn't asked for again
        :param say: takes an environment in the reader's language and returns what
            there is to do: ``lambda env: env._("Credit the invoice")``
        :param note: plain text, or what takes an environment in the reader's language
            and returns it
        :param people: takes a record and returns who should do it, the best first;
            else `_oms_get_people`
        :param values: of the activities
        :return: the new activities
        :rtype: mail.activity
        """
        activities = self.env["mail.activity"]
        todo = self - self._oms_get_asked(task)
        if not todo or self.env.context.get("mail_activity_automation_skip"):
            return activities
        roles = self.env["oms.role"]
        if note:
            values["note"] = note
        shares = {}
        for company, records in todo.grouped(lambda r: r._oms_get_company()).items():
            holders = roles._get_holders(role, company)
            busy = roles._count_tasks(holders)
            for record in records:
                # sudo: who is responsible, nothing else
                known = people(record) if people else record.sudo()._oms_get_people()
                user = roles._pick(holders, known, busy)
                shares.setdefault((company, user), []).append(record.id)
        for (company, user), ids in shares.items():
            records = self.browse(ids)
            if user:
                activities |= records._oms_leave_task(user, task, say, values)
            else:
                activities |= records._oms_ask_administrators(
                    role, company, task, say, values
                )
        return activities

    def _oms_leave_task(self, user, task, say, values):
        """Leave the task with one person, in that person's language.

        :rtype: mail.activity
        """
        reader = self.with_context(lang=user.lang or self.env.lang)
        if note := values.get("note"):
            text = note(reader.env) if callable(note) else note
            values = {**values, "note": plaintext2html(text)}
        return reader.activity_schedule(
            "mail.mail_activity_data_todo",
            summary=say(reader.env),
            user_id=user.id,
            oms_task=task,
            **values,
        ).with_env(self.env)

    def _oms_ask_administrators(self, role, company, task, say, values):
        """Nobody has the role: one task for the administrators, notes for the rest.

        :rtype: mail.activity
        """
        activities = self.env["mail.activity"]
        roles = self.env["oms.role"]
        group = roles._get_group(role)
        cause = f"{self._name}/{task}/{company.id}"
        # sudo: whether administrators know of it already
        known = activities.sudo().search_count([("oms_task", "=", cause)], limit=1)
        if not known:
            for user in roles._get_holders("administrator", company):
                reader = self.env(context={**self.env.context, "lang": user.lang})
                values = {
                    **values,
                    "note": reader._(
                        "Nobody has the role “%(role)s” in %(company)s, so tasks like "
                        "this one reach nobody. Give the role to somebody.",
                        role=group.with_env(reader).full_name,
                        company=company.name,
                    ),
                }
                activities |= self[:1]._oms_leave_task(user, cause, say, values)
        if "message_ids" in self._fields:
            for record in self:
                record._message_log(body=say(self.env))
        return activities

    def _oms_get_asked(self, task):
        """Return the records on which the task is open.

        :rtype: recordset of the same model
        """
        # sudo: whether it was asked, whoever is to do it
        known = (
            self.env["mail.activity"]
            .sudo()
            .search_fetch(
                [
                    ("res_model", "=", self._name),
                    ("res_id", "in", self.ids),
                    ("oms_task", "=", task),
                ],
                ["res_id"],
            )
        )
        return self.browse(set(known.mapped("res_id")))
