"""``setup/test upgrade [-- COMMIT]``: the day of an older commit goes on with this one.

The older code plays its demo day on a database of its own and leaves work open. This
code upgrades it with ``-u``: nothing that was decided may change, the log must be free
of warnings, and what is open goes on.
"""

import json
import os
import re
import subprocess
from pathlib import Path

from ..host import databases
from ..host.postgres import psql
from ..paths import REPOSITORY, oms_home
from ..progress import SetupError, run, step
from .run import Result, logs_folder

# The first version that others may have.
OLDEST = "a41a2b9"
ORDERS = 60
PART = "UPGRADE "
# Name -> what must be the same after the upgrade, a line for each record.
FACTS = {
    "orders": """
        SELECT o.name, o.state, o.oms_stage, o.oms_external_id, o.amount_total,
               o.invoice_status, p.name, c.name
          FROM sale_order o
          JOIN res_partner p ON p.id = o.partner_id
          LEFT JOIN oms_channel c ON c.id = o.oms_channel_id ORDER BY o.id""",
    "order lines": """
        SELECT id, order_id, product_id, product_uom_qty, qty_delivered, qty_invoiced,
               price_total, warehouse_id FROM sale_order_line ORDER BY id""",
    "stock": """
        SELECT product_id, location_id, lot_id, quantity, reserved_quantity
          FROM stock_quant ORDER BY id""",
    "transfers": """
        SELECT id, name, state, partner_id, sale_id, oms_waybill, oms_tracking_token
          FROM stock_picking ORDER BY id""",
    "ledger": """
        SELECT l.id, m.name, m.state, l.account_id, l.debit, l.credit, l.amount_residual
          FROM account_move_line l JOIN account_move m ON m.id = l.move_id
         ORDER BY l.id""",
    "payments": """
        SELECT id, state, amount, reference FROM payment_transaction ORDER BY id""",
    "holds": "SELECT id, order_id, check_id, state FROM oms_hold ORDER BY id",
    "messages": """
        SELECT id, channel_id, state, digest, external_id, order_id, delivery_count,
               md5(body) FROM oms_inbox_message ORDER BY id""",
    "messages to channels": """
        SELECT id, channel_id, state, kind, order_id FROM oms_outbox_message
         ORDER BY id""",
    "trips": "SELECT id, name, state, user_id, vehicle_id FROM oms_trip ORDER BY id",
    "stops": """
        SELECT id, trip_id, state, partner_id, sequence, recipient_name
          FROM oms_trip_stop ORDER BY id""",
    "returns": "SELECT id, name, state, kind, order_id FROM oms_return ORDER BY id",
    "return lines": "SELECT id, return_id, quantity FROM oms_return_line ORDER BY id",
    "cases": "SELECT id, name, state, order_id FROM oms_case ORDER BY id",
}


def run_upgrade(odoo, arguments=()):
    """Play with an older commit, upgrade, compare and go on.

    :param list arguments: the commit, by default `OLDEST`.
    :return: facts that stayed and work that went on as passed.
    :rtype: Result
    """
    commit = (list(arguments) or [OLDEST])[0]
    database = f"oms_test_{os.getpid()}_upgrade"
    result = Result()
    try:
        with step(f"The day of {commit}, about {ORDERS} orders"):
            _play(odoo, _checkout(commit), database)
        before = _facts(database)
        with step("Upgrade"):
            _upgrade(odoo, database, result)
        _compare(before, _facts(database), result)
        with step("What was open goes on"):
            _go_on(odoo, database, result)
    finally:
        databases.drop(database)
    return result


def _checkout(commit):
    """The files of a commit, in a folder of their own.

    :rtype: Path
    :raise SetupError: when there is no such commit here.
    """
    folder = oms_home() / "upgrade" / re.sub(r"\W", "_", commit)
    if not (folder / "whole").exists():
        folder.mkdir(parents=True, exist_ok=True)
        archive = folder.with_suffix(".tar")
        run(
            ["git", "-C", REPOSITORY, "archive", "-o", archive, commit],
            "Name a commit that `git log` shows; a shallow clone has but one.",
        )
        run(["tar", "-x", "-f", archive, "-C", folder], "Check the free disk space.")
        archive.unlink()
        (folder / "whole").touch()
    return folder


def _play(odoo, tree, database):
    """Let the older code make its demo database and play its day."""
    log = logs_folder() / "upgrade-play.log"
    script = _code(
        "upgrade_play",
        tree=str(tree),
        template=f"oms_old_{tree.name.lower()}",
        database=database,
        orders=ORDERS,
        python=str(odoo.python),
        host=[str(odoo.host.python_path), *map(str, odoo.host.addons)],
        version=odoo.host.version,
        log=str(log.with_suffix(".server.log")),
    )
    with open(log, "w") as output:
        code = subprocess.run(
            [str(odoo.python), "-u", "-c", script],
            stdout=output,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            check=False,
        ).returncode
    if code:
        end = "\n".join(log.read_text(errors="replace").splitlines()[-8:])
        raise SetupError(
            f"The day of the older commit stopped:\n{end}",
            f"Look into {log}. It may hang on luck: name another commit.",
        )


def _code(name, **values):
    """A script beside this file, with its values."""
    source = Path(__file__).with_name(f"{name}.py").read_text()
    return f"VALUES = {values!r}\n{source}"


def _facts(database):
    """What must not change.

    :return: name -> lines.
    :rtype: dict[str, list[str]]
    """
    return {name: psql(query, database).splitlines() for name, query in FACTS.items()}


def _upgrade(odoo, database, result):
    """Upgrade the three addons; every warning counts."""
    log = logs_folder() / "upgrade.log"
    with open(log, "w") as output:
        code = odoo.run(
            *("-d", database, "-u", "oms_addon", "--stop-after-init", "--no-http"),
            *("--log-level=info", "--max-cron-threads=0"),
            stdout=output,
            stderr=subprocess.STDOUT,
        ).returncode
    text = log.read_text(errors="replace")
    said = [
        line
        for line in text.splitlines()
        if re.match(r"[\d-]+ [\d:,]+ \d+ (WARNING|ERROR|CRITICAL) ", line)
    ]
    if code or said:
        result.failed += 1
        result.problems += [f"upgrade: {line[:200]}" for line in said[:10]]
        result.problems.append(f"upgrade: code {code}, the log is in {log}")
    else:
        result.passed += 1


def _compare(before, after, result):
    """Count each kind of fact that stayed, and tell what changed."""
    for name, lines in before.items():
        if not lines:
            result.fail(f"upgrade: the older day left no {name}")
        elif lines == after[name]:
            result.passed += 1
            print(f"    {name}: {len(lines)} the same")
        else:
            gone, new = set(lines) - set(after[name]), set(after[name]) - set(lines)
            first = f"{min(gone, default='')} -> {min(new, default='')}"
            result.fail(
                f"upgrade: {name}: {len(gone)} of {len(lines)} changed: {first[:300]}"
            )


def _go_on(odoo, database, result):
    """Take up what was open, each kind of work for itself."""
    process = subprocess.run(
        odoo.command("shell", "-d", database, "--no-http", "--log-level=warn"),
        input=_code("upgrade_go_on", part=PART),
        env=odoo.environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    parts = [
        json.loads(line.partition(PART)[2])
        for line in process.stdout.splitlines()
        if PART in line
    ]
    if not parts:
        result.fail(f"upgrade: nothing went on: {process.stderr[-600:]}")
    for name, problem in parts:
        print(f"    {name}: {problem or 'goes on'}")
        if problem:
            result.fail(f"upgrade: {name}: {problem}")
        else:
            result.passed += 1
