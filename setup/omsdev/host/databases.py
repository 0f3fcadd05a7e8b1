"""Databases: a template per state of the addons, copied for each use."""

import hashlib
import os
import re
import shutil
from pathlib import Path

from ..paths import REPOSITORY, locked, oms_home, suite_addons
from ..progress import Meter, SetupError, run, step
from .postgres import client, psql

# Everything the suite needs of the host: installed once, it changes only with it.
HOST_MODULES = (
    "sale_management",
    "sale_stock",
    "sale_crm",
    "account_payment",
    "payment_custom",
    "stock_delivery",
    "stock_picking_batch",
    "delivery_stock_picking_batch",
    "stock_fleet",
    "stock_account",
    "repair",
    "survey",
    "rating",
    "portal",
    "spreadsheet_dashboard",
)
# Odoo tries to, and goes on without the extensions (the wheel's server has none).
OPTIONAL = "CREATE EXTENSION IF NOT EXISTS"
# The first one becomes the default: users of tests and demo start in English.
LANGUAGES = "en_US,zh_CN"


def exists(name):
    """Whether a database of this name exists."""
    return psql(f"SELECT 1 FROM pg_database WHERE datname = '{name}'") == "1"


def whole(name):
    """Whether a database exists with its attachments: with a server of one's own it
    outlives the cache folder.
    """
    return filestore(name).is_dir() and exists(name)


def filestore(name):
    """Folder with the attachments of a database."""
    return oms_home() / "data/filestore" / name


def drop(name):
    """Drop a database and its attachments; nothing happens when there is none."""
    psql(
        f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        f"WHERE datname = '{name}' AND pid <> pg_backend_pid()"
    )
    run(
        [client("dropdb"), "-w", "--if-exists", name],
        f"Close what uses the database {name} and start again.",
    )
    shutil.rmtree(filestore(name), ignore_errors=True)


def drop_like(pattern):
    """Drop every database whose name fits an SQL pattern."""
    for name in psql(
        f"SELECT datname FROM pg_database WHERE datname LIKE '{pattern}'"
    ).split():
        drop(name)


def drop_left_over():
    """Drop test databases whose process was killed before it could."""
    for name in psql("SELECT datname FROM pg_database").split():
        match = re.fullmatch(r"oms_(?:test|e2e)_(\d+)(?:_\w+)?", name)
        if match and not Path("/proc", match[1]).exists():
            drop(name)


def copy(template, name):
    """Make a database as a copy of another; attachments are hard links."""
    drop(name)
    psql(
        f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        f"WHERE datname = '{template}' AND pid <> pg_backend_pid()"
    )
    run([client("createdb"), "-w", "-T", template, name], "Check the free disk space.")
    if filestore(template).is_dir():
        shutil.copytree(filestore(template), filestore(name), copy_function=_link)


def _link(source, target):
    """Hard-link a file; Odoo never changes an attachment's file in place."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def fingerprint(*, demo):
    """Hash of everything that makes a database of the suite what it is."""
    digest = hashlib.sha256(f"demo={demo}".encode())
    for addon in suite_addons():
        for path in sorted((REPOSITORY / addon).rglob("*")):
            ignored = "__pycache__" in path.parts or path.parts[-2] == "tests"
            if (
                path.is_file()
                and not ignored
                and path.suffix in (".py", ".xml", ".csv", ".po", ".json")
            ):
                digest.update(str(path.relative_to(REPOSITORY)).encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def host_template(odoo):
    """Name of a database with the host's modules, made when missing."""
    wanted = ",".join(HOST_MODULES) + LANGUAGES + str(odoo.host.python_path)
    name = f"oms_host_{hashlib.sha256(wanted.encode()).hexdigest()[:8]}"
    with locked("host_template"):
        if not whole(name):
            with step("Template database with Odoo's own modules"):
                building = name + "_new"
                drop(building)
                install(odoo, building, HOST_MODULES, "--load-language", LANGUAGES)
                rename(building, name)
    return name


def suite_template(odoo, *, demo=False):
    """Name of a database with the suite installed, made when the code changed.

    Older templates of the same kind are dropped.
    """
    kind = "oms_demo_" if demo else "oms_suite_"
    name = kind + fingerprint(demo=demo)
    with locked(kind + "template"):
        if not whole(name):
            _build_suite(odoo, kind, name, demo)
    return name


def _build_suite(odoo, kind, name, demo):
    host = host_template(odoo)
    with step("Template database with the suite" + (" and demo data" if demo else "")):
        drop_like(f"{kind}%")
        building = name + "_new"
        copy(host, building)
        if demo:
            _install_with_demo(odoo, building)
        else:
            install(odoo, building, suite_addons())
        rename(building, name)


def rename(old, new):
    """Rename a database with its attachments; the database comes last, so that a
    name that exists is whole."""
    drop(new)
    if filestore(old).is_dir():
        filestore(old).rename(filestore(new))
    psql(f'ALTER DATABASE "{old}" RENAME TO "{new}"')


def _install_with_demo(odoo, database):
    """Install the suite with its demo data, without the host's.

    Odoo loads demo data only where all dependencies say that they have theirs.

    :raise SetupError: when a module's demo data could not be loaded.
    """
    host = "state = 'installed' AND name NOT LIKE 'oms_addon%'"
    psql(f"UPDATE ir_module_module SET demo = true WHERE {host}", database)
    install(odoo, database, suite_addons(), "--with-demo")
    # An upgrade would load the host's demo data else.
    psql(f"UPDATE ir_module_module SET demo = false WHERE {host}", database)
    failed = psql(
        "SELECT m.name || ': ' || f.error FROM ir_demo_failure f "
        "JOIN ir_module_module m ON m.id = f.module_id",
        database,
    )
    if failed:
        raise SetupError(
            f"Demo data could not be loaded:\n{failed[-3000:]}",
            "Mend the demo files and start again.",
        )


def install(odoo, database, modules, *options, auto=False):
    """Install modules with a progress line.

    :param bool auto: also what Odoo installs by itself beside them.
    :raise SetupError: also when Odoo logged an error while installing.
    """
    meter = Meter(f"installing into {database}", 0)
    state = {"done": 0}
    errors = []

    def count(line):
        if re.search(r" (ERROR|CRITICAL) ", line) and OPTIONAL not in line:
            errors.append(line.rstrip())
        match = re.search(r"Loading module (\S+) \((\d+)/(\d+)\)", line)
        if match:
            meter.total = int(match[3])
            state["done"] = int(match[2])
        return state["done"] or None

    run(
        odoo.command(
            "-d",
            database,
            "-i",
            ",".join(modules),
            "--stop-after-init",
            *(() if auto else ("--skip-auto-install",)),
            "--no-http",
            "--log-level=info",
            *options,
        ),
        "Look at the lines above; drop the cache folder's postgres and start again "
        "if the database is damaged.",
        meter=meter,
        count=count,
        env=odoo.environment(),
    )
    if errors:
        raise SetupError(
            "Installing logged errors:\n" + "\n".join(errors[:10]),
            "Mend them and start again.",
        )


def log_errors(path: Path):
    """Lines of an Odoo log at level ERROR or CRITICAL.

    :rtype: list[str]
    """
    pattern = re.compile(r"^\d{4}-\d\d-\d\d [\d:,]+ \d+ (ERROR|CRITICAL) ")
    return [
        line
        for line in path.read_text(errors="replace").splitlines()
        if pattern.match(line)
    ]
