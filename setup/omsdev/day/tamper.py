"""What goes wrong with messages: changed, cut off, forged; signed again."""

import hashlib
import hmac
import io
import json
import re
import zipfile
from dataclasses import replace
from datetime import datetime, timedelta

from ..messages import taobao, ubl
from ..messages.shops import sign
from ..messages.spec import Message

_SIGNATURES = {
    "shopify": "X-Shopify-Hmac-Sha256",
    "woocommerce": "X-WC-Webhook-Signature",
}


def raise_total(kind, message, secrets):
    """Let the shop's total be 12 more than its lines.

    :rtype: Message
    """

    def change(value):
        for name in ("total_price", "current_total_price", "total"):
            if name in value:
                value[name] = f"{float(value[name]) + 12:.2f}"
        for name in ("total_price_set", "current_total_price_set"):
            for money in value.get(name, {}).values():
                money["amount"] = f"{float(money['amount']) + 12:.2f}"

    return _edit(kind, message, secrets, change)


def move_house(kind, message, secrets):
    """Let the buyer of a WooCommerce order give another street, an hour later.

    :rtype: Message
    """

    def change(value):
        value["shipping"]["address_1"] = "Parkallee 7"
        for name in ("date_modified", "date_modified_gmt"):
            later = datetime.fromisoformat(value[name]) + timedelta(hours=1)
            value[name] = later.isoformat()

    message = _edit(kind, message, secrets, change)
    topic = {"X-WC-Webhook-Topic": "order.updated", "X-WC-Webhook-Event": "updated"}
    return replace(message, headers={**message.headers, **topic})


def cut_off_the_end(kind, message, secrets):
    """Lose the last byte on the way to the signature.

    :rtype: Message
    """
    return _signed(kind, message, secrets, message.body[:-1])


def forge_signature(kind, message, secrets):
    """Sign with a secret that is not the shop's.

    :rtype: Message
    """
    forged = {**secrets, "webhook_secret": "somebody else's"}
    return _signed(kind, message, forged, message.body)


def unreadable(kind, number, secrets, now):
    """A message of which nothing can be made.

    :param str kind: ``ubl``, ``csv`` or ``taobao``.
    :rtype: Message
    """
    if kind == "taobao":
        data = {"trade_fullinfo_get_response": {"trade": {"status": str(number)}}}
        return taobao._push("taobao.trade.fullinfo.get", data, secrets, now)
    if kind == "csv":
        body = f"Liste {number}\nfoo;bar\n1;2\n".encode()
        return Message(body=body, content_type="text/csv", filename=f"{number}.csv")
    body = f'<?xml version="1.0"?><Order xmlns="{ubl.UBL}Order-2"><ID>{number}'.encode()
    stamp = str(int(now.timestamp()))
    signature = hmac.new(
        secrets["webhook_secret"].encode(), stamp.encode() + b"." + body, hashlib.sha256
    ).hexdigest()
    headers = {"X-OMS-Timestamp": stamp, "X-OMS-Signature": signature}
    return Message(
        body=body,
        headers={"Content-Type": "application/xml", **headers},
        content_type="application/xml",
        filename=f"{number}.xml",
    )


def timeless_archive(body):
    """Write an Office file again, without the time at which it was made.

    The same orders then make the same bytes.

    :rtype: bytes
    """
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(body)) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            content = source.read(name)
            if name == "docProps/core.xml":
                content = re.sub(
                    rb"\d{4}-\d\d-\d\dT[\d:]+Z", b"2026-01-01T00:00:00Z", content
                )
            target.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), content)
    return out.getvalue()


def _edit(kind, message, secrets, change):
    value = json.loads(message.body)
    change(value)
    body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    return _signed(kind, message, secrets, body)


def _signed(kind, message, secrets, body):
    name = _SIGNATURES[kind]
    headers = {**message.headers, name: sign(secrets["webhook_secret"], body)}
    return replace(message, body=body, headers=headers)
