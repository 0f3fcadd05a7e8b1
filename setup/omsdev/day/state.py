"""What a step of the day needs: people, database, and what was done before."""

import json
import time
from contextlib import contextmanager

from ..progress import Meter, human_time
from .client import Absent, DayError, Person
from .database import Database
from .send import Channels

STATE_KEY = "oms_demo.day"
QUIET_TIMEOUT = 600
SOON = 60  # seconds until a message to a channel is tried again
BACKGROUND = ("ir_cron_intake", "ir_cron_fulfil", "ir_cron_settle")


class Day:
    """One demo day on one database.

    :param str url: address of the running server.
    :param str name: name of the database.
    :param dict logins: role -> (login, password).
    :param server: `Server` to look after while waiting, or None.

    ``seconds`` and ``earlier`` hold the time of each step: of this play, and of the
    play that did it; ``missed`` says what could not be played, and why.
    """

    def __init__(self, url, name, logins, server=None):
        self.url, self.name, self.server = url, name, server
        self.logins = logins
        self.db = Database(name)
        self.channels = Channels(self.db)
        self.seconds = {}
        self.earlier = {}
        self.missed = []
        self._people = {}
        self.state = self._load()

    # ---- people ----------------------------------------------------------

    def person(self, role):
        """The user of a role, logged in once.

        :param str role: key of ``logins``.
        :rtype: Person
        """
        login, password = self.logins[role]
        return self.login(login, password)

    def login(self, login, password):
        """A user by login, logged in once.

        :rtype: Person
        """
        if login not in self._people:
            self._people[login] = Person(self.url, self.name, login, password)
        return self._people[login]

    def visitor(self):
        """Somebody without an account.

        :rtype: Person
        """
        return Person(self.url, self.name)

    # ---- what was done ---------------------------------------------------

    def _load(self):
        text = self.db.value(
            "SELECT value FROM ir_config_parameter WHERE key = %s", STATE_KEY
        )
        return json.loads(text) if text else {}

    def save(self):
        """Keep the day's seed, date and steps in the database."""
        self.person("admin").call(
            "ir.config_parameter", "set_param", STATE_KEY, json.dumps(self.state)
        )

    @contextmanager
    def step(self, name, title):
        """Announce a step and measure it."""
        print(f"==> {title}", flush=True)
        start = time.monotonic()
        yield
        self.seconds[name] = round(time.monotonic() - start, 1)
        print(f"    {human_time(self.seconds[name])}", flush=True)

    def miss(self, problem):
        """Note that somebody or something is missing for a part of the day."""
        print(f"    not played: {problem}", flush=True)
        self.missed.append(problem)

    def once(self, name, title, work):
        """Do a step unless it was done on this database before.

        A step for which nobody is there is passed over; the next play tries again.

        :param str name: kept in the database.
        :param callable work: takes this day; returns a line to show, or None.
        """
        done = self.state.setdefault("done", {})
        if name in done:
            print(f"==> {title}: done before", flush=True)
            self.earlier[name] = done[name]
            return
        try:
            with self.step(name, title):
                said = work(self)
                if said:
                    print(f"    {said}", flush=True)
        except Absent as absent:
            self.miss(f"{title}: {absent}")
            return
        done[name] = self.seconds[name]
        self.save()

    # ---- waiting ---------------------------------------------------------

    def wait_quiet(self, label="orders to go through"):
        """Wait until the background work has nothing left to do.

        :raise DayError: when it does not end.
        """
        meter = Meter(label)
        start = time.monotonic()
        quiet = 0
        while quiet < 3:
            waiting = self._waiting()
            quiet = 0 if any(waiting.values()) else quiet + 1
            if self.server:
                self.server.check()
            if time.monotonic() - start > QUIET_TIMEOUT:
                raise DayError(f"background work does not end: {waiting}")
            meter.update(
                sum(waiting.values()),
                ", ".join(f"{n} {name}" for name, n in waiting.items() if n),
            )
            time.sleep(0.25)

    def wait_outbox(self):
        """Wait until the channels were told.

        What failed is waited for when it is soon tried again.

        :raise DayError: when it does not go on.
        """
        start, before = time.monotonic(), None
        meter = Meter("messages to channels")
        while left := self.db.value(
            "SELECT count(*) FROM oms_outbox_message WHERE state = 'queued' "
            "AND next_try <= now() AT TIME ZONE 'UTC' + %s * interval '1 second'",
            SOON,
        ):
            if self.server:
                self.server.check()
            if left != before:
                start, before = time.monotonic(), left
            if time.monotonic() - start > QUIET_TIMEOUT:
                raise DayError(f"{left} messages to channels are not sent")
            meter.update(left)
            time.sleep(0.25)

    def _waiting(self):
        """What is still to do, by kind."""
        return self.db.rows(
            """
            SELECT
              (SELECT count(*) FROM oms_inbox_message WHERE state = 'new')
                AS messages,
              (SELECT count(*) FROM sale_order o
                 JOIN oms_channel c ON c.id = o.oms_channel_id
                WHERE o.oms_stage = 'ready' AND c.auto_confirm
                  AND o.oms_checked_at IS NOT NULL) AS orders,
              (SELECT count(DISTINCT t.cron_id) FROM ir_cron_trigger t
                 JOIN ir_model_data d
                   ON d.model = 'ir.cron' AND d.res_id = t.cron_id
                WHERE t.call_at <= now() AT TIME ZONE 'UTC'
                  AND d.module = 'oms_addon' AND d.name = ANY(%s)) AS jobs
            """,
            list(BACKGROUND),
        )[0]
