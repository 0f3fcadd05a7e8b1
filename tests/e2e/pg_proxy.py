"""Stands between a server and PostgreSQL: for its clients, PostgreSQL can go away.

The cluster itself goes on: other tests use it.
"""

import contextlib
import os
import select
import socket
import struct
import threading

from omsdev.host.postgres import psql

# Ways in which a database is away: a cable is cut, PostgreSQL restarts (it ends its
# sessions, and says so to new ones), its machine is there and nothing listens.
OUTAGES = ("cut", "restart", "refused")
STARTING = b"SFATAL\0VFATAL\0C57P03\0Mthe database system is starting up\0\0"
ENCRYPT = {80877103, 80877104}  # asks first whether the talk may be encrypted


class PgProxy:
    """A TCP port on this machine that leads to the PostgreSQL of the environment.

    :param str database: whose sessions end when it restarts.
    """

    def __init__(self, database):
        self.database, self.outage = database, None
        self._open, self._lock = set(), threading.Lock()
        self._listener, self.port = None, 0
        self._listen()

    def take_away(self, outage):
        """End all connections, and new ones at once; see `OUTAGES`."""
        with self._lock:
            self.outage = outage
        if outage == "restart":
            psql(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                f"WHERE datname = '{self.database}' AND pid <> pg_backend_pid()"
            )
        elif outage == "refused":
            self._close(self._listener)
        with self._lock:
            for sock in self._open:
                self._close(sock)
            self._open.clear()

    def restore(self):
        """Let connections through again."""
        if self.outage == "refused":
            self._listen()
        with self._lock:
            self.outage = None

    def stop(self):
        """Close it for good."""
        self.take_away("refused")

    def _listen(self):
        self._listener = socket.create_server(("127.0.0.1", self.port))
        self.port = self._listener.getsockname()[1]
        threading.Thread(
            target=self._serve, args=(self._listener,), daemon=True
        ).start()

    def _close(self, sock):
        with contextlib.suppress(OSError):  # it was closed from the other side
            sock.shutdown(socket.SHUT_RDWR)
        if sock is self._listener:
            sock.close()

    def _serve(self, listener):
        while True:
            try:
                sock, _address = listener.accept()
            except OSError:
                return
            threading.Thread(target=self._pass_on, args=(sock,), daemon=True).start()

    def _pass_on(self, client):
        with contextlib.closing(client), contextlib.suppress(OSError, EOFError):
            with self._lock:
                outage = self.outage
                if not outage:
                    server = _connect()
                    self._open |= {client, server}
            if outage == "restart":
                _say_starting(client)
            if outage:
                return
            with contextlib.closing(server):
                _carry(client, server)


def _carry(client, server):
    """Hand on what either says until one of them ends."""
    pairs = {client: server, server: client}
    while True:
        for sock in select.select(list(pairs), [], [])[0]:
            data = sock.recv(65536)
            if not data:
                return
            pairs[sock].sendall(data)


def _say_starting(client):
    """What PostgreSQL says while it comes up."""
    while True:
        size, code = struct.unpack("!ii", _read(client, 8))
        if code not in ENCRYPT:
            break
        client.sendall(b"N")
    _read(client, size - 8)
    client.sendall(b"E" + struct.pack("!i", len(STARTING) + 4) + STARTING)


def _read(sock, size):
    data = b""
    while len(data) < size:
        more = sock.recv(size - len(data))
        if not more:
            raise EOFError
        data += more
    return data


def _connect():
    host, port = os.environ["PGHOST"], int(os.environ.get("PGPORT") or 5432)
    if not host.startswith("/"):
        return socket.create_connection((host, port))
    sock = socket.socket(socket.AF_UNIX)
    sock.connect(f"{host}/.s.PGSQL.{port}")
    return sock
