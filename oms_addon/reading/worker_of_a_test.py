"""A reader: frames with jobs in, frames with outcomes out, until its owner leaves.

Run as a script, started anew: it shares no memory, file or connection with the
server. It imports the adapters only; the package ``oms_addon`` is a stand-in here,
because the addon's own ``__init__`` imports Odoo.
"""

import contextlib
import importlib
import os
import signal
import sys
from pathlib import Path
from types import ModuleType

ADDON = Path(__file__).resolve().parents[1]


def main():
    """Serve until the standard input ends."""
    # The script's own folder must not hide modules of the standard library.
    sys.path[:] = [path for path in sys.path if path != str(Path(__file__).parent)]
    package = ModuleType("oms_addon")
    package.__path__ = [str(ADDON)]
    sys.modules["oms_addon"] = package
    # A reader of tables uses it when it is there and needs 100 MB for it.
    sys.modules["numpy"] = None
    # What libraries print must not get between the frames.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    jobs = os.fdopen(0, "rb")
    from oms_addon.reading import limits

    _limit(limits)
    from oms_addon.adapters import adapter_kinds, get_adapter
    from oms_addon.reading.codec import frame, pack_outcome, read_frame

    for kind in adapter_kinds():
        get_adapter(kind)
    _preload()
    answers.write(frame({"ready": os.getpid()}))
    answers.flush()
    done = 0
    while (received := read_frame(jobs)) is not None:
        outcome = _answer(received, limits)
        received = None
        done += 1
        last = outcome.broken or done >= 2 or _size() > limits.GROWN
        answers.write(pack_outcome(outcome, last=bool(last)))
        answers.flush()
        if last:
            return


def _preload():
    """Import what the adapters import when they need it: its time is no message's."""
    for name in ("openpyxl", "python_calamine", "xlrd", "charset_normalizer"):
        with contextlib.suppress(ImportError):
            importlib.import_module(name)


def _answer(received, limits):
    """Do one job within its limits.

    :rtype: Outcome
    """
    from oms_addon.reading.codec import Outcome, unpack_job
    from oms_addon.reading.perform import perform

    # The owner stops what takes too long; this is for when it is no more.
    signal.setitimer(signal.ITIMER_PROF, limits.ORPHAN_SECONDS)
    try:
        return perform(unpack_job(*received))
    except MemoryError:
        return Outcome(broken="memory")
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def _limit(limits):
    """Take away what a reader does not need: memory, files, dumps, children."""
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (limits.MEMORY, limits.MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    # Ctrl+C is for the owner, who then ends this one.
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _size():
    """Return the memory that is in use, in bytes; 0 where the system does not tell.

    Not `getrusage`: its figure begins with that of the owner, which is larger.
    """
    try:
        pages = Path("/proc/self/statm").read_text().split()[1]
    except OSError:
        return 0
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


if __name__ == "__main__":
    main()
