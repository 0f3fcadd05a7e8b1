"""The demo database: made from the template, kept, begun anew; one for other dates."""

import json
import shutil
from dataclasses import replace
from datetime import timedelta

from ..host import databases
from ..host.clock import Clock, bring_library, clock_for
from ..host.postgres import bring_dated, client, is_private
from ..paths import locked, oms_home
from ..progress import SetupError, run, step

TODAYS, DATED = "oms_demo", "oms_dated"
DUMP = "dated.dump"


class Demo:
    """A demo database and the clock of its day.

    :param str name: of the database.
    :param Odoo odoo: what serves it, with that clock.
    """

    def __init__(self, name, odoo):
        self.name, self.odoo = name, odoo

    @property
    def clock(self):
        """What the people of the day have."""
        return self.odoo.clock


def bring_demo(odoo, *, fresh=False, date=None):
    """Make sure that the demo database exists and fits the present code.

    It is kept, with what was played and tried in it, until the code of the addons
    changes; then a new one is made.

    :param Odoo odoo: what starts the server.
    :param bool fresh: make a new one in any case.
    :param date: moment of `clock.read_moment` on which the day begins, and whether
        its time was given; None for today.
    :rtype: Demo
    :raise SetupError: when the database has the day of another date.
    """
    template = databases.suite_template(odoo, demo=True)
    if date:
        return _bring_dated(odoo, template, fresh, *date)
    stamp = oms_home() / f"{TODAYS}.template"
    known = stamp.read_text() if stamp.exists() else ""
    if fresh or known != template or not databases.whole(TODAYS):
        with step("Demo database"):
            if known and known != template:
                print("    The addons have changed: the demo database is made anew.")
            stamp.unlink(missing_ok=True)
            _make(template, TODAYS)
            stamp.write_text(template)
    return Demo(TODAYS, odoo)


def _make(template, name):
    shutil.rmtree(oms_home() / "mails" / name, ignore_errors=True)
    databases.copy(template, name)


# ---- of another date ---------------------------------------------------------


def _bring_dated(odoo, template, fresh, moment, timed):
    """The database for days of other dates, with its own clock where it can be had."""
    stamp = oms_home() / f"{DATED}.json"
    known = _read(stamp)
    kept = not fresh and known.get("template") == template
    if kept:
        _check_date(known, moment, timed)
        clock = _clock_of(known, moment)
    else:
        clock = _new_clock(moment)
    if clock.library:
        template = _lead_to_dated(template, clock)
    if not kept or not databases.whole(DATED):
        with step(f"Demo database of {moment:%Y-%m-%d}"):
            stamp.unlink(missing_ok=True)
            _make(template, DATED)
            _let_jobs_wait(clock)
            stamp.write_text(json.dumps(_stamp(template, moment, clock)))
    return Demo(DATED, replace(odoo, clock=clock))


def _read(stamp):
    try:
        return json.loads(stamp.read_text())
    except (OSError, ValueError):
        return {}


def _stamp(template, moment, clock):
    return {
        "template": template,
        "begin": moment.isoformat(),
        "ahead": clock.offset.total_seconds(),
        "clock": clock.kind,
    }


def _check_date(known, moment, timed):
    """Refuse to go on with a day of another date.

    :raise SetupError: which says what to do.
    """
    begin = known["begin"] if timed else known["begin"][:10]
    wanted = moment.isoformat() if timed else moment.isoformat()[:10]
    if begin != wanted:
        raise SetupError(
            f"This database has the day of {begin}, not of {wanted}.",
            f"Add --fresh to begin the day of {wanted} in a new one, or go on with "
            f"--date {begin[:16]}.",
        )


def _clock_of(known, moment):
    """The clock with which a day was begun: it has gone on since."""
    if known["clock"] == "messages":
        return clock_for(moment, "")
    library, why = _library()
    if not library:
        raise SetupError(
            f"This day was begun with a clock of its own, which is missing: {why}",
            "Mend that, or add --fresh to begin anew without.",
        )
    return Clock(timedelta(seconds=known["ahead"]), library)


def _new_clock(moment):
    library, why = _library()
    if not library:
        print(f"    Only the messages are of {moment:%Y-%m-%d}: {why}.", flush=True)
    return clock_for(moment, library)


def _library():
    if not is_private():
        return "", "the PostgreSQL server is not setup's own"
    with locked("setup"):
        return bring_library()


def _lead_to_dated(template, clock):
    """Start the server with that clock, and bring the template into it.

    :return: name of the template.
    :rtype: str
    """
    dump = oms_home() / DUMP
    with step("PostgreSQL with the clock of that date"):
        marker = oms_home() / f"{DUMP}.template"
        if not marker.exists() or marker.read_text() != template:
            marker.unlink(missing_ok=True)
            command = [client("pg_dump"), "-w", "-Fc", "-Z1", "-f", dump, template]
            run(command, "Check the free disk space.")
            marker.write_text(template)
        bring_dated(clock)
        if not databases.whole(template):
            _restore(dump, template)
    return template


def _restore(dump, template):
    """Bring a dumped template into the present server; its older ones go."""
    older = databases.psql(
        "SELECT datname FROM pg_database WHERE datname LIKE 'oms_demo_%'"
    )
    for name in older.split():
        run([client("dropdb"), "-w", "--if-exists", name], "Start again.")
    building = f"{template}_new"
    run([client("createdb"), "-w", building], "Check the free disk space.")
    command = [client("pg_restore"), "-w", "-j2", "--no-owner", "-d", building, dump]
    run(command, "Check the free disk space.")
    databases.psql(f'ALTER DATABASE "{building}" RENAME TO "{template}"')


def _let_jobs_wait(clock):
    """The scheduled actions are due as long after that date as they were after the
    database was made, not all at once or in years.
    """
    seconds = round(clock.offset.total_seconds())
    if seconds:
        databases.psql(
            f"UPDATE ir_cron SET nextcall = nextcall + interval '{seconds} seconds'",
            DATED,
        )
