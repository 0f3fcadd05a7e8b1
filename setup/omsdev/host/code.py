"""Brings Odoo 19 Community: an existing one, or Debian's package unpacked.

Nothing is installed system-wide: the package and the files that it links to
are downloaded with apt (which checks Debian's signatures) and unpacked under
``OMS_HOME/host``.
"""

import os
import re
import shutil
import subprocess
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from ..paths import oms_home
from ..progress import Meter, SetupError, human_size, run, step

SERIES = "19.0"
PACKAGE = "odoo-19"
LINKED_FROM_OWN_RELEASE = (
    "libjs-jquery",
    "libjs-jquery-form",
    "libjs-underscore",
    "fonts-font-awesome",
    "fonts-roboto-unhinted",
    "fonts-inconsolata",
    "fonts-ocr-b",
)
LINKED_FROM_SID = ("fonts-montserrat",)
STUBBED = "mail/static/lib/selfie_segmentation/selfie_segmentation.js"
USE_YOUR_OWN = (
    "Set ODOO_HOME to a checkout of Odoo 19.0 (the folder with odoo-bin), "
    "then start again."
)


@dataclass(frozen=True)
class Host:
    """An Odoo that can be started.

    :param Path python_path: folder to put on PYTHONPATH, holding ``odoo``.
    :param tuple addons: folders for ``--addons-path``.
    :param str version: e.g. ``'19.0'``.
    """

    python_path: Path
    addons: tuple
    version: str


def bring_host():
    """Return the host, downloading it when none is configured.

    :rtype: Host
    :raise SetupError: when ODOO_HOME is not an Odoo 19.0, or apt fails.
    """
    configured = os.environ.get("ODOO_HOME")
    if configured:
        return _inspect(Path(configured).expanduser().resolve())
    prefix = oms_home() / "host"
    if not (prefix / "ready").exists():
        _download(prefix)
    return _inspect(prefix / "usr/lib/python3/dist-packages")


def _inspect(folder):
    release = folder / "odoo/release.py"
    if not release.exists():
        raise SetupError(
            f"{folder} holds no Odoo (odoo/release.py is missing).", USE_YOUR_OWN
        )
    match = re.search(r"version_info\s*=\s*\((\d+),\s*(\d+)", release.read_text())
    version = f"{match[1]}.{match[2]}" if match else "unknown"
    if version != SERIES:
        raise SetupError(
            f"Odoo {version} in {folder} is not supported: the suite is made for "
            f"Odoo {SERIES}.",
            USE_YOUR_OWN,
        )
    addons = tuple(
        path
        for path in (folder / "addons", folder / "odoo/addons")
        if (path / "base").is_dir() or (path / "sale").is_dir()
    )
    for module in ("base", "sale"):
        if not any((path / module).is_dir() for path in addons):
            raise SetupError(f"{folder} has no addon {module}.", USE_YOUR_OWN)
    return Host(folder, addons, version)


def _download(prefix):
    if not shutil.which("apt-get") or not shutil.which("dpkg"):
        raise SetupError("This machine has no apt to fetch Odoo with.", USE_YOUR_OWN)
    work = oms_home() / "apt"
    with step("Odoo 19 Community (Debian package, unpacked under the cache folder)"):
        shutil.rmtree(prefix, ignore_errors=True)
        prefix.mkdir(parents=True)
        options = _sid_options(work)
        action = "Check the network and the apt mirror, or: " + USE_YOUR_OWN
        run(["apt-get", *options, "update"], action)
        fetch(options, [PACKAGE, *LINKED_FROM_SID], work / "debs", action)
        own = own_release_options(work)
        if own:
            run(["apt-get", *own, "update"], action)
        fetch(own, LINKED_FROM_OWN_RELEASE, work / "debs", action)
        debs = sorted((work / "debs").glob("*.deb"))
        meter = Meter("unpacking", len(debs))
        for done, deb in enumerate(debs):
            meter.update(done, deb.name)
            run(["dpkg", "-x", deb, prefix], "Check the free disk space.")
        meter.finish()
        _mend(prefix)
        shutil.rmtree(work / "debs")
        (prefix / "ready").write_text(time.strftime("%Y-%m-%d\n"))


def _debian_mirror():
    """URI of the Debian mirror that this machine is configured with."""
    listing = subprocess.run(
        [
            "apt-get",
            "indextargets",
            "--format",
            "$(REPO_URI)|$(ORIGIN)|$(CODENAME)|$(COMPONENT)|$(SIGNED_BY)",
        ],
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    for line in listing.splitlines():
        uri, origin, codename, component, signed_by = (line.split("|") + [""] * 5)[:5]
        plain = "security" not in codename and "updates" not in codename
        if origin == "Debian" and plain and component == "main":
            return uri, signed_by
    for line in _configured_sources():
        return line, ""
    raise SetupError("No Debian mirror is configured in apt.", USE_YOUR_OWN)


def _configured_sources():
    """URIs in apt's own source files: used before the first ``apt-get update``."""
    files = [Path("/etc/apt/sources.list"), *Path("/etc/apt/sources.list.d").glob("*")]
    for path in files:
        if not path.is_file():
            continue
        for line in path.read_text(errors="replace").splitlines():
            words = line.split("#")[0].split()
            uris = [word for word in words if word.endswith(("/debian", "/debian/"))]
            if uris and words[0] in ("deb", "URIs:"):
                yield uris[0]


def _apt_options(work, name, source):
    """apt options for an own source list with its own state and cache folders."""
    base = work / name
    for folder in ("lists/partial", "archives/partial"):
        (base / folder).mkdir(parents=True, exist_ok=True)
    (base / "sources.list").write_text(source)
    settings = {
        "Dir::Etc::sourcelist": base / "sources.list",
        "Dir::Etc::sourceparts": "-",
        "Dir::State::lists": base / "lists",
        "Dir::Cache": base,
        "Dir::Cache::archives": base / "archives",
        "APT::Architecture": _architecture(),
        "APT::Sandbox::User": "root" if os.geteuid() == 0 else "",
        "Acquire::Languages": "none",
        "Debug::NoLocking": "1",
    }
    return [
        word
        for key, value in settings.items()
        if value != ""
        for word in ("-o", f"{key}={value}")
    ]


def _architecture():
    return subprocess.run(
        ["dpkg", "--print-architecture"], capture_output=True, text=True, check=True
    ).stdout.strip()


def _sid_options(work):
    uri, signed_by = _debian_mirror()
    signed = f" [signed-by={signed_by}]" if signed_by.startswith("/") else ""
    return _apt_options(work, "sid", f"deb{signed} {uri} sid main\n")


def own_release_options(work):
    """Options for the machine's own release; the system's lists when present."""
    known = subprocess.run(
        ["apt-cache", "show", LINKED_FROM_OWN_RELEASE[0]],
        capture_output=True,
        check=False,
    )
    if known.returncode == 0:
        return []
    uri, signed_by = _debian_mirror()
    signed = f" [signed-by={signed_by}]" if signed_by.startswith("/") else ""
    codename = "bookworm"
    for line in Path("/etc/os-release").read_text().splitlines():
        if line.startswith("VERSION_CODENAME="):
            codename = line.partition("=")[2].strip('"')
    return _apt_options(work, "own", f"deb{signed} {uri} {codename} main\n")


def fetch(options, packages, folder, action):
    """Download ``packages`` into ``folder`` with a size and time-left line."""
    folder.mkdir(parents=True, exist_ok=True)
    shown = subprocess.run(
        ["apt-cache", *options, "show", "--no-all-versions", *packages],
        capture_output=True,
        text=True,
        check=False,
    )
    total = sum(int(size) for size in re.findall(r"(?m)^Size: (\d+)", shown.stdout))
    before = _folder_size(folder)
    meter = Meter(
        "downloading "
        + packages[0]
        + (f" and {len(packages) - 1} more" if len(packages) > 1 else ""),
        total,
        human_size,
    )
    done = threading.Event()

    def watch():
        while not done.wait(0.3):
            meter.update(_folder_size(folder) - before)

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        run(["apt-get", *options, "download", *packages], action, cwd=folder)
    finally:
        done.set()
        watcher.join()
    meter.finish(human_size(total))


def _folder_size(folder):
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _mend(prefix):
    """Supply what Debian removed and check that every link resolves."""
    stub = prefix / "usr/lib/python3/dist-packages/odoo/addons" / STUBBED
    if not stub.parent.parent.parent.parent.exists():
        stub = prefix / "usr/lib/python3/dist-packages/addons" / STUBBED
    # Blurs the background of video calls; without the file no asset bundle loads.
    stub.parent.mkdir(parents=True, exist_ok=True)
    if not stub.exists():
        stub.write_text("")
    broken = [
        path
        for path in prefix.rglob("*")
        if path.is_symlink() and not _resolves(path, prefix)
    ]
    if broken:
        names = ", ".join(str(path.relative_to(prefix)) for path in broken[:5])
        raise SetupError(
            f"The Odoo package links to files that are missing: {names}", USE_YOUR_OWN
        )


def _resolves(link, prefix):
    """Make an absolute link relative to the prefix; tell whether it resolves."""
    target = os.readlink(link)
    if target.startswith("/") and not os.path.exists(target):
        inside = prefix / target.lstrip("/")
        if inside.exists():
            link.unlink()
            link.symlink_to(os.path.relpath(inside, link.parent))
    return link.exists()
