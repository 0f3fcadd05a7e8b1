"""Divides Odoo's tests into shares that take about as long, one for each core."""

import ast
import json
import re
from dataclasses import dataclass

from ..paths import REPOSITORY

# Seconds of each class in an earlier run, see `measured`.
SECONDS = REPOSITORY / "tests/odoo_seconds.json"
REPORT_LINE = re.compile(r"^\t(\w+)\.test_\w+\.(\w+): ([\d.]+)s \d+ queries$", re.M)


@dataclass(frozen=True)
class TestClass:
    """A class of tests in an addon.

    :param bool early: run while its addon is updated, not at the end.
    :param int tests: number of its tests.
    """

    __test__ = False  # for pytest

    addon: str
    name: str
    early: bool
    tests: int = 1

    @property
    def key(self):
        """Name in the file of seconds."""
        return f"{self.addon}:{self.name}"

    @property
    def tag(self):
        """Odoo's tag that selects this class."""
        return f"/{self.addon}:{self.name}"


def find_classes(addon):
    """Classes with tests of their own: Odoo runs no inherited ones.

    :rtype: list[TestClass]
    """
    found = []
    for path in sorted((REPOSITORY / addon / "tests").glob("test_*.py")):
        for node in ast.parse(path.read_text()).body:
            if not isinstance(node, ast.ClassDef):
                continue
            tests = sum(
                isinstance(item, ast.FunctionDef) and item.name.startswith("test")
                for item in node.body
            )
            marks = " ".join(ast.unparse(mark) for mark in node.decorator_list)
            # The others are run by a name of their own only.
            if tests and "'-standard'" not in marks:
                early = "post_install" not in marks
                found.append(TestClass(addon, node.name, early, tests))
    return found


def shares(classes, count, seconds=None):
    """Divide classes, the longest first, each to the share with least to do.

    What runs while its addon is updated is in the first share, which updates.

    :param dict seconds: of an earlier run; a class that is not in it counts by the
        number of its tests.
    :rtype: list[list[TestClass]]
    """
    seconds = _read() if seconds is None else seconds
    known = [each for each in classes if each.key in seconds]
    tests = sum(each.tests for each in known)
    usual = sum(seconds[each.key] for each in known) / tests if tests else 1
    parts, loads = [[] for _ in range(count)], [0.0] * count

    def weight(each):
        return seconds.get(each.key, usual * each.tests)

    for each in sorted(classes, key=lambda c: (not c.early, -weight(c), c.key)):
        least = 0 if each.early else loads.index(min(loads))
        parts[least].append(each)
        loads[least] += weight(each)
    return [part for part in parts if part]


def measured(log_text):
    """Seconds of each class, from the report at the end of Odoo's log.

    :rtype: dict[str, float]
    """
    return {
        f"{addon}:{name}": round(float(taken), 1)
        for addon, name, taken in REPORT_LINE.findall(log_text)
    }


def _read():
    return json.loads(SECONDS.read_text()) if SECONDS.exists() else {}
