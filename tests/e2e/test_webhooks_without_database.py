"""Signed webhooks while PostgreSQL goes and comes: kept, or asked for later."""

import base64
import contextlib
import hashlib
import hmac
import http.client
import itertools
import json
import threading
import time

import pytest
from conftest import PreforkServer, Server
from omsdev.host.postgres import psql
from pg_proxy import OUTAGES, PgProxy

SECRET = "whsec-away"
SENDERS = 3
EQUAL = 60
CONNECTIONS = 16
PAUSE = 0.2  # seconds between two messages of a sender
# Addresses beside the webhook: of browsers, and the one that drivers' phones call.
PAGES = ("/my/returns", "/oms/driver", "/oms/driver/do")
NO_WORKER = "New workers wait for the database"
PATIENCE = 150  # seconds that something may take on a slow machine
SETUP = """
import json
# Nothing but what messages ask for runs in the background.
env['ir.cron'].search([]).nextcall = '2100-01-01'
env['ir.cron.trigger'].search([]).unlink()
channel = env['oms.channel'].create({'name': 'Away', 'kind': 'woocommerce'})
env['oms.channel.secret'].create({
    'channel_id': channel.id, 'name': 'webhook_secret', 'value': %r})
env.cr.commit()
print('RESULT', json.dumps([channel.id, channel.token]))
"""


class Proxied:
    """A server that reaches PostgreSQL through a proxy, and a channel's webhook."""

    proxy = channel = token = None

    def _arguments(self):
        own = ("--db_host", "127.0.0.1", "--db_port", str(self.proxy.port))
        return [*super()._arguments(), *own]

    def send(self, body):
        """Send a signed webhook.

        :return: status, ``Retry-After`` and body of the answer.
        """
        digest = hmac.new(SECRET.encode(), body, hashlib.sha256).digest()
        return self.ask(
            f"/oms/webhook/{self.token}?sign=very-secret-signature",
            body,
            {
                "X-WC-Webhook-Signature": base64.b64encode(digest).decode(),
                "X-WC-Webhook-Topic": "product.updated",
            },
        )

    def ask(self, path, body=None, headers=()):
        """Ask for an address; see `send`."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"Content-Type": "application/json", **dict(headers)}
        try:
            connection.request("POST" if body else "GET", path, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.headers.get("Retry-After"), answer.read()
        finally:
            connection.close()

    def logged(self, words):
        """How often the server has written something down."""
        return self.log.read_text(errors="replace").count(words)

    def messages(self):
        """How often each message was delivered, by its id."""
        rows = psql(
            "SELECT m.id, m.delivery_count + coalesce(sum(d.times), 0) "
            "FROM oms_inbox_message m "
            "LEFT JOIN oms_inbox_delivery d ON d.message_id = m.id "
            f"WHERE m.channel_id = {self.channel} GROUP BY m.id",
            self.database,
        )
        return {
            int(number): int(count)
            for number, count in (row.split("|") for row in rows.split())
        }


class ProxiedServer(Proxied, PreforkServer):
    """With worker processes."""


class LateServer(Proxied, Server):
    """With threads; it is started while there is no database.

    So it finds it by name, and does no background work: that would be of all databases.
    """

    def _arguments(self):
        _option, name, *rest = super()._arguments()
        return [*rest, "--db-filter", f"^{name}$", "--max-cron-threads", "0"]

    def _is_healthy(self):
        """It can't be, it only has to listen."""
        return True


@pytest.fixture(scope="module")
def proxied(odoo, database, tmp_path_factory):
    own = ProxiedServer(
        odoo, database, 8540, tmp_path_factory.mktemp("log") / "server.log"
    )
    own.proxy = PgProxy(database)
    own.channel, own.token = own.shell(SETUP % SECRET)
    own.start()
    yield own
    own.stop()
    own.proxy.stop()


def wait_until_done(server):
    """Wait until background work has read all messages and counted all deliveries."""
    waiting = (
        "SELECT (SELECT count(*) FROM oms_inbox_delivery) + "
        "(SELECT count(*) FROM oms_inbox_message WHERE state = 'new')"
    )

    def is_done():
        # A worker that was begun anew looks by itself only after a minute.
        psql(f"NOTIFY cron_trigger, '{server.database}'")
        time.sleep(1)
        return psql(waiting, server.database) == "0"

    wait_for(is_done, "messages are not done")


def wait_for(condition, what):
    """Wait until something is so."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, what
        time.sleep(0.1)


class Traffic:
    """A platform that sends, and sends again what was not taken; and visitors."""

    def __init__(self, server):
        self.server, self.lock, self.over = server, threading.Lock(), threading.Event()
        self.answers = []  # address, status, Retry-After
        self.taken = {}  # number of the message: id that the answer named
        self.errors = []
        works = [self._send] * SENDERS + [self._visit]
        self.threads = [
            threading.Thread(target=self._work, args=(work, n), daemon=True)
            for n, work in enumerate(works)
        ]
        for thread in self.threads:
            thread.start()

    def seen(self, status, times):
        """Whether the next answers had a status so many times, at every address."""
        begin = len(self.answers)
        paths = ("webhook", *PAGES)

        def look():
            new = self.answers[begin:]
            return all(
                sum(p == path and (s == 503) == (status == 503) for p, s, _l in new)
                >= times
                for path in paths
            )

        wait_for(lambda: self.errors or look(), f"no {times} answers {status}")
        assert not self.errors

    def stop(self):
        self.over.set()
        for thread in self.threads:
            thread.join()

    def _work(self, work, number):
        try:
            work(number)
        except Exception as error:
            self.errors.append(error)
            raise

    def _send(self, sender):
        for number in itertools.count((sender + 1) * 10**6):
            body = json.dumps({"id": number, "stock_quantity": 1}).encode()
            status = None
            while status != 200:  # as a platform does: also after the end
                if self.over.is_set() and status is None:
                    return
                status, later, text = self.server.send(body)
                with self.lock:
                    self.answers.append(("webhook", status, later))
                time.sleep(PAUSE)
            self.taken[number] = json.loads(text)["message"]

    def _visit(self, _number):
        call = {"jsonrpc": "2.0", "method": "call", "params": {}}
        while not self.over.is_set():
            for path in PAGES:
                body = json.dumps(call).encode() if path.endswith("/do") else None
                status, later, _text = self.server.ask(path, body)
                with self.lock:
                    self.answers.append((path, status, later))
            time.sleep(PAUSE)


def check_equal_bodies(server, body, connections):
    """Send one message many times at once: it is kept once, and all are counted."""
    todo, answers = list(range(EQUAL)), []

    def work():
        while todo:
            todo.pop()
            answers.append(server.send(body))

    threads = [threading.Thread(target=work) for _number in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [status for status, *_rest in answers] == [200] * EQUAL
    (message,) = {json.loads(text)["message"] for _status, _later, text in answers}
    assert server.messages()[message] == EQUAL
    assert "could not serialize" not in server.log.read_text(errors="replace")


def test_equal_bodies_at_once_are_counted_without_errors(proxied):
    check_equal_bodies(proxied, b'{"id": 1, "stock_quantity": 5}', CONNECTIONS)
    assert len(proxied.messages()) == 1
    assert not proxied.errors()


def test_while_the_database_is_away_the_answer_is_later_never_no(proxied):
    traffic = Traffic(proxied)
    for outage in OUTAGES:
        traffic.seen(200, 3)
        before = proxied.logged(NO_WORKER)
        proxied.proxy.take_away(outage)
        traffic.seen(503, 3)
        # Without its worker of background work the server goes on.
        with contextlib.suppress(ProcessLookupError):  # it has ended by itself
            proxied.kill_background()
        wait_for(lambda b=before: proxied.logged(NO_WORKER) > b, "no worker ended")
        proxied.proxy.restore()
    traffic.seen(200, 3)
    traffic.stop()
    assert not traffic.errors
    by_path = {}
    for path, status, later in traffic.answers:
        by_path.setdefault(path, set()).add(status)
        assert status != 503 or int(later) > 0
    assert by_path.pop("webhook") == {200, 503}
    for statuses in by_path.values():
        assert not statuses & {0, 404, 500}
    wait_until_done(proxied)
    # What was taken is kept, and what was sent again is one message.
    found = proxied.messages()
    assert set(traffic.taken.values()) <= set(found)
    assert len(set(traffic.taken.values())) == len(traffic.taken)
    assert len(found) == len(traffic.taken) + 1  # that of the test above


def test_the_log_holds_neither_token_nor_signature(proxied):
    text = proxied.log.read_text(errors="replace")
    assert "/oms/webhook/***" in text
    assert proxied.token not in text
    assert "very-secret-signature" not in text


def test_a_server_that_starts_without_database_says_later_too(
    odoo, database, proxied, tmp_path
):
    late = LateServer(odoo, database, 8560, tmp_path / "late.log")
    late.channel, late.token = proxied.channel, proxied.token
    late.proxy = PgProxy(database)
    late.proxy.take_away("restart")
    late.start()
    try:
        status, later, _body = late.send(b'{"id": 8}')
        assert status == 503 and int(later) > 0
        late.proxy.restore()
        wait_for(lambda: late.send(b'{"id": 8}')[0] == 200, "it is not back")
        check_equal_bodies(late, b'{"id": 9}', CONNECTIONS)
    finally:
        late.stop()
        late.proxy.stop()
