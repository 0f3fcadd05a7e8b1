"""A limit of time for the program that makes PDFs.

The host starts wkhtmltopdf in one function of a module and waits for it for ever; it
has no hook there, so the function is wrapped. Without a limit set it is the host's.
"""

import subprocess
from contextlib import contextmanager
from contextvars import ContextVar

from odoo.addons.base.models import ir_actions_report as host

_seconds = ContextVar("oms_print_seconds", default=None)


class RendererEnded(Exception):
    """The program died, or was ended after its time."""


@contextmanager
def print_within(seconds):
    """Let every start of the program in here take so long at most.

    :param float seconds:
    :raise RendererEnded: where it did not come to an end by itself.
    """
    token = _seconds.set(seconds)
    try:
        yield
    finally:
        _seconds.reset(token)


def _within_limit(run):
    def wrapper(args):
        seconds = _seconds.get()
        if seconds is None:
            return run(args)
        try:
            process = subprocess.run(
                [host._wkhtml().bin, *args],
                capture_output=True,
                encoding="utf-8",
                errors="replace",
                check=False,
                timeout=seconds,  # it is killed then
            )
        except subprocess.TimeoutExpired as late:
            raise RendererEnded(f"more than {seconds:g} s") from late
        if process.returncode < 0:
            raise RendererEnded(f"signal {-process.returncode}")
        return process

    return wrapper


host._run_wkhtmltopdf = _within_limit(host._run_wkhtmltopdf)
