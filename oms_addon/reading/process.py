"""One reader process: started, fed, watched and ended by its owner."""

import contextlib
import logging
import os
import select
import subprocess
import sys
import time
from pathlib import Path

from . import limits
from .codec import LENGTHS, FrameError, load_head, pack_job, unpack_outcome

_logger = logging.getLogger(__name__)

WORKER = Path(__file__).with_name("worker.py")
# What a reader needs of the server's environment; passwords stand there, too.
ENVIRONMENT = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "LD_LIBRARY_PATH", "SYSTEMROOT")
# fcntl.F_SETPIPE_SZ: a larger pipe means fewer turns; Linux only.
_F_SETPIPE_SZ, _PIPE = 1031, 1 << 20


class ReaderGone(Exception):
    """A reader ended, or broke a limit and was ended.

    :param str why: as `Outcome.broken`.
    """

    def __init__(self, why):
        self.why = why
        super().__init__(why)


class Reader:
    """A reader process.

    :raise OSError: when it can't be started.
    :raise ReaderGone: when it ends before it is ready.
    """

    def __init__(self):
        self.process = subprocess.Popen(
            [sys.executable, str(WORKER)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            cwd="/",
            env=_environment(),
        )
        self.jobs = self.process.stdin.fileno()
        self.answers = self.process.stdout.fileno()
        self.received = bytearray()
        self.feed, self.waiting = iter(()), memoryview(b"")
        self.leaves = self.used = False
        try:
            for each in (self.jobs, self.answers):
                os.set_blocking(each, False)
                _enlarge(each)
            self._await(limits.START_SECONDS)
        except BaseException:
            self.end()
            raise

    def run(self, jobs, seconds):
        """Do jobs one after the other; yields the outcome of each.

        It stops early when this reader has done enough and leaves.

        :param list jobs: of `Job`.
        :param float seconds: that each may take.
        :raise ReaderGone: when the next one broke a limit; this reader has ended.
        """
        self.feed, self.waiting = map(pack_job, jobs), memoryview(b"")
        for _job in jobs:
            try:
                head, blob = self._await(seconds)
                self.leaves = head.pop("last", False) is True
                outcome = unpack_outcome(head, blob)
            except FrameError as error:
                _logger.warning("A reader answered what is no answer: %s", error)
                self.end()
                raise ReaderGone("died") from error
            except ReaderGone:
                self.end()
                raise
            if outcome.broken:  # it has said so and leaves
                self.end()
                raise ReaderGone(outcome.broken)
            self.used = True
            yield outcome
            if self.leaves:
                return

    def is_good(self):
        """Whether it can take more jobs.

        :rtype: bool
        """
        return not self.leaves and self.process.poll() is None

    def end(self):
        """Stop the process and leave nothing of it behind."""
        with contextlib.suppress(OSError):
            self.process.kill()
        for stream in (self.process.stdin, self.process.stdout):
            with contextlib.suppress(OSError):
                stream.close()
        self.process.wait()

    def forget(self):
        """Close the pipes in a fork of the owner; the process stays the owner's."""
        for stream in (self.process.stdin, self.process.stdout):
            with contextlib.suppress(OSError):
                stream.close()
        self.process.returncode = 0  # no child of this process: nothing to wait for

    def _await(self, seconds):
        """Receive one frame and send what waits, whichever the pipes allow.

        :return: head and bytes of the frame.
        :raise ReaderGone: ``time``, or ``died``.
        """
        deadline = time.monotonic() + seconds
        latest = deadline + seconds * (limits.BUSY_FACTOR - 1)
        began = self._worked()
        poll = select.poll()
        poll.register(self.answers, select.POLLIN)
        if self._has_to_send():
            poll.register(self.jobs, select.POLLOUT)
        while True:
            if frame := self._take_frame():
                return frame
            left = deadline - time.monotonic()
            if left <= 0:
                missing = seconds - (self._worked() - began)
                if deadline >= latest or missing <= seconds / 2:
                    raise ReaderGone("time")
                # the machine has had other things to do than this message
                deadline = min(deadline + missing, latest)
                continue
            for handle, _event in poll.poll(left * 1000):
                if handle == self.answers:
                    self._receive()
                elif not self._send():
                    poll.unregister(self.jobs)

    def _worked(self):
        """Seconds of computing time of the reader; where nobody tells, those that
        have passed."""
        try:
            told = Path(f"/proc/{self.process.pid}/stat").read_text()
        except OSError:
            return time.monotonic()
        user, system = told.rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

    def _has_to_send(self):
        """Whether a job is not sent yet; large ones are packed one at a time."""
        while not self.waiting:
            packed = next(self.feed, None)
            if packed is None:
                return False
            self.waiting = memoryview(packed)
        return True

    def _send(self):
        """Send what the pipe takes; whether there is more."""
        try:
            sent = os.write(self.jobs, self.waiting[:_PIPE])
        except BlockingIOError:
            return True
        except OSError as error:
            raise ReaderGone("died") from error
        self.waiting = self.waiting[sent:]
        return self._has_to_send()

    def _receive(self):
        try:
            chunk = os.read(self.answers, _PIPE)
        except BlockingIOError:
            return
        except OSError as error:
            raise ReaderGone("died") from error
        if not chunk:
            raise ReaderGone("died")
        self.received += chunk

    def _take_frame(self):
        """Return head and bytes of a frame that came in whole, or None."""
        if len(self.received) < LENGTHS.size:
            return None
        head, blob = LENGTHS.unpack_from(self.received)
        if head + blob > limits.ANSWER:
            raise ReaderGone("memory")
        start, end = LENGTHS.size, LENGTHS.size + head + blob
        if len(self.received) < end:
            return None
        packed = bytes(self.received[start : start + head])
        body = bytes(self.received[start + head : end])
        del self.received[:end]
        return load_head(packed), body


def _environment():
    kept = {name: os.environ[name] for name in ENVIRONMENT if name in os.environ}
    paths = [path for path in sys.path if path]
    return {**kept, "PYTHONPATH": os.pathsep.join(paths), "PYTHONUTF8": "1"}


def _enlarge(handle):
    with contextlib.suppress(ImportError, OSError):
        import fcntl

        fcntl.fcntl(handle, _F_SETPIPE_SZ, _PIPE)
