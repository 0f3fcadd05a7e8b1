"""Odoo's server that runs every test of a module on the whole registry and records it.

Started in place of ``odoo`` by `host_tests`, in Odoo's interpreter: the file named by
``OMS_TEST_RECORD`` gets one JSON line for each test.
"""

import json
import os
import time

from odoo import sql_db
from odoo.cli import main
from odoo.tests import case, loader
from odoo.tests.result import OdooTestResult

PASSED, FAILED, SKIPPED = "passed", "failed", "skipped"


class Recorder(OdooTestResult):
    """A test result that also writes down each test."""

    def startTest(self, test):
        super().startTest(test)
        self._outcome, self._why = PASSED, ""

    def stopTest(self, test):
        super().stopTest(test)
        record(
            _name(test),
            self._outcome,
            self._why,
            seconds=round(time.time() - self.time_start, 2),
            queries=sql_db.sql_counter - self.queries_start,
        )

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self._note(test, SKIPPED, reason)

    def logError(self, flavour, test, error):
        super().logError(flavour, test, error)
        self._note(test, FAILED, str(error[1]))

    def _note(self, test, outcome, why):
        """Keep what happened to a test; a class without tests counts as one."""
        if isinstance(test, case.TestCase | case._SubTest):
            self._outcome, self._why = outcome, self._why or why
        else:
            record(str(test), outcome, why)


def _name(test):
    """Name of a test, e.g. ``sale/TestAccessRights.test_access_sales_person``."""
    module = type(test).__module__.removeprefix("odoo.addons.").partition(".")[0]
    return f"{module}/{type(test).__qualname__}.{test._testMethodName}"


def record(name, outcome, why, **figures):
    """Append a test to the record."""
    line = {"test": name, "outcome": outcome, "why": why[:2000], **figures}
    with open(os.environ["OMS_TEST_RECORD"], "a") as file:
        file.write(json.dumps(line) + "\n")


def every_position(make_suite):
    """Make suites of all tests where Odoo would make one of the last ones only.

    Tests that Odoo runs while it installs a module see nothing of addons that come
    later; a database that is in use has them all.
    """

    def make(module_names, position="at_install"):
        if position != "post_install":
            return make_suite([], position)
        suites = [make_suite(module_names, each) for each in ("at_install", position)]
        for test in suites[1]:
            suites[0].addTest(test)
        return suites[0]

    return make


if __name__ == "__main__":
    loader.OdooTestResult = Recorder
    loader.make_suite = every_position(loader.make_suite)
    main()
