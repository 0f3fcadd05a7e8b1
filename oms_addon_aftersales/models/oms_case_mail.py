from odoo import api, fields, models
from odoo.tools import html2plaintext


class OmsCase(models.Model):
    """Messages of a case, and the clock that watches its promise."""

    _inherit = "oms.case"

    # === BUSINESS METHODS - MAIL === #

    @api.model
    def message_new(self, msg_dict, custom_values=None):
        """Make a case of an e-mail to the alias of a case type."""
        values = {
            "subject": msg_dict.get("subject") or self.env._("No Subject"),
            "email_from": msg_dict.get("from"),
            "partner_id": msg_dict.get("author_id", False),
            "description": html2plaintext(msg_dict.get("body") or ""),
            **(custom_values or {}),
        }
        without_user = self.with_context(default_user_id=False)
        return super(OmsCase, without_user).message_new(msg_dict, custom_values=values)

    def message_update(self, msg_dict, update_vals=None):
        """An answer of the customer brings a waiting case back to work."""
        self._on_customer_message()
        return super().message_update(msg_dict, update_vals=update_vals)

    def _message_post_after_hook(self, message, msg_vals):
        is_comment = message.message_type in ("comment", "email", "email_outgoing")
        if is_comment and not message.is_internal and not message.subtype_id.internal:
            author = message.author_id
            staff = author.user_ids.filtered(lambda u: not u.share)
            if staff and author != self.partner_id:
                self._on_first_response()
            elif author and author == self.partner_id:
                self._on_customer_message()
        return super()._message_post_after_hook(message, msg_vals)

    def _on_first_response(self):
        open_cases = self.filtered(lambda c: not c.first_response_at)
        open_cases.write({"first_response_at": fields.Datetime.now()})
        open_cases.filtered(lambda c: c.state == "new")._transition("working")

    def _on_customer_message(self):
        # Customers may write to their case, and by that reopen it.
        self.sudo().filtered(lambda c: c.state in ("waiting", "solved"))._transition(
            "working"
        )

    # === CRON === #

    @api.model
    def _cron_escalate(self):
        """Mark broken promises and tell who has to know; in batches."""
        domain = [
            ("state", "in", ("new", "working")),
            ("is_escalated", "=", False),
            ("sla_deadline", "<", fields.Datetime.now()),
        ]
        cases = self.search(domain, limit=200)
        cases._escalate()
        remaining = self.search_count(domain) if len(cases) == 200 else 0
        self.env["ir.cron"]._commit_progress(len(cases), remaining=remaining)

    def _escalate(self):
        self.write({"is_escalated": True, "is_sla_failed": True})
        for case in self:
            user = case.type_id.escalation_user_id or case.user_id or self.env.user
            case.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=self.env._("The promised time has passed"),
                user_id=user.id,
            )
