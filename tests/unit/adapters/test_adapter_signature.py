"""The suite's own signature, for formats that bring none."""

import hashlib
import hmac
from datetime import UTC, datetime, timedelta

import pytest

from oms_addon.adapters import get_adapter
from oms_addon.adapters.base import InboundRequest, SignatureError

ADAPTER = get_adapter("csv")
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SECRETS = {"webhook_secret": "topsecret"}
BODY = b"order,sku,qty\nA,S-1,1\n"


def signed(stamp, body=BODY, secret="topsecret"):
    content = stamp.encode("utf-8", "surrogateescape") + b"." + body
    signature = hmac.new(secret.encode(), content, hashlib.sha256).hexdigest()
    headers = {"x-oms-timestamp": stamp, "x-oms-signature": signature}
    return InboundRequest(body=body, headers=headers)


def stamp_at(moment):
    return str(int(moment.timestamp()))


@pytest.mark.parametrize("minutes", [-9, 0, 9])
def test_a_signed_message_is_accepted_around_its_time(minutes):
    ADAPTER.verify(signed(stamp_at(NOW + timedelta(minutes=minutes))), SECRETS, NOW)


@pytest.mark.parametrize(
    "stamp",
    [
        stamp_at(NOW - timedelta(minutes=11)),
        stamp_at(NOW + timedelta(minutes=11)),
        "",
        "-1",
        "1e9",
        "²",
        "１７９５４３５２００",
        "9" * 400,
        "9" * 5000,
    ],
)
def test_a_time_that_is_old_or_no_time_is_refused(stamp):
    with pytest.raises(SignatureError):
        ADAPTER.verify(signed(stamp), SECRETS, NOW)


def test_another_secret_body_or_signature_is_refused():
    stamp = stamp_at(NOW)
    good = signed(stamp)
    for request in (
        signed(stamp, secret="other"),
        InboundRequest(body=BODY + b" ", headers=good.headers),
        InboundRequest(body=BODY, headers={"x-oms-timestamp": stamp}),
        InboundRequest(
            body=BODY, headers={"x-oms-timestamp": stamp, "x-oms-signature": "é"}
        ),
    ):
        with pytest.raises(SignatureError):
            ADAPTER.verify(request, SECRETS, NOW)
    for secrets in ({}, {"webhook_secret": ""}):
        with pytest.raises(SignatureError):
            ADAPTER.verify(good, secrets, NOW)
