from odoo import api, fields, models
from odoo.tools import email_normalize, html2plaintext

from ..people import tell_customer


class OmsCase(models.Model):
    """Messages of a case, and the clock that watches its promise."""

    _inherit = "oms.case"

    # === BUSINESS METHODS - MAIL === #

    @api.private  # for the mail gateway: customers could write as somebody else
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
        case = super(OmsCase, without_user).message_new(msg_dict, custom_values=values)
        case._confirm_receipt()
        return case

    def _confirm_receipt(self):
        """Tell customers that their complaint is here, and until when we answer."""
        for case in self:
            tell_customer(
                case,
                "oms_addon_aftersales.oms_case_mail_received",
                message_type="auto_comment",  # no answer of staff yet
            )

    @api.private  # for the mail gateway: it reopens cases without asking who calls
    def message_update(self, msg_dict, update_vals=None):
        """An answer of the customer brings a waiting case back to work."""
        self._on_customer_message()
        return super().message_update(msg_dict, update_vals=update_vals)

    def _message_post_after_hook(self, message, msg_vals):
        self._adopt_customer(message)
        is_comment = message.message_type in ("comment", "email", "email_outgoing")
        if is_comment and not message.is_internal and not message.subtype_id.internal:
            author = message.author_id
            staff = author.user_ids.filtered(lambda u: not u.share)
            if staff and author != self.partner_id:
                # sudo: who may only read a case may answer it
                self.sudo()._on_first_response()
            elif author and author == self.partner_id:
                self._on_customer_message()
        return super()._message_post_after_hook(message, msg_vals)

    def _adopt_customer(self, message):
        """Who was only an address becomes the customer once we wrote to them."""
        # sudo: who writes to a case need not be one who may change it
        for case in self.sudo().filtered(lambda c: not c.partner_id):
            address = email_normalize(case.email_from)
            customer = message.partner_ids.filtered(
                lambda p, address=address: address and p.email_normalized == address
            )
            if customer:
                case.partner_id = customer[:1]

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
        self._oms_ask_role(
            "service",
            "case_late",
            lambda env: env._("The promised time has passed"),
        )
