"""The readers of this process of the server."""

from unittest import TestCase

from odoo.modules import module

from ...reading import POOL


def end_with_test():
    """End a reader with the class of tests in which it starts.

    The host's tests take a process that is left for one that was forgotten.
    """
    test = getattr(module, "current_test", None)
    if isinstance(test, TestCase):
        type(test).addClassCleanup(POOL.close)


POOL.on_start = end_with_test

__all__ = ["POOL"]
