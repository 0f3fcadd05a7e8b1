"""Taobao and Tmall: trades and refunds of the Taobao Open Platform (TOP).

Reads the answers of ``trade.fullinfo.get``, ``trades.sold.get``,
``trades.sold.increment.get``, ``refund.get`` and ``refunds.receive.get``, rows of
the order push database (``jdp_response``) and message service notifications. A
notification names a trade but has nothing of its content: those that cancel or
refund are read, the others are ignored and the next poll brings the trade. Refunds
and notifications have no revision: their times are not those of the trade.

Times without zone are China's; prices include tax; money is yuan.
"""

import dataclasses
from urllib.parse import parse_qsl

from ...document import OrderDocument
from .. import read
from ..base import (
    SIGNATURE_TOLERANCE,
    Adapter,
    AdapterError,
    SignatureError,
    check_signature,
    require_secret,
)
from .calls import GATEWAY, TopCalls, dump, items, sign, unwrap
from .money import CURRENCY, time_of
from .trade import read_refund, read_trade

# Where a form post may carry the JSON.
FORM_FIELDS = ("jdp_response", "message", "content", "response", "trade", "refund")


class TaobaoAdapter(TopCalls, Adapter):
    """Reads and writes the messages of Taobao and Tmall shops."""

    kind = "taobao"
    label = "Taobao / Tmall"
    secret_fields = ("app_key", "app_secret", "session")
    call_secrets = secret_fields
    option_fields = ("sign_method", "carriers", "poll_hours")
    default_address = GATEWAY

    # ---- coming in -------------------------------------------------------

    def verify(self, request, secrets, now):
        """Check TOP's signature of a push; see `base.Adapter.verify`.

        Signed are the query, the headers named in ``top-sign-list``, a form's
        fields or else the raw body, by `sign`.
        """
        secret = require_secret(secrets, "app_secret")
        params, body = dict(request.query), request.body
        if _is_form(request):
            params.update(_form(request))
            body = b""
        for name in filter(None, request.headers.get("top-sign-list", "").split(",")):
            params.setdefault(name, request.headers.get(name.lower(), ""))
        app_key = secrets.get("app_key")
        if app_key and params.get("app_key", app_key) != app_key:
            raise SignatureError("app_key is another application's")
        try:
            sent = time_of(params, "timestamp", "query")
        except AdapterError:
            sent = None
        if not sent or abs(now - sent) > SIGNATURE_TOLERANCE:
            raise SignatureError("timestamp missing or too old")
        try:
            expected = sign(params, secret, params.get("sign_method") or "md5", body)
        except ValueError as error:
            raise SignatureError(str(error)) from error
        check_signature(expected, params.get("sign", "").upper())

    def split(self, request, settings):
        """One message per trade, refund or notification; see `base.Adapter.split`."""
        data = unwrap(_load(request))
        for group, key in (
            ("trades", "trade"),
            ("refunds", "refund"),
            ("messages", "tmc_message"),
        ):
            pieces = items(data.get(group), key)
            if pieces:
                return [
                    dataclasses.replace(
                        request,
                        body=dump(piece if key == "tmc_message" else {key: piece}),
                        content_type="application/json",
                    )
                    for piece in pieces
                ]
        return [request]

    def parse(self, request, settings):
        """Read a trade, a refund or a notification; see `base.Adapter.parse`."""
        data = unwrap(_load(request))
        if isinstance(data.get("jdp_response"), str):
            data = unwrap(read.load_json(data["jdp_response"].encode()))
        if "topic" in data:
            return _notification(read.text(data["topic"]), data)
        if isinstance(data.get("trade"), dict):
            return read_trade(data["trade"])
        if isinstance(data.get("refund"), dict):
            return read_refund(data["refund"])
        if "refund_id" in data and "refund_fee" in data:
            return read_refund(data)
        if "tid" in data:
            return read_trade(data)
        if "trades" in data or "refunds" in data or not data:
            raise AdapterError("empty")
        raise AdapterError("unsupported", value=", ".join(list(data)[:10]))


# ---- envelopes ---------------------------------------------------------------


def _is_form(request):
    kind = request.content_type or request.headers.get("content-type", "")
    return kind.startswith("application/x-www-form-urlencoded")


def _form(request):
    return dict(
        parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True)
    )


def _load(request):
    if not request.body.strip():
        raise AdapterError("empty")
    if not _is_form(request):
        return read.load_json(request.body)
    form = _form(request)
    if form.get("topic"):
        return form
    for name in FORM_FIELDS:
        if form.get(name, "").lstrip().startswith("{"):
            data = read.load_json(form[name].encode())
            return {name: data} if name in ("trade", "refund") else data
    raise AdapterError("missing", path=FORM_FIELDS[0])


def _notification(topic, data):
    content = data.get("content") or {}
    if isinstance(content, str):
        content = read.load_json(content.encode())
    if not isinstance(content, dict):
        raise AdapterError("invalid", path="content", value=str(content)[:80])
    tid = read.text(read.require(content.get("tid"), "content.tid"))
    sent = data.get("pub_time") or content.get("modified")
    if topic.endswith("_TradeClose"):
        return OrderDocument(
            external_id=tid,
            kind="cancel",
            status="cancelled",
            number=tid,
            currency=CURRENCY,
            prices_include_tax=True,
        )
    if topic.endswith("_RefundSuccess"):
        return read_refund(
            {
                **content,
                "status": "SUCCESS",
                "modified": content.get("modified") or sent,
            }
        )
    return OrderDocument(
        external_id=tid,
        kind="ignored",
        number=tid,
        note=f"{topic}: the trade itself comes with the next poll",
    )


ADAPTER = TaobaoAdapter()
