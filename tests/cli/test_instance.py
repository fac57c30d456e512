"""The commands: what they print, what they refuse, how they end."""

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.postgres import Postgres
from tests.shell import Shell

# The instance


def test_init_and_init_again(shell: Shell) -> None:
    (shell.folder / "instance").mkdir()
    for _ in range(2):
        assert "instance ready" in shell.do("init").out
    modes = {path.name: path.stat().st_mode & 0o777 for path in (shell.folder / "instance").iterdir()}
    assert modes["secrets.json"] == modes["minping.sqlite3"] == 0o600
    assert modes["keys"] == 0o700


BEFORE_INIT = [
    "campaign list",
    "campaign load d.toml",
    "audit verify",
    "turnout x --json",
    "serve",
    "backup f",
]


@pytest.mark.parametrize("command", [*BEFORE_INIT, "admin create x", "campaign count x", "receipts x"])
def test_before_init(shell: Shell, command: str) -> None:
    assert "minping init" in shell.refused(command)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("host", "said"),
    [("127.0.0.1", "another with --port"), ("nobody.invalid", "--host"), ("192.0.2.1", "--host")],
)
def test_an_address_that_cannot_be_had(shell: Shell, host: str, said: str) -> None:
    """Nothing begins before the server has its address: no worker takes a job, no log says that it began."""
    shell.do("init")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ran = subprocess.run(
            [
                sys.executable,
                "-m",
                "survey.cli",
                "serve",
                "--host",
                host,
                "--port",
                str(taken.getsockname()[1]),
            ],
            env=os.environ | shell.environment,
            capture_output=True,
            text=True,
            check=False,
        )
    assert ran.returncode == 1
    assert ran.stdout == ""
    [line] = ran.stderr.splitlines()
    assert said in line


@pytest.mark.parametrize(
    ("beyond", "said"),
    [
        ("db.invalid/x", "a name that cannot be found"),
        ("127.0.0.1:1/x", "cannot be reached"),
        ("127.0.0.1:1/x?sslmode=maybe", "what follows the ?"),
        ("127.0.0.1:1/x?colour=red", "cannot be read"),
        ("127.0.0.1:port/x", "cannot be read"),
    ],
)
def test_a_database_that_is_not_there(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, beyond: str, said: str
) -> None:
    monkeypatch.setenv("MINPING_DATABASE_URL", f"postgresql://minping:mouse@{beyond}")
    refusal = shell.refused("init")
    assert said in refusal
    assert "mouse" not in refusal


def test_a_postgresql_without_that_database(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, postgres: Postgres
) -> None:
    monkeypatch.setenv("MINPING_DATABASE_URL", postgres.url("not_made_yet"))
    assert "no such database" in shell.refused("init")


def test_a_second_node_needs_the_secrets_of_the_first(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, postgres: Postgres
) -> None:
    """With secrets of its own it would know no code; nothing is left that a second init would go on from."""
    monkeypatch.setenv("MINPING_DATABASE_URL", postgres.new_database("two_nodes"))
    shell.do("init")
    there = shell.folder / "second"
    for _ in range(2):
        assert "copy it there" in shell.refused("init", MINPING_INSTANCE=str(there))
    assert not there.exists()
    there.mkdir(mode=0o700)
    shutil.copy(shell.folder / "instance" / "secrets.json", there)
    assert "instance ready" in shell.do("init", MINPING_INSTANCE=str(there)).out


def test_lost_secrets_are_not_made_anew(shell: Shell) -> None:
    shell.do("init")
    (shell.folder / "instance" / "secrets.json").unlink()
    assert "secrets.json is not in" in shell.refused("init")


@pytest.mark.parametrize("command", ["init", "serve", "audit verify", "campaign list", "backup b"])
def test_a_file_that_is_no_database(shell: Shell, command: str) -> None:
    shell.do("init")
    (shell.folder / "instance" / "minping.sqlite3").write_bytes(b"not a database" * 1000)
    assert "restore a backup" in shell.refused(command)


# Backup


def test_backup_and_restore(shell: Shell, tmp_path: Path) -> None:
    shell.to("open")
    shell.do("backup b.minping")
    backup = shell.folder / "b.minping"
    assert backup.stat().st_mode & 0o777 == 0o600
    assert b"minping key" not in backup.read_bytes()
    assert "exists already" in shell.refused("backup b.minping")
    assert "in use" in shell.refused("restore b.minping")
    fresh = {"MINPING_INSTANCE": str(tmp_path / "other")}
    said = shell.do("restore b.minping", **fresh)
    assert "small was open" in said.err
    assert shell.do("campaign show small --json", **fresh).json["held"] is True
    assert shell.do("turnout small --json", **fresh).json == shell.do("turnout small --json").json
    shell.do("audit verify", **fresh)
    shell.do("campaign open small", **fresh)
    assert shell.do("campaign show small --json", **fresh).json["held"] is False


@pytest.mark.parametrize("content", [b"", b"no backup", b"SQLite format 3\0" + bytes(4000)])
def test_what_is_no_backup(shell: Shell, content: bytes) -> None:
    shell.file("b", content)
    shell.refused("restore b")
    assert "no file" in shell.refused("restore none")
    assert not (shell.folder / "instance/minping.sqlite3").exists()
