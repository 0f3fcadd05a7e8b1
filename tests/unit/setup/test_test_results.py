"""What counts as a passed and as a failed test run."""

import pytest
from omsdev.host import databases
from omsdev.progress import SetupError
from omsdev.testing import run as testing

START = "2026-11-26 00:06:14,050 75 "
SUMMARY = (
    START + "{level} db odoo.tests.result: {} failed, {} error(s) of {} tests when\n"
)
TEST = "odoo.addons.oms_addon.tests.test_x"


def summary(failed, errors, total):
    return SUMMARY.format(failed, errors, total, level="INFO")


def counted(tmp_path, text, code=0):
    log = tmp_path / "odoo.log"
    log.write_text(text)
    result = testing._read_log(log, code)
    return result.passed, result.failed, result.skipped


def line(level, text):
    return f"{START}{level} db {TEST}: {text}\n"


@pytest.mark.parametrize(
    ("text", "code", "expected"),
    [
        pytest.param(summary(0, 0, 5), 0, (5, 0, 0), id="all well"),
        pytest.param(
            line("ERROR", "FAIL: TestX.test_one") + summary(1, 0, 5),
            1,
            (4, 1, 0),
            id="a failure",
        ),
        pytest.param(
            line("ERROR", "FAIL: Subtest TestX.test_one (<subtest>)") * 3
            + summary(3, 0, 5),
            1,
            (4, 3, 0),
            id="sub-tests of one test",
        ),
        pytest.param(
            line("ERROR", f"ERROR: setUpClass ({TEST}.TestX)") + summary(0, 1, 5),
            1,
            (5, 1, 0),
            id="a class that could not be set up",
        ),
        pytest.param(
            line("INFO", "skipped TestX.test_tour : no browser") + summary(0, 0, 5),
            0,
            (4, 0, 1),
            id="skipped",
        ),
        pytest.param(
            line("ERROR", "something is wrong") + summary(0, 0, 5),
            0,
            (5, 1, 0),
            id="an error line beside passed tests",
        ),
        pytest.param(
            line("CRITICAL", "Failed to load registry"), 255, (0, 1, 0), id="no start"
        ),
        pytest.param("", -6, (0, 1, 0), id="a crash"),
        pytest.param(summary(0, 0, 5), -9, (5, 1, 0), id="killed at the end"),
    ],
)
def test_odoo_log(tmp_path, text, code, expected):
    assert counted(tmp_path, text, code) == expected


@pytest.fixture
def kinds(monkeypatch):
    """Runs kinds whose runners are replaced; returns the sum."""

    def run(**runners):
        monkeypatch.setattr(databases, "drop_left_over", lambda: None)
        for kind, runner in runners.items():
            monkeypatch.setattr(testing, f"run_{kind}", lambda *a, r=runner: r())
        total = testing.Result()
        for result in testing.run_kinds(None, list(runners)):
            total.add(result)
        return total

    return run


def test_a_kind_that_ran_nothing_has_failed(kinds):
    total = kinds(unit=lambda: testing.Result(passed=3), e2e=testing.Result)
    assert (total.passed, total.failed) == (3, 1)
    assert "e2e: no test was executed" in total.problems


def test_a_kind_that_cannot_be_run_stops_no_other(kinds):
    def broken():
        raise SetupError("The addons can't be installed.", "Mend them.")

    total = kinds(unit=broken, e2e=lambda: testing.Result(passed=4))
    assert total.passed == 4 and total.failed
    assert any("can't be installed" in problem for problem in total.problems)


@pytest.mark.parametrize(
    ("report", "code", "passed", "failed"),
    [
        ('<s><testcase name="a"/><testcase name="b"/></s>', 0, 2, 0),
        ('<s><testcase name="a"/><testcase name="b"><error/></testcase></s>', 1, 1, 1),
        ('<s><testcase name="a"/></s>', 2, 1, 1),
        (None, -9, 0, 1),
    ],
)
def test_pytest_report(tmp_path, report, code, passed, failed):
    path = tmp_path / "unit.xml"
    if report:
        path.write_text(report)
    result = testing._read_report("unit", path, code)
    assert (result.passed, result.failed) == (passed, failed)
