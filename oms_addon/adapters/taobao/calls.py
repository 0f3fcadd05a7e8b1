"""Calls to the Taobao Open Platform (TOP): signing, polling, stock, shipment."""

import hashlib
import hmac
import json
from datetime import datetime, timedelta
from decimal import ROUND_FLOOR
from math import ceil
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from ... import masking
from .. import read
from ..base import AdapterError, HttpRequest, InboundRequest, Page, require_secret

GATEWAY = "https://gw.api.taobao.com/router/rest"
CHINA = ZoneInfo("Asia/Shanghai")
TIME_FORMAT = "%Y-%m-%d %H:%M:%S"

PAGE_SIZE = 100
SKUS_PER_CALL = 20
LONGEST_WINDOW = timedelta(days=1)
FIRST_POLL_HOURS = 24
# A trade changed this very second may not be in the answer yet.
LAG = timedelta(seconds=30)

# Part of a carrier's name: its code at TOP.
CARRIERS = {
    "顺丰": "SF",
    "圆通": "YTO",
    "中通": "ZTO",
    "申通": "STO",
    "韵达": "YUNDA",
    "EMS": "EMS",
    "邮政": "POSTB",
}

TRADE_FIELDS = (
    "tid,type,status,created,modified,pay_time,consign_time,end_time,send_time,"
    "consign_interval,payment,total_fee,post_fee,discount_fee,adjust_fee,cod_fee,"
    "buyer_cod_fee,order_tax_fee,step_trade_status,step_paid_fee,alipay_no,title,"
    "num_iid,num,price,buyer_nick,buyer_open_uid,buyer_message,has_buyer_message,"
    "seller_memo,seller_flag,shipping_type,trade_from,oaid,receiver_name,"
    "receiver_country,receiver_state,receiver_city,receiver_district,receiver_town,"
    "receiver_address,receiver_zip,receiver_mobile,receiver_phone,orders"
)


def sign(params, secret, sign_method="md5", body=b""):
    """Sign a call to TOP, or check one that TOP makes to us.

    :param Mapping params: all but ``sign``; empty values don't count.
    :param str secret: of the application.
    :param str sign_method: ``'md5'``, ``'hmac'`` (HMAC-MD5) or ``'hmac-sha256'``.
    :param bytes body: of a push; calls that we make have none.
    :rtype: str
    :return: upper-case hexadecimal.
    :raise ValueError: for another method.
    """
    text = "".join(
        f"{key}{params[key]}"
        for key in sorted(params)
        if key != "sign" and params[key] not in ("", None)
    )
    plain, key = text.encode() + body, secret.encode()
    if sign_method == "md5":
        return hashlib.md5(key + plain + key).hexdigest().upper()
    if sign_method == "hmac":
        return hmac.new(key, plain, hashlib.md5).hexdigest().upper()
    if sign_method == "hmac-sha256":
        return hmac.new(key, plain, hashlib.sha256).hexdigest().upper()
    raise ValueError(f"unknown sign_method {sign_method!r}")


def stamp(moment):
    """Return an aware time as TOP writes it, in China's time zone.

    :rtype: str
    """
    return moment.astimezone(CHINA).strftime(TIME_FORMAT)


def is_true(value):
    """Whether a TOP boolean (``true``, ``"true"``, ``1``) is true."""
    return value is True or str(value).lower() in ("true", "1")


def items(value, key):
    """Return a TOP list: ``{key: [...]}``, a bare list, or one object.

    :rtype: list
    """
    if isinstance(value, dict):
        value = value.get(key, value)
    if not value:
        return []
    return value if isinstance(value, list) else [value]


def unwrap(data):
    """Return what is inside the ``..._response`` envelope of an answer.

    :raise AdapterError: when the answer is an error.
    """
    if not isinstance(data, dict):
        raise AdapterError("not_object")
    if "error_response" in data:
        raise AdapterError("refused", value=explain(data["error_response"]))
    for key, value in data.items():
        if key.endswith("_response") and isinstance(value, dict):
            return value
    return data


def explain(error):
    """Return an ``error_response`` as one line of text."""
    if not isinstance(error, dict):
        return masking.excerpt(read.text(error))
    code = error.get("sub_code") or error.get("code")
    reason = error.get("sub_msg") or error.get("msg")
    parts = (masking.excerpt(read.text(part)) for part in (code, reason) if part)
    return ": ".join(filter(None, parts))


class TopCalls:
    """The outgoing half of the Taobao adapter."""

    can_poll = True
    can_push_stock = True
    can_push_shipment = True

    def call(self, method, params, settings, secrets, now):
        """Build a signed call.

        :param str method: e.g. ``'taobao.time.get'``.
        :param dict params: of the method; empty values are left out.
        :rtype: HttpRequest
        :raise SignatureError: when a secret is not set.
        """
        sign_method = settings.options.get("sign_method") or "md5"
        form = {
            "method": method,
            "app_key": require_secret(secrets, "app_key"),
            "session": require_secret(secrets, "session"),
            "timestamp": stamp(now),
            "format": "json",
            "v": "2.0",
            "sign_method": sign_method,
            **{key: str(value) for key, value in params.items() if value != ""},
        }
        form["sign"] = sign(form, require_secret(secrets, "app_secret"), sign_method)
        return HttpRequest(
            method="POST",
            url=settings.address or GATEWAY,
            headers={"Content-Type": "application/x-www-form-urlencoded;charset=utf-8"},
            body=urlencode(form).encode(),
            accept=(200,),
        )

    # ---- polling ---------------------------------------------------------
    #
    # TOP wants a window of at most a day, read from its last page to the first:
    # a trade that changes meanwhile leaves the window and would push others over
    # the edge of a page not read yet. The cursor says where we are:
    #   "" or "start"      ask TOP for its time, which closes the window
    #   "start|end"        ask for the number of trades (and the first page)
    #   "start|end|page"   read that page

    def poll_request(self, cursor, settings, secrets, now):
        """Build the next call of a poll; see `base.Adapter.poll_request`."""
        start, _bar, rest = cursor.partition("|")
        if not rest:
            return self.call("taobao.time.get", {}, settings, secrets, now)
        end, _bar, page = rest.partition("|")
        params = {
            "fields": TRADE_FIELDS,
            "start_modified": start,
            "end_modified": end,
            "page_no": page or "1",
            "page_size": PAGE_SIZE,
            "use_has_next": "false",
        }
        return self.call(
            "taobao.trades.sold.increment.get", params, settings, secrets, now
        )

    def poll_page(self, body, headers, cursor, settings):
        """Read the answer of `poll_request`; see `base.Adapter.poll_page`."""
        answer = unwrap(read.load_json(body))
        start, _bar, rest = cursor.partition("|")
        if not rest:
            return self._open_window(answer, start, settings)
        end, _bar, page = rest.partition("|")
        total = int(read.decimal(answer.get("total_results"), "total_results", 0))
        if not page and total > PAGE_SIZE:
            last = ceil(total / PAGE_SIZE)
            return Page(cursor=f"{start}|{end}|{last}", more=True)
        messages = tuple(
            InboundRequest(body=dump({"trade": trade}), content_type="application/json")
            for trade in items(answer.get("trades"), "trade")
        )
        if page and int(page) > 1:
            return Page(messages, f"{start}|{end}|{int(page) - 1}", more=True)
        # A window of full length ended before now: go on at once.
        full = _china(end, "cursor") - _china(start, "cursor") >= LONGEST_WINDOW
        return Page(messages, end, more=full)

    def _open_window(self, answer, start, settings):
        now = _china(read.require(answer.get("time"), "time"), "time")
        if start:
            begin = _china(start, "cursor")
        else:
            hours = settings.options.get("poll_hours") or FIRST_POLL_HOURS
            begin = now - timedelta(hours=float(hours))
        end = min(begin + LONGEST_WINDOW, now - LAG)
        if end <= begin:
            return Page()
        return Page(cursor=f"{stamp(begin)}|{stamp(end)}", more=True)

    # ---- push-back -------------------------------------------------------

    def stock_requests(self, levels, settings, secrets, now):
        """Set stock levels; see `base.Adapter.stock_requests`.

        Listings are called ``num_iid`` or ``num_iid:sku_id``; quantities are
        rounded down to whole pieces, below zero is zero.

        :raise AdapterError: for a level without listing id.
        """
        by_item = {}
        for level in levels:
            listing = read.require(level.listing_id, "listing_id")
            item, _colon, sku = listing.partition(":")
            pieces = max(int(level.quantity.to_integral_value(ROUND_FLOOR)), 0)
            by_item.setdefault(item, {})[sku] = pieces
        requests = []
        for item, skus in by_item.items():
            if "" in skus:
                params = {"num_iid": item, "quantity": skus.pop(""), "type": 1}
                requests.append(
                    self.call(
                        "taobao.item.quantity.update", params, settings, secrets, now
                    )
                )
            pairs = [f"{sku}:{pieces}" for sku, pieces in skus.items()]
            for first in range(0, len(pairs), SKUS_PER_CALL):
                params = {
                    "num_iid": item,
                    "skuid_quantities": ";".join(pairs[first : first + SKUS_PER_CALL]),
                    "type": 1,
                }
                requests.append(
                    self.call(
                        "taobao.skus.quantity.update", params, settings, secrets, now
                    )
                )
        return requests

    def shipment_requests(self, shipment, settings, secrets, now):
        """Tell of a parcel; see `base.Adapter.shipment_requests`.

        Without a tracking number (own delivery) the order is marked as sent.
        TOP splits by sub-order, not by quantity. The option ``carriers`` maps our
        carriers' codes or names to TOP's codes (``SF``, ``YTO`` ...).
        """
        params = {"tid": shipment.external_id}
        if not shipment.tracking_number:
            return [
                self.call("taobao.logistics.dummy.send", params, settings, secrets, now)
            ]
        params["out_sid"] = shipment.tracking_number
        params["company_code"] = _company_code(shipment, settings)
        if shipment.lines:
            params["sub_tid"] = ",".join(
                dict.fromkeys(line for line, _quantity in shipment.lines)
            )
            params["is_split"] = 1
        return [
            self.call("taobao.logistics.offline.send", params, settings, secrets, now)
        ]

    def check_answer(self, status, body):
        """Say why a call failed; TOP answers 200 to failures too.

        :rtype: str
        """
        if not 200 <= status < 300:
            return f"HTTP {status}"
        try:
            inner = unwrap(read.load_json(body))
        except AdapterError as error:
            if error.code == "refused":
                return error.details["value"] or f"HTTP {status}"
            raise AdapterError("odd_answer") from error
        shipping = inner.get("shipping")
        for part in (inner, shipping if isinstance(shipping, dict) else {}):
            if part.get("is_success") is not None and not is_true(part["is_success"]):
                return "is_success: false"
        return ""


def _company_code(shipment, settings):
    own = settings.options.get("carriers") or {}
    for called in (shipment.carrier_code, shipment.carrier_name):
        if called and called in own:
            return str(own[called])
    for part, code in CARRIERS.items():
        if part in shipment.carrier_name:
            return code
    return shipment.carrier_code or "OTHER"


def dump(data):
    """Return JSON bytes of data read with `read.load_json`; decimals stay exact.

    :rtype: bytes
    """
    return json.dumps(data, ensure_ascii=False, default=str).encode()


def _china(value, path):
    try:
        return datetime.strptime(value, TIME_FORMAT).replace(tzinfo=CHINA)
    except (TypeError, ValueError) as error:
        raise AdapterError("invalid", path=path, value=str(value)) from error
