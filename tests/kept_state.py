"""Lay down what many tests begin with as it was made once, instead of making it anew for each of them.

What a seeder does to an empty instance depends on its arguments alone. The first test of a process that calls
it makes it; the instance's database and files are kept, and the others get a copy of them.
"""

import copy
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing, nullcontext
from dataclasses import dataclass
from functools import cache, wraps
from pathlib import Path
from typing import Any, ParamSpec, TypeVar, cast

import pytest
from flask import Flask, current_app, has_app_context

from survey.config import Settings
from survey.secrecy.vault import FILE, OFFICE_FILE, make_vault
from survey.services.voting import closed_boxes
from survey.storage.database import db
from survey.web.context import settings_and_vault

P = ParamSpec("P")
R = TypeVar("R")
_SECRETS = (FILE, OFFICE_FILE)
_ALWAYS_FILLED = ("instance", "alembic_version")


@dataclass(frozen=True)
class _Kept:
    """What a seeder left: the bytes of the database, of the files beside it by their name, and its answer."""

    database: bytes
    files: dict[Path, bytes]
    returned: Any


_kept: dict[tuple[Any, ...], _Kept] = {}
_empty: list[bytes] = []
_test: list[pytest.Item] = []


def begins(item: pytest.Item) -> None:
    """Note which test runs: under its patches a seeder may do something else.

    What this process saw of another test's box it does not know: a copy of that instance has the same box.
    """
    _test[:] = [item]
    closed_boxes.forget()


@cache
def _shared_secrets() -> tuple[bytes, ...]:
    """Return the secrets of all instances of this process that may be copies of one another."""
    with tempfile.TemporaryDirectory(prefix="minping-secrets-") as folder:
        make_vault(Path(folder))
        return tuple((Path(folder) / name).read_bytes() for name in _SECRETS)


def share_secrets(instance: Path) -> None:
    """Give a new instance the secrets under which states are kept."""
    for name, content in zip(_SECRETS, _shared_secrets(), strict=True):
        (instance / name).write_bytes(content)


def empty(database: bytes) -> bytes:
    """Take note of what an empty database with the usual secrets is, byte for byte; return it."""
    _empty[:] = [database]
    return database


def kept(seeder: Callable[P, R]) -> Callable[P, R]:
    """Keep what a seeder makes of an empty instance on SQLite; elsewhere it runs as it is."""

    @wraps(seeder)
    def seed(*arguments: P.args, **named: P.kwargs) -> R:
        app = next((one for one in arguments if isinstance(one, Flask)), None) or _current()
        settings = settings_and_vault(app)[0]
        if not _is_new(app, settings) or _is_patched():
            return seeder(*arguments, **named)
        said = [one for one in arguments if not isinstance(one, Flask)]
        key = (seeder.__module__, seeder.__qualname__, repr(said), repr(named), settings.base_url)
        if key not in _kept:
            returned = seeder(*arguments, **named)
            _kept[key] = _state(app, settings, copy.deepcopy(returned))
            return returned
        _lay_down(app, settings, _kept[key])
        return cast(R, copy.deepcopy(_kept[key].returned))

    return seed


def _current() -> Flask:
    return cast(Flask, current_app._get_current_object())  # type: ignore[attr-defined]


def _is_new(app: Flask, settings: Settings) -> bool:
    """Return whether nothing was done yet in an instance that has the shared secrets and the usual places."""
    file, place = settings.sqlite_file, settings.instance
    if file is None or file.parent != place or settings.keys != place / "keys":
        return False
    if (place / FILE).read_bytes() != _shared_secrets()[0]:
        return False
    if _beside(settings):
        return False
    journal = file.with_name(file.name + "-wal")
    if _empty and file.stat().st_size == len(_empty[0]) and not (journal.exists() and journal.stat().st_size):
        # Closing the file takes away the locks of connections that this process has open.
        _let_go(app, settings)
        if file.read_bytes() == _empty[0]:
            return True
    with closing(sqlite3.connect(file)) as found:
        return not found.execute(_any_row()).fetchone()[0]


@cache
def _any_row() -> str:
    """Return the question whether any table has a row that an empty instance does not have."""
    tables = [name for name in db.metadata.tables if name not in _ALWAYS_FILLED]
    return "SELECT " + " OR ".join(f"EXISTS (SELECT 1 FROM {name})" for name in tables)


def _is_patched() -> bool:
    """Return whether the running test has put something else in the place of a part of the programme."""
    given = getattr(_test[0], "funcargs", {}) if _test else {}
    patches = [one for one in given.values() if isinstance(one, pytest.MonkeyPatch)]
    return any(one._setattr or one._setitem for one in patches)


def _state(app: Flask, settings: Settings, returned: Any) -> _Kept:
    file = _let_go(app, settings)
    with closing(sqlite3.connect(file)) as found:
        found.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    files = {
        path.relative_to(settings.instance): path.read_bytes() for path in _beside(settings) if path.is_file()
    }
    return _Kept(file.read_bytes(), files, returned)


def _beside(settings: Settings) -> list[Path]:
    """Return what lies in an instance beside its secrets, its database and the folder of keys."""
    file = settings.sqlite_file
    assert file is not None
    usual = {settings.keys, *(settings.instance / name for name in _SECRETS)}
    found = settings.instance.rglob("*")
    return [path for path in found if path not in usual and not path.name.startswith(file.name)]


def _lay_down(app: Flask, settings: Settings, state: _Kept) -> None:
    file = _let_go(app, settings)
    for journal in ("-wal", "-shm"):
        file.with_name(file.name + journal).unlink(missing_ok=True)
    file.write_bytes(state.database)
    for name, content in state.files.items():
        path = settings.instance / name
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_bytes(content)


def _let_go(app: Flask, settings: Settings) -> Path:
    """Close every connection to the database; return its file."""
    with nullcontext() if has_app_context() and _current() is app else app.app_context():
        db.session.remove()
        db.engine.dispose()
    assert settings.sqlite_file is not None
    return settings.sqlite_file
