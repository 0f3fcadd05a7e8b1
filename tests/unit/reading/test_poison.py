"""What is made to keep its reader busy is answered in words, and stops nobody else."""

import os
import time

import pytest
from poison import POISON, mail, order

from oms_addon.adapters.base import ChannelSettings, InboundRequest
from oms_addon.reading import Job, limits
from oms_addon.reading.process import Reader, ReaderGone

SETTINGS = ChannelSettings(currency="EUR", country_code="DE")
# What a machine with other work may need for what one alone does in 5 s.
PATIENCE = 60
MOST_SECONDS = 5
GOOD = Job("api", InboundRequest(body=order()), SETTINGS)


def used(pid):
    """CPU seconds and largest memory in bytes of a process."""
    with open(f"/proc/{pid}/stat") as file:
        fields = file.read().rpartition(")")[2].split()
    with open(f"/proc/{pid}/status") as file:
        sizes = dict(line.split(":", 1) for line in file)
    seconds = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return seconds, int(sizes["VmHWM"].split()[0]) * 1024


@pytest.fixture(scope="module")
def reader_of():
    """The reader, a new one after one that has broken its limits."""
    readers = []

    def current():
        if not readers or not readers[-1].is_good():
            readers.append(Reader())
        return readers[-1]

    yield current
    for reader in readers:
        reader.end()


def read(reader, job):
    try:
        outcome = next(reader.run([job], PATIENCE))
    except ReaderGone:
        return "broken"
    assert not outcome.odd, outcome.odd
    return outcome.error.code if outcome.error else "document"


@pytest.mark.parametrize(
    ("kind", "build", "answer"),
    [pytest.param(*rest, id=name) for name, *rest in POISON],
)
def test_poison_is_answered_in_words_at_little_cost(reader_of, kind, build, answer):
    reader = reader_of()
    before, _size = used(reader.process.pid)
    job = Job(kind, InboundRequest(body=build()), SETTINGS)
    if answer == "broken":
        assert read(reader, job) == "broken"
        return
    assert read(reader, job) == answer
    seconds, size = used(reader.process.pid)
    assert seconds - before <= MOST_SECONDS
    assert size <= limits.MEMORY
    assert read(reader, GOOD) == "document"
    if size > limits.GROWN:
        reader.end()


def test_there_are_enough_of_them():
    assert len(POISON) >= 40
    assert {kind for _name, kind, _build, _answer in POISON} >= {"csv", "email", "ubl"}


def test_what_takes_too_long_is_stopped(reader_of, monkeypatch):
    begin = time.monotonic()
    slow = Job("email", InboundRequest(body=mail("a\n\n" * 20_000)), SETTINGS)
    with pytest.raises(ReaderGone, match="time"):
        list(Reader().run([slow], 0.001))
    assert time.monotonic() - begin < PATIENCE
