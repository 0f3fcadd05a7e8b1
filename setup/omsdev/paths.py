"""Where things are: the repository and the cache folder (``OMS_HOME``)."""

import os
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
ADDONS = ("oms_addon", "oms_addon_logistics", "oms_addon_aftersales")
REQUIREMENTS = Path(__file__).resolve().parent / "requirements"


def oms_home() -> Path:
    """Return the cache folder, created when missing.

    ``OMS_HOME`` wins; otherwise ``$XDG_CACHE_HOME/oms-suite`` or
    ``~/.cache/oms-suite``.
    """
    configured = os.environ.get("OMS_HOME")
    if configured:
        home = Path(configured).expanduser()
    else:
        cache = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
        home = Path(cache).expanduser() / "oms-suite"
    home.mkdir(parents=True, exist_ok=True)
    return home.resolve()


def suite_addons() -> list[str]:
    """Names of the addons of this repository, in a stable order.

    The three main addons come first, then glue addons found beside them.
    """
    found = sorted(path.parent.name for path in REPOSITORY.glob("*/__manifest__.py"))
    return [name for name in ADDONS if name in found] + [
        name for name in found if name not in ADDONS
    ]
