"""The table of what holds today names tests that exist."""

import re
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[3]
TABLE = REPOSITORY / "tests/holds_today.md"
ADDONS = ("oms_addon", "oms_addon_logistics", "oms_addon_aftersales")


def rows():
    for line in TABLE.read_text().splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if (
            line.startswith("|")
            and len(cells) == 2
            and cells[0] not in ("holds", "---")
        ):
            yield cells


def known_tests():
    folders = [REPOSITORY / "tests", *(REPOSITORY / name / "tests" for name in ADDONS)]
    found = set()
    for folder in folders:
        for path in folder.rglob("*.py"):
            found.update(re.findall(r"def (test_\w+)\(", path.read_text()))
    return found


def test_every_test_that_is_named_exists():
    named = {
        name for _holds, tests in rows() for name in re.findall(r"`(test_\w+)`", tests)
    }
    assert len(named) > 100
    assert sorted(named - known_tests()) == []


def test_every_line_names_what_keeps_it():
    for holds, tests in rows():
        assert re.search(r"`\w+|measured|by hand", tests), holds
