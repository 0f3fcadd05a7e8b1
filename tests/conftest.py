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


@pytest.fixture(scope="session")
def fixtures():
    """Folder of real channel messages; tests that need it are skipped without."""
    folder = SHARED / "fixtures"
    if not folder.is_dir():
        pytest.skip("../shared/fixtures is not on this machine")
    return folder
