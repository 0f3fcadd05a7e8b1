"""What counts as a difference between Odoo's tests with the suite and without."""

import pytest
from omsdev.testing import host_tests


def one(outcome, why=""):
    return {"outcome": outcome, "why": why, "queries": 3, "seconds": 0.1}


@pytest.mark.parametrize(
    ("without", "with_suite", "said"),
    [
        pytest.param(one("passed"), one("passed"), None, id="both pass"),
        pytest.param(one("failed", "a"), one("failed", "b"), None, id="both fail"),
        pytest.param(one("skipped"), one("skipped"), None, id="both skip"),
        pytest.param(
            one("passed"),
            one("failed", "\n  no access\nmore"),
            "passed without, failed with: no access",
            id="fails with the suite",
        ),
        pytest.param(
            one("failed", "broken"),
            one("passed"),
            "failed without, passed with: broken",
            id="passes only with the suite",
        ),
        pytest.param(
            one("passed"), None, "passed without, not run with", id="missing with it"
        ),
        pytest.param(
            None, one("passed"), "not run without, passed with", id="missing without"
        ),
    ],
)
def test_a_test_that_ends_otherwise_is_told_with_the_reason(without, with_suite, said):
    records = [{"sale/T.test": side} if side else {} for side in (without, with_suite)]
    found = [str(each) for each in host_tests.differences(*records)]
    assert found == ([f"sale/T.test: {said}"] if said else [])


def test_a_test_is_run_again_by_its_tag():
    assert host_tests._tag("sale/TestA.test_b") == "/sale:TestA.test_b"
    broken_class = "setUpClass (odoo.addons.stock.tests.test_x.TestA)"
    assert host_tests._tag(broken_class) == "/stock:TestA"


def test_a_test_that_counts_is_told_and_not_counted_as_different(capsys, monkeypatch):
    records = {"without": {"sale/T.count": one("passed")}}
    records["with"] = {"sale/T.count": one("failed")}
    found = host_tests.differences(records["without"], records["with"])
    result = host_tests._tell(("sale",), records, found, {"sale/T.count": "why"}, set())
    assert (result.passed, result.failed) == (1, 0)
    assert "sale/T.count: passed, 3 queries" in capsys.readouterr().out


def test_every_counted_test_has_a_reason():
    assert all(len(reason) > 20 for reason in host_tests.read_counted().values())
