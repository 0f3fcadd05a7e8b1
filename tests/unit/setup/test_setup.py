"""Setup on machines where something is missing, refused or half done."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest
from omsdev.host import code as host
from omsdev.host import databases, postgres, pyenv, system
from omsdev.progress import SetupError, guard, run

REPOSITORY = Path(__file__).resolve().parents[3]


@pytest.fixture
def home(tmp_path, monkeypatch):
    """An empty cache folder."""
    monkeypatch.setenv("OMS_HOME", str(tmp_path / "home"))
    for name in ("PGHOST", "PGUSER", "PGPORT", "ODOO_HOME"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path / "home"


def raising(error):
    def work():
        raise error

    return work


# ---- failures say what to do -------------------------------------------------


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (SetupError("No bread.", "Bake some."), 1, "No bread.\n  -> Bake some."),
        (OSError(errno.ENOSPC, "No space left"), 1, "Free some disk space"),
        (PermissionError(errno.EACCES, "Denied"), 1, "that you may write to"),
        (FileExistsError(errno.EEXIST, "File exists", "/x"), 1, "/x"),
        (KeyboardInterrupt(), 130, "Start again to go on"),
    ],
)
def test_a_command_that_stops_says_what_to_do(error, code, said, capsys):
    assert guard("setup/run", raising(error)) == code
    output = capsys.readouterr().out
    assert said in output and "Traceback" not in output
    assert len(output.splitlines()) <= 3


def test_a_failed_program_shows_what_it_marked_and_keeps_the_rest(home):
    script = "for n in $(seq 99); do echo line $n; done; echo 'E: no such package'; "
    with pytest.raises(SetupError) as failure:
        run(["sh", "-c", script + "exit 3"], "Check the network.")
    text = str(failure.value)
    assert "E: no such package" in text and "line 99" not in text
    assert text.endswith("-> Check the network.")
    assert "line 1\n" in (home / "logs/last-failure.log").read_text()


def test_a_program_that_marks_nothing_shows_its_last_lines(home):
    with pytest.raises(SetupError) as failure:
        run(["sh", "-c", "seq 40; exit 3"], "Look.")
    assert "    40\n" in str(failure.value) and "    20\n" not in str(failure.value)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["test", "uint"], "uint is none of unit, odoo, e2e"),
        (["test", "unit", "-k", "x"], "-k is none of unit, odoo, e2e"),
        (["bench", "intak"], "intak is none of intake, sourcing, routing"),
        (["run", "--orders", "3"], "3 is no number from 30 to 20000"),
        (["run", "--order-count"], "unrecognized arguments: --order-count"),
        (["run", "--date", "2027-02-29"], "2027-02-29 is no date from 2000 to 2099"),
        (["run", "--date", "tomorrow"], "tomorrow is no date from 2000 to 2099"),
        (["test", "--date", "2027-02-28"], "--date is none of unit, odoo, e2e"),
    ],
)
def test_a_misspelt_word_is_named_before_anything_is_done(home, words, said):
    command = [sys.executable, REPOSITORY / "setup" / words[0], *words[1:]]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert said in done.stdout + done.stderr
    assert not home.exists()


# ---- what was cut short ------------------------------------------------------


def test_an_environment_whose_installation_was_cut_short_is_made_anew(
    home, monkeypatch
):
    made = []

    def create(folder):
        made.append(folder)
        (folder / "bin").mkdir(parents=True, exist_ok=True)
        (folder / "bin/python").touch()

    def cut_short(*_arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(pyenv, "_create", create)
    monkeypatch.setattr(pyenv, "_install", cut_short)
    with pytest.raises(KeyboardInterrupt):
        pyenv.bring_python()
    monkeypatch.setattr(pyenv, "_install", lambda *arguments: None)
    pyenv.bring_python()
    assert len(made) == 2, "the first can't be trusted"
    pyenv.bring_python()
    assert len(made) == 2, "the second is whole"


def test_half_a_cluster_is_never_started(home, monkeypatch):
    def half(command, *_arguments, **_options):
        folder = Path(command[command.index("-D") + 1])
        folder.mkdir(parents=True)
        (folder / "PG_VERSION").write_text("15\n")
        raise KeyboardInterrupt

    monkeypatch.setattr(postgres, "run", half)
    monkeypatch.setattr(postgres, "_unprivileged", list)
    monkeypatch.setattr(postgres, "_binaries", lambda: Path("/usr"))
    home.mkdir()
    with pytest.raises(KeyboardInterrupt):
        postgres._initialise(home / "postgres")
    assert not (home / "postgres").exists()


def test_the_number_of_a_dead_server_may_be_another_programs(tmp_path, monkeypatch):
    monkeypatch.setattr(postgres, "_answers", lambda: False)
    pid = tmp_path / "postmaster.pid"
    pid.write_text(f"{os.getpid()}\n{tmp_path}\n")
    assert not postgres._comes_up(tmp_path)
    assert not pid.exists()


def test_databases_of_killed_test_runs_are_dropped(monkeypatch):
    here = f"oms_test_{os.getpid()}_0"
    names = ["oms_demo", "oms_test_999999999_0", here, "oms_e2e_999999999_test_day"]
    dropped = []
    monkeypatch.setattr(databases, "psql", lambda statement: "\n".join(names))
    monkeypatch.setattr(databases, "drop", dropped.append)
    databases.drop_left_over()
    assert dropped == ["oms_test_999999999_0", "oms_e2e_999999999_test_day"]


def test_a_database_whose_attachments_are_gone_is_made_anew(home, monkeypatch):
    names = {"oms_demo"}
    monkeypatch.setattr(databases, "exists", names.__contains__)
    assert not databases.whole("oms_demo"), "the cache folder was removed"
    databases.filestore("oms_demo").mkdir(parents=True)
    assert databases.whole("oms_demo")
    assert not databases.whole("oms_other")


# ---- what the machine has ----------------------------------------------------


@pytest.mark.parametrize("name", ["plain", "with a space", "quo'te", "x" * 120, "家"])
def test_the_socket_has_a_path_that_every_program_takes(tmp_path, monkeypatch, name):
    monkeypatch.setenv("OMS_HOME", str(tmp_path / name))
    folder = postgres._socket_folder()
    try:
        assert len(os.fsencode(folder)) <= 80
        assert not set(" '\"\\") & set(str(folder))
        assert folder == postgres._socket_folder()
    finally:
        folder.rmdir()


def configured(monkeypatch, answers, user="odoo"):
    monkeypatch.setenv("PGHOST", "db.example")
    monkeypatch.setenv("PGUSER", user)

    def psql(statement, *_database):
        return next(said for word, said in answers.items() if word in statement)

    monkeypatch.setattr(postgres, "psql", psql)


@pytest.mark.parametrize(
    ("version", "may", "user", "said"),
    [
        ("120017", "t", "odoo", "PostgreSQL 12 is not supported"),
        ("160002", "f", "odoo", "ALTER ROLE odoo CREATEDB"),
        ("160002", "t", "postgres", "createuser"),
    ],
)
def test_a_server_that_does_not_do_is_refused(monkeypatch, version, may, user, said):
    configured(monkeypatch, {"server_version": version, "rolcreatedb": may}, user=user)
    with pytest.raises(SetupError, match=said):
        postgres.bring_postgres(sys.executable)


def test_a_server_of_ones_own_is_taken(home, monkeypatch):
    configured(monkeypatch, {"server_version": "180001", "rolcreatedb": "t"})
    assert postgres.bring_postgres(sys.executable) == 18


@pytest.mark.parametrize(
    ("release", "addons", "said"),
    [
        (None, (), "holds no Odoo"),
        ("version_info = (18, 0, 0)", ("base", "sale"), "Odoo 18.0"),
        ("version_info = (19, 0, 0)", ("base",), "no addon sale"),
    ],
)
def test_a_folder_without_odoo_19_is_refused(
    tmp_path, monkeypatch, release, addons, said
):
    monkeypatch.setenv("ODOO_HOME", str(tmp_path))
    if release:
        for addon in addons:
            (tmp_path / "odoo/addons" / addon).mkdir(parents=True)
        (tmp_path / "odoo/release.py").write_text(release)
    with pytest.raises(SetupError, match=said) as refusal:
        host.bring_host()
    assert "Set ODOO_HOME" in str(refusal.value)


def test_a_machine_without_apt_is_told_of_odoo_home(home, monkeypatch):
    monkeypatch.setenv("PATH", str(home))
    with pytest.raises(SetupError, match="no apt .*\n.*ODOO_HOME"):
        host.bring_host()


def test_missing_tools_stop_nothing(home, monkeypatch, capsys):
    monkeypatch.setattr(system, "_present", lambda name: False)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(system.shutil, "which", lambda name: "/usr/bin/" + name)
    monkeypatch.setattr(system, "_no_candidate", lambda packages: False)
    monkeypatch.setattr(
        system, "run", lambda *a, **o: raising(SetupError("No network.", "Look."))()
    )
    assert system.bring_tools(("wkhtmltopdf",)) == ["wkhtmltopdf"]
    output = capsys.readouterr().out
    assert "No network." in output and "run as root: apt-get install" in output
