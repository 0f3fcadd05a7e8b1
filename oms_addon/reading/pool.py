"""The readers of one process of the server: started when needed, shared by threads."""

import atexit
import contextlib
import logging
import os
import threading
import time

from . import limits
from .codec import Outcome
from .perform import perform
from .process import Reader, ReaderGone

_logger = logging.getLogger(__name__)


class Pool:
    """Readers of this process.

    :param int size: how many there are at most.
    """

    # Called before a reader starts.
    on_start = staticmethod(lambda: None)

    def __init__(self, size=limits.READERS):
        self.size = size
        self._reset()

    def _reset(self):
        self.owner = os.getpid()
        self.free = []  # pairs of reader and since when it is free
        self.places = threading.BoundedSemaphore(self.size)
        self.lock = threading.Lock()
        self.janitor = None
        # Where no process can be started: said once, then read in this process.
        self.here = False

    # ---- the door -------------------------------------------------------

    def run(self, jobs, seconds=limits.QUICK_SECONDS):
        """Do jobs; what takes too long or breaks its reader ends the run.

        :param list jobs: of `Job`.
        :param float seconds: that each may take.
        :return: an `Outcome` for each job, in their order, up to the first that is
            ``broken``: those behind it were not begun.
        :rtype: list[Outcome]
        """
        jobs = list(jobs)
        if not jobs:
            return []
        self._own()
        outcomes = []
        with self.places:
            while len(outcomes) < len(jobs):
                reader, rest = self._take(), jobs[len(outcomes) :]
                if reader is None:
                    return outcomes + _perform_here(rest)
                was_used = reader.used
                done = self._run(reader, rest, seconds)
                if was_used and len(done) == 1 and done[0].broken == "died":
                    continue  # while it had nothing to do: that names no message
                outcomes += done
                if outcomes and outcomes[-1].broken:
                    break
        return outcomes

    def one(self, job):
        """Do one job that somebody waits for, as long as any may take.

        :param Job job:
        :rtype: Outcome
        """
        return self.run([job], limits.ALONE_SECONDS)[0]

    def close(self):
        """End all readers that are free."""
        with self.lock:
            readers, self.free = self.free, []
        for reader, _since in readers:
            reader.end()

    # ---- readers --------------------------------------------------------

    def _run(self, reader, jobs, seconds):
        outcomes = []
        try:
            for outcome in reader.run(jobs, seconds):
                outcomes.append(outcome)
        except ReaderGone as gone:
            outcomes.append(Outcome(broken=gone.why))
        except BaseException:  # the work is cut off: the reader is in the middle
            reader.end()
            raise
        else:
            if reader.leaves:
                reader.end()
            else:
                self._give_back(reader)
        return outcomes

    def _take(self):
        """Return a reader; None where none can be started."""
        while True:
            with self.lock:
                if not self.free:
                    break
                reader, _since = self.free.pop()
            if reader.is_good():
                return reader
            reader.end()
        if self.here:
            return None
        self.on_start()
        try:
            return Reader()
        except (OSError, ReaderGone, AttributeError) as error:
            self.here = True
            _logger.warning(
                "No process can be started that reads messages (%s: %s). They are "
                "read in this one, without a limit on memory and time.",
                type(error).__name__,
                error,
            )
            return None

    def _give_back(self, reader):
        with self.lock:
            self.free.append((reader, time.monotonic()))
            if self.janitor is None:
                self._start_janitor()

    def _start_janitor(self):
        self.janitor = threading.Timer(limits.IDLE_SECONDS, self._end_idle)
        self.janitor.daemon = True
        self.janitor.name = "oms.reading.janitor"
        self.janitor.start()

    def _end_idle(self):
        """End the readers that have had nothing to do for a while."""
        before = time.monotonic() - limits.IDLE_SECONDS
        with self.lock:
            idle = [each for each in self.free if each[1] <= before]
            self.free = [each for each in self.free if each[1] > before]
            self.janitor = None
            if self.free:
                self._start_janitor()
        for reader, _since in idle:
            reader.end()

    # ---- forks ----------------------------------------------------------

    def _own(self):
        """A fork of the server does not share the readers of the first."""
        if self.owner != os.getpid():
            self._leave_to_parent()

    def _leave_to_parent(self):
        for reader, _since in self.free:
            reader.forget()
        self._reset()


def _perform_here(jobs):
    outcomes = []
    for job in jobs:
        try:
            outcomes.append(perform(job))
        except MemoryError:
            return [*outcomes, Outcome(broken="memory")]
    return outcomes


POOL = Pool()
atexit.register(POOL.close)
with contextlib.suppress(AttributeError):  # there are systems without forks
    os.register_at_fork(after_in_child=POOL._leave_to_parent)
