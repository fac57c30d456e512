"""Fixtures: instances on both databases, served and in the test client."""

import gc
import os
import secrets
import sqlite3
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, nullcontext
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
from argon2 import PasswordHasher
from flask import Flask, g
from flask.testing import FlaskClient

from survey import create_app
from survey.config import Settings, read_settings
from survey.instance import make_folders, make_instance
from survey.secrecy.vault import load_vault
from survey.services.accounts import passwords
from survey.storage.database import db
from tests import kept_state
from tests.caller import forget_caller
from tests.postgres import Postgres, folder_for_data
from tests.quick import (
    refuse_to_wait_for_oneself,
    share_compiled_rules,
    share_compiled_statements,
    share_registered_blueprints,
    shared_templates,
)
from tests.quick_fonts import share_names_of_glyphs, share_read_fonts
from tests.selection import is_quick, without_servers

if TYPE_CHECKING:
    from playwright.sync_api import Browser

forget_caller()
share_compiled_rules()
share_registered_blueprints()
share_compiled_statements()
refuse_to_wait_for_oneself()
share_names_of_glyphs()
share_read_fonts()
# To compile the programme anew takes a fifth of each start of a command, and ten seconds of pytest.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
if place := folder_for_data():
    # No test takes the power from the machine: an instance need not wait for a disk at each of its writes.
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(place))
# What a password costs is not what tests are about, and they log in a thousand times.
passwords._hasher = PasswordHasher(1, 8, 1)


@pytest.fixture(scope="session")
def chromium() -> Iterator["Browser"]:
    """Start the browser once for all tests, whatever folder they are in."""
    from tests.chromium import running_chromium

    yield from running_chromium()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    place = folder_for_data()
    with tempfile.TemporaryDirectory(prefix="minping-pg-", dir=place, ignore_cleanup_errors=True) as folder:
        server = Postgres(Path(folder))
        yield server
        server.stop()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> str:
    """Which database a test runs on; tests that take it run on both."""
    return str(request.param)


def settings_on(
    database: str, folder: Path, postgres: Postgres | None, *, shared: bool = False, **more: str
) -> Settings:
    """Make a fresh instance in a folder, on a fresh database; ``shared`` gives it the usual secrets.

    The database is a copy of an empty one: migrations have tests of their own, and take a second each time.
    """
    environment = {"MINPING_INSTANCE": str(folder / "instance"), **more}
    if postgres:
        environment["MINPING_DATABASE_URL"] = postgres.new_database(
            f"test_{secrets.token_hex(6)}", _blank_on(postgres)
        )
    settings = read_settings(environment)
    make_folders(settings)
    if shared:
        kept_state.share_secrets(settings.instance)
    if settings.sqlite_file:
        copied = settings.sqlite_file
        copied.touch(mode=0o600)
        copied.write_bytes(_shared_blank_file() if shared else _blank_file())
    if not (shared and settings.sqlite_file):
        belongs_to(settings)
    return settings


def belongs_to(settings: Settings) -> None:
    """Write into a copied database that it belongs to the secrets that were made beside it."""
    value = load_vault(settings.instance).fingerprint()
    if settings.sqlite_file:
        with closing(sqlite3.connect(settings.sqlite_file)) as found, found:
            found.execute("UPDATE instance SET fingerprint = ?", (value,))
    else:
        with psycopg.connect(settings.database_url.replace("+psycopg", "")) as connection:
            connection.execute("UPDATE instance SET fingerprint = %s", (value,))


@cache
def _blank_file() -> bytes:
    """Return the bytes of an empty SQLite database."""
    with tempfile.TemporaryDirectory(prefix="minping-blank-") as folder:
        made = read_settings({"MINPING_INSTANCE": folder})
        make_instance(made)
        assert made.sqlite_file is not None
        return made.sqlite_file.read_bytes()


@cache
def _shared_blank_file() -> bytes:
    """Return the bytes of an empty SQLite database that belongs to the usual secrets."""
    with tempfile.TemporaryDirectory(prefix="minping-blank-") as folder:
        made = read_settings({"MINPING_INSTANCE": folder})
        make_folders(made)
        kept_state.share_secrets(made.instance)
        assert made.sqlite_file is not None
        made.sqlite_file.write_bytes(_blank_file())
        belongs_to(made)
        return kept_state.empty(made.sqlite_file.read_bytes())


@cache
def _blank_on(postgres: Postgres) -> str:
    """Return the name of an empty database on a server."""
    name = "blank"
    with tempfile.TemporaryDirectory(prefix="minping-blank-") as folder:
        url = postgres.new_database(name)
        make_instance(read_settings({"MINPING_INSTANCE": folder, "MINPING_DATABASE_URL": url}))
    return name


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """An instance on SQLite."""
    return settings_on("sqlite", tmp_path, None, shared=True)


@pytest.fixture
def each_settings(database: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Settings]:
    """An instance on each database in turn."""
    server = request.getfixturevalue("postgres") if database == "postgresql" else None
    made = settings_on(database, tmp_path, server, shared=True)
    yield made
    if server:
        server.drop(made.database_url)


def _forget_request(_error: BaseException | None) -> None:
    """Empty ``g``: a test's context is one for all its requests, which would share who is logged in."""
    for name in list(g):
        g.pop(name)


def _running(settings: Settings) -> Iterator[Flask]:
    app = create_app(settings)
    app.jinja_env.bytecode_cache = shared_templates
    app.teardown_request(_forget_request)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """The application on SQLite, inside its context."""
    yield from _running(settings)


@pytest.fixture
def each_app(each_settings: Settings) -> Iterator[Flask]:
    """The application on each database in turn, inside its context."""
    yield from _running(each_settings)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Tell which test begins."""
    kept_state.begins(item)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what ``make check`` runs."""
    for item in items:
        if is_quick(item):
            item.add_marker("quick")


def pytest_collection_finish() -> None:
    """Spare the collector what stays to the end: the programme, the tests and the libraries."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


@pytest.fixture(autouse=True)
def _quick_tests_start_no_server(request: pytest.FixtureRequest) -> Iterator[None]:
    with without_servers() if request.node.get_closest_marker("quick") else nullcontext():
        yield
