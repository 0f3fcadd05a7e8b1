"""Where things are: the repository and the cache folder (``OMS_HOME``)."""

import fcntl
import os
from contextlib import contextmanager
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


@contextmanager
def locked(name):
    """Let one process of this machine at a time work on something; others wait.

    :param str name: what is worked on; a file of this name is the lock, which ends
        with its process.
    """
    with open(oms_home() / f"{name}.lock", "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print(f"Waiting for another setup that works on: {name}", flush=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def suite_addons() -> list[str]:
    """Names of the addons of this repository, in a stable order.

    The three main addons come first, then glue addons found beside them.
    """
    found = sorted(path.parent.name for path in REPOSITORY.glob("*/__manifest__.py"))
    return [name for name in ADDONS if name in found] + [
        name for name in found if name not in ADDONS
    ]
