"""Programs of the operating system: browser, PDF writer, Chinese glyphs."""

import os
import shutil
import subprocess
from pathlib import Path

from .progress import run, step

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
    """Install missing tools when we may; say how when we may not.

    Without them Odoo runs, but documents come out as HTML and tours are skipped.

    :return: the tools that are still missing.
    :rtype: list[str]
    """
    missing = missing_tools(names)
    if not missing:
        return []
    packages = [TOOLS[name][0] for name in missing]
    command = "apt-get install --no-install-recommends " + " ".join(packages)
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        for name in missing:
            print(f"    {TOOLS[name][0]} is missing ({TOOLS[name][1]})")
        print(f"    To have them, run as root: {command}")
        return missing
    with step("System packages: " + ", ".join(packages)):
        env = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
        if _no_candidate(packages):
            run(["apt-get", "update"], "Check the network and apt's sources.", env=env)
        run(
            ["apt-get", "install", "-y", "--no-install-recommends", *packages],
            f"Run it by hand: {command}",
            env=env,
        )
    return missing_tools(names)


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
