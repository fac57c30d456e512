"""Nothing of a voter is in any log or file of a server: not code, text, receipt, address, nor when."""

import http.client
import json
import re
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from urllib.parse import urlencode

import pytest

from survey import create_app
from survey.config import Settings
from survey.storage.database import db
from tests.builders import a_definition, close, running_campaign
from tests.conftest import settings_on
from tests.serving import environment_of, free_port

from .bytes_on_disk import files_below, found_in, written_ways
from .polls import quick_app

ADDRESS = "127.0.0.77"
FORWARDED = "203.0.113.77"
AGENT = "RecognisablePhone/77"
TEXT = "只有我会这样写的一句话"
RECEIPT = "ZZZZ-7777-ZZZZ"


@contextmanager
def _served(settings: Settings, log: Path) -> Iterator[int]:
    """Serve in a process of its own whose whole output goes to a file."""
    port = free_port()
    command = [sys.executable, "-m", "survey.cli", "serve", "--port", str(port)]
    with log.open("wb") as out:
        process = subprocess.Popen(command, env=environment_of(settings), stdout=out, stderr=out)
        try:
            deadline = time.monotonic() + 60
            while time.monotonic() < deadline and b"serving" not in log.read_bytes():
                assert process.poll() is None
                time.sleep(0.05)
            yield port
        finally:
            process.terminate()
            process.wait(15)


def _send(port: int, method: str, path: str, fields: dict[str, str] | None = None) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30, source_address=(ADDRESS, 0))
    headers = {
        "X-Forwarded-For": FORWARDED,
        "Forwarded": f"for={FORWARDED}",
        "User-Agent": AGENT,
        "Content-Type": "application/x-www-form-urlencoded",
    }
    try:
        connection.request(method, path, urlencode(fields or {}), headers)
        answer = connection.getresponse()
        answer.read()
        return answer.status
    finally:
        connection.close()


def _vote(port: int, code: str) -> list[int]:
    """Read, review, cast and be refused in every way."""
    fields = {"code": code, "c1.de": "poor", "form.comment": TEXT, "receipt": RECEIPT}
    return [
        _send(port, "GET", f"/v?code={code}"),
        _send(port, "POST", "/v/ballot", {"code": code}),
        _send(port, "POST", "/v/review", fields),
        _send(port, "POST", f"/v/cast?text={urlencode({'': TEXT})}", fields | {"c1.de": "none"}),
        _send(port, "POST", "/v/cast", fields),
        _send(port, "POST", "/v/cast", fields),
        _send(port, "POST", "/v/cast", fields | {"code": code[:-1] + ("0" if code[-1] == "1" else "1")}),
        _send(port, "GET", f"/v/{code}"),
        _send(port, "POST", "/receipt", {"receipt": RECEIPT}),
    ]


def _hang_up(port: int, code: str) -> None:
    """Go away in the middle of casting, and send what is no HTTP at all."""
    body = urlencode({"code": code, "form.comment": TEXT}).encode()
    head = b"POST /v/cast HTTP/1.1\r\nHost: x\r\nContent-Length: 9999\r\n\r\n"
    for sent in (
        head + body,
        code.encode() + b" \r\n\r\n",
        b"GET /" + code.encode() + b"\xff HTTP/9.9\r\n\r\n",
    ):
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 5, (ADDRESS, 0)) as raw:
            raw.sendall(sent)


def _needles(codes: list[str]) -> dict[str, bytes]:
    needles = written_ways("text", TEXT) | written_ways("receipt", RECEIPT)
    for code in codes:
        needles |= written_ways("code", code)
    return needles | {name: name.encode() for name in (ADDRESS, FORWARDED, AGENT)}


def _prepared(settings: Settings) -> list[str]:
    app = create_app(settings)
    data = a_definition()
    data["sections"][0]["comment"] = True
    codes = running_campaign(app, data, 3).codes["A"]
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    return codes


def test_a_server_writes_nothing_down_about_voters(settings: Settings, tmp_path: Path) -> None:
    codes = _prepared(settings)
    log = tmp_path / "output.log"
    before = {path.name for path in files_below(settings.instance)}
    with _served(settings, log) as port:
        assert _vote(port, codes[0]) == [200, 200, 200, 422, 201, 409, 404, 404, 200]
        _hang_up(port, codes[1])
        assert _send(port, "GET", "/readyz") == 200
        assert found_in(files_below(settings.instance, tmp_path), _needles(codes)) == set()
        after = {path.name for path in files_below(settings.instance)}
    # The worker's beat is in a file of its own: in the database it would date the ballots of its log.
    assert after - before <= {"minping.sqlite3-wal", "minping.sqlite3-shm", "beat.json"}
    lines = log.read_text().splitlines()
    [serving] = [line for line in lines if not line.startswith("{")]
    assert serving.startswith("serving at")
    said = [json.loads(line)["event"] for line in lines if line != serving]
    # What went wrong for voters, or how often, is not among it: only that the server began and ended.
    assert said == ["the server began", "the worker began", "the worker ended", "the server ended"]
    assert found_in(files_below(settings.instance, tmp_path), _needles(codes)) == set()


@pytest.fixture(scope="module")
def failures(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Break the database under a server in two ways, vote, and return what it said."""
    folder = tmp_path_factory.mktemp("failing")
    settings = settings_on("sqlite", folder, None)
    codes = _prepared(settings)
    log = folder / "output.log"
    database = sqlite3.connect(settings.instance / "minping.sqlite3", isolation_level=None)
    with closing(database) as damaged, _served(settings, log) as port:
        damaged.execute("ALTER TABLE ballots RENAME TO elsewhere")
        assert _vote(port, codes[0])[4] == 503
        damaged.execute("UPDATE campaigns SET public_key = x'00'")
        assert _vote(port, codes[1])[4] == 500
    assert found_in([log], _needles(codes)) == set()
    return log.read_text()


def test_nor_when_casting_fails_inside(failures: str) -> None:
    assert "failure on a voter's page" in failures, "control: something was said"


def test_nor_when_somebody_tried_to_vote(failures: str) -> None:
    told = [json.loads(line) for line in failures.splitlines() if line.startswith("{")]
    of_voters = [line for line in told if "voter" in line["event"]]
    assert of_voters
    assert all(line.keys() == {"event", "level", "failure", "at"} for line in of_voters)
    # Each other line is an act of the server's own, whose moment says nothing of a voter's.
    others = {line["event"] for line in told if "time" in line}
    assert others == {"the server began", "the worker began", "the worker ended", "the server ended"}
    assert not re.search(r"\d\d:\d\d:\d\d", "".join(map(json.dumps, of_voters)))


def test_closing_empties_the_log_of_a_running_server(settings: Settings, tmp_path: Path) -> None:
    codes = _prepared(settings)
    wal = settings.instance / "minping.sqlite3-wal"
    with _served(settings, tmp_path / "output.log") as port:
        assert _vote(port, codes[0])[4] == 201
        with sqlite3.connect(settings.instance / "minping.sqlite3") as database:
            (sealed,) = database.execute("SELECT sealed FROM ballots").fetchone()
        database.close()
        assert sealed[-64:] in wal.read_bytes()
        with quick_app(settings) as app:
            close(app, "small")
            assert sealed[-64:] not in wal.read_bytes()
        assert _send(port, "POST", "/v/cast", {"code": codes[1]}) == 403
