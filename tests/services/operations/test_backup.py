"""A backup is whole or not there, read again, on record; never half before and half after the shake."""

import hashlib
import json
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import create_engine, delete, event, insert, select, text

from survey.config import Settings
from survey.domain.errors import BadFile, NoSpace
from survey.instance import ready_app
from survey.secrecy.custody import read_key_file
from survey.services.audit.audit import By
from survey.services.campaigns import campaigns, procedure
from survey.services.operations import backup
from survey.storage import paper_rows, schema
from survey.storage.audit_rows import entries
from survey.storage.database import db, transaction
from survey.storage.operations import copying
from survey.storage.tables import BallotRow, TokenRow
from survey.web.context import settings
from tests.builders import BY, Running, a_definition, cast, running_campaign
from tests.conftest import settings_on
from tests.job import attempt, minping
from tests.office import Office
from tests.postgres import Postgres

AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def voted(app: Flask, ballots: int = 5) -> Running:
    running = running_campaign(app, a_definition(), 6)
    for code in running.codes["A"][:ballots]:
        cast(app, code, {"c1.de": "poor"})
    return running


def take(target: Path) -> backup.Taken:
    return backup.write(settings().instance, target, By("test", AT))


def acts() -> list[str]:
    with transaction() as session:
        return [entry.act for entry in entries(session)]


def test_a_backup_is_read_again_and_on_record(each_app: Flask, tmp_path: Path) -> None:
    voted(each_app)
    folder = tmp_path / "backups"
    folder.mkdir()
    taken = take(folder / "one")
    assert taken.checked.faults == ()
    assert taken.checked.campaigns == (("small", "open"),)
    assert [path.name for path in folder.iterdir()] == ["one"]
    assert stat.S_IMODE(taken.path.stat().st_mode) == 0o600
    assert taken.digest == f"sha256:{hashlib.sha256(taken.path.read_bytes()).hexdigest()}"
    with transaction() as session:
        *_, last = entries(session)
    assert (last.act, json.loads(last.detail)) == ("backup", {"file": "one", "digest": taken.digest})


def test_waiting_paper_ballots_are_in_it(each_app: Flask, tmp_path: Path) -> None:
    running_campaign(each_app, a_definition(paper={}), 2)
    with transaction(write=True) as session:
        campaign = campaigns.find_campaign(session, "small")
        paper_rows.add_sheets(session, campaign, {b"s" * 16: b"sealed sheet"})
        paper_rows.add_crops(session, campaign, {b"c" * 16: b"sealed crop"})
    take(tmp_path / "one")
    with closing(sqlite3.connect(tmp_path / "one")) as copy:
        found = [copy.execute(f"SELECT key, sealed FROM {table}").fetchall() for table in paper_rows.TABLES]
    assert found == [[(b"s" * 16, b"sealed sheet")], [(b"c" * 16, b"sealed crop")]]


@pytest.mark.parametrize("step", ["write_backup", "read_mark"])
def test_what_fails_leaves_no_half_file(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    voted(app)
    before = acts()
    folder = tmp_path / "backups"
    folder.mkdir()
    done = getattr(copying, step)

    def fail(*given: Any) -> None:
        done(*given)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(copying, step, fail)
    with pytest.raises(NoSpace, match="No space"):
        take(folder / "one")
    assert list(folder.iterdir()) == []
    assert acts() == before
    monkeypatch.undo()
    take(folder / "one")


def test_a_name_that_is_taken_is_refused(app: Flask, tmp_path: Path) -> None:
    (tmp_path / "there").write_text("x")
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    before = acts()
    for name in ("there", "link"):
        with pytest.raises(BadFile, match="exists already"):
            take(tmp_path / name)
    with pytest.raises(BadFile, match="no folder"):
        take(tmp_path / "none" / "one")
    assert (tmp_path / "there").read_text() == "x"
    assert acts() == before


def test_a_name_taken_meanwhile_is_kept(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "one"
    read = copying.read_mark

    def slowly(path: Path) -> Any:
        target.write_text("another's")
        return read(path)

    monkeypatch.setattr(copying, "read_mark", slowly)
    with pytest.raises(BadFile, match="exists already"):
        take(target)
    assert target.read_text() == "another's"
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".one")]


def test_a_file_system_without_links(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    assert copying.read_mark(take(tmp_path / "one").path).taken_at == AT


def test_among_the_keys_never_in_the_instance_warned(settings: Settings, tmp_path: Path) -> None:
    refused = attempt(settings, "backup", settings.keys / "one")
    assert (refused.status, refused.err.count("\n")) == (1, 1)
    assert "among the keys" in refused.err
    assert not (settings.keys / "one").exists()
    assert "on another disk" in minping(settings, "backup", settings.instance / "one").err
    assert minping(settings, "backup", tmp_path / "one").err == ""


def test_a_folder_keeps_the_newest(settings: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    old = [backup.named_by_moment(folder, LONG_AGO + timedelta(days=day)) for day in range(3)]
    for path in (*old, folder / "kept-by-hand.backup", folder / "minping-2026.backup"):
        path.write_text("old")
    said = minping(settings, "backup", "--keep", "2", folder)
    assert said.out.count("removed: ") == 2
    left = sorted(path.name for path in folder.iterdir())
    assert left[:1] == ["kept-by-hand.backup"]
    assert {"minping-2026.backup", old[2].name} < set(left)
    assert len(left) == 4
    [new] = set(left) - {"kept-by-hand.backup", "minping-2026.backup", old[2].name}
    assert copying.read_mark(folder / new).revision == schema.newest_revision()
    assert "no folder" in attempt(settings, "backup", "--keep", "2", tmp_path / "none").err


def test_what_does_not_hold_is_told(app: Flask, tmp_path: Path) -> None:
    voted(app)
    with db.engine.begin() as connection:
        connection.execute(text("DELETE FROM ballots WHERE key = (SELECT min(key) FROM ballots)"))
    assert take(tmp_path / "one").checked.faults == ("small: ballots and spent codes differ",)
    with db.engine.begin() as connection:
        connection.execute(text("DROP TRIGGER IF EXISTS audit_refuses_update"))
        connection.execute(text("UPDATE audit SET actor = 'x' WHERE number = 2"))
    balance, log = sorted(take(tmp_path / "two").checked.faults)
    assert balance.startswith("small")
    assert "entry 2" in log
    told = attempt(settings(), "backup", tmp_path / "three")
    assert (told.status, told.err.count("warning: ")) == (0, 2)


def test_a_database_that_takes_no_writes_is_not_backed_up(tmp_path: Path, postgres: Postgres) -> None:
    on_server = settings_on("postgresql", tmp_path, postgres)
    engine = create_engine(on_server.database_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        name = connection.scalar(text("SELECT current_database()"))
        connection.execute(text(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on'))
    engine.dispose()
    said = attempt(on_server, "backup", tmp_path / "one")
    assert (said.status, said.err.count("\n")) == (1, 1)
    assert "take it elsewhere" in said.err
    assert not (tmp_path / "one").exists()


# Beside the close


def content(file: Path) -> tuple[str, bool, list[bytes], int]:
    """Return a backup's campaign as it stands: state, whether it was shaken, keys of ballots, spent codes."""
    with closing(sqlite3.connect(file)) as found:
        state, shaken = found.execute("SELECT state, shaken FROM campaigns").fetchone()
        keys = [key for (key,) in found.execute("SELECT key FROM ballots")]
        (spent,) = found.execute("SELECT count(*) FROM tokens WHERE spent = 1").fetchone()
    return state, bool(shaken), keys, spent


def keys_now() -> list[bytes]:
    with db.engine.connect() as connection:
        return [bytes(key) for key in connection.scalars(text("SELECT key FROM ballots ORDER BY key"))]


@contextmanager
def at_every_step(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Path]]:
    """Copy the database before each write, commit and rewriting of files that happens in a block."""
    copies: list[Path] = []
    busy = False

    def copy() -> None:
        nonlocal busy
        if not busy:
            busy = True
            copies.append(folder / f"{len(copies):03}")
            copying.write_backup(db.engine, "test", "{}", copies[-1], AT)
            busy = False

    def before(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith(("INSERT", "UPDATE", "DELETE", "VACUUM")) and "INTO audit" not in statement:
            copy()

    def around(*given: Any) -> None:
        copy()
        forget(*given)
        copy()

    forget = procedure.forget_deleted
    monkeypatch.setattr(procedure, "forget_deleted", around)
    event.listen(db.engine, "before_cursor_execute", before)
    event.listen(db.engine, "commit", commits := lambda _connection: copy())
    yield copies
    event.remove(db.engine, "before_cursor_execute", before)
    event.remove(db.engine, "commit", commits)


def test_a_backup_beside_the_close_is_from_before_or_after(
    each_app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    voted(each_app)
    folder = tmp_path / "copies"
    folder.mkdir()
    before = keys_now()
    with at_every_step(folder, monkeypatch) as copies:
        procedure.close("small", BY)
    after = keys_now()
    assert not set(before) & set(after)
    found = [content(path) for path in copies]
    for state, shaken, keys, spent in found:
        assert keys == (after if shaken else before)
        assert spent == len(keys)
        assert state == "closed" or not shaken
    assert {("open", False), ("closed", False), ("closed", True)} == {one[:2] for one in found}
    assert found == sorted(found, key=lambda one: (one[0] == "closed", one[1]))


def test_a_backup_begun_before_the_shake_is_from_before(
    each_app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    voted(each_app)
    before = keys_now()
    copy = copying._copy

    def shaken_meanwhile(source: Any, out: Any) -> None:
        source.execute(text("SELECT count(*) FROM campaigns"))  # the moment that the copy is of
        with transaction(write=True) as session:
            campaigns.close(session, "small", BY)
        with transaction(write=True) as session:
            campaigns.shake(session, "small", BY)
        copy(source, out)

    monkeypatch.setattr(copying, "_copy", shaken_meanwhile)
    copying.write_backup(db.engine, "test", "{}", tmp_path / "one", AT)
    assert content(tmp_path / "one") == ("open", False, before, 5)
    assert not set(keys_now()) & set(before)


# What is in it, and what follows a restore


def test_no_key_no_code_no_order_of_casting(each_settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "one"
    with ready_app(each_settings, pages=True) as app:
        running = running_campaign(app, a_definition(), 40)
        for code in running.codes["B"]:
            cast(app, code, {"c1.de": "poor"})
        take(file)
        keys = keys_now()
    held = file.read_bytes()
    assert keys[0] in held, "control: what is there is found"
    seed = read_key_file(each_settings.keys / "small.key")
    assert not any(form in held for form in (seed, seed.hex().encode(), seed.hex().upper().encode()))
    for codes in running.codes.values():
        for code in codes:
            plain = code.replace("-", "")
            assert not any(form.encode() in held for form in (code, plain, code.lower(), plain.lower()))
    assert content(file)[2] == keys


def test_the_bytes_do_not_depend_on_the_order_of_casting(each_app: Flask, tmp_path: Path) -> None:
    running = running_campaign(each_app, a_definition(), 40)
    for code in running.codes["B"]:
        cast(each_app, code, {"c1.de": "poor"})
    copies = [tmp_path / "one", tmp_path / "two"]
    copying.write_backup(db.engine, "test", "{}", copies[0], AT)
    with db.engine.begin() as connection:
        for table in (TokenRow, BallotRow):
            rows = [dict(row) for row in connection.execute(select(table.__table__)).mappings()]
            connection.execute(delete(table))
            connection.execute(insert(table), sorted(rows, key=repr)[::-1])
    copying.write_backup(db.engine, "test", "{}", copies[1], AT)
    assert copies[0].read_bytes() == copies[1].read_bytes()


def test_restored_checked_held_and_reopened_by_an_owner(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "one"
    with ready_app(settings, pages=True) as app:
        running = voted(app)
        minping(settings, "backup", file)
        late = running.codes["A"][5]
        cast(app, late, {"c1.de": "poor"})
    folder = tmp_path / "other"
    folder.mkdir()
    other = settings_on("sqlite", folder, None)
    said = minping(other, "restore", file)
    assert "small (open)" in said.out
    assert "0 faults" in said.out
    assert "ballots cast after the backup are gone" in said.err
    assert f"put the copy of small.key at {other.keys / 'small.key'}" in said.err
    with ready_app(other, pages=True) as app:
        assert app.test_client().post("/v/cast", data={"code": late}).status_code == 403
        for role, status in (("organiser", 403), ("owner", 303)):
            office = Office(app, role, role)
            assert office.post("/admin/c/small/open").status_code == status
        assert app.test_client().post("/v/cast", data={"code": late}).status_code == 201
        told = [act for act in acts() if act in ("restore", "reopen")]
        page = office.get("/admin/log").text
    assert told == ["restore", "reopen"]
    assert "停止了正在进行的投票：small" in page
    assert "恢复备份之后，重新开放投票" in page
    minping(other, "audit", "verify")
