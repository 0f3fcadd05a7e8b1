"""Runs the three kinds of tests and counts what they found."""

import os
import re
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

from . import databases
from .paths import REPOSITORY, oms_home, suite_addons
from .ports import free_port
from .progress import Meter, SetupError, end_with_parent, human_time, step

KINDS = ("unit", "odoo", "e2e")
# Run only when asked for by name: they take long and seldom find anything new.
EXTRA_KINDS = ("print",)
# Seconds for one kind; what hangs longer is killed, which is a failure.
TIMEOUT = int(os.environ.get("OMS_TEST_TIMEOUT") or 1800)
TOO_LATE = f"killed after {human_time(TIMEOUT)}: a test hangs"


@dataclass
class Result:
    """What a kind of tests found.

    :param list problems: lines to show at the end.
    """

    passed: int = 0
    failed: int = 0
    skipped: int = 0
    problems: list = field(default_factory=list)

    def add(self, other):
        """Count another result in."""
        self.passed += other.passed
        self.failed += other.failed
        self.skipped += other.skipped
        self.problems += other.problems

    def fail(self, problem):
        """Count a failure that is no test's."""
        self.failed += 1
        self.problems.append(problem)

    @property
    def ran(self):
        """Number of tests that were executed."""
        return self.passed + self.failed


def run_kinds(odoo, kinds, arguments=()):
    """Run the given kinds one after the other.

    :param list kinds: of `KINDS` and `EXTRA_KINDS`.
    :param list arguments: further pytest or test-tag arguments.
    :return: the result of each kind, as soon as it is known; a kind that can't be
        run is a failure and does not stop the others.
    :rtype: iterator of Result
    """
    runners = {"unit": run_unit, "odoo": run_odoo, "e2e": run_e2e}
    runners["print"] = run_print
    databases.drop_left_over()
    for kind in kinds:
        result = Result()
        with step(f"{kind} tests"):
            try:
                result.add(runners[kind](odoo, arguments))
            except SetupError as error:
                result.fail(f"{kind}: {error}")
        if not result.ran:
            result.fail(f"{kind}: no test was executed")
        print(
            f"    {kind}: {result.passed} passed, {result.failed} failed"
            + (f", {result.skipped} skipped" if result.skipped else ""),
            flush=True,
        )
        yield result


def run_unit(odoo, arguments=()):
    """Pure Python tests and lint, under pytest.

    :rtype: Result
    """
    return _pytest(odoo, "unit", arguments or ["tests/unit"], dict(os.environ))


def run_print(odoo, arguments=()):
    """Every report of every Print menu for 50 records, in both languages.

    :rtype: Result
    """
    return run_odoo(odoo, arguments or ["oms_print"])


def run_e2e(odoo, arguments=()):
    """Tests of a running system: HTTP, browser, crash, concurrency.

    :rtype: Result
    """
    template = databases.suite_template(odoo)
    name = f"oms_e2e_{os.getpid()}"
    databases.copy(template, name)
    env = odoo.environment(OMS_TEST_DB=name, OMS_SUITE_TEMPLATE=template)
    try:
        return _pytest(odoo, "e2e", arguments or ["tests/e2e"], env)
    finally:
        databases.drop(name)


def _pytest(odoo, kind, arguments, env):
    report = _logs() / f"{kind}.xml"
    report.unlink(missing_ok=True)
    # The addons must be importable as plain packages, not through Odoo's namespace.
    if kind == "unit":
        env.pop("PYTHONPATH", None)
    process = subprocess.Popen(
        [
            odoo.python,
            "-m",
            "pytest",
            "-q",
            "-p",
            "no:cacheprovider",
            f"--junitxml={report}",
            "-o",
            "junit_family=xunit2",
            *arguments,
        ],
        cwd=REPOSITORY,
        env=env,
        preexec_fn=end_with_parent,
    )
    late = _wait_or_kill([process])
    result = _read_report(kind, report, process.returncode)
    if late:
        result.problems.append(f"{kind}: {TOO_LATE}")
    return result


def _wait_or_kill(processes, tick=None):
    """Wait for processes; end them when they take too long, or when we are stopped.

    :param callable tick: called every second.
    :return: whether the time was over.
    :rtype: bool
    """
    end = time.monotonic() + TIMEOUT
    try:
        while any(process.poll() is None for process in processes):
            if time.monotonic() > end:
                return True
            if tick:
                tick()
            time.sleep(1 if tick else 0.1)
    finally:
        for process in processes:
            if process.poll() is None:
                process.kill()
                process.wait()
    return False


def _read_report(kind, report, code):
    if not report.exists():
        return Result(failed=1, problems=[f"{kind}: pytest stopped with code {code}"])
    result = Result()
    for case in ElementTree.parse(report).iter("testcase"):
        name = f"{kind}: {case.get('classname')}.{case.get('name')}"
        if case.find("failure") is not None or case.find("error") is not None:
            result.failed += 1
            result.problems.append(name)
        elif case.find("skipped") is not None:
            result.skipped += 1
        else:
            result.passed += 1
    if code not in (0, 1, 5) and not result.failed:
        result.failed += 1
        result.problems.append(f"{kind}: pytest stopped with code {code}")
    return result


def run_odoo(odoo, arguments=()):
    """Odoo's own tests of the addons, two databases side by side.

    :rtype: Result
    """
    template = databases.suite_template(odoo)
    addons = suite_addons()
    groups = [addons[:1], addons[1:]] if len(addons) > 1 else [addons]
    runs = [
        _start_odoo(odoo, template, number, group, arguments)
        for number, group in enumerate(groups)
    ]
    meter = Meter("test methods", 0)
    try:
        late = _wait_or_kill(
            [process for process, *_ in runs],
            lambda: meter.update(sum(_started(log) for _, log, *_ in runs)),
        )
    finally:
        for _process, _log, name in runs:
            databases.drop(name)
    result = Result()
    for (process, log, _name), group in zip(runs, groups, strict=True):
        part = _read_log(log, process.returncode)
        if not part.ran and not arguments:
            part.fail(f"odoo: no test of {', '.join(group)} was executed")
        result.add(part)
    if late:
        result.problems.append(f"odoo: {TOO_LATE}")
    meter.finish()
    return result


def _start_odoo(odoo, template, number, addons, arguments):
    name = f"oms_test_{os.getpid()}_{number}"
    databases.copy(template, name)
    log = _logs() / f"odoo-{number}.log"
    tags = ",".join(arguments) if arguments else ",".join(f"/{a}" for a in addons)
    with open(log, "w") as output:
        process = subprocess.Popen(
            odoo.command(
                "-d",
                name,
                "-u",
                ",".join(addons),
                "--test-tags",
                tags,
                "--stop-after-init",
                "--http-port",
                # far apart: a port found free is taken only later
                str(free_port(8400 + 100 * number)),
                "--log-level=test",
                "--max-cron-threads=0",
            ),
            env=odoo.environment(),
            stdout=output,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            preexec_fn=end_with_parent,
        )
    return process, log, name


def _started(log):
    return len(re.findall(r": Starting \w+\.test_", log.read_text(errors="replace")))


def _read_log(log, code):
    """Count tests in Odoo's log; every error line is a failure."""
    text = log.read_text(errors="replace")
    # A test may fail several times, in its sub-tests; a class without any in it.
    failures = re.findall(
        r": (?:FAIL|ERROR): (?:Subtest )?(\w+\S*(?: \(odoo\.\S+\))?)", text
    )
    named = list(dict.fromkeys(failures))
    skipped = len(set(re.findall(r": skipped (\w+\.test_\w+) ", text)))
    started = len({name for name in named if re.match(r"\w+\.test_", name)})
    result = Result(skipped=skipped, problems=[f"odoo: {name}" for name in named])
    summary = re.findall(r"(\d+) failed, (\d+) error\(s\) of (\d+) tests", text)
    for failed, errors, total in summary:
        result.failed += int(failed) + int(errors)
        result.passed += int(total)
    result.passed = max(result.passed - started - skipped, 0)
    lines = databases.log_errors(log)
    if not result.failed and (lines or code):
        result.failed += 1
        result.problems += [f"odoo log: {line[:200]}" for line in lines[:10]]
        if code and not lines:
            result.problems.append(f"odoo: stopped with code {code}")
    if result.failed:
        result.problems.append(f"odoo: the log is in {log}")
    return result


def _logs() -> Path:
    folder = oms_home() / "logs"
    folder.mkdir(exist_ok=True)
    return folder
