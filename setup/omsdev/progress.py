"""Progress of slow steps on the terminal, and errors that say what to do."""

import ctypes
import errno
import os
import re
import signal
import subprocess
import sys
import time
from collections import deque
from contextlib import contextmanager

from .paths import oms_home

PR_SET_PDEATHSIG = 1  # of Linux' prctl
# What a failed command said last is shown; more of it is kept in a file.
KEPT_LINES = 1000
SHOWN_LINES = 8


class SetupError(Exception):
    """A failure with the action that mends it.

    :param str problem: what went wrong.
    :param str action: what the person should do about it.
    """

    def __init__(self, problem, action):
        super().__init__(f"{problem}\n  -> {action}")


def guard(program, work):
    """Run what a command does; every failure becomes a line that says what to do.

    :param str program: name of the command, e.g. ``'setup/run'``.
    :param callable work: returns the exit code.
    :return: the exit code: 1 after a failure, 130 after Ctrl-C.
    :rtype: int
    """
    # Also a polite kill ends what was started.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        return work()
    except SetupError as error:
        print(f"{program}: {error}", flush=True)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. Start again to go on.", flush=True)
        return 130
    except BrokenPipeError:  # whoever read the output has gone
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as error:
        print(f"{program}: {_system_error(error)}", flush=True)
        return 1


def _system_error(error):
    """A refusal of the operating system as `SetupError`."""
    action = "Mend that and start again."
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        action = "Free some disk space, or set OMS_HOME to a folder on another disk."
    elif error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        action = "Set OMS_HOME to a folder that you may write to."
    elif error.errno in (errno.EEXIST, errno.ENOTDIR, errno.ENAMETOOLONG):
        action = "Set OMS_HOME to a folder with a shorter or other name."
    return SetupError(str(error), action)


def end_with_parent():
    """Let a child process end when its starter is killed (Linux)."""
    prctl = getattr(ctypes.CDLL(None), "prctl", None)
    if prctl:
        prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


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


def run(command, action, *, meter=None, count=None, outlives=False, **options):
    """Run ``command``; keep its output and show its end only when it fails.

    :param list command: program and arguments.
    :param str action: advice shown when the command fails.
    :param Meter meter: progress line fed by ``count``.
    :param callable count: maps an output line to the amount done, or None.
    :param bool outlives: the command must not be cut short when we are killed.
    :return: the last lines of the output.
    :rtype: str
    :raise SetupError: when the command exits non-zero or does not exist.
    """
    tail = deque(maxlen=KEPT_LINES)
    try:
        process = subprocess.Popen(
            [str(part) for part in command],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            text=True,
            errors="replace",
            preexec_fn=None if outlives else end_with_parent,
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
        raise SetupError(_what_failed(command, code, output), action)
    if meter:
        meter.finish()
    return output


def _what_failed(command, code, output):
    """The end of a failed command's output; the rest is put into a file.

    :rtype: str
    """
    words = " ".join(str(part) for part in command)
    lines = output.strip().splitlines()
    # pip, apt and initdb mark what matters; others have it at the end.
    marked = [line for line in lines if re.match(r"(ERROR|E|\w+: error): ", line)]
    shown = marked[-4:] or lines[-SHOWN_LINES:]
    said = "\n".join(f"    {line[:200]}" for line in shown)
    text = f"{words[:100]} … failed with code {code}:\n{said}"
    if len(lines) > len(shown):
        log = oms_home() / "logs/last-failure.log"
        log.parent.mkdir(exist_ok=True)
        log.write_text(f"{words}\n{output}")
        text += f"\n    (more in {log})"
    return text
