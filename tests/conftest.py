"""Lets plain pytest import the pure packages of the addons without Odoo.

The addons' ``__init__`` files import the ORM; here the addon packages are
stand-ins that only have a search path, so ``oms_addon.adapters`` and the like
load on their own.
"""

import sys
from pathlib import Path
from types import ModuleType

import pytest

REPOSITORY = Path(__file__).resolve().parents[1]
SHARED = REPOSITORY.parent / "shared"

sys.path.insert(0, str(REPOSITORY / "setup"))
for addon in ("oms_addon", "oms_addon_logistics", "oms_addon_aftersales"):
    package = ModuleType(addon)
    package.__path__ = [str(REPOSITORY / addon)]
    sys.modules.setdefault(addon, package)


# Files run side by side; those that take longest begin first, so that all cores end
# together.
LONGEST = (
    # unit
    "test_lint",
    "test_patterns_linear",
    "test_day_cast",
    # end to end
    "test_channel_messages",
    "test_day",
    "test_crash",
    "test_poison",
    "test_parallel_confirmation",
)


def pytest_collection_modifyitems(items):
    """Put the longest files first."""

    def place(item):
        name = item.path.stem
        return LONGEST.index(name) if name in LONGEST else len(LONGEST)

    items.sort(key=place)


@pytest.fixture(scope="session")
def fixtures():
    """Folder of real channel messages; tests that need it are skipped without."""
    folder = SHARED / "fixtures"
    if not folder.is_dir():
        pytest.skip("../shared/fixtures is not on this machine")
    return folder
