import re
from contextlib import ExitStack, contextmanager
from types import SimpleNamespace
from unittest.mock import patch

import psycopg2.errors
from psycopg2.pool import PoolError
from werkzeug.exceptions import NotFound

from odoo import http
from odoo.exceptions import ConcurrencyError, UserError, ValidationError
from odoo.tests import HttpCase, TransactionCase, tagged
from odoo.tests.test_cursor import TestCursor
from odoo.tools import mute_logger

from .. import away, away_workers

LOST = (
    psycopg2.OperationalError("terminating connection due to administrator command"),
    psycopg2.InterfaceError("connection already closed"),
)
# The connection fails at the last thing: what was done may be kept or not.
LAST = ("commit", "close")
AFTER = ("_post_dispatch", *LAST)
# What the host does with a request, in order: where the database may be gone.
STAGES = (
    "registry",
    "signaling",
    "_match",
    "_authenticate",
    "_auth_method_",
    "_pre_dispatch",
    "_dispatch",
    "_post_dispatch",
    *LAST,
)
CHECK = "check_signaling"


def raised(error, while_handling=None, cause=None):
    """An exception with what it was made of."""
    error.__context__, error.__cause__ = while_handling, cause
    return error


def _answer(_endpoint):
    return http.Response("done")


def _then(done, error):
    """What fails when it is done."""

    def fail(cursor):
        done(cursor)
        raise error

    return fail


class Coded(psycopg2.OperationalError):
    """An error that PostgreSQL told, with its code."""

    def __init__(self, code):
        super().__init__(code)
        self.code = code

    @property
    def pgcode(self):
        return self.code


class TestWhatIsAway(TransactionCase):
    def test_which_errors_say_that_the_database_is_away(self):
        gone, here = self.assertTrue, self.assertFalse
        for expected, error in (
            (gone, psycopg2.OperationalError("could not connect to server")),
            (gone, psycopg2.InterfaceError("cursor already closed")),
            (gone, psycopg2.DatabaseError("error with no message from the libpq")),
            (gone, psycopg2.errors.ReadOnlySqlTransaction("a stand-in")),
            (gone, PoolError("The Connection Pool Is Full")),
            (gone, http.RegistryError("Cannot get registry")),
            (gone, Coded("57P01")),  # ended by an operator
            (gone, Coded("57P03")),  # starting up
            (gone, Coded("53300")),  # too many connections
            (gone, Coded("53100")),  # disk full
            (gone, Coded("08006")),
            (gone, raised(NotFound(), while_handling=http.RegistryError("x"))),
            (gone, raised(ValueError(), cause=psycopg2.OperationalError("x"))),
            (gone, raised(UserError("x"), while_handling=LOST[1])),
            (here, psycopg2.errors.SerializationFailure("raced")),
            (here, psycopg2.errors.LockNotAvailable("locked")),
            (here, psycopg2.errors.UniqueViolation("twice")),
            (here, psycopg2.errors.UndefinedColumn("a mistake of ours")),
            (here, psycopg2.ProgrammingError("a mistake of ours")),
            (here, Coded("57014")),  # took too long
            (here, Coded("40001")),
            (here, NotFound()),
            (here, UserError("No.")),
            (here, ValueError("a mistake of ours")),
        ):
            with self.subTest(repr(error)):
                expected(away.is_away(error))

    def test_a_lost_race_is_no_refusal(self):
        raced = psycopg2.errors.SerializationFailure("raced")
        for expected, error in (
            (True, raced),
            (True, psycopg2.errors.DeadlockDetected("raced")),
            (True, ConcurrencyError("raced")),
            (True, raised(ValueError(), cause=raced)),
            (False, raised(ValidationError("Somebody else was quicker."), raced)),
            (False, ValueError("a mistake of ours")),
        ):
            with self.subTest(repr(error)):
                self.assertEqual(away.has_lost_race(error), expected)


class TestWorkersWait(TransactionCase):
    """What the host ends for want of a database is begun again."""

    def setUp(self):
        super().setUp()
        self.times = 0
        self.patch(away_workers, "PAUSE", 0)

    def _fail_twice(self, error):
        def work(*_arguments):
            self.times += 1
            if self.times < 3:
                raise error
            return "done"

        return work

    def test_a_thread_for_scheduled_actions_listens_again(self):
        thread = away_workers._listen_again(self._fail_twice(LOST[0]))
        self.assertEqual(thread(None, 1), "done")
        self.assertEqual(self.times, 3)

    def test_a_server_lives_without_the_workers_that_it_can_not_start(self):
        spawn = away_workers._spawn_later(self._fail_twice(LOST[0]))
        server = SimpleNamespace()
        for _beat in range(3):
            spawn(server)
        self.assertEqual(self.times, 3)

    def test_it_asks_for_the_database_not_at_every_beat(self):
        self.patch(away_workers, "PAUSE", 60)
        spawn = away_workers._spawn_later(self._fail_twice(LOST[0]))
        server = SimpleNamespace()
        for _beat in range(3):
            spawn(server)
        self.assertEqual(self.times, 1)

    def test_a_mistake_is_none_of_it(self):
        mistake = psycopg2.errors.UndefinedColumn("a mistake")
        for wrap, arguments in (
            (away_workers._listen_again, (None, 1)),
            (away_workers._spawn_later, (SimpleNamespace(),)),
        ):
            with self.assertRaises(psycopg2.errors.UndefinedColumn):
                wrap(self._fail_twice(mistake))(*arguments)


@tagged("post_install", "-at_install")
class TestAway(HttpCase):
    """Wherever the database is lost, the answer is "later"."""

    def _addresses(self):
        """Every address of the suite, with how it is asked for."""
        addresses = {}
        for rule in self.env["ir.http"].routing_map().iter_rules():
            module = rule.endpoint.func.__module__
            if module.startswith("odoo.addons.oms_addon") and away.is_ours(rule.rule):
                path = re.sub("<int:[^>]*>", "5", rule.rule)
                addresses[re.sub("<[^>]*>", "abc", path)] = rule
        return addresses

    def _ask(self, path, rule):
        routing = rule.endpoint.routing
        if routing["type"] == "jsonrpc":
            call = {"jsonrpc": "2.0", "method": "call", "params": {}}
            return self.url_open(path, json=call, allow_redirects=False)
        if "GET" in (rule.methods or ("GET",)):
            return self.url_open(path, allow_redirects=False)
        data = b"{}"
        if routing.get("csrf", True) and self.session:
            data = {"csrf_token": http.Request.csrf_token(self)}
        return self.url_open(path, data=data, allow_redirects=False)

    @contextmanager
    def _lost(self, stage, error):
        """The database is gone at a stage of every request."""
        rooms = {"registry": (http, "Registry"), "signaling": (self.registry, CHECK)}
        with ExitStack() as stack:
            stack.enter_context(mute_logger("odoo.http", "odoo.sql_db"))
            if stage in AFTER:  # what the page itself would say is no matter
                work = patch.object(self.registry["ir.http"], "_dispatch", _answer)
                stack.enter_context(work)
            if stage in LAST:
                last = _then(getattr(TestCursor, stage), error)
                stack.enter_context(patch.object(TestCursor, stage, last))
            elif stage == "_auth_method_":  # of which the host says: access denied
                for kind in ("public", "user"):
                    method = f"{stage}{kind}"
                    room = self.registry["ir.http"]
                    stack.enter_context(patch.object(room, method, side_effect=error))
            else:
                room, name = rooms.get(stage, (self.registry["ir.http"], stage))
                stack.enter_context(patch.object(room, name, side_effect=error))
            yield

    def test_every_address_says_later_wherever_the_database_is_lost(self):
        self.authenticate("admin", "admin")
        addresses = self._addresses()
        self.assertIn("/oms/webhook/abc", addresses)
        for path, rule in addresses.items():
            for stage in STAGES:
                for error in LOST:
                    with self.subTest(f"{path} {stage} {type(error).__name__}"):
                        with self._lost(stage, error):
                            answer = self._ask(path, rule)
                        self.assertEqual(answer.status_code, 503)
                        self.assertGreater(int(answer.headers["Retry-After"]), 0)

    def test_the_host_s_pages_say_later_when_the_connection_dies(self):
        with self._lost("_dispatch", LOST[1]):
            answer = self.url_open("/web/login")
        self.assertEqual(answer.status_code, 503)
        self.assertTrue(answer.headers["Retry-After"])

    def test_an_address_of_ours_says_later_when_no_database_can_be_listed(self):
        with patch.object(http, "db_list", return_value=[]):
            for path, rule in self._addresses().items():
                with self.subTest(path):
                    self.assertEqual(self._ask(path, rule).status_code, 503)
            self.assertEqual(self.url_open("/shop/nothing").status_code, 404)

    def test_what_is_unknown_stays_unknown(self):
        self.assertEqual(self.url_open("/oms/nothing").status_code, 404)
        self.assertEqual(self.url_open("/oms/webhook/abc", data=b"{}").status_code, 404)
