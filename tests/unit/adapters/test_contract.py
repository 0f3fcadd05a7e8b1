"""What every adapter promises, tried with its samples in ``tests/samples/<kind>/``.

A new format needs a package, a line in the registry and a folder of samples; these
tests run on it by themselves.
"""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from oms_addon.adapters import adapter_kinds, get_adapter
from oms_addon.adapters.base import (
    AdapterError,
    ChannelSettings,
    InboundRequest,
    SignatureError,
)
from oms_addon.document import OrderDocument

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
SETTINGS = ChannelSettings(
    currency="EUR", country_code="DE", timezone="Europe/Berlin", options={}
)
NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
CUTS = 40
FILES = [
    pytest.param(kind, path, id=f"{kind}-{path.name}")
    for kind in adapter_kinds()
    for path in sorted((SAMPLES / kind).glob("*"))
]


def request_of(path, body=None):
    return InboundRequest(
        body=path.read_bytes() if body is None else body, filename=path.name
    )


def pieces_of(kind, request):
    """(adapter, piece) of each order: a mail may hold a table, which tables read."""
    for piece in get_adapter(kind).split(request, SETTINGS):
        yield get_adapter(piece.kind or kind), piece


def read(kind, request):
    """Documents of a message.

    :rtype: list[OrderDocument]
    """
    return [
        adapter.parse(piece, SETTINGS) for adapter, piece in pieces_of(kind, request)
    ]


@pytest.mark.parametrize("kind", adapter_kinds())
def test_every_format_has_samples(kind):
    assert len(list((SAMPLES / kind).glob("*"))) >= 2


@pytest.mark.parametrize(("kind", "path"), FILES)
def test_a_sample_is_read_the_same_each_time(kind, path):
    first, second = (read(kind, request_of(path)) for _ in range(2))
    assert first and first == second
    assert all(isinstance(document, OrderDocument) for document in first)


@pytest.mark.parametrize(("kind", "path"), FILES)
def test_numbers_are_exact_and_times_have_a_zone(kind, path):
    for document in read(kind, request_of(path)):
        for line in document.lines:
            assert isinstance(line.quantity, Decimal)
            assert isinstance(line.unit_price, Decimal)
        assert document.ordered_at is None or document.ordered_at.tzinfo


@pytest.mark.parametrize(("kind", "path"), FILES)
def test_a_message_that_was_cut_off_is_refused_in_words_or_read(kind, path):
    body = path.read_bytes()
    for number in range(CUTS):
        part = body[: len(body) * number // CUTS]
        try:
            read(kind, request_of(path, part))
        except AdapterError as error:
            assert error.code in AdapterError.CODES


@pytest.mark.parametrize("kind", adapter_kinds())
def test_nothing_is_taken_without_a_signature(kind):
    adapter = get_adapter(kind)
    path = sorted((SAMPLES / kind).glob("*"))[0]
    secrets = dict.fromkeys(adapter.secret_fields, "a secret of the test")
    for known in ({}, secrets):
        with pytest.raises(SignatureError):
            adapter.verify(request_of(path), known, NOW)


@pytest.mark.parametrize(("kind", "path"), FILES)
def test_a_person_who_corrects_nothing_changes_nothing(kind, path):
    for adapter, piece in pieces_of(kind, request_of(path)):
        text = adapter.text_of(piece.body)
        if text is None:
            continue
        body = adapter.with_text(piece.body, text)
        again = InboundRequest(
            body=body,
            headers=piece.headers,
            query=piece.query,
            content_type=piece.content_type,
            filename=piece.filename,
            kind=piece.kind,
        )
        one, other = (adapter.parse(p, SETTINGS) for p in (piece, again))
        assert one.lines == other.lines and one.external_id == other.external_id
