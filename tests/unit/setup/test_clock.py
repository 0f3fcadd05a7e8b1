"""The clock of a day of another date: what it shows, and who gets it."""

import json
import os
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from omsdev.day import demo
from omsdev.host import clock, postgres
from omsdev.host.clock import BEGIN, COMPANY_ZONE, REAL, Clock, clock_for, read_moment
from omsdev.host.code import Host
from omsdev.host.odoo import Odoo
from omsdev.progress import SetupError
from omsdev.testing import run as testing

LEAP = "2028-02-29"


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("OMS_HOME", str(tmp_path))
    for name in ("PGHOST", "LD_PRELOAD", "FAKETIME"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


# ---- dates -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "utc", "day"),
    [
        (LEAP, "2028-02-29T00:00", LEAP),
        ("2027-03-28", "2027-03-28T00:00", "2027-03-28"),  # clocks go forward
        ("2027-10-31T23:59", "2027-10-31T15:59", "2027-10-31"),
        ("2027-03-28T02:30", "2027-03-27T18:30", "2027-03-28"),
        ("2027-01-01T00:00", "2026-12-31T16:00", "2027-01-01"),
        ("2027-03-28T02:30+01:00", "2027-03-28T01:30", "2027-03-28"),
        ("2026-12-31T23:30-05:00", "2027-01-01T04:30", "2027-01-01"),
    ],
)
def test_a_date_is_the_company_s_whatever_the_hour(text, utc, day):
    moment, timed = read_moment(text)
    assert moment == datetime.fromisoformat(utc).replace(tzinfo=UTC)
    assert timed == ("T" in text)
    shown = clock_for(moment, "/lib/libfaketime.so")
    assert shown.day().isoformat() == day
    assert abs(shown.now() - moment) < timedelta(seconds=5)


@pytest.mark.parametrize("zone", ["UTC", "Pacific/Kiritimati", "America/Adak"])
def test_a_date_does_not_depend_on_the_machine_s_zone(zone):
    code = (
        "from omsdev.host.clock import clock_for, read_moment\n"
        f"print(clock_for(read_moment('{LEAP}')[0], '').day())"
    )
    setup = Path(__file__).parents[3] / "setup"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "TZ": zone, "PYTHONPATH": str(setup)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == LEAP


def test_a_date_without_time_is_the_same_date_in_all_places_of_the_company():
    moment, _timed = read_moment(LEAP)
    assert moment.hour == BEGIN
    assert moment.astimezone(UTC).date() == moment.date() == date(2028, 2, 29)


@pytest.mark.parametrize(
    "text", ["", "today", "2027-02-29", "29.02.2028", "1999-12-31", "2100-01-01"]
)
def test_what_is_no_date_is_refused(text):
    with pytest.raises(ValueError):
        read_moment(text)


# ---- who gets it -------------------------------------------------------------


def test_the_machine_s_clock_changes_nothing():
    assert REAL.environment() == {}
    assert REAL.kind == "machine"
    assert REAL.day() == datetime.now(COMPANY_ZONE).date()


def test_without_the_library_only_the_messages_have_the_date():
    shown = clock_for(read_moment(LEAP)[0], "")
    assert shown.kind == "messages" and shown.environment() == {}
    assert shown.day() == date(2028, 2, 29)
    assert abs(shown.now() - datetime.now(UTC)) < timedelta(seconds=5), (
        "a signature is of the present, or it is refused"
    )


def test_odoo_gets_the_clock_and_a_configuration_of_its_own(home, monkeypatch):
    monkeypatch.setenv("LD_PRELOAD", "/lib/other.so")
    ahead = Clock(timedelta(days=400), "/lib/libfaketime.so")
    dated = Odoo(Path("/bin/python"), Host(home, (), "19.0"), ahead).environment()
    assert dated["FAKETIME"] == "+34560000"
    assert dated["LD_PRELOAD"] == "/lib/libfaketime.so:/lib/other.so"
    assert dated["FAKETIME_DONT_FAKE_MONOTONIC"] == "1"
    assert dated["FAKETIME_FORCE_MONOTONIC_FIX"] == "0", "or threads crawl"
    plain = Odoo(Path("/bin/python"), Host(home, (), "19.0")).environment()
    assert "FAKETIME" not in plain and plain["LD_PRELOAD"] == "/lib/other.so"
    assert plain["ODOO_RC"] != dated["ODOO_RC"]
    assert str(clock.MENDED) in dated["PYTHONPATH"].split(os.pathsep)
    assert str(clock.MENDED) not in plain["PYTHONPATH"].split(os.pathsep)


def test_the_servers_of_both_clocks_have_their_own_folders(home):
    assert postgres._socket_folder() != postgres._socket_folder(postgres.DATED)
    assert postgres.DATED != postgres.PRIVATE


def test_tests_never_have_another_clock():
    """They get their Odoo from the command, which takes no date."""
    source = Path(testing.__file__).read_text()
    assert "clock" not in source and "bring_dated" not in source


@pytest.mark.parametrize(
    ("started", "same"),
    [(b"FAKETIME=+86400", True), (b"FAKETIME=+1", False), (b"", False)],
)
def test_a_server_with_another_date_is_started_anew(home, monkeypatch, started, same):
    process = home / "process"
    process.mkdir()
    (process / "environ").write_bytes(b"A=1\0" + started + b"\0")
    monkeypatch.setattr(postgres, "_process", lambda pid: process)
    ahead = Clock(timedelta(days=1), "/lib/libfaketime.so")
    assert postgres._shows(home, ahead) == same


def test_a_python_with_another_clock_can_still_wait():
    code = (
        "import time\n"
        "assert time.sleep.__module__ == 'sitecustomize'\n"
        "time.sleep(0)\ntime.sleep(0.001)\n"
        "try:\n    time.sleep(-1)\nexcept ValueError:\n    print('refused')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(clock.MENDED)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "refused"


def test_a_file_made_now_is_as_new_as_the_other_clock_says(home):
    """Or Odoo's clean-up ends every session."""
    code = (
        "import os, sys\nnow = os.stat(sys.argv[1]).st_mtime\n"
        "print(round(os.path.getmtime(sys.argv[1]) - now))"
    )
    (home / "session").touch()
    done = subprocess.run(
        [sys.executable, "-c", code, home / "session"],
        env={**os.environ, "PYTHONPATH": str(clock.MENDED), "FAKETIME": "-86400"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "-86400"


def test_a_library_that_does_not_work_is_not_used(home, monkeypatch):
    folder = home / "faketime/usr/lib/x/faketime"
    folder.mkdir(parents=True)
    (folder / clock.LIBRARY).write_bytes(b"no library")
    monkeypatch.setattr(clock, "_download", lambda: None)
    monkeypatch.setattr(clock, "_candidates", lambda: [str(folder / clock.LIBRARY)])
    assert clock.bring_library() == ("", "libfaketime does not work on this machine")


def test_a_machine_without_apt_says_so(monkeypatch):
    def fail():
        raise SetupError("apt-get was not found.", "Look.")

    monkeypatch.setattr(clock, "_candidates", list)
    monkeypatch.setattr(clock, "_download", fail)
    assert clock.bring_library() == ("", "apt-get was not found.")


def test_a_server_of_one_s_own_keeps_its_clock(monkeypatch):
    monkeypatch.setenv("PGHOST", "db.example")
    library, why = demo._library()
    assert not library and "not setup's own" in why


# ---- a day is not played on for another date ---------------------------------


class Stage:
    """A demo database that is made and kept without any server."""

    def __init__(self, home, monkeypatch, library=""):
        self.stamp = home / f"{demo.DATED}.json"
        self.made = []
        monkeypatch.setattr(demo.databases, "suite_template", lambda *a, **o: "tpl")
        monkeypatch.setattr(demo.databases, "whole", lambda name: bool(self.made))
        monkeypatch.setattr(demo, "_make", lambda tpl, name: self.made.append(name))
        monkeypatch.setattr(demo, "_library", lambda: (library, "none here"))
        monkeypatch.setattr(demo, "_lead_to_dated", lambda tpl, clock: tpl)
        monkeypatch.setattr(demo, "_let_jobs_wait", lambda clock: None)

    def bring(self, text="", **options):
        odoo = Odoo(Path("/bin/python"), Host(Path("/"), (), "19.0"))
        moment = read_moment(text) if text else None
        return demo.bring_demo(odoo, date=moment, **options)


@pytest.mark.parametrize("library", ["", "/lib/libfaketime.so"])
def test_a_day_of_another_date_says_what_to_do(home, monkeypatch, library):
    stage = Stage(home, monkeypatch, library)
    stage.bring(LEAP)
    with pytest.raises(
        SetupError, match=f"day of {LEAP}, not of 2027-01-03.*\n.*--fresh"
    ):
        stage.bring("2027-01-03")
    with pytest.raises(SetupError, match="--fresh"):
        stage.bring(LEAP + "T23:30")
    assert stage.made == [demo.DATED]
    assert stage.bring("2027-01-03", fresh=True).clock.day() == date(2027, 1, 3)
    assert len(stage.made) == 2


def test_a_day_that_is_gone_on_with_keeps_its_clock(home, monkeypatch):
    stage = Stage(home, monkeypatch, "/lib/libfaketime.so")
    stage.bring(LEAP)
    kept = json.loads(stage.stamp.read_text())
    kept["ahead"] -= 7200  # begun two hours ago
    stage.stamp.write_text(json.dumps(kept))
    gone_on = stage.bring(LEAP).clock
    assert gone_on.offset.total_seconds() == kept["ahead"]
    assert len(stage.made) == 1


def test_today_s_database_is_not_that_of_another_date(home, monkeypatch):
    stage = Stage(home, monkeypatch)
    assert stage.bring(LEAP).name == demo.DATED
    todays = stage.bring()
    assert (todays.name, todays.clock) == (demo.TODAYS, REAL)
    stage.bring()
    assert stage.made == [demo.DATED, demo.TODAYS]
    stage.bring(fresh=True)
    assert stage.made == [demo.DATED, demo.TODAYS, demo.TODAYS]
