"""Programs of the operating system: browser, PDF writer, Chinese glyphs."""

import os
import shutil
import subprocess
from pathlib import Path

from ..progress import SetupError, run, step

# program (or a path that must exist) -> Debian package, what it is for
TOOLS = {
    "chromium": ("chromium", "browser tours and screenshots"),
    "wkhtmltopdf": ("wkhtmltopdf", "shipping documents as PDF"),
    "/usr/share/fonts/opentype/noto": ("fonts-noto-cjk", "Chinese text in documents"),
}
ALTERNATIVES = {"chromium": ("google-chrome", "chromium-browser")}


def missing_tools(names=None):
    """Tools of `TOOLS` that are not on this machine.

    :rtype: list[str]
    """
    return [name for name in names or TOOLS if not _present(name)]


def bring_tools(names=None):
    """Install missing tools when we may; say how when we may not or can't.

    Without them Odoo runs, but documents come out as HTML and tours are skipped.

    :return: the tools that are still missing.
    :rtype: list[str]
    """
    missing = missing_tools(names)
    if missing and os.geteuid() == 0 and shutil.which("apt-get"):
        try:
            _install([TOOLS[name][0] for name in missing])
        except SetupError as error:
            print(f"    {error}")
        missing = missing_tools(names)
    if missing:
        for name in missing:
            print(f"    {TOOLS[name][0]} is missing ({TOOLS[name][1]})")
        packages = " ".join(TOOLS[name][0] for name in missing)
        print(
            "    To have them, run as root: "
            f"apt-get install --no-install-recommends {packages}",
            flush=True,
        )
    return missing


def _install(packages):
    """Install Debian packages; :raise SetupError: when apt can't."""
    env = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    action = "Going on without; check the network and apt's sources."
    with step("System packages: " + ", ".join(packages)):
        if _no_candidate(packages):
            run(["apt-get", "update"], action, env=env)
        # dpkg must not be cut short: it would leave packages half configured.
        run(
            [
                *("apt-get", "install", "-y", "--no-install-recommends"),
                *("-o", "DPkg::Lock::Timeout=300", *packages),
            ],
            action,
            env=env,
            outlives=True,
        )


def _present(name):
    if name.startswith("/"):
        return Path(name).exists()
    return any(shutil.which(n) for n in (name, *ALTERNATIVES.get(name, ())))


def _no_candidate(packages):
    return any(
        subprocess.run(
            ["apt-cache", "show", package], capture_output=True, check=False
        ).returncode
        for package in packages
    )
