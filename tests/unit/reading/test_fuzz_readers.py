"""Whatever comes in, a reader answers with a document or in words.

Each format's samples are changed at random, by bytes and by words. The numbers of the
runs are fixed: what fails is named and fails again. ``OMS_FUZZ=10000`` reads so many
of each format; without it a few, as the whole run has other things to do.
"""

import os
import random
from pathlib import Path

import pytest

from oms_addon.adapters import adapter_kinds
from oms_addon.adapters.base import ChannelSettings, InboundRequest
from oms_addon.document import OrderDocument
from oms_addon.reading import Job
from oms_addon.reading.codec import LENGTHS, load_head, pack_outcome, unpack_outcome
from oms_addon.reading.perform import perform

SAMPLES = Path(__file__).parents[2] / "samples"
NUMBER = int(os.environ.get("OMS_FUZZ") or 60)
SETTINGS = ChannelSettings(currency="EUR", country_code="DE")
WORDS = (
    b"", b"\x00", b"\xff", b"\xed\xa0\x80", b"\r\n", b"\n\n", b" ", b"\t", b",", b";",
    b":", b'"', b"'", b"<", b">", b"&", b"]]>", b"{", b"}", b"[", b"]",
    b"null", b"true",
    b"-1", b"0", b"1e999", b"NaN", b"Infinity", b"9" * 40,
    b"0001-01-01", b"9999-12-31",
    b"2026-02-30", "零".encode(), "\u202e".encode(),
    b"\\ud800", b"=?utf-8?b?//8=?=",
    b"boundary=", b"Content-Type: multipart/mixed", b"-", b"1.234,56", b"%", b"=1+1",
)  # fmt: skip


def samples(kind):
    found = sorted(path for path in (SAMPLES / kind).glob("*") if path.is_file())
    assert found, f"no sample of {kind}"
    return [(path.name, path.read_bytes()) for path in found]


def changed(dice, body, other):
    """A body with some of its bytes changed, moved or mixed with another's."""
    for _change in range(dice.choice((1, 1, 2, 3, 8))):
        start = dice.randrange(len(body) + 1)
        end = min(len(body), start + dice.choice((0, 1, 1, 4, 20, 200)))
        new = dice.choice(
            (
                dice.choice(WORDS),
                dice.choice(WORDS) * dice.choice((1, 3, 50)),
                body[start:end] * 2,
                bytes([dice.randrange(256)]),
                other[start : start + dice.choice((5, 50, 500))],
            )
        )
        body = body[:start] + new + body[end:]
    return body[: dice.randrange(1, len(body) + 1)] if not dice.randrange(9) else body


@pytest.mark.parametrize("kind", adapter_kinds())
def test_a_reader_answers_whatever_comes_in(kind):
    seeds = samples(kind)
    for number in range(NUMBER):
        dice = random.Random(f"{kind} {number}")
        name, body = dice.choice(seeds)
        body = changed(dice, body, dice.choice(seeds)[1])
        request = InboundRequest(body, filename=name)
        for operation in ("read", "text"):
            outcome = perform(Job(kind, request, SETTINGS, operation))
            assert not outcome.odd, f"run {number} of {name}: {outcome.odd}\n{body!r}"
        if isinstance(outcome.document, OrderDocument):
            packed = pack_outcome(outcome)
            head = load_head(packed[LENGTHS.size :])
            assert unpack_outcome(head, b"").document == outcome.document, number
