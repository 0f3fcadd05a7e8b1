"""A socket that keeps a deadline and counts what comes in."""

import io
import socket
import time

from .errors import CallError

BLOCK = 65536


class Deadline:
    """A moment that a whole call, however it drips, does not pass.

    :param float seconds: from now on.
    """

    def __init__(self, seconds):
        self.seconds = seconds
        self._end = time.monotonic() + seconds

    def left(self):
        """Seconds that are left, more than 0.

        :rtype: float
        :raise CallError: ``too_slow``.
        """
        left = self._end - time.monotonic()
        if left <= 0:
            raise self.passed()
        return left

    def passed(self):
        """What to raise when it has passed.

        :rtype: CallError
        """
        return CallError("too_slow", seconds=round(self.seconds))


def open_socket(address, port, seconds):
    """Connect to an address, not to a name.

    :param str address: one that was checked.
    :rtype: socket.socket
    """
    return socket.create_connection((address, port), timeout=seconds)


class Line:
    """A connection as `http.client` uses one, within a deadline and a size.

    :param socket sock: connected.
    :param Deadline deadline:
    :param int most: bytes that may come in, head included.
    """

    def __init__(self, sock, deadline, most):
        self._sock, self._deadline = sock, deadline
        self._most, self._came = most, 0

    def sendall(self, data):
        """Send all of it, or raise when the deadline passes."""
        view = memoryview(data)
        while view:
            self._sock.settimeout(self._deadline.left())
            view = view[self._sock.send(view[:BLOCK]) :]

    def makefile(self, *_arguments, **_options):
        """A file that reads from the connection."""
        return io.BufferedReader(_Incoming(self), BLOCK)

    def receive_into(self, buffer):
        """Read what is there, at least one byte unless the other side has ended.

        :return: number of bytes.
        :raise CallError: ``too_slow`` or ``answer_too_large``.
        """
        self._sock.settimeout(self._deadline.left())
        came = self._sock.recv_into(buffer)
        self._came += came
        if self._came > self._most:
            raise CallError("answer_too_large", limit=self._most // 1024**2)
        return came

    def close(self):
        """Nothing: `http.client` closes what it still reads from; see `__exit__`."""

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        self._sock.close()


class _Incoming(io.RawIOBase):
    def __init__(self, line):
        super().__init__()
        self._line = line

    def readable(self):
        return True

    def readinto(self, buffer):
        return self._line.receive_into(buffer)
