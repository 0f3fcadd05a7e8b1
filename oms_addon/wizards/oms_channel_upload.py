import base64

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..adapters.base import InboundRequest


class OmsChannelUpload(models.TransientModel):
    _name = "oms.channel.upload"
    _description = "Upload an Order File"

    channel_id = fields.Many2one(
        comodel_name="oms.channel",
        required=True,
        domain="[('kind', 'in', ('csv', 'ubl', 'email', 'api'))]",
    )
    file = fields.Binary(required=True, attachment=False)
    filename = fields.Char()
    may_say_paid = fields.Boolean(compute="_compute_may_say_paid")

    @api.depends_context("uid")
    def _compute_may_say_paid(self):
        word = self.env["oms.inbox.message"]._word_of(self.env.user)
        self.may_say_paid = "payment" in word

    def action_upload(self):
        """Keep the file as a message, read it and show what became of it."""
        self.ensure_one()
        body = base64.b64decode(self.file or b"")
        if not body:
            raise UserError(self.env._("This file is empty."))
        messages = self.env["oms.inbox.message"]._receive(
            self.channel_id,
            [InboundRequest(body=body, filename=self.filename or "")],
            again=True,
            source="upload",
        )
        messages.filtered(lambda m: m.state in ("new", "error"))._process()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "oms_addon.oms_inbox_message_action"
        )
        action["domain"] = [("id", "in", (messages | messages.child_ids).ids)]
        action["context"] = {}
        return self._say_what_was_not_taken(messages | messages.child_ids) or action

    def _say_what_was_not_taken(self, messages):
        """Tell who uploads that a payment in the file was not recorded.

        :return: a notification that goes on to the orders; None with nothing to say.
        :rtype: dict | None
        """
        told = messages.order_id.filtered(
            lambda order: "payment_told" in order._oms_open_holds().mapped("code")
        )
        if not told:
            return None
        following = self.env["ir.actions.act_window"]._for_xml_id(
            "oms_addon.sale_order_action_oms"
        )
        following["domain"] = [("id", "in", messages.order_id.ids)]
        following["context"] = {}
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning",
                "sticky": True,
                "title": self.env._("“Paid” was not taken"),
                "message": self.env._(
                    "The file says that orders are paid. You may not record payments, "
                    "so they wait: %(orders)s",
                    orders=", ".join(told.mapped("name")[:10]),
                ),
                "next": following,
            },
        }
