import json

from odoo import api, models
from odoo.exceptions import ValidationError

from ...adapters.base import InboundRequest


class OmsChannel(models.Model):
    """Orders of other systems over Odoo's JSON-2 API."""

    _inherit = "oms.channel"

    @api.model
    def oms_intake(self, channel, orders):
        """Take in orders of another system, once each (Odoo's JSON-2 API).

        Call ``POST /json/2/oms.channel/oms_intake``. Sending the same orders
        again changes nothing and returns the same answer.

        :param int channel: id of a channel of kind API.
        :param list orders: order documents as objects, in the shape that
            ``oms_addon/adapters/api/adapter.py`` documents.
        :return: for each order ``external_id``, ``state`` (``done``, ``error``,
            ``ignored``; ``new`` when it is read in a moment), ``order_id``,
            ``order`` (its number), ``error``.
        :rtype: list[dict]
        :raise AccessError: when the user may not work on the inbox.
        :raise ValidationError: when the channel is not one of kind API, or ``orders``
            is no list.
        """
        is_id = type(channel) is int and 0 < channel < 2**31
        channel_record = self.browse(channel if is_id else []).exists()
        if not isinstance(orders, list):
            raise ValidationError(self.env._("The orders must be a list."))
        if channel_record.kind != "api":
            raise ValidationError(
                self.env._(
                    "Channel %(channel)s does not take orders through the API.",
                    channel=channel,
                )
            )
        channel_record.check_access("read")
        inbox = self.env["oms.inbox.message"]
        inbox.check_access("write")
        requests = [
            InboundRequest(
                body=json.dumps(order, sort_keys=True, ensure_ascii=False).encode(
                    "utf-8", "replace"
                ),
                content_type="application/json",
            )
            for order in orders
        ]
        messages = inbox._receive(channel_record, requests, source="api")
        messages.filtered(lambda m: m.state in ("new", "error"))._process()
        return [message._api_answer() for message in messages]
