"""Readers are processes of their own: they start, end, break and leave nothing."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from poison import mail, order

from oms_addon.adapters.base import InboundRequest
from oms_addon.reading import Job, limits, process
from oms_addon.reading.pool import Pool

GOOD = Job("api", InboundRequest(body=order()))
SLOW = Job("email", InboundRequest(body=mail("a\n\n" * 20_000)))
LONG = 60
ADDON = Path(process.__file__).parents[1]


@pytest.fixture
def pool():
    made = Pool()
    yield made
    made.close()


def children():
    """Processes below this one, also dead ones nobody has asked about."""
    found = subprocess.run(
        ["ps", "-ww", "-o", "pid=,stat=,args=", "--ppid", str(os.getpid())],
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    return [line for line in found.splitlines() if "worker.py" in line or " Z" in line]


def test_messages_are_read_in_their_order_by_one_process(pool):
    jobs = [
        Job("api", InboundRequest(body=order(external_id=str(number))))
        for number in range(300)
    ]
    outcomes = pool.run(jobs, LONG)
    ids = [outcome.document.external_id for outcome in outcomes]
    assert ids == [str(number) for number in range(300)]
    assert len(pool.free) == 1


def test_what_takes_long_ends_the_run_and_its_reader(pool):
    pool.run([GOOD], LONG)
    first = pool.free[0][0].process.pid
    outcomes = pool.run([SLOW, GOOD], 0.001)
    assert [outcome.broken for outcome in outcomes] == ["time"]
    assert not pool.free
    assert pool.run([GOOD], LONG)[0].document
    assert pool.free[0][0].process.pid != first


def test_a_reader_that_is_killed_is_replaced(pool):
    pool.run([GOOD], LONG)
    os.kill(pool.free[0][0].process.pid, signal.SIGKILL)
    assert pool.run([GOOD], LONG)[0].document


def test_a_reader_that_dies_while_it_reads_names_the_message(pool, monkeypatch):
    send = process.Reader._send

    def die(reader):
        os.kill(reader.process.pid, signal.SIGKILL)
        reader.process.wait()
        return send(reader)

    monkeypatch.setattr(process.Reader, "_send", die)
    assert [outcome.broken for outcome in pool.run([GOOD, GOOD], LONG)] == ["died"]


def test_a_reader_that_has_read_enough_is_replaced_in_between(
    pool, monkeypatch, tmp_path
):
    source = process.WORKER.read_text().replace("limits.MESSAGES", "2")
    own = tmp_path / "worker.py"
    own.write_text(source.replace("Path(__file__).resolve().parents[1]", f"{ADDON!r}"))
    own.write_text(own.read_text().replace("PosixPath", "Path"))
    monkeypatch.setattr(process, "WORKER", own)
    assert all(o.document for o in pool.run([GOOD] * 5, LONG))


def test_where_no_process_can_be_started_messages_are_read_here(
    pool, monkeypatch, caplog
):
    monkeypatch.setattr(process.sys, "executable", "/no/such/python")
    assert pool.run([GOOD], LONG)[0].document
    assert pool.run([GOOD], LONG)[0].document
    assert caplog.text.count("No process can be started") == 1


def test_nothing_is_left_when_the_pool_ends(pool):
    pool.run([GOOD], LONG)
    pool.run([SLOW], 0.001)
    pool.run([GOOD], LONG)
    assert len(children()) == 1
    pool.close()
    assert not children()


def test_an_idle_reader_is_ended(pool, monkeypatch):
    monkeypatch.setattr(limits, "IDLE_SECONDS", 0.05)
    pool.run([GOOD], LONG)
    for _try in range(200):
        if not children():
            break
        time.sleep(0.05)
    assert not children()


def test_a_fork_of_the_owner_starts_readers_of_its_own(pool):
    pool.run([GOOD], LONG)
    inside = os.fork()
    if not inside:
        try:
            good = pool.run([GOOD], LONG)[0].document is not None
            pool.close()
            os._exit(0 if good else 1)
        finally:
            os._exit(2)
    assert os.waitpid(inside, 0)[1] == 0
    assert pool.run([GOOD], LONG)[0].document


def test_a_reader_ends_with_an_owner_that_is_killed():
    script = (
        "import sys, types, time\n"
        "package = types.ModuleType('oms_addon')\n"
        f"package.__path__ = [{str(ADDON)!r}]\n"
        "sys.modules['oms_addon'] = package\n"
        "from oms_addon.reading.process import Reader\n"
        "print(Reader().process.pid, flush=True)\n"
        "reader = Reader()\n"
        "time.sleep(60)\n"
    )
    owner = subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, text=True
    )
    reader = int(owner.stdout.readline())
    owner.kill()
    owner.wait()
    owner.stdout.close()
    for _try in range(200):
        if not Path(f"/proc/{reader}").exists():
            break
        time.sleep(0.05)
    assert not Path(f"/proc/{reader}").exists()


def test_a_reader_knows_no_secret_of_the_server(pool, monkeypatch):
    monkeypatch.setenv("PGPASSWORD", "secret")
    pool.run([GOOD], LONG)
    pid = pool.free[0][0].process.pid
    assert b"secret" not in Path(f"/proc/{pid}/environ").read_bytes()
