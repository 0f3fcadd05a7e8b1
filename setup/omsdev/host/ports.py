"""TCP ports on this machine."""

import errno
import os
import socket
from pathlib import Path

NEARBY = 50  # ports that are tried before any other one
LISTENING = "0A"  # state of a socket in /proc/net/tcp


def free_port(preferred):
    """Return ``preferred`` when it is free, else the next free port.

    Another program may take it right after; see `listen_nearby` and `listens`.

    :param int preferred: where to begin.
    :rtype: int
    """

    def probe(port):
        with socket.socket() as one:
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            one.bind(("127.0.0.1", port))
            return one.getsockname()[1]

    return listen_nearby(preferred, probe)


def listen_nearby(preferred, listen):
    """Listen on ``preferred`` when it is free, else on the next free port.

    :param int preferred: where to begin.
    :param callable listen: takes a port; raises `OSError` when it is in use.
    :return: what ``listen`` returned.
    """
    for port in range(preferred, preferred + NEARBY):
        try:
            return listen(port)
        except OSError as error:
            if error.errno not in (errno.EADDRINUSE, errno.EACCES):
                raise
    return listen(0)


def listens(pid, port):
    """Whether a process itself listens on a port (Linux; True elsewhere).

    :param int pid: of the process.
    :param int port: on an address of this machine.
    :rtype: bool
    """
    sockets = _sockets_listening(port)
    if sockets is None:
        return True
    folder = Path(f"/proc/{pid}/fd")
    try:
        return any(os.readlink(opened) in sockets for opened in folder.iterdir())
    except OSError:  # it ends just now
        return False


def _sockets_listening(port):
    """Names of the sockets on a port, as a process holds them; None: not known."""
    table = Path("/proc/net/tcp")
    if not table.exists():
        return None
    names = set()
    for line in table.read_text().splitlines()[1:]:
        _number, local, _remote, state, *rest = line.split()
        if state == LISTENING and int(local.rpartition(":")[2], 16) == port:
            names.add(f"socket:[{rest[5]}]")
    return names
