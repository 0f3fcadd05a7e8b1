"""``setup/test host``: Odoo's own tests with the suite and without it."""

import json
import os
import subprocess
import tomllib
from dataclasses import dataclass
from pathlib import Path

from ..host import databases
from ..host.ports import free_port
from ..host.postgres import psql
from ..paths import REPOSITORY, suite_addons
from ..progress import Meter, SetupError, end_with_parent, step
from .run import Result, logs_folder, wait_or_kill

# What the suite builds on, in parts that take about as long each.
PARTS = (
    ("sale", "sale_management", "sale_crm", "delivery", "stock_delivery"),
    ("sale_stock", "stock_account", "account_payment", "payment"),
    ("stock",),
    ("stock_picking_batch", "repair", "portal", "rating", "crm"),
)
# Tests that count queries or seconds, each with the reason why it may differ.
COUNTED = REPOSITORY / "tests/host_counted.toml"
WITHOUT, WITH = "without", "with"
NOT_RUN = "not run"


@dataclass(frozen=True)
class Difference:
    """A test that ends otherwise with the suite.

    :param dict without: what was recorded without the suite, None when nothing was.
    :param dict with_suite: the same with it.
    """

    test: str
    without: dict | None
    with_suite: dict | None

    def __str__(self):
        sides = [self.without or {}, self.with_suite or {}]
        ended = [side.get("outcome", NOT_RUN) for side in sides]
        whys = [side["why"] for side in reversed(sides) if side.get("why")]
        why = f": {first_line(whys[0])}" if whys else ""
        return f"{self.test}: {ended[0]} without, {ended[1]} with{why}"


def first_line(text):
    """First line that says something, cut to a readable length."""
    return next((line.strip()[:160] for line in text.splitlines() if line.strip()), "")


def run_host(odoo, arguments=()):
    """Compare every test of the host's modules.

    A test that differs is run again on both databases: what differs only once was
    luck and is told, not counted.

    :param list arguments: modules instead of all.
    :return: equal tests as passed, those that differ as failed.
    :rtype: Result
    """
    unknown = set(arguments) - {module for part in PARTS for module in part}
    if unknown:
        raise SetupError(
            f"{', '.join(sorted(unknown))}: no module that the suite builds on.",
            f"Name some of {', '.join(m for part in PARTS for m in part)}.",
        )
    parts = [tuple(arguments)] if arguments else PARTS
    pair = _make_pair(odoo)
    result = Result()
    try:
        for part in parts:
            with step(f"Tests of {', '.join(part)}"):
                result.add(_compare_part(odoo, pair, part))
    finally:
        for name in pair.values():
            databases.drop(name)
    return result


def _make_pair(odoo):
    """A database without the suite and one with it, the same otherwise.

    :return: side -> name of the database.
    :rtype: dict
    :raise SetupError: when they have other modules of the host.
    """
    templates = {
        WITHOUT: databases.host_template(odoo),
        WITH: databases.suite_template(odoo),
    }
    pair = {side: f"oms_test_{os.getpid()}_{side}" for side in templates}
    for side, template in templates.items():
        databases.copy(template, pair[side])
    modules = {side: _installed(name) for side, name in pair.items()}
    other = modules[WITH] - set(suite_addons()) ^ modules[WITHOUT]
    if other:
        raise SetupError(
            f"Only one of the two databases has {', '.join(sorted(other))}.",
            "Name it in HOST_MODULES of setup/omsdev/host/databases.py.",
        )
    return pair


def _installed(name):
    query = "SELECT name FROM ir_module_module WHERE state = 'installed'"
    return set(psql(query, name).split())


def _compare_part(odoo, pair, modules):
    records = _record(odoo, pair, [f"/{module}" for module in modules])
    found = differences(records[WITHOUT], records[WITH])
    counted = read_counted()
    lucky = set()
    again = [each for each in found if each.test not in counted]
    if again:
        print(f"    {len(again)} differ; they are run again", flush=True)
        repeated = _record(odoo, pair, [_tag(each.test) for each in again])
        still = {d.test for d in differences(repeated[WITHOUT], repeated[WITH])}
        lucky = {each.test for each in again} - still
    return _tell(modules, records, found, counted, lucky)


def _tell(modules, records, found, counted, lucky):
    """Print what was found and count it.

    :rtype: Result
    """
    tests = set(records[WITHOUT]) | set(records[WITH])
    failing = [
        sum(record["outcome"] == "failed" for record in records[side].values())
        for side in (WITHOUT, WITH)
    ]
    real = [d for d in found if d.test not in counted and d.test not in lucky]
    print(
        f"    {', '.join(modules)}: {len(tests)} tests, {failing[0]} failed without "
        f"and {failing[1]} with the suite, {len(real)} differ"
    )
    for difference in found:
        if difference.test in lucky:
            print(f"    differed once only: {difference}")
    for test, reason in counted.items():
        sides = [records[side].get(test) for side in (WITHOUT, WITH)]
        if all(sides):
            figures = " / ".join(
                f"{side['outcome']}, {side['queries']} queries, {side['seconds']} s"
                for side in sides
            )
            print(f"    counted: {test}: {figures} ({reason})")
    result = Result(passed=len(tests) - len(real), failed=len(real))
    result.problems += [f"host: {difference}" for difference in real]
    return result


def differences(without, with_suite):
    """Tests that end otherwise.

    :param dict without: name of a test -> what was recorded without the suite.
    :param dict with_suite: the same with it.
    :rtype: list[Difference]
    """
    return [
        Difference(test, without.get(test), with_suite.get(test))
        for test in sorted({*without, *with_suite})
        if _outcome(without, test) != _outcome(with_suite, test)
    ]


def _outcome(records, test):
    return records.get(test, {}).get("outcome", NOT_RUN)


def read_counted():
    """Tests that count queries or seconds -> the reason why they may differ.

    :rtype: dict[str, str]
    """
    return tomllib.loads(COUNTED.read_text())


def _tag(test):
    """Test tag of one test; a class that could not be set up stands for its tests."""
    if "/" in test:
        module, _slash, name = test.partition("/")
        return f"/{module}:{name}"
    path = test[test.index("(") + 1 : -1].removeprefix("odoo.addons.")
    return f"/{path.partition('.')[0]}:{path.rpartition('.')[2]}"


def _record(odoo, pair, tags):
    """Run tests on both databases side by side, a core each.

    :return: side -> name of a test -> record.
    :rtype: dict
    """
    files = {side: logs_folder() / f"host-{side}.jsonl" for side in pair}
    for file in files.values():
        file.unlink(missing_ok=True)
    processes = [
        _start(odoo, name, number, tags, files[side])
        for number, (side, name) in enumerate(pair.items())
    ]
    meter = Meter("tests", 0)
    late = wait_or_kill(
        processes, lambda: meter.update(" and ".join(_lines(f) for f in files.values()))
    )
    meter.finish()
    if late:
        raise SetupError("Odoo's tests took too long.", "Set OMS_TEST_TIMEOUT higher.")
    return {side: _read(file) for side, file in files.items()}


def _lines(file: Path):
    return str(len(file.read_text().splitlines()) if file.exists() else 0)


def _start(odoo, database, number, tags, record):
    command = odoo.command(
        *("-d", database, "--test-tags", ",".join(tags), "--stop-after-init"),
        *("--http-port", free_port(8600 + 100 * number)),
        *("--log-level=test", "--max-cron-threads=0"),
    )
    # `python -m odoo …` becomes `python host_recorder.py …`; -P, as that one's folder
    # has a module `odoo` of its own.
    command[1:3] = ["-P", str(Path(__file__).with_name("host_recorder.py"))]
    with open(record.with_suffix(".log"), "w") as output:
        return subprocess.Popen(
            command,
            env=odoo.environment(OMS_TEST_RECORD=str(record)),
            stdout=output,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            preexec_fn=end_with_parent,
        )


def _read(file):
    """Name of a test -> its last record.

    :raise SetupError: when Odoo ran no test.
    """
    if not file.exists():
        raise SetupError("Odoo ran no test.", f"Look into {file.with_suffix('.log')}.")
    records = map(json.loads, file.read_text().splitlines())
    return {record["test"]: record for record in records}
