import logging

from werkzeug.exceptions import RequestEntityTooLarge

from odoo import http
from odoo.exceptions import ConcurrencyError
from odoo.http import request

from ..adapters.base import InboundRequest, SignatureError

_logger = logging.getLogger(__name__)

# Bytes of one message; a larger one gets 413.
MAX_BODY = 10 * 1024 * 1024
TRIES = 3  # when the same message is just coming in through another request


class OmsWebhook(http.Controller):
    @http.route(
        "/oms/webhook/<string:token>",
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,
        save_session=False,
        max_content_length=MAX_BODY,
    )
    def receive(self, token, **_query):
        """Keep a channel's message; answered when it is committed.

        :param str token: names the channel; its signature proves the sender.
        :return: 200 with the message's id; 401 when the signature is wrong, 404
            for an unknown token, 413 when it is too large.
        """
        # sudo: the platform is no user; it proves itself by its signature
        channel = request.env["oms.channel"].sudo().search([("token", "=", token)])
        if not channel or not channel._adapter():
            return self._answer(404, "unknown")
        try:
            message = self._read(channel)
        except RequestEntityTooLarge:
            return self._answer(413, "too large")
        adapter = channel._adapter()
        if adapter.is_ping(message):
            return self._answer(200, "ping")
        try:
            channel._verify(message)
        except SignatureError as error:
            _logger.info("Channel %s: message refused, %s", channel.id, error)
            return self._answer(401, "signature")
        stored = self._receive(channel.with_company(channel.company_id), message)
        # The acknowledgement promises that the message is kept: commit before it.
        request.env.cr.commit()
        return self._answer(200, "received", message=stored.id)

    def _receive(self, channel, message):
        """Keep the message; of those that come in at once, one makes it known.

        The host would repeat the others after seconds; here they count it at once.

        :rtype: oms.inbox.message
        """
        inbox = request.env["oms.inbox.message"].sudo()  # sudo: see `receive`
        for tries_left in reversed(range(TRIES)):
            try:
                return inbox._receive(channel, [message], source="webhook")
            except ConcurrencyError:
                if not tries_left:
                    raise
                request.env.cr.rollback()
                request.env.transaction.reset()

    def _read(self, channel):
        """The request as the adapters want it, limited in size.

        :rtype: InboundRequest
        """
        incoming = request.httprequest
        if (incoming.content_length or 0) > MAX_BODY:
            raise RequestEntityTooLarge()
        body = incoming.get_data(cache=True, parse_form_data=False)
        if len(body) > MAX_BODY:
            raise RequestEntityTooLarge()
        return InboundRequest(
            body=body,
            headers={name.lower(): value for name, value in incoming.headers.items()},
            query=dict(incoming.args),
            content_type=incoming.mimetype or "",
            filename=incoming.headers.get("X-OMS-Filename", "")[:200],
        )

    def _answer(self, status, result, **values):
        return request.make_json_response({"result": result, **values}, status=status)
