"""A running system for the end-to-end tests: database, server, shell."""

import json
import os
import signal
import subprocess
import time
import urllib.error
import urllib.request

import pytest
from omsdev import databases
from omsdev.odoo import bring_odoo
from omsdev.ports import free_port


@pytest.fixture(scope="session")
def odoo():
    """The host that setup brings."""
    return bring_odoo()


class Server:
    """An Odoo server on a database, as an administrator would start it.

    :param odoo: what `omsdev.odoo.bring_odoo` returned.
    :param str database: its database.
    :param folder: where its log goes.
    """

    def __init__(self, odoo, database, folder):
        self.odoo, self.database = odoo, database
        self.log = folder / f"{database}.log"
        self.process = None
        self.port = free_port(8500)

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def start(self, *options):
        """Start and wait until it answers."""
        with open(self.log, "a") as output:
            self.process = subprocess.Popen(
                self.odoo.command(
                    "-d",
                    self.database,
                    "--http-port",
                    str(self.port),
                    "--http-interface",
                    "127.0.0.1",
                    "--max-cron-threads=1",
                    *options,
                ),
                env=self.odoo.environment(),
                stdout=output,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
        for _second in range(240):
            try:
                urllib.request.urlopen(f"{self.url}/web/health", timeout=5)
                return self
            except (urllib.error.URLError, OSError):
                assert self.process.poll() is None, self.log.read_text()[-3000:]
                time.sleep(0.5)
        raise AssertionError("the server did not answer")

    def kill(self):
        """Pull the plug: kill -9, no clean-up."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.kill()

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
        """Run a script in ``odoo shell``; return what it printed after ``RESULT``.

        :return: the JSON value of the line ``RESULT …``, or None.
        """
        return run_shell(self.odoo, self.database, script, timeout)


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


@pytest.fixture(scope="module")
def server(odoo, database, tmp_path_factory):
    """A server on `database`; the module's own settings are made before it starts."""
    server = Server(odoo, database, tmp_path_factory.mktemp("log"))
    yield server
    server.stop()
