"""Makes calls side by side, so that a slow platform delays no other.

The calls know nothing of the ORM: threads only wait for answers, and whoever put the
work down takes up the results one after the other.
"""

import time
from collections import deque
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait

CHANNELS_AT_ONCE = 8


def raise_it(error):
    """Raise what preparing a piece of work ended with, where its result is noted."""
    raise error


class Desk:
    """A few lines at a time, each with a piece of work that has a deadline of its own.

    :param int lines: how many at a time.
    """

    def __init__(self, lines):
        self._lines = lines
        self._pool = ThreadPoolExecutor(lines, thread_name_prefix="oms.calls")
        self._open = {}

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        self._pool.shutdown(wait=True, cancel_futures=True)

    def has_room(self):
        """Whether a line is free."""
        return len(self._open) < self._lines

    def put(self, key, work, *arguments):
        """Begin a piece of work.

        :param key: what it is about.
        :param callable work: must not touch the ORM.
        """
        self._open[self._pool.submit(work, *arguments)] = key

    def next_done(self):
        """Wait for the next piece that is done.

        :return: its key, its result and the exception it ended with (or None); None
            when there is no work.
        :rtype: tuple | None
        """
        if not self._open:
            return None
        done, _rest = wait(self._open, return_when=FIRST_COMPLETED)
        future = done.pop()
        key, error = self._open.pop(future), future.exception()
        return key, None if error else future.result(), error


class Rounds:
    """Who is next: the channels take turns, each has one piece of work at a time.

    :param dict waiting: pieces in their order, by channel.
    :param float seconds: a channel that took so long in all has had its share.
    """

    def __init__(self, waiting, seconds=30):
        self._waiting = {channel: deque(work) for channel, work in waiting.items()}
        self._turn = deque(self._waiting)
        self._spent = dict.fromkeys(self._waiting, 0)
        self._begun, self._seconds = {}, seconds

    def next(self):
        """Take the next piece of the channel whose turn it is.

        :return: None when every channel is busy or has nothing left.
        """
        for _channel in range(len(self._turn)):
            channel = self._turn.popleft()
            if not self._waiting[channel] or self._spent[channel] > self._seconds:
                continue
            work = self._waiting[channel].popleft()
            self._begun[work] = channel, time.monotonic()
            return work
        return None

    def free(self, work):
        """Note that a piece is done; its channel comes last."""
        channel, begin = self._begun.pop(work)
        self._spent[channel] += time.monotonic() - begin
        self._turn.append(channel)

    def finish(self, work):
        """Leave out what else waits behind a piece, as it has nothing to find."""
        self._waiting[work].clear()
