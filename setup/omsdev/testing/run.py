"""Runs the kinds of tests and counts what they found."""

import contextlib
import importlib
import json
import os
import re
import subprocess
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

from ..host import databases
from ..host.ports import free_port
from ..paths import REPOSITORY, oms_home, suite_addons
from ..progress import Meter, SetupError, end_with_parent, human_time, step
from .shares import SECONDS, find_classes, measured, shares

# The whole run.
KINDS = ("unit", "odoo", "e2e")
# Asked for by name only: kind -> module beside this one, which has `run_<kind>`.
MORE_KINDS = {
    "host": "host_tests",
    "neighbours": "neighbour_tests",
    "upgrade": "upgrade_tests",
    "print": "print_tests",
}
# Odoo's tests run in so many processes, a database each.
CORES = 2
# pytest runs so many files at once, in the order in which they are collected; an
# end-to-end test waits for its server most of the time.
FILES_AT_ONCE = {"unit": CORES, "e2e": CORES + 1}
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

    :param list kinds: of `KINDS` and `MORE_KINDS`.
    :param list arguments: further pytest or test-tag arguments.
    :return: the result of each kind, as soon as it is known; a kind that can't be
        run is a failure and does not stop the others.
    :rtype: iterator of Result
    """
    databases.drop_left_over()
    if kinds[0] == "unit" and len(kinds) > 1:
        # Unit tests leave a core: it makes the database of what comes next.
        _beside(databases.suite_template, odoo)
    for kind in kinds:
        result = Result()
        with step(f"{kind} tests"):
            try:
                result.add(_runner(kind)(odoo, arguments))
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


def _beside(work, *arguments):
    """Begin work that is needed later; what fails is told when it is needed."""

    def quietly():
        with contextlib.suppress(Exception):
            work(*arguments)

    threading.Thread(target=quietly, daemon=True).start()


def _runner(kind):
    """The function that runs a kind of tests.

    :rtype: callable
    """
    if kind in MORE_KINDS:
        module = importlib.import_module(f".{MORE_KINDS[kind]}", __package__)
        return getattr(module, f"run_{kind}")
    return {"unit": run_unit, "odoo": run_odoo, "e2e": run_e2e}[kind]


def run_unit(odoo, arguments=()):
    """Pure Python tests and lint, under pytest.

    :rtype: Result
    """
    arguments = arguments or _side_by_side("unit")
    return _pytest(odoo, "unit", arguments, dict(os.environ))


def run_e2e(odoo, arguments=()):
    """Tests of a running system: HTTP, browser, crash, concurrency.

    :rtype: Result
    """
    template = databases.suite_template(odoo)
    name = f"oms_e2e_{os.getpid()}"
    databases.copy(template, name)
    env = odoo.environment(OMS_TEST_DB=name, OMS_SUITE_TEMPLATE=template)
    try:
        return _pytest(odoo, "e2e", arguments or _side_by_side("e2e"), env)
    finally:
        databases.drop(name)


def _side_by_side(kind):
    """What makes pytest run all tests of a kind, several files at once.

    :rtype: list[str]
    """
    number = str(FILES_AT_ONCE[kind])
    order = ("--dist", "loadfile", "--no-loadscope-reorder")
    return ["-n", number, *order, f"tests/{kind}"]


def _pytest(odoo, kind, arguments, env):
    report = logs_folder() / f"{kind}.xml"
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
    late = wait_or_kill([process])
    result = _read_report(kind, report, process.returncode)
    if late:
        result.problems.append(f"{kind}: {TOO_LATE}")
    return result


def wait_or_kill(processes, tick=None):
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
    return run_addons(odoo, databases.suite_template(odoo), arguments)


def run_addons(odoo, template, arguments=()):
    """Tests of our addons on copies of a database.

    :param str template: name of the database.
    :param list arguments: test tags instead of all.
    :rtype: Result
    """
    classes = [each for addon in suite_addons() for each in find_classes(addon)]
    parts = [] if arguments else shares(classes, CORES)
    tags = [[each.tag for each in part] for part in parts] or [list(arguments)]
    runs = [
        _start_odoo(odoo, template, number, wanted)
        for number, wanted in enumerate(tags)
    ]
    meter = Meter("test methods", 0)
    try:
        late = wait_or_kill(
            [process for process, *_ in runs],
            lambda: meter.update(sum(_started(log) for _, log, *_ in runs)),
        )
    finally:
        for _process, _log, name in runs:
            databases.drop(name)
    result = Result()
    for process, log, _name in runs:
        result.add(_read_log(log, process.returncode))
    if late:
        result.problems.append(f"odoo: {TOO_LATE}")
    elif parts:
        _look_at_shares(parts, [log for _process, log, _name in runs], result)
    meter.finish()
    return result


def _look_at_shares(parts, logs, result):
    """Every class must have been run; what each took is kept for the next division."""
    seconds = {}
    for part, log in zip(parts, logs, strict=True):
        text = log.read_text(errors="replace")
        ran = set(re.findall(r"(?:Starting|skipped|setUpClass \(\S+\.) ?(\w+)", text))
        for each in part:
            if each.name not in ran:
                result.fail(f"odoo: {each.key} was not executed")
        seconds |= measured(text)
    file = logs_folder() / SECONDS.name
    file.write_text(json.dumps(seconds, indent=1, sort_keys=True) + "\n")


def _start_odoo(odoo, template, number, tags):
    """Start Odoo with tests; the first one also updates the addons."""
    name = f"oms_test_{os.getpid()}_{number}"
    databases.copy(template, name)
    log = logs_folder() / f"odoo-{number}.log"
    update = ("-u", ",".join(suite_addons())) if number == 0 else ()
    with open(log, "w") as output:
        process = subprocess.Popen(
            odoo.command(
                *("-d", name, *update, "--test-tags", ",".join(tags)),
                *("--stop-after-init", "--max-cron-threads=0"),
                # far apart: a port found free is taken only later
                *("--http-port", str(free_port(8400 + 100 * number))),
                *("--log-level=test", "--log-handler=odoo.tests.stats:DEBUG"),
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


def logs_folder() -> Path:
    folder = oms_home() / "logs"
    folder.mkdir(exist_ok=True)
    return folder
