"""The whole job as its users do it: commands on the command line, ballots over HTTP."""

import contextlib
import csv
import http.client
import io
import json
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch
from urllib.parse import urlencode

from sqlalchemy import create_engine, select, text

from survey import cli
from survey.config import Settings
from survey.storage.tables import Base
from tests.serving import environment_of

JSON = {"Accept": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}

Fields = Mapping[str, str | list[str]]
Ballots = list[tuple[str, dict[str, Any]]]


@dataclass(frozen=True)
class Said:
    """How a command ended and what it said."""

    status: int
    out: str
    err: str

    @property
    def value(self) -> Any:
        return json.loads(self.out)


def attempt(settings: Settings, *arguments: str | Path, stdin: str = "") -> Said:
    """Run a command in this process: as the command does it, without the second it takes to start."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True) for _ in range(2))
    status: Any = 0
    with (
        patch.dict("os.environ", environment_of(settings)),
        patch.object(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode()), encoding="utf-8")),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        try:
            cli.main([str(argument) for argument in arguments])
        except SystemExit as end:
            status = end.code or 0
    return Said(int(status), *(stream.buffer.getvalue().decode() for stream in (out, err)))


def attempt_process(settings: Settings, *arguments: str | Path, stdin: str = "") -> Said:
    """Run a command as a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "survey.cli", *(str(argument) for argument in arguments)],
        env=environment_of(settings),
        input=stdin.encode(),
        capture_output=True,
        timeout=120,
        check=False,
    )
    return Said(done.returncode, done.stdout.decode(), done.stderr.decode())


def minping(settings: Settings, *arguments: str | Path, stdin: str = "") -> Said:
    """Run a command that must be done."""
    said = attempt(settings, *arguments, stdin=stdin)
    assert said.status == 0, (arguments, said)
    return said


def read_codes(path: Path) -> dict[str, list[str]]:
    """Read a file of issued codes: codes by rater group."""
    found: dict[str, list[str]] = {}
    with path.open(encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows):
            found.setdefault(row["group"], []).append(row["token"])
    return found


def write_codes(path: Path, codes: Iterable[tuple[str, str]]) -> Path:
    """Write a file of codes for ``token void``."""
    with path.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([("group", "token", "url"), *((*code, "") for code in codes)])
    return path


class Voter:
    """One client: a connection that is kept, and cookies by path."""

    def __init__(self, host: str, port: int, timeout: float = 60) -> None:
        self.connection = http.client.HTTPConnection(host, port, timeout=timeout)
        self.cookies: dict[str, str] = {}

    def __enter__(self) -> "Voter":
        return self

    def __exit__(self, *_: object) -> None:
        self.connection.close()

    def post(self, path: str, fields: Fields) -> tuple[int, dict[str, Any]]:
        """Post a form and read the JSON answer."""
        headers = FORM | JSON
        if path in self.cookies:
            headers["Cookie"] = self.cookies[path]
        try:
            self.connection.request("POST", path, urlencode(fields, doseq=True), headers)
            answer = self.connection.getresponse()
            body = answer.read()
        except BaseException:
            self.connection.close()
            raise
        set_cookie = answer.getheader("Set-Cookie")
        if set_cookie:
            pair, *attributes = (part.strip() for part in set_cookie.split(";"))
            assert f"Path={path}" in attributes
            self.cookies[path] = pair
        return answer.status, json.loads(body)


@dataclass
class Cast:
    """What clients know of the ballots that they cast."""

    receipts: list[str] = field(default_factory=list)
    errors: list[BaseException] = field(default_factory=list)


@contextlib.contextmanager
def in_threads(number: int, work: Any) -> Iterator[Cast]:
    """Run ``work(cast)`` in threads beside a block; both ended, raise the first error of any thread."""
    done = Cast()

    def run() -> None:
        try:
            work(done)
        except BaseException as error:
            done.errors.append(error)

    threads = [threading.Thread(target=run, daemon=True) for _ in range(number)]
    for thread in threads:
        thread.start()
    try:
        yield done
    finally:
        for thread in threads:
            thread.join(120)
    if done.errors:
        raise done.errors[0]
    assert not any(thread.is_alive() for thread in threads)


@contextlib.contextmanager
def connected(settings: Settings) -> Iterator[Any]:
    """Give a connection of its own to an instance's database."""
    engine = create_engine(settings.database_url)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def ask(settings: Settings, question: str) -> Any:
    """Return one value from an instance's database."""
    with connected(settings) as connection:
        return connection.execute(text(question)).scalar()


def dump(settings: Settings) -> dict[str, list[str]]:
    """Return all that an instance keeps: every row of every table, and its files."""
    with connected(settings) as connection:
        kept = {
            table.name: sorted(repr(tuple(row)) for row in connection.execute(select(table)))
            for table in Base.metadata.sorted_tables
        }
    folders = {settings.instance, settings.keys}
    kept["files"] = sorted(str(p) for folder in folders for p in folder.rglob("*") if _is_kept(p))
    return kept


def _is_kept(path: Path) -> bool:
    return path.is_file() and not path.name.endswith(("-wal", "-shm"))


def totals(settings: Settings, code: str, folder: Path) -> dict[str, Any]:
    """Return the total of the accounting in a campaign's results."""
    out = folder / "totals.json"
    minping(settings, "results", code, "--format", "json", "--out", out)
    total: dict[str, Any] = json.loads(out.read_text())["accounting"]["total"]
    return total


def receipts(settings: Settings, code: str) -> list[str]:
    """Return the receipts of all ballots opened."""
    return minping(settings, "receipts", code).out.split()
