"""Twenty people confirm orders for the last five pieces at the same moment.

Needs a database with ``oms_addon`` that may be written to: its name is taken from
``OMS_TEST_DB``, the server from ``PGHOST``.
"""

import json
import os
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parents[1]
WAYS = ["button", "batch of one", "batches of five"]


@pytest.fixture(scope="module")
def results():
    """What each way of confirming left in the database."""
    database = os.environ.get("OMS_TEST_DB")
    if not database:
        pytest.skip("OMS_TEST_DB names no database")
    process = subprocess.run(
        [REPOSITORY / "setup" / "odoo", "shell", "-d", database, "--log-level=error"],
        input=(HERE / "parallel_confirmation.py").read_text(),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    lines = [
        json.loads(line.removeprefix("RESULT "))
        for line in process.stdout.splitlines()
        if line.startswith("RESULT ")
    ]
    assert len(lines) == len(WAYS), process.stdout + process.stderr
    return {line["way"]: line for line in lines}


@pytest.mark.parametrize("way", WAYS)
def test_twenty_parallel_confirmations_reserve_exactly_the_last_five(results, way):
    result = results[way]
    assert result["quantity"] == 5
    assert result["quant_reserved"] == 5
    assert result["lines_reserved"] == 5
    assert result["assigned"] == 5
    assert result["quants"] == 1, "no second quant was made beside a locked one"
    assert result["lowest_free"] == 0, "never more reserved than there is"


@pytest.mark.parametrize("way", WAYS)
def test_those_who_come_too_late_wait_for_stock(results, way):
    result = results[way]
    # An order that lost every one of the host's five tries may be confirmed again.
    lost = ("ConcurrencyError", "SerializationFailure")
    assert all(error.startswith(lost) for error in result["errors"]), result["errors"]
    assert result["confirmed"] + len(result["errors"]) == 20
    assert result["waiting"] == result["confirmed"] - 5
