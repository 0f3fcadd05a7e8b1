"""Which time it is for the day: the machine's, or that of another date.

libfaketime, loaded before a program's other libraries, tells the program another
time. It is used for PostgreSQL and Odoo; this process asks its `Clock` instead.
"""

import glob
import math
import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

from ..paths import oms_home
from ..progress import SetupError, run

# Of Hangzhou, all year; a machine may have no list of time zones.
COMPANY_ZONE = timezone(timedelta(hours=8))
# Eight in Hangzhou is the same date in Duisburg and in UTC.
BEGIN = 8
FIRST_YEAR, LAST_YEAR = 2000, 2099
PACKAGE = "libfaketime"
LIBRARY = "libfaketimeMT.so.1"
MENDED = Path(__file__).resolve().parent / "dated"  # for Python, on its path
# Prints the time after waiting in both ways.
PROBE = (
    "import time, threading; time.sleep(0.01); threading.Event().wait(0.01); "
    "print(time.time())"
)


@dataclass(frozen=True)
class Clock:
    """The machine's clock, or one that is some time before or after it.

    :param timedelta offset: what PostgreSQL, Odoo and the messages are ahead.
    :param str library: path of libfaketime, where it is used.
    :param date only: the day of which the messages are, when nothing else can be.
    """

    offset: timedelta = timedelta()
    library: str = ""
    only: object = None

    @property
    def kind(self):
        """Who knows the date: ``machine``, ``everything`` or ``messages``."""
        if self.only:
            return "messages"
        return "everything" if self.library else "machine"

    def now(self):
        """The present, in UTC."""
        return datetime.now(UTC) + self.offset

    def day(self):
        """The date on which the company is."""
        return self.only or self.now().astimezone(COMPANY_ZONE).date()

    def environment(self):
        """Variables with which a program has this clock; none for the machine's.

        Waits are measured by the monotonic clock, which stays as it is; so do the
        times of files, which tell Python whether it must compile them again.

        :rtype: dict
        """
        if not self.library:
            return {}
        loaded = os.environ.get("LD_PRELOAD")
        return {
            "LD_PRELOAD": f"{self.library}:{loaded}" if loaded else self.library,
            "FAKETIME": f"{self.offset.total_seconds():+.0f}",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            # Else Python's threads wait for each other ten times as long.
            "FAKETIME_FORCE_MONOTONIC_FIX": "0",
            "NO_FAKE_STAT": "1",
        }


REAL = Clock()


def read_moment(text):
    """A date, or a date with the time of day.

    :param str text: as in ISO 8601; without a zone it is the company's.
    :return: aware, and whether the time of day was given.
    :rtype: tuple[datetime, bool]
    :raise ValueError: when it is none.
    """
    moment = datetime.fromisoformat(text)
    timed = len(text) > len("2026-11-29")
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise ValueError(text)
    if not timed:
        moment = moment.replace(hour=BEGIN)
    if not moment.tzinfo:
        moment = moment.replace(tzinfo=COMPANY_ZONE)
    return moment, timed


def clock_for(moment, library):
    """A clock that shows this moment now and goes on.

    :param datetime moment: aware.
    :param str library: path of libfaketime; without one only the messages are of
        that day.
    :rtype: Clock
    """
    if not library:
        return Clock(only=moment.astimezone(COMPANY_ZONE).date())
    ahead = moment - datetime.now(UTC)
    # Up: a second before midnight is another day.
    return Clock(timedelta(seconds=math.ceil(ahead.total_seconds())), library)


def bring_library():
    """Find libfaketime, or download it with apt and unpack it; nothing is installed.

    :return: its path, or "" with the reason where it can't be had.
    :rtype: tuple[str, str]
    """
    for path in _candidates():
        if _works(path):
            return path, ""
    try:
        _download()
    except (SetupError, OSError) as error:
        return "", str(error).splitlines()[0]
    for path in _candidates():
        if _works(path):
            return path, ""
    return "", "libfaketime does not work on this machine"


def _candidates():
    roots = ("/", oms_home() / "faketime")
    return [
        path
        for root in roots
        for folder in ("usr/lib/*/faketime", "usr/lib/faketime")
        for path in sorted(glob.glob(str(Path(root) / folder / LIBRARY)))
    ]


def _works(library):
    """Whether a Python with the library has its clock a day ahead, and waits well."""
    clock = Clock(timedelta(days=1), library)
    try:
        done = subprocess.run(
            [sys.executable, "-c", PROBE],
            env={**os.environ, **clock.environment(), "PYTHONPATH": str(MENDED)},
            capture_output=True,
            text=True,
            timeout=20,
            check=True,
        )
        ahead = float(done.stdout) - clock.now().timestamp()
    except (subprocess.SubprocessError, OSError, ValueError):
        return False
    return abs(ahead) < 60


def _download():
    from .code import fetch, own_release_options

    work = oms_home() / "apt"
    debs = work / "faketime"
    debs.mkdir(parents=True, exist_ok=True)
    action = "Check the network and the apt mirror."
    options = own_release_options(work)
    if options:
        run(["apt-get", *options, "update"], action)
    fetch(options, [PACKAGE], debs, action)
    for deb in debs.glob("*.deb"):
        run(["dpkg", "-x", deb, oms_home() / "faketime"], action)
        deb.unlink()
