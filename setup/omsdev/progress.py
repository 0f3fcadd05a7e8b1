"""Progress of slow steps on the terminal, and errors that say what to do."""

import subprocess
import sys
import time
from collections import deque
from contextlib import contextmanager


class SetupError(Exception):
    """A failure with the action that mends it.

    :param str problem: what went wrong.
    :param str action: what the person should do about it.
    """

    def __init__(self, problem, action):
        super().__init__(f"{problem}\n  -> {action}")


def human_size(size):
    """Return ``size`` bytes as text, e.g. ``'12.3 MB'``."""
    for unit in ("B", "kB", "MB", "GB"):
        if size < 1000 or unit == "GB":
            return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1000
    return ""


def human_time(seconds):
    """Return ``seconds`` as ``'1 min 05 s'`` or ``'7 s'``."""
    seconds = int(seconds + 0.5)
    if seconds < 60:
        return f"{seconds} s"
    return f"{seconds // 60} min {seconds % 60:02d} s"


class Meter:
    """One line on the terminal: done, total, rate and time left.

    :param str label: what is being done.
    :param float total: the amount at the end, 0 when unknown.
    :param callable show: turns an amount into text.
    """

    def __init__(self, label, total=0, show=str):
        self.label, self.total, self.show = label, total, show
        self.start = time.monotonic()
        self.live = sys.stdout.isatty()
        self.last = 0.0

    def update(self, done, detail=""):
        """Print ``done`` at most a few times a second (every 10 s in a log)."""
        now = time.monotonic()
        if now - self.last < (0.3 if self.live else 10):
            return
        self.last = now
        self._print(done, detail, end="\r" if self.live else "\n")

    def _print(self, done, detail, end):
        elapsed = time.monotonic() - self.start
        text = f"    {self.label}: {self.show(done)}"
        if self.total:
            text += f" of {self.show(self.total)}"
            if 0 < done < self.total:
                left = elapsed * (self.total - done) / done
                text += f", about {human_time(left)} left"
        if detail:
            text += f" ({detail})"
        if self.live:
            text = text[:110].ljust(110)
        print(text, end=end, flush=True)

    def finish(self, detail=""):
        """Print the final line with the time taken."""
        elapsed = human_time(time.monotonic() - self.start)
        line = f"    {self.label}: done in {elapsed}"
        print((line + (f" ({detail})" if detail else "")).ljust(110), flush=True)


@contextmanager
def step(title):
    """Announce a step; print its time at the end."""
    print(f"==> {title}", flush=True)
    start = time.monotonic()
    yield
    elapsed = time.monotonic() - start
    if elapsed >= 1:
        print(f"    {human_time(elapsed)}", flush=True)


def run(command, action, *, meter=None, count=None, **options):
    """Run ``command``; keep its output and show it only when it fails.

    :param list command: program and arguments.
    :param str action: advice shown when the command fails.
    :param Meter meter: progress line fed by ``count``.
    :param callable count: maps an output line to the amount done, or None.
    :return: the last lines of the output.
    :rtype: str
    :raise SetupError: when the command exits non-zero or does not exist.
    """
    tail = deque(maxlen=60)
    try:
        process = subprocess.Popen(
            [str(part) for part in command],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            text=True,
            errors="replace",
            **options,
        )
    except FileNotFoundError as error:
        raise SetupError(f"{command[0]} was not found.", action) from error
    for line in process.stdout:
        tail.append(line)
        if meter and count:
            done = count(line)
            if done is not None:
                meter.update(done)
    code = process.wait()
    output = "".join(tail)
    if code:
        raise SetupError(
            f"{' '.join(str(part) for part in command[:4])} … failed with code {code}:"
            f"\n{output}",
            action,
        )
    if meter:
        meter.finish()
    return output
