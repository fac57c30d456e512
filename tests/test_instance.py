"""A database belongs to one set of secrets; a node belongs to the office or to voters."""

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from survey.config import Settings, read_settings
from survey.domain.errors import BadSetting
from survey.instance import Node, make_instance, ready_app
from survey.secrecy.vault import FILE, OFFICE_FILE, load_session_key, load_vault, make_vault
from survey.storage.database import db
from tests.job import ask, attempt, minping
from tests.older import take_back
from tests.postgres import Postgres
from tests.serving import get, served
from tests.shell import Shell

BEFORE = "0005"
"""The last revision in which a database did not know its secrets."""


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    for name in ("MINPING_ALLOW_HTTP", "MINPING_METRICS_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    return Shell(tmp_path, monkeypatch)


def other_secrets(folder: Path) -> Path:
    folder.mkdir()
    make_vault(folder)
    return folder / FILE


COMMANDS = ["campaign list", "serve", "worker", "audit verify", "backup b", "admin create 王芳", "init"]
COMMANDS += ["campaign count small", "token issue small --csv f", "restore b"]


def test_a_node_with_secrets_of_another_database_is_refused(shell: Shell) -> None:
    shell.do("init")
    shell.do("campaign load d.toml")
    shell.do("backup b")
    right = shell.folder / "instance" / FILE
    kept = right.read_text()
    shutil.copy(other_secrets(shell.folder / "elsewhere"), right)
    for command in COMMANDS:
        said = shell.refused(command)
        assert "belongs to other secrets" in said, command
        assert f"copy {FILE} from the machine that has the right one" in said
        assert not any(json.loads(kept)[name] in said for name in ("token", "cookie", "link"))
    right.write_text(kept)
    shell.do("campaign list")


def test_each_of_the_three_secrets_counts(shell: Shell) -> None:
    shell.do("init")
    shell.do("campaign load d.toml")
    right = shell.folder / "instance" / FILE
    kept = json.loads(right.read_text())
    for name in ("token", "cookie", "link"):
        right.write_text(json.dumps(kept | {name: "ab" * 32}))
        assert "belongs to other secrets" in shell.refused("campaign list")


def test_a_second_node_on_one_database(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, postgres: Postgres
) -> None:
    """With the first one's file it serves voters; with one of its own it would know no code."""
    monkeypatch.setenv("MINPING_DATABASE_URL", postgres.new_database("two_nodes_known"))
    shell.do("init")
    shell.do("campaign load d.toml")
    second = shell.folder / "second"
    wrong = other_secrets(second)
    for command in ("init", "campaign list", "serve"):
        assert "belongs to other secrets" in shell.refused(command, MINPING_INSTANCE=str(second))
    shutil.copy(shell.folder / "instance" / FILE, wrong)
    (second / OFFICE_FILE).unlink()
    assert "serves voters only" in shell.do("init", MINPING_INSTANCE=str(second)).out
    assert load_session_key(second) is None
    shell.do("campaign list", MINPING_INSTANCE=str(second))


def test_a_database_of_an_earlier_version_belongs_to_who_brings_it_up_to_date(shell: Shell) -> None:
    shell.do("init")
    shell.do("campaign load d.toml")
    take_back(shell.folder / "instance" / "minping.sqlite3", BEFORE)
    assert "minping init" in shell.refused("campaign list")
    shell.do("init")
    shell.do("campaign list")
    shell.change("DELETE FROM instance")
    assert "minping init" in shell.refused("campaign list")
    shell.do("init")
    assert (
        ask(shell.settings, "SELECT fingerprint FROM instance")
        == load_vault(shell.folder / "instance").fingerprint()
    )


def test_secrets_of_an_earlier_version_are_split_by_init(shell: Shell) -> None:
    shell.do("init")
    shell.do("campaign load d.toml")
    shell.do("campaign arm small")
    shell.do("token issue small --csv codes.csv")
    shell.do("campaign open small")
    folder = shell.folder / "instance"
    kept = json.loads((folder / FILE).read_text())
    former = {"format": "minping secrets 1", "session": kept["link"]}
    (folder / FILE).write_text(json.dumps({name: kept[name] for name in ("token", "cookie")} | former))
    (folder / OFFICE_FILE).unlink()
    assert "minping init" in shell.refused("campaign list")
    assert "voters only" not in shell.do("init").out
    assert json.loads((folder / FILE).read_text()) == kept
    session = json.loads((folder / OFFICE_FILE).read_text())["session"]
    assert session not in kept.values()
    assert len(shell.vote([row[1] for row in shell.codes()[1:3]])) == 2


def test_an_interrupted_restore_is_done_again(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It left the backup's secrets beside an empty database, which nobody owns."""
    with ready_app(settings):
        pass
    minping(settings, "admin", "create", "王芳")
    minping(settings, "backup", tmp_path / "b")
    there = read_settings({"MINPING_INSTANCE": str(tmp_path / "other")})

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("survey.storage.operations.copying.read_backup", fail)
        assert attempt(there, "restore", tmp_path / "b").status == 1
    assert load_vault(there.instance) == load_vault(settings.instance)
    minping(there, "restore", tmp_path / "b")
    minping(there, "audit", "verify")


def test_a_backup_of_an_earlier_version_brings_only_what_belongs(settings: Settings, tmp_path: Path) -> None:
    """Its key of sessions signs links from now on, and opens no session."""
    file = tmp_path / "b"
    minping(settings, "admin", "create", "王芳")
    minping(settings, "backup", file)
    kept = load_vault(settings.instance)
    former = {"token": kept.token_key.hex(), "cookie": kept.cookie_key.hex(), "session": kept.link_key.hex()}
    take_back(file, BEFORE)
    with closing(sqlite3.connect(file)) as backup, backup:
        backup.execute("DROP TABLE alembic_version")  # a backup has none
        secrets = json.dumps({"format": "minping secrets 1"} | former)
        backup.execute("UPDATE minping_backup SET revision = ?, secrets = ?", (BEFORE, secrets))
    there = read_settings({"MINPING_INSTANCE": str(tmp_path / "other")})
    minping(there, "restore", file)
    assert load_vault(there.instance) == kept
    held = [path.read_bytes() for path in there.instance.iterdir() if path.is_file() and path.name != FILE]
    assert not any(kept.link_key in content or kept.link_key.hex().encode() in content for content in held)
    assert load_session_key(there.instance) not in (None, load_session_key(settings.instance), kept.link_key)
    assert ask(there, "SELECT fingerprint FROM instance") == kept.fingerprint()
    minping(there, "audit", "verify")


# What a node serves


def test_what_init_makes_of_a_node(shell: Shell) -> None:
    assert FILE in shell.refused("init --node voters")
    assert not (shell.folder / "instance").exists()
    shell.do("init")
    folder = shell.folder / "instance"
    assert (folder / OFFICE_FILE).stat().st_mode & 0o777 == 0o600
    first = load_session_key(folder)
    assert "voters only" in shell.do("init --node voters").out
    assert not (folder / OFFICE_FILE).exists()
    assert "voters only" in shell.do("init").out
    assert "voters only" not in shell.do("init --node office").out
    assert load_session_key(folder) not in (first, None)


def test_commands_of_a_key_machine_need_the_voters_secrets_only(shell: Shell) -> None:
    """docs/deploy.md: with custody server, arm and count on a machine that serves nothing."""
    shell.do("init")
    shell.do("init --node voters")
    for command in ("campaign load d.toml", "campaign arm small", "token issue small --csv codes.csv"):
        shell.do(command)
    shell.do("campaign open small")
    shell.vote([row[1] for row in shell.codes()[1:4]])
    for command in ("close", "count"):
        shell.do(f"campaign {command} small")
    shell.do("backup b")


@pytest.mark.slow
def test_readiness_knows_whose_the_database_is(each_settings: Settings) -> None:
    with served(each_settings) as server:
        assert get(server.host, server.port, "/readyz")[0] == 200
        with ready_app(each_settings), db.engine.begin() as connection:
            connection.exec_driver_sql("DELETE FROM instance")
        assert get(server.host, server.port, "/readyz")[0] == 503


def test_an_instance_is_made_for_an_office_or_refused(tmp_path: Path) -> None:
    settings = read_settings({"MINPING_INSTANCE": str(tmp_path / "one")})
    with pytest.raises(BadSetting):
        make_instance(settings, Node.VOTERS)
    make_instance(settings, Node.OFFICE)
    assert load_session_key(settings.instance) is not None
