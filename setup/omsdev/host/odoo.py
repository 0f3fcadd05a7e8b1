"""Odoo's command line with the suite's configuration."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from ..paths import REPOSITORY, locked, oms_home
from .clock import MENDED, REAL, Clock
from .code import Host, bring_host
from .postgres import bring_postgres
from .pyenv import bring_python


@dataclass(frozen=True)
class Odoo:
    """A host that is ready to be started.

    :param Path python: interpreter with every requirement.
    :param Host host: the Odoo code.
    :param Clock clock: what it is told when it asks for the time.
    """

    python: Path
    host: Host
    clock: Clock = REAL

    @property
    def addons_path(self):
        """Value for ``--addons-path``: the host's addons and this repository."""
        return ",".join(str(path) for path in (*self.host.addons, REPOSITORY))

    def command(self, *arguments):
        """Return the full command for ``arguments`` of Odoo's command line.

        The suite's options are put behind the sub-command, where Odoo wants them.
        """
        options = [
            "--addons-path",
            self.addons_path,
            "--data-dir",
            str(oms_home() / "data"),
        ]
        words = [str(word) for word in arguments]
        head = []
        if words and not words[0].startswith("-"):
            head = [words.pop(0)]
            if head[0] not in _WITH_SERVER_OPTIONS:
                options = []
        return [str(self.python), "-m", "odoo", *head, *options, *words]

    def environment(self, **extra):
        """Environment of an Odoo process.

        :rtype: dict
        """
        path = [str(self.host.python_path)]
        if self.clock.library:
            path.insert(0, str(MENDED))
        env = dict(
            os.environ,
            PYTHONPATH=os.pathsep.join(path),
            ODOO_RC=str(self._configuration()),
            **self.clock.environment(),
            **extra,
        )
        env["PATH"] = f"{self.python.parent}{os.pathsep}{env.get('PATH', '')}"
        env.setdefault("LANG", "C.UTF-8")
        return env

    def _configuration(self):
        """Write the configuration file that sub-commands read.

        :rtype: Path
        """
        # Two servers at once, of which one has another date, have two databases.
        name = "odoo-dated.conf" if self.clock.library else "odoo.conf"
        path = oms_home() / name
        text = (
            "[options]\n"
            f"addons_path = {self.addons_path}\n"
            f"data_dir = {oms_home() / 'data'}\n"
            f"db_host = {os.environ.get('PGHOST', '')}\n"
            f"db_port = {os.environ.get('PGPORT', '5432')}\n"
            f"db_user = {os.environ.get('PGUSER', 'odoo')}\n"
            "admin_passwd = admin\n"
            "list_db = False\n"
            "max_cron_threads = 1\n"
        )
        if not path.exists() or path.read_text() != text:
            temporary = path.with_suffix(f".{os.getpid()}")
            temporary.write_text(text)
            temporary.replace(path)
        return path

    def run(self, *arguments, **options):
        """Start Odoo and wait.

        :rtype: subprocess.CompletedProcess
        """
        return subprocess.run(
            self.command(*arguments), env=self.environment(), check=False, **options
        )


# Other sub-commands read the configuration file.
_WITH_SERVER_OPTIONS = ("server", "shell")


def bring_odoo():
    """Bring Python packages, PostgreSQL and Odoo; return what starts it.

    :rtype: Odoo
    :raise SetupError: with what to do.
    """
    with locked("setup"):
        python = bring_python()
        bring_postgres(python)
        return Odoo(python, bring_host())
