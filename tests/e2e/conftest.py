"""A running system for the end-to-end tests: database, server, shell."""

import contextlib
import json
import os
import re
import signal
import subprocess
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from omsdev.host import databases, server
from omsdev.host.odoo import Odoo, bring_odoo
from omsdev.host.ports import free_port


@pytest.fixture(scope="session")
def odoo():
    """The host that setup brings."""
    return bring_odoo()


class Server(server.Server):
    """The server of ``setup/run``, with what only tests do to one."""

    def kill(self):
        """Pull the plug: kill -9, no clean-up."""
        self.process.kill()
        self.process.wait()
        self.mailbox.stop()

    def post(self, path, body, headers=None):
        """POST bytes; return status and body, also of refusals.

        :rtype: tuple[int, bytes]
        """
        request = urllib.request.Request(
            self.url + path, data=body, headers=dict(headers or {}), method="POST"
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as refusal:
            return refusal.code, refusal.read()

    def shell(self, script, timeout=600):
        """Run a script in ``odoo shell``; see `run_shell`."""
        return run_shell(self.odoo, self.database, script, timeout)


GRACE = 3  # seconds for workers to end what they are at
BACKGROUND_WORKER = re.compile(r" Worker WorkerCron \((\d+)\) alive")


class ScriptedOdoo(Odoo):
    """Odoo started by a script, as packages do: a server with workers starts the one
    for long requests with the same script, which a module of Python's is not.
    """

    def command(self, *arguments):
        """As `Odoo.command`.

        :rtype: list[str]
        """
        python, _option, _module, *words = super().command(*arguments)
        return [python, str(Path(__file__).with_name("odoo_script.py")), *words]


class PreforkServer(Server):
    """A server with workers: the death of one ends no other.

    :param Odoo odoo: as for `Server`.
    """

    def __init__(self, odoo, *arguments, **options):
        scripted = ScriptedOdoo(odoo.python, odoo.host, odoo.clock)
        super().__init__(scripted, *arguments, **options)

    def _arguments(self):
        arguments = super()._arguments()
        arguments[arguments.index("--workers") + 1] = "2"
        arguments[arguments.index("--max-cron-threads") + 1] = "1"
        return [*arguments, "--gevent-port", str(free_port(self.port + 1))]

    def stop(self):
        """As `Server.stop`, whose second signal ends workers that are slow to end."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(GRACE)
        super().stop()

    def kill_background(self):
        """End the worker of background work as a lack of memory does."""
        (pid,) = BACKGROUND_WORKER.findall(self.log.read_text(errors="replace"))[-1:]
        os.kill(int(pid), signal.SIGKILL)


def run_shell(odoo, database, script, timeout=600):
    """Run a script in ``odoo shell`` on a database.

    :return: the JSON value of its line ``RESULT …``, or None.
    """
    process = subprocess.run(
        odoo.command("shell", "-d", database, "--no-http", "--log-level=error"),
        input=script,
        env=odoo.environment(),
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )
    assert "Traceback" not in process.stderr, process.stderr[-4000:]
    for line in process.stdout.splitlines():
        if line.startswith("RESULT "):
            return json.loads(line[7:])
    return None


@pytest.fixture(scope="module")
def database(odoo, request):
    """A fresh copy of the suite's database, dropped afterwards."""
    template = os.environ.get("OMS_SUITE_TEMPLATE") or databases.suite_template(odoo)
    name = f"oms_e2e_{os.getpid()}_{request.module.__name__.rsplit('.')[-1]}"
    databases.copy(template, name)
    yield name
    databases.drop(name)


@pytest.fixture(scope="module", name="server")
def running_server(odoo, database, tmp_path_factory):
    """A server on `database`; the module makes its settings before it starts it."""
    own = Server(odoo, database, 8500, tmp_path_factory.mktemp("log") / "server.log")
    yield own
    # Before it stops: stopping cuts off what runs in the background.
    errors = own.errors() if own.log.exists() else []
    own.stop()
    assert not errors, "the server logged errors: " + "\n".join(errors[:10])
