"""How Odoo's tests are divided between the cores."""

import re

from omsdev.paths import REPOSITORY, suite_addons
from omsdev.testing import shares as odoo_shares
from omsdev.testing.shares import TestClass, shares


def classes(**seconds):
    return [TestClass("a", name, False) for name in seconds]


def keys(parts):
    return [sorted(each.name for each in part) for part in parts]


def test_shares_take_about_as_long():
    seconds = {"A": 50, "B": 30, "C": 20, "D": 10, "E": 9}
    known = {f"a:{name}": taken for name, taken in seconds.items()}
    parts = shares(classes(**seconds), 2, known)
    loads = [sum(seconds[each.name] for each in part) for part in parts]
    assert abs(loads[0] - loads[1]) <= 10
    assert sum(len(part) for part in parts) == len(seconds)


def test_a_class_that_nobody_has_measured_counts_by_its_tests():
    new = TestClass("a", "New", False, tests=20)
    parts = shares([*classes(A=0, B=0, C=0), new], 2, {"a:A": 5, "a:B": 5})
    assert [new] in parts, "as long as all others together"


def test_what_runs_while_its_addon_is_updated_is_where_addons_are_updated():
    early = [TestClass("a", f"E{number}", True) for number in range(3)]
    parts = shares(early + classes(A=0, B=0), 2, {})
    assert set(early) <= set(parts[0])


def test_one_class_makes_one_share():
    assert keys(shares(classes(A=1), 2, {})) == [["A"]]


def test_every_class_of_the_addons_is_found():
    for addon in suite_addons():
        found = {each.name for each in odoo_shares.find_classes(addon)}
        text = "".join(
            path.read_text()
            for path in (REPOSITORY / addon / "tests").glob("test_*.py")
        )
        by_name_only = set(re.findall(r'"-standard".*\)\nclass (\w+)\(', text))
        every = set(re.findall(r"^class (Test\w+)\(", text, re.M))
        assert found == every - by_name_only


def test_seconds_are_read_from_odoos_report():
    text = (
        "2026 DEBUG db odoo.tests.stats: Detailed Tests Report:\n"
        "\toms_addon: 9.00s 40 queries\n"
        "\toms_addon.test_holds.TestHolds: 3.25s 20 queries\n"
        "\toms_addon.test_holds.TestHolds.test_one: 1.25s 10 queries\n"
    )
    assert odoo_shares.measured(text) == {"oms_addon:TestHolds": 3.2}
