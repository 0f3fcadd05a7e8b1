"""Loaded by a Python that has another clock (see ``omsdev/clock.py``), before all else.

``time.sleep`` waits for a moment of the monotonic clock. libfaketime 0.9.10 takes that
for a moment of the clock that it changes, and the wait fails; other waits are right.

Files keep the times of the machine, by which Python knows what is compiled already.
Who asks how old one is compares with the other clock, though: Odoo would end each
session as one of months ago.
"""

import os
import select
import time

AHEAD = float(os.environ.get("FAKETIME") or 0)  # seconds
_getmtime = os.path.getmtime


def sleep(seconds):
    """Wait; as ``time.sleep``."""
    if seconds < 0:
        raise ValueError("sleep length must be non-negative")
    select.select([], [], [], seconds)


def getmtime(path):
    """When a file was changed, by the other clock; as ``os.path.getmtime``."""
    return _getmtime(path) + AHEAD


time.sleep = sleep
os.path.getmtime = getmtime
