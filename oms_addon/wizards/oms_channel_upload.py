import base64

from odoo import fields, models
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
        )
        messages.filtered(lambda m: m.state in ("new", "error"))._process()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "oms_addon.oms_inbox_message_action"
        )
        action["domain"] = [("id", "in", (messages | messages.child_ids).ids)]
        action["context"] = {}
        return action
