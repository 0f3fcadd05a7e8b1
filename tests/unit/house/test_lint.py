"""The repository's own rules: style, OCA's mandatory checks, manifests, XML."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest
from lxml import etree

REPOSITORY = Path(__file__).resolve().parents[3]
ADDONS = sorted(path.parent for path in REPOSITORY.glob("*/__manifest__.py"))
SCRIPTS = Path(sys.executable).parent


def run(*command):
    done = subprocess.run(
        command,
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
        env=dict(os.environ, NO_COLOR="1"),
    )
    return done.returncode, done.stdout + done.stderr


def test_ruff_finds_nothing():
    code, output = run(
        SCRIPTS / "ruff", "check", "--no-cache", "--output-format", "concise", "."
    )
    assert code == 0, output


def test_every_file_is_formatted():
    code, output = run(SCRIPTS / "ruff", "format", "--no-cache", "--check", ".")
    assert code == 0, output


def test_pylint_odoo_finds_nothing_mandatory():
    names = [addon.name for addon in ADDONS]
    code, output = run(
        SCRIPTS / "pylint", "--rcfile=.pylintrc-mandatory", "-j", "2", *names
    )
    assert code == 0, output


@pytest.mark.parametrize("addon", ADDONS, ids=lambda path: path.name)
def test_every_file_of_the_manifest_exists_and_no_data_file_is_forgotten(addon):
    manifest = ast.literal_eval((addon / "__manifest__.py").read_text())
    listed = set(manifest.get("data", []) + manifest.get("demo", []))
    missing = [name for name in listed if not (addon / name).exists()]
    assert not missing
    present = {
        str(path.relative_to(addon))
        for folder in ("data", "demo", "security", "views", "wizards", "report")
        for path in (addon / folder).rglob("*.xml")
    }
    assert present <= listed, "not in the manifest"


@pytest.mark.parametrize("addon", ADDONS, ids=lambda path: path.name)
def test_manifest_says_what_a_store_needs(addon):
    manifest = ast.literal_eval((addon / "__manifest__.py").read_text())
    assert manifest["license"] == "LGPL-3"
    assert manifest["version"].startswith("19.0.")
    assert manifest["summary"] and "description" not in manifest
    assert (addon / "pyproject.toml").exists()
    assert (addon / "readme/DESCRIPTION.md").exists()
    assert (addon / "readme/USAGE.md").exists()


@pytest.mark.parametrize("addon", ADDONS, ids=lambda path: path.name)
def test_xml_is_well_formed_and_ids_are_used_once(addon):
    seen = {}
    for path in addon.rglob("*.xml"):
        tree = etree.parse(str(path))
        if "static" in path.parts or "demo" in path.parts:
            continue  # demo data may come back to a record, to translate it
        for node in tree.iter("record", "template", "menuitem"):
            identifier = node.get("id")
            if identifier and not node.get("forcecreate"):
                assert identifier not in seen, (
                    f"{identifier} in {path.name} and {seen.get(identifier)}"
                )
                seen[identifier] = path.name


def test_no_package_registry_is_named():
    hosts = (
        "pypi" + ".org",
        "deb." + "debian.org",
        "registry." + "npmjs",
        "files." + "pythonhosted",
        "snapshot." + "debian",
    )
    _, listing = run("git", "ls-files", "--cached", "--others", "--exclude-standard")
    for name in listing.split("\n"):
        path = REPOSITORY / name
        if name and path.is_file() and path.stat().st_size < 1_000_000:
            text = path.read_bytes().decode("utf-8", errors="ignore")
            found = [host for host in hosts if host in text]
            assert not found, f"{name} names {found}"
