"""A great many requests that no page would make, to every route by everyone: none is a failure (R6)."""

import gc
import sqlite3
import sys
import traceback
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import psutil
import pytest
from flask import got_request_exception
from werkzeug.test import run_wsgi_app

from survey.config import Settings
from survey.storage.database import db
from tests.attack.strange_requests import NOBODY, Requests, Sent
from tests.attack.world import World, a_world
from tests.conftest import settings_on
from tests.lengths import CHAOS, times
from tests.postgres import Postgres

pytestmark = pytest.mark.slow

NUMBER = times(2_000, 100_000)
ROUND = times(500, 2_000)
"""After so many requests the instance is put back as it was."""
MAX_GROWTH = 60 << 20
"""What memory may still grow by in the second half of a long run: just over a kilobyte a request."""

LOGINS = {"login_failures", "login_sessions", "audit"}
"""What a refused request may write: that a login failed, when somebody was last seen."""
BETRAYAL = (b"Traceback (most recent", b'File "/', b"sqlalchemy", b"site-packages", b"Werkzeug")


class Kept:
    """All that the instance keeps, to be looked at after each request and put back now and then."""

    def __init__(self, world: World) -> None:
        self.world = world
        with world.app.app_context():
            db.session.remove()
            db.engine.dispose()
        with closing(sqlite3.connect(world.file)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self.content = world.file.read_bytes()
        self.keys = {path: path.read_bytes() for path in world.settings.keys.rglob("*") if path.is_file()}
        self.connection = sqlite3.connect(world.file)
        self.rows = self.all_rows()
        self.version = self._version()

    def _version(self) -> int:
        """Return a number that changes when anybody else commits."""
        return int(self.connection.execute("PRAGMA data_version").fetchone()[0])

    def all_rows(self) -> dict[str, list[str]]:
        names = self.connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        return {
            name: sorted(map(repr, self.connection.execute(f'SELECT * FROM "{name}"'))) for (name,) in names
        }

    def changed(self) -> set[str]:
        """Name the tables in which a row is another than when this was asked last."""
        version = self._version()
        if version == self.version:
            return set()
        self.version, before, self.rows = version, self.rows, self.all_rows()
        return {name for name in before.keys() | self.rows.keys() if before.get(name) != self.rows.get(name)}

    def put_back(self) -> None:
        self.connection.close()
        with self.world.app.app_context():
            db.session.remove()
            db.engine.dispose()
        for suffix in ("-wal", "-shm"):
            self.world.file.with_name(self.world.file.name + suffix).unlink(missing_ok=True)
        self.world.file.write_bytes(self.content)
        for path, content in self.keys.items():
            path.write_bytes(content)
        self.connection = sqlite3.connect(self.world.file)
        self.rows, self.version = self.all_rows(), self._version()


@pytest.fixture
def world(settings: Settings) -> Iterator[World]:
    # Where there are passkeys, there is more to send.
    with a_world(replace(settings, base_url="http://localhost")) as made:
        yield made


def answered(world: World, sent: Sent) -> tuple[int, dict[str, str], bytes]:
    """Hand a request to the application; return status, headers and body."""
    chunks, status, headers = run_wsgi_app(world.app, sent.environ())
    body = b"".join(chunks)
    if hasattr(chunks, "close"):
        chunks.close()
    return int(status.split()[0]), {name.lower(): value for name, value in headers}, body


def test_no_request_is_a_failure(world: World, capfd: pytest.CaptureFixture[str]) -> None:
    requests, kept = Requests(world, seed=6), Kept(world)
    failures: list[str] = []
    sizes: list[int] = []
    seen: Counter[tuple[str, int]] = Counter()

    def note(_sender: Any, exception: BaseException, **_more: Any) -> None:
        failures.append("".join(traceback.format_exception(exception)))

    with got_request_exception.connected_to(note, world.app):
        for number in range(NUMBER):
            if number % ROUND == 0:
                kept.put_back()
                gc.collect()
                sizes.append(psutil.Process().memory_info().rss)
            sent = requests.next()
            try:
                status, headers, body = answered(world, sent)
            except Exception as error:
                raise AssertionError(f"request {number} {sent!r} broke out") from error
            assert not failures, (number, sent, failures[0])
            assert status < 500, (number, sent, status)
            assert not any(word in body for word in BETRAYAL), (number, sent)
            assert_headers(sent, headers)
            changed = kept.changed()
            if status >= 400:
                assert changed <= LOGINS, (number, sent, status, changed)
            if sent.role == NOBODY and not sent.path.startswith(("/v/cast", "/o/")):
                assert changed <= LOGINS, (number, sent, status, changed)
            if sent.role != NOBODY and status == 200:
                requests.learn(sent, body)
            seen[sent.role, status] += 1
            if status == 302 and sent.role != NOBODY:
                kept.put_back()  # this role was logged out, or worse
    kept.connection.close()
    assert_everything_was_met(seen)
    if CHAOS:
        print(sorted(seen.items()), [size >> 20 for size in sizes], file=sys.stderr)
        assert sizes[-1] - sizes[len(sizes) // 2] < MAX_GROWTH


def test_no_request_is_a_failure_of_postgresql(tmp_path: Path, postgres: Postgres) -> None:
    """What SQLite takes, another database need not: NUL in a text, a number too large."""
    failures: list[str] = []
    with a_world(settings_on("postgresql", tmp_path, postgres)) as world:
        requests = Requests(world, seed=4)

        def note(_sender: Any, exception: BaseException, **_more: Any) -> None:
            failures.append("".join(traceback.format_exception(exception)))

        with got_request_exception.connected_to(note, world.app):
            for path in (
                "/o/a%00b",
                "/r/a%00b",
                "/admin/c/a%00b",
                "/admin/jobs/%00",
                "/admin/people/" + "9" * 30,
            ):
                for role in requests.roles:
                    sent = Sent(role, "GET", unquote(path), "k=%00&page=%00")
                    sent.headers["HTTP_COOKIE"] = world.cookies.get(role, "")
                    assert answered(world, sent)[0] < 500, sent
            for _ in range(times(300, 10_000)):
                sent = requests.next()
                status, _headers, body = answered(world, sent)
                assert not failures, (sent, failures[0])
                if sent.role != NOBODY and status == 200:
                    requests.learn(sent, body)


def assert_headers(sent: Sent, headers: dict[str, str]) -> None:
    """Whatever the answer is, it has what every answer has; nothing strange came into its headers."""
    assert "default-src 'none'" in headers["content-security-policy"], sent
    assert headers["x-content-type-options"] == "nosniff", sent
    assert headers["referrer-policy"] == "no-referrer", sent
    assert "x-evil" not in headers, sent
    # Else the server fails where the application did not.
    assert all(value.encode("latin-1").isascii() for value in headers.values()), (sent, headers)
    location = headers.get("location", "/")
    assert location.startswith("/"), (sent, location)
    assert not location.startswith("//"), (sent, location)


def assert_everything_was_met(seen: Counter[tuple[str, int]]) -> None:
    """The run did more than be turned away at the door."""
    statuses = {status for _, status in seen}
    assert {200, 302, 303, 400, 403, 404, 405, 409, 422} <= statuses, statuses
    assert sum(number for (_, status), number in seen.items() if status < 300) > NUMBER // 16, seen
