from odoo import fields, models
from odoo.fields import Domain


class OmsChannel(models.Model):
    """What a channel's form counts and opens."""

    _inherit = "oms.channel"

    message_count = fields.Integer(compute="_compute_counts", compute_sudo=True)
    error_count = fields.Integer(compute="_compute_counts", compute_sudo=True)
    order_count = fields.Integer(compute="_compute_counts", compute_sudo=True)
    held_count = fields.Integer(compute="_compute_counts", compute_sudo=True)

    def _compute_counts(self):
        """How much there is: a number, which who may read the channel may know.

        Warehouse and accounting read channels, but not the inbox.
        """
        messages = dict(
            self.env["oms.inbox.message"]._read_group(
                [("channel_id", "in", self.ids)], ["channel_id"], ["__count"]
            )
        )
        errors = dict(
            self.env["oms.inbox.message"]._read_group(
                [
                    ("channel_id", "in", self.ids),
                    ("state", "in", ("error", "quarantined")),
                ],
                ["channel_id"],
                ["__count"],
            )
        )
        orders = dict(
            self.env["sale.order"]._read_group(
                [("oms_channel_id", "in", self.ids)], ["oms_channel_id"], ["__count"]
            )
        )
        held = dict(
            self.env["sale.order"]._read_group(
                [("oms_channel_id", "in", self.ids), ("oms_stage", "=", "held")],
                ["oms_channel_id"],
                ["__count"],
            )
        )
        for channel in self:
            channel.message_count = messages.get(channel, 0)
            channel.error_count = errors.get(channel, 0)
            channel.order_count = orders.get(channel, 0)
            channel.held_count = held.get(channel, 0)

    def action_view_messages(self):
        """Open the channel's inbox."""
        return self._action_view("oms_addon.oms_inbox_message_action", "channel_id")

    def action_view_errors(self):
        """Open the messages that wait for a correction."""
        action = self.action_view_messages()
        action["domain"] = list(
            Domain(action["domain"]) & Domain("state", "in", ("error", "quarantined"))
        )
        return action

    def action_view_orders(self):
        """Open the channel's orders."""
        return self._action_view("oms_addon.sale_order_action_oms", "oms_channel_id")

    def action_view_held(self):
        """Open the channel's orders on hold."""
        action = self.action_view_orders()
        action["domain"] = list(
            Domain(action["domain"]) & Domain("oms_stage", "=", "held")
        )
        return action

    def _action_view(self, xmlid, field_name):
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(xmlid)
        action["domain"] = [(field_name, "=", self.id)]
        action["context"] = {f"default_{field_name}": self.id}
        return action
