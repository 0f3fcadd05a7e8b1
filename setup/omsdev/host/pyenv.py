"""The private virtual environment with what Odoo and the suite import."""

import hashlib
import re
import shutil
import subprocess
import sys
from pathlib import Path

from ..paths import REQUIREMENTS, oms_home
from ..progress import Meter, SetupError, run, step

SUPPORTED = ((3, 11), (3, 13))
INSTALL_PYTHON = (
    "Install Python 3.11, 3.12 or 3.13 (Debian: apt-get install python3 python3-venv) "
    "and start again."
)


def bring_python():
    """Return the environment's interpreter, installing what is missing.

    :rtype: Path
    :raise SetupError: when no supported Python is found or pip fails.
    """
    files = sorted(REQUIREMENTS.glob("*.txt"))
    wanted = hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()
    home = oms_home() / "venv"
    python = home / "bin/python"
    stamp = home / "requirements.sha256"
    if python.exists() and stamp.exists() and stamp.read_text() == wanted:
        return python
    # Left behind by an installation that was cut short: it can't be trusted.
    begun = oms_home() / "venv.unfinished"
    with step("Python packages (private virtual environment)"):
        if begun.exists() or not python.exists():
            begun.touch()
            _create(home)
        begun.touch()
        _install(python, files)
        stamp.write_text(wanted)
        begun.unlink()
    return python


def _create(home):
    shutil.rmtree(home, ignore_errors=True)
    run(
        [_supported_python(), "-m", "venv", home],
        "Install the venv module (Debian: apt-get install python3-venv).",
    )


def _supported_python():
    """Path of a Python in the supported range; this one when it fits."""
    low, high = SUPPORTED
    if low <= sys.version_info[:2] <= high:
        return sys.executable
    for minor in range(high[1], low[1] - 1, -1):
        found = shutil.which(f"python3.{minor}")
        if found:
            return found
    raise SetupError(
        f"Python {sys.version_info[0]}.{sys.version_info[1]} is not supported.",
        INSTALL_PYTHON,
    )


def _install(python, files):
    pins = [
        line
        for path in files
        for line in path.read_text().splitlines()
        if line.strip() and not line.startswith("#")
    ]
    meter = Meter("packages", len(pins))
    seen = set()

    def count(line):
        match = re.match(r"\s*(?:Collecting|Using cached|Downloading) ([\w.-]+)", line)
        if match and line.startswith("Collecting"):
            seen.add(match[1].lower())
        return min(len(seen), len(pins))

    arguments = [part for path in files for part in ("-r", path)]
    run(
        [python, "-m", "pip", "install", "--disable-pip-version-check", *arguments],
        "Check the network and pip's index settings, then start again.",
        meter=meter,
        count=count,
    )


def imports(python, module):
    """Whether ``module`` can be imported by ``python``."""
    return (
        subprocess.run(
            [Path(python), "-c", f"import {module}"], capture_output=True, check=False
        ).returncode
        == 0
    )
