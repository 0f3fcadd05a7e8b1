"""A running Odoo server, and a mailbox that keeps what it sends."""

import asyncio
import os
import re
import signal
import subprocess
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

from ..paths import oms_home
from ..progress import Meter, SetupError, end_with_parent
from .ports import free_port, listens

START_TIMEOUT = 180
STOP_TIMEOUT = 20
# Seconds of one request or batch. After Odoo's own 120 a server without workers starts
# itself anew, in the middle of the day on a slow machine.
LONGEST_WORK = 1800
PORT_TRIES = 10
PORT_TAKEN = re.compile(r"^Port \d+ is in use by another program", re.MULTILINE)
ERROR_LINE = re.compile(r"\d{4}-\d\d-\d\d [\d:,]+ \d+ (ERROR|CRITICAL) ")
# A query, its text, and PostgreSQL's answer some lines below.
LOST_RACE = re.compile(
    r"^[^\n]+ ERROR [^\n]+ odoo\.sql_db: bad query: (?:(?!\n\d{4}-)[\s\S])*?"
    r"\nERROR: could not (?:serialize access|obtain lock)[^\n]*",
    re.MULTILINE,
)


class Server:
    """Odoo serving one database on this machine, with background work.

    :param Odoo odoo: what starts it.
    :param str database: the database to serve.
    :param int port: preferred TCP port; the next free one is taken.
    :param Path log: where the server writes.
    """

    def __init__(self, odoo, database, port=8069, log=None):
        self.odoo, self.database = odoo, database
        self.port = free_port(port)
        self.log = log or oms_home() / "logs" / "server.log"
        self.mailbox = Mailbox(oms_home() / "mails" / database)
        self.process = None

    @property
    def url(self):
        """Address of the server, without slash at the end."""
        return f"http://127.0.0.1:{self.port}"

    def start(self):
        """Start the server and wait until it answers.

        :raise SetupError: when it stops or stays silent.
        """
        self.log.parent.mkdir(parents=True, exist_ok=True)
        self.mailbox.start()
        for _try in range(PORT_TRIES):
            self._spawn()
            if self._answers():
                return self
            if not self._lost_port():
                break
            # Another server, started at the same moment, was quicker.
            self.port = free_port(self.port + 1)
        self.stop()
        tail = "\n".join(self.log.read_text(errors="replace").splitlines()[-15:])
        raise SetupError(
            f"The Odoo server did not start:\n{tail}", f"Look into {self.log}."
        )

    def _spawn(self):
        with open(self.log, "w") as output:
            self.process = subprocess.Popen(
                self.odoo.command(*self._arguments()),
                env=self.odoo.environment(),
                stdout=output,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
                preexec_fn=end_with_parent,
            )

    def _arguments(self):
        return [
            *("-d", self.database),
            *("--http-interface", "127.0.0.1", "--http-port", self.port),
            *("--workers", "0", "--max-cron-threads", "2"),
            # known before the database is, to say "later" while it is away
            *("--load", "base,rpc,web,oms_addon"),
            *("--smtp", "127.0.0.1", "--smtp-port", self.mailbox.port),
            *("--limit-time-real", LONGEST_WORK),
            *("--log-level", "info", "--skip-auto-install"),
        ]

    def _answers(self):
        """Wait until this server, and no other one on its port, answers.

        :return: False when it stopped or stays silent.
        :rtype: bool
        """
        meter = Meter("starting the server")
        deadline = time.monotonic() + START_TIMEOUT
        while time.monotonic() < deadline and self.process.poll() is None:
            if listens(self.process.pid, self.port) and self._is_healthy():
                return True
            time.sleep(0.3)
            meter.update(int(time.monotonic() - meter.start), "seconds")
        return False

    def _is_healthy(self):
        try:
            with urllib.request.urlopen(f"{self.url}/web/health", timeout=30):
                return True
        except (urllib.error.URLError, OSError):
            return False

    def _lost_port(self):
        """Whether the server stopped because its port was taken."""
        text = self.log.read_text(errors="replace")
        return self.process.poll() is not None and bool(PORT_TAKEN.search(text))

    def check(self):
        """Make sure that the server still runs.

        :raise SetupError: when it has stopped.
        """
        if self.process is None or self.process.poll() is not None:
            raise SetupError("The Odoo server has stopped.", f"Look into {self.log}.")

    def errors(self):
        """Lines of level ERROR or CRITICAL that the server wrote.

        Two people at the same record are none: Odoo logs the query that lost, and
        does the work again.

        :rtype: list[str]
        """
        text = LOST_RACE.sub("", self.log.read_text(errors="replace"))
        return [line for line in text.splitlines() if ERROR_LINE.match(line)]

    def wait(self):
        """Wait until the server ends by itself.

        :return: its exit code.
        :rtype: int
        """
        return self.process.wait()

    def stop(self):
        """End the server; nothing happens when it is not running."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(STOP_TIMEOUT)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)  # with its workers
                self.process.wait()
        self.mailbox.stop()

    def __enter__(self):
        return self.start()

    def __exit__(self, *_exception):
        self.stop()


class Mailbox:
    """Takes the mails that Odoo sends and keeps each as a file: none leaves.

    :param Path folder: where the mails are kept, as ``.eml``.
    """

    def __init__(self, folder: Path):
        self.folder = folder
        self.port = 0  # any free one, known when it listens
        self._loop = None
        self._thread = None
        self._lock = threading.Lock()

    def start(self):
        """Listen until `stop`."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._count = len(list(self.folder.glob("*.eml")))
        self._loop = asyncio.new_event_loop()
        ready = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(ready,), daemon=True)
        self._thread.start()
        ready.wait(10)

    def stop(self):
        """Stop listening."""
        if self._loop and self._loop.is_running():
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(5)

    def _run(self, ready):
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(
            asyncio.start_server(self._talk, "127.0.0.1", 0, limit=2**26)
        )
        self.port = server.sockets[0].getsockname()[1]
        ready.set()
        self._loop.run_forever()
        server.close()

    async def _talk(self, reader, writer):
        """The few words of SMTP that a mail program needs."""

        async def say(text):
            writer.write(text.encode() + b"\r\n")
            await writer.drain()

        await say("220 mailbox of the demo")
        while line := (await reader.readline()).decode("ascii", "replace"):
            word = line[:4].upper().strip()
            if word == "DATA":
                await say("354 go on")
                self._keep(await self._read_mail(reader))
                await say("250 kept")
            elif word == "QUIT":
                await say("221 bye")
                break
            elif word == "EHLO":
                await say("250-mailbox\r\n250 8BITMIME")
            else:
                await say("250 ok")
        writer.close()

    async def _read_mail(self, reader):
        lines = []
        while (line := await reader.readline()) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b"..") else line)
        return b"".join(lines)

    def _keep(self, mail):
        with self._lock:
            self._count += 1
            (self.folder / f"{self._count:05d}.eml").write_bytes(mail)
