"""The private key: with scrutineers it is never on the server's disk, with the server only in its file."""

import os
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import Flask
from sqlalchemy.orm import Session

from survey.config import Settings
from survey.domain.definition.campaign import Campaign, Custody, Definition
from survey.secrecy.share_digits import groups_of
from survey.secrecy.share_input import read_share
from survey.services.campaigns import campaigns, procedure
from survey.services.count import opening, parallel_opening
from survey.services.count.opener import Opened
from survey.services.custody import key_files
from survey.services.operations.child_process import Process
from survey.storage import box_rows
from survey.storage.campaign_rows import find_campaign
from survey.storage.database import db, transaction
from survey.storage.operations import copying
from tests.builders import BY, a_definition, cast, close, issue

from .bytes_on_disk import files_below, found_in, raw_ways
from .places import Places
from .polls import certify, quick_app

_watched: list[tuple[str, tuple[Any, ...]]] | None = None


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    if _watched is not None and event in (
        "open",
        "subprocess.Popen",
        "os.posix_spawn",
        "os.system",
        "os.exec",
    ):
        _watched.append((event, arguments))


sys.addaudithook(_watch)


@pytest.fixture
def watched() -> Iterator[list[tuple[str, tuple[Any, ...]]]]:
    """Note every file that Python opens and every process that it starts."""
    global _watched
    _watched = []
    yield _watched
    _watched = None


@pytest.fixture
def places(each_settings: Settings, database: str, request: pytest.FixtureRequest) -> Places:
    server = request.getfixturevalue("postgres") if database == "postgresql" else None
    return Places(each_settings, server)


def _secrets_of(seed: bytes) -> dict[str, bytes]:
    """Return the seed and the private keys made from it, as they could be written."""
    material = HKDF(SHA256(), 96, salt=None, info=b"minping box key 1").derive(seed)
    return {
        **raw_ways("seed", seed),
        **raw_ways("ML-KEM seed", material[:32]),
        **raw_ways("ML-KEM rejection seed", material[32:64]),
        **raw_ways("X25519 key", material[64:]),
    }


def _armed(settings: Settings, code: str, custody: Custody, shares: Path) -> tuple[bytes, list[Path]]:
    with key_files.Undo() as undo, transaction(write=True) as session:
        data = a_definition(campaign={"code": code, "title": "小型测评", "organiser": "考核组"})
        campaigns.load(session, data, BY)
        numbers = {"shares": 3, "threshold": 2} if custody is Custody.SCRUTINEERS else {}
        armed = campaigns.arm(session, code, custody, BY, **numbers)
        if custody is Custody.SERVER:
            return armed.seed, [key_files.keep_key(settings.keys, armed, undo)]
        return armed.seed, key_files.write_shares(shares, armed, undo, **numbers)


def _voted(app: Flask, code: str) -> None:
    codes = issue(app, code, {"A": 6, "B": 6})
    with transaction(write=True) as session:
        campaigns.open_voting(session, code, "http://127.0.0.1", allow_http=False, by=BY)
    for made in (*codes["A"], *codes["B"]):
        cast(app, made, {"c1.de": "poor"})


def _back_up(folder: Path) -> None:
    copying.write_backup(
        db.engine, "test", "{}", folder / f"{len(list(folder.iterdir()))}.backup", datetime.now(UTC)
    )


def _walk(app: Flask, code: str, count: Callable[[], None], look: Callable[[str], None]) -> None:
    """Take an armed campaign to the shredder, looking after each step."""
    look("armed")
    _voted(app, code)
    look("open")
    close(app, code)
    look("closed")
    count()
    look("counted")
    certify(code)
    look("certified")


@pytest.mark.parametrize("alone", [10_000, 0], ids=["one process", "several"])
def test_scrutineers_key_is_nowhere_in_any_state(
    alone: int,
    each_settings: Settings,
    places: Places,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    watched: list[tuple[str, tuple[Any, ...]]],
) -> None:
    monkeypatch.setattr(opening, "ALONE", alone)
    backups = tmp_path / "backups"
    backups.mkdir()
    looked: list[str] = []
    with quick_app(each_settings) as app:
        seed, files = _armed(each_settings, "shared", Custody.SCRUTINEERS, tmp_path / "holders")
        needles = _secrets_of(seed) | _words(files)

        def look(state: str) -> None:
            _back_up(backups)
            everywhere = [*places.files(), *files_below(each_settings.keys, backups)]
            assert found_in(everywhere, needles) == set(), state
            looked.append(state)

        _look_while_reading(monkeypatch, look)
        _walk(app, "shared", lambda: _count("shared", each_settings, files, watched), look)
        procedure.shred("shared", each_settings.keys, BY)
        look("shredded")
    assert {"while reading", "after reading", "shredded"} <= set(looked)
    assert list(each_settings.keys.iterdir()) == []


def _words(files: list[Path]) -> dict[str, bytes]:
    """Return the words and digits of each share, and its last ones, which tell it from the others."""
    found = {}
    for path in files:
        words = read_share(path.read_text()).words.split()
        assert len(words) == 33
        found[f"words of {path.name}"] = " ".join(words).encode()
        found[f"last words of {path.name}"] = " ".join(words[-6:]).encode()
        for between in ("", " "):
            found[f"last digits of {path.name}, {between!r}"] = between.join(groups_of(words)[-4:]).encode()
    return found


def _look_while_reading(monkeypatch: pytest.MonkeyPatch, look: Callable[[str], None]) -> None:
    """Look at the disk while the box is open and the key in memory."""
    reading = box_rows.sealed_ballots

    def read(session: Session, campaign: Campaign) -> Iterator[bytes]:
        ballots = reading(session, campaign)
        yield next(ballots)
        look("while reading")
        yield from ballots
        look("after reading")

    def gathered(openers: list[Process], definition: Definition) -> Opened:
        # From SQLite's file the processes read by themselves; all of them have the key by now.
        look("while reading")
        opened = gathering(openers, definition)
        look("after reading")
        return opened

    gathering = parallel_opening._gathered
    monkeypatch.setattr(box_rows, "sealed_ballots", read)
    monkeypatch.setattr(parallel_opening, "_gathered", gathered)


def _count(
    code: str, settings: Settings, files: list[Path], watched: list[tuple[str, tuple[Any, ...]]]
) -> None:
    with transaction() as session:
        campaign = find_campaign(session, code)
    seed = key_files.seed_of(campaign, settings.keys, files[1:])
    watched.clear()
    procedure.count(code, seed, BY)
    needles = _secrets_of(seed).values()
    for event, (path, mode, *more) in watched:
        if event == "subprocess.Popen":
            # The processes that help: nothing about the key on their command line, nothing added to what
            # is in the environment anyway, whose settings they do not get.
            arguments, (_, environment) = [os.fsencode(one) for one in mode], more
            assert environment.items() <= os.environ.items()
            assert not [name for name in environment if name.startswith("MINPING_")]
            assert not any(needle in one for needle in needles for one in arguments)
            continue
        assert event == "open", (event, path)
        # The looking reads everything and writes backups; counting itself may open no file for writing.
        # Pipes to other processes are opened by number.
        writing = bool(set(str(mode or "")) & set("wax+")) and not isinstance(path, int)
        assert not writing or "/backups/" in str(path), (path, mode)


def test_servers_key_is_in_its_file_only_and_goes_with_the_ballots(
    each_settings: Settings, places: Places, tmp_path: Path
) -> None:
    backups = tmp_path / "backups"
    backups.mkdir()
    with quick_app(each_settings) as app:
        seed, [file] = _armed(each_settings, "kept", Custody.SERVER, tmp_path)
        needles = _secrets_of(seed)

        def look(state: str) -> None:
            _back_up(backups)
            assert found_in([*places.files(), *files_below(backups)], needles) == set(), state
            assert list(each_settings.keys.iterdir()) == [file], state
            assert file.stat().st_mode & 0o777 == 0o600

        _walk(app, "kept", lambda: procedure.count("kept", seed, BY) and None, look)
        assert found_in([file], needles), "control: the search does find the key in its file"
        procedure.shred("kept", each_settings.keys, BY)
        _back_up(backups)
        assert found_in(files_below(each_settings.instance, backups), needles) == set()
        assert found_in(places.files(), needles) == set()
        assert list(each_settings.keys.iterdir()) == []
