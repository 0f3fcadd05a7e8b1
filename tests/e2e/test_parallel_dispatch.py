"""The same transfers are planned, numbered and delivered by several at one moment."""

import json
import os
import subprocess
from pathlib import Path

import pytest
from omsdev.host import databases

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parents[1]


@pytest.fixture(scope="module")
def results(odoo):
    """What each situation left in the database."""
    name = f"oms_e2e_{os.getpid()}_dispatch"
    databases.copy(databases.suite_template(odoo), name)
    try:
        process = subprocess.run(
            [REPOSITORY / "setup" / "odoo", "shell", "-d", name, "--log-level=error"],
            input=(HERE / "parallel_dispatch.py").read_text(),
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
    finally:
        databases.drop(name)
    lines = [
        json.loads(line.removeprefix("RESULT "))
        for line in process.stdout.splitlines()
        if line.startswith("RESULT ")
    ]
    assert len(lines) == 3, process.stdout + process.stderr
    return {line["situation"]: line for line in lines}


def test_each_transfer_is_on_one_trip_only(results):
    result = results["plan"]
    assert result["taken"] == result["different"] == 6
    # The other two are told, in words.
    assert len(result["errors"]) == 2
    assert all("No transfer is ready" in error for error in result["errors"])


def test_each_transfer_has_one_number_of_its_own(results):
    result = results["waybill"]
    assert not result["errors"]
    assert result["numbers"] == result["different"] == result["events"] == 6


def test_goods_leave_stock_exactly_once(results):
    result = results["deliver"]
    assert not result["errors"]
    assert result["state"] == "delivered"
    assert result["delivered"] == 1
    assert result["left"] == 99
    assert result["events"] == 1
