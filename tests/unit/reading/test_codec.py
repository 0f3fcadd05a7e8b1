"""What goes between server and reader comes out as it went in, and nothing else."""

import dataclasses
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import pytest

from oms_addon.adapters.base import (
    AdapterError,
    ChannelSettings,
    InboundRequest,
    Page,
)
from oms_addon.document import Line, OrderDocument, Party, Payment, Refund, RefundLine
from oms_addon.reading import Job, Outcome
from oms_addon.reading.codec import (
    LENGTHS,
    FrameError,
    _makers,
    load_head,
    pack_job,
    pack_outcome,
    unpack_job,
    unpack_outcome,
)
from oms_addon.reading.perform import perform

KINDS = {
    ".eml": "email",
    ".csv": "csv",
    ".tsv": "csv",
    ".xlsx": "csv",
    ".xls": "csv",
    ".ods": "csv",
    ".xml": "ubl",
    ".json": "api",
}
FULL = OrderDocument(
    external_id="A\ud800\x00",
    ordered_at=datetime(2026, 11, 23, 8, tzinfo=timezone(timedelta(hours=8))),
    promised_at=datetime(2026, 11, 24, tzinfo=UTC),
    prices_include_tax=True,
    customer=Party(name="李雷", masked=True),
    lines=(Line(quantity=Decimal("1E+3"), tax_rate=Decimal("0")), Line(kind="fee")),
    payments=(
        Payment(amount=Decimal("0.10"), paid_at=datetime(2026, 1, 1, tzinfo=UTC)),
    ),
    refunds=(Refund(lines=(RefundLine("1", Decimal(2)),)),),
    total=Decimal("0"),
    tags=("a", "b"),
)


def through(packed):
    head, blob = LENGTHS.unpack_from(packed)
    start = LENGTHS.size
    received = load_head(packed[start : start + head])
    received.pop("last", None)
    return received, packed[start + head : start + head + blob]


@pytest.mark.parametrize(
    "outcome",
    [
        Outcome(document=FULL),
        Outcome(document=OrderDocument("1")),
        Outcome(parts=()),
        Outcome(
            parts=(
                InboundRequest(b"\x00\xff", kind="csv", filename="ä.csv"),
                InboundRequest(b"", headers={"a": "b"}),
            )
        ),
        Outcome(page=Page((InboundRequest(b"1"), InboundRequest(b"22")), "c", True)),
        Outcome(text="é"),
        Outcome(text=None),
        Outcome(body=b"\x00"),
        Outcome(odd="Traceback"),
        Outcome(broken="memory"),
    ],
    ids=lambda outcome: str(outcome)[:40],
)
def test_an_outcome_comes_back_as_it_was(outcome):
    assert unpack_outcome(*through(pack_outcome(outcome))) == outcome


def test_an_error_comes_back_with_its_values():
    error = AdapterError("invalid", path="total", value=Decimal("1.5"), row=3)
    back = unpack_outcome(*through(pack_outcome(Outcome(error=error)))).error
    assert (back.code, back.details) == (
        "invalid",
        {"path": "total", "value": "1.5", "row": 3},
    )


def test_a_job_comes_back_as_it_was():
    job = Job(
        "csv",
        InboundRequest(b"\x00a", {"h": "1"}, {"q": "2"}, "text/csv", "f.csv", "csv"),
        ChannelSettings("EUR", "DE", "Europe/Berlin", True, {"columns": {"a": "sku"}}),
        "with_text",
        "new",
        200,
    )
    assert unpack_job(*through(pack_job(job))) == job


@pytest.mark.parametrize("cls", [OrderDocument, InboundRequest, ChannelSettings])
def test_each_field_has_a_way(cls):
    """A field of a new kind must not be found missing by the first message."""
    assert set(_makers(cls)) == {each.name for each in dataclasses.fields(cls)}


@pytest.mark.parametrize(
    "head",
    [
        {},
        {"document": {}},
        {"document": []},
        {"document": {"external_id": 1}},
        {"document": {"external_id": "1", "lines": [{"quantity": 1}]}},
        {"document": {"external_id": "1", "kind": "other"}},
        {"document": {"external_id": "1", "unknown": "1"}},
        {"document": {"external_id": "1", "ordered_at": "never"}},
        {"document": {"external_id": "1", "total": "much"}},
        {"parts": [{"size": "1"}]},
        {"error": "unknown", "details": {}},
        {"error": "invalid", "details": {}},
        {"text": 1, "odd": "", "broken": ""},
    ],
    ids=str,
)
def test_what_is_no_outcome_is_refused(head):
    with pytest.raises(FrameError):
        unpack_outcome(head, b"")


def test_every_message_of_the_fixtures_comes_back_as_it_was(fixtures):
    cases = fixtures.parent / "cases"
    found = [
        path
        for folder in (fixtures, cases)
        for path in sorted(Path(folder).rglob("*"))
        if path.suffix in KINDS and path.stat().st_size < 200_000
    ]
    settings = ChannelSettings(currency="EUR", country_code="DE")
    read = 0
    for path in found:
        request = InboundRequest(path.read_bytes(), filename=path.name)
        for kind in {KINDS[path.suffix], *_platforms(path)}:
            outcome = perform(Job(kind, request, settings))
            if outcome.error or outcome.odd:
                continue
            read += 1
            assert unpack_outcome(*through(pack_outcome(outcome))) == outcome, path
    assert read > 30


def _platforms(path):
    names = ("shopify", "woocommerce", "taobao")
    return [name for name in names if name[:3] in str(path).lower()]
