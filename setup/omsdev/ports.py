"""Free TCP ports on this machine."""

import socket


def free_port(preferred):
    """Return ``preferred`` when it is free, else the next free port.

    :param int preferred: where to begin.
    :rtype: int
    """
    for port in (*range(preferred, preferred + 50), 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return probe.getsockname()[1]
    raise OSError("no free port")
