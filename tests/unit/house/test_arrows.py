"""Who may import whom: the contracts of `.importlinter`, and what they can't see."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest
from class_order import REPOSITORY
from omsdev.paths import suite_addons

# What each addon may import of another one: pure packages only, and what makes columns
# before there are models.
PURE = {
    "oms_addon": set(),
    "oms_addon_logistics": {"oms_addon"},
    "oms_addon_aftersales": {"oms_addon"},
}
PURE_PACKAGES = {"document", "adapters", "sourcing", "calls", "hooks", "printing"}
ROOMS = {
    "oms_addon": {
        "channel",
        "inbox",
        "intake",
        "check",
        "sourcing",
        "fulfil",
        "money",
        "outbox",
        "insight",
        "print",
        "operations",
    },
    "oms_addon_logistics": {"plan", "trip", "parcel", "operations"},
    "oms_addon_aftersales": {"returns", "cases", "satisfaction", "operations"},
}


def test_import_contracts_hold():
    done = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"],
        cwd=REPOSITORY,
        env=dict(os.environ, PYTHONPATH=str(REPOSITORY)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr


def imports_of_addons(addon):
    """Dotted names below ``odoo.addons`` that an addon's own code imports.

    :rtype: iterator of tuple[str, str]
    """
    for path in (REPOSITORY / addon).rglob("*.py"):
        if "tests" in path.relative_to(REPOSITORY / addon).parts:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and not node.level:
                module = node.module or ""
                if module == "odoo.addons":
                    for alias in node.names:
                        yield path.name, alias.name
                elif module.startswith("odoo.addons."):
                    for alias in node.names:
                        yield path.name, f"{module[12:]}.{alias.name}"


@pytest.mark.parametrize("addon", suite_addons())
def test_addons_share_pure_packages_only(addon):
    allowed = PURE.get(addon, set(PURE))
    for name, imported in imports_of_addons(addon):
        other, *rest = imported.split(".")
        if other not in PURE or other == addon:
            continue
        assert other in allowed, f"{name} imports {imported}"
        assert rest and rest[0] in PURE_PACKAGES, f"{name} imports {imported}"


@pytest.mark.parametrize("addon", sorted(ROOMS))
def test_the_halls_are_rooms(addon):
    models = REPOSITORY / addon / "models"
    folders = {path.parent.name for path in models.glob("*/__init__.py")}
    assert ROOMS[addon] <= folders
    hall = [path for path in models.glob("*.py") if path.name != "__init__.py"]
    assert len(hall) <= 8, "a file of models/ that belongs to a room"
