"""A real nginx with deploy/nginx/minping.conf before a real gunicorn: nothing spooled, nothing logged."""

import contextlib
import re
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest

from survey.config import Settings
from survey.domain.ballot.packing import MAX_BODY
from survey.web.server.receiving import MAX_ACCEPTED, MAX_OF_OFFICES, MAX_OF_SCANS
from tests.secrecy.bytes_on_disk import files_below, found_in

from .conftest import Backend
from .fronted import DEPLOY, Running, free_port, gunicorn, nginx, nginx_site, wait_until_quiet
from .journey import ask, ballot, half_sent, hang_up, needles, send, unread, upload, vote
from .watching import Watch, open_files, watched

pytestmark = pytest.mark.slow

VOTED = [200, 200, 200, 422, 201, 409, 404, 404, 200, 413, 411]
SITE = (DEPLOY / "nginx" / "minping.conf").read_text()


@pytest.fixture(scope="module")
def front(backend: Backend, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with nginx(backend.server.port, tmp_path_factory.mktemp("front") / "nginx") as server:
        yield server


@contextlib.contextmanager
def watching(*servers: Running) -> Iterator[Watch]:
    """Watch where servers could put what does not fit: temporary folders, home, where they were started."""
    places = [server.folder / name for server in servers for name in ("temporary", "home", "work")]
    with watched(*places) as watch:
        yield watch


def await_spooled(watch: Watch) -> bool:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and not watch.seen():
        time.sleep(0.02)
    return bool(watch.seen())


def kept_open(backend: Backend, front: Running) -> set[str]:
    """Return the files held open that are neither the database, nor a log, nor a heartbeat in memory."""
    folders = tuple(
        str(path) for path in (backend.server.folder / "instance", backend.server.folder / "logs")
    )
    own = (*folders, str(front.folder / "logs"), "/dev/shm/wgunicorn-")
    opened = open_files([*backend.server.pids(), *front.pids()])
    return {name for name in opened if not name.startswith(own)}


def test_a_whole_journey_leaves_no_file_and_no_line(backend: Backend, front: Running) -> None:
    codes = [backend.codes.pop() for _ in range(3)]
    with watching(backend.server, front) as watch:
        assert vote(front, codes[0]) == VOTED
        hang_up(front, codes[1])
        with contextlib.closing(half_sent(front, "/v/cast", codes[2])):
            wait_until_quiet(front, backend.server)
            assert kept_open(backend, front) == set()
        with contextlib.closing(unread(front, codes[2])):
            wait_until_quiet(front, backend.server)
            assert kept_open(backend, front) == set()
        assert upload(front, backend.cookie) == 422
        assert watch.seen() == set()
    written = files_below(backend.server.folder, front.folder)
    assert found_in(written, needles(*codes)) == set()
    said = (backend.server.folder / "logs" / "output.log").read_text()
    assert "Listening at" in said
    assert len(said.splitlines()) == 4, said


def test_a_body_without_a_buffer_is_caught(backend: Backend, tmp_path: Path) -> None:
    """Control: nginx as it comes puts a ballot with a long comment into a file."""
    changes = {"client_body_buffer_size 272k;": ""}
    with nginx(backend.server.port, tmp_path / "nginx", changes) as plain, watching(plain) as watch:
        assert send(plain, "/v/review", ballot(backend.codes[0], 100_000)).status == 200
        assert any("/temporary/body/" in name for name in watch.seen())


def test_an_upload_without_a_buffer_is_caught(backend: Backend, tmp_path: Path) -> None:
    changes = {"client_body_buffer_size 17m;": "client_body_buffer_size 1m;"}
    with nginx(backend.server.port, tmp_path / "nginx", changes) as plain, watching(plain) as watch:
        assert upload(plain, backend.cookie) == 422
        assert any("/temporary/body/" in name for name in watch.seen())


def test_a_body_in_many_chunks_is_caught(backend: Backend, tmp_path: Path) -> None:
    """Control: what nginx cannot measure may outgrow its buffer, frames and all."""
    changes = {"return 411;": "set $measured 0;"}
    with nginx(backend.server.port, tmp_path / "nginx", changes) as plain, watching(plain) as watch:
        status = ask(plain, "POST", "/v/review", body=_tiny_chunks(), Transfer_Encoding="chunked").status
        assert status in (200, 404)
        assert any("/temporary/body/" in name for name in watch.seen())


def _tiny_chunks() -> bytes:
    return b"1\r\nx\r\n" * 110_000 + b"0\r\n\r\n"


def test_an_answer_that_nobody_reads_is_caught(backend: Backend, tmp_path: Path) -> None:
    changes = {"proxy_max_temp_file_size 0;": "", "proxy_buffers 16 64k;": "proxy_buffers 8 16k;"}
    changes |= {"proxy_busy_buffers_size 128k;": ""}
    with nginx(backend.server.port, tmp_path / "nginx", changes) as plain, watching(plain) as watch:
        with contextlib.closing(unread(plain, backend.codes[0])):
            assert await_spooled(watch)
        assert any("/temporary/proxy/" in name for name in watch.seen())


def test_logs_that_are_left_on_are_caught(backend: Backend, tmp_path: Path) -> None:
    """Control: as nginx comes, its logs hold addresses and paths."""
    code = backend.codes.pop()
    changes = {"access_log off;": "", "error_log /dev/null emerg;": ""}
    with nginx(backend.server.port, tmp_path / "nginx", changes) as plain:
        ask(plain, "GET", f"/v?code={code}")
        hang_up(plain, code)
        wait_until_quiet(plain)
    met = found_in(plain.logged(), needles(code))
    assert {file for _, file in met} == {"access.log", "error.log"}
    assert any(name.startswith("code") for name, _ in met)


def test_slow_voters_hold_up_nobody(backend: Backend, front: Running) -> None:
    with contextlib.ExitStack() as open_ones:
        for _ in range(12):
            open_ones.enter_context(contextlib.closing(half_sent(front, "/v/ballot", backend.codes[0])))
        wait_until_quiet(front, backend.server)
        assert send(front, "/v/ballot", {"code": backend.codes[0]}).status == 200


@pytest.mark.parametrize("worker", ["ours", "gthread"])
def test_slow_bodies_that_are_passed_on_as_they_come_hold_threads_of_other_workers_only(
    backend: Backend, settings: Settings, tmp_path: Path, worker: str
) -> None:
    """The second is the control: gunicorn's own worker reads bodies in its threads."""
    changes = {"proxy_request_buffering on;": "proxy_request_buffering off;"}
    with contextlib.ExitStack() as open_ones:
        behind = backend.server
        if worker != "ours":
            behind = open_ones.enter_context(gunicorn(settings, tmp_path, "--worker-class", worker))
        plain = open_ones.enter_context(nginx(behind.port, tmp_path / "nginx", changes))
        for _ in range(12):
            open_ones.enter_context(contextlib.closing(half_sent(plain, "/v/ballot", backend.codes[0])))
        wait_until_quiet(plain, behind)
        if worker == "ours":
            assert send(plain, "/v/ballot", {"code": backend.codes[0]}).status == 200
        else:
            assert _stops_answering(plain)


def _stops_answering(server: Running) -> bool:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            ask(server, "GET", "/v", timeout=2)
        except TimeoutError:
            return True
    return False


def test_what_a_voter_wrote_is_not_compressed(backend: Backend, front: Running, tmp_path: Path) -> None:
    code = backend.codes[0]
    assert _encoding(front, code) is None
    with nginx(backend.server.port, tmp_path / "nginx", {"gzip off;": ""}) as plain:
        assert _encoding(plain, code) == "gzip", "control: nginx.conf as Debian ships it"


def _encoding(server: Running, code: str) -> str | None:
    answer = send(server, "/v/review", ballot(code), Accept_Encoding="gzip")
    assert answer.status == 200
    return answer.headers.get("content-encoding")


def test_minping_learns_that_the_way_is_safe_and_where_it_ends(backend: Backend, front: Running) -> None:
    """The base URL of the test is plain HTTP, so it is the proxy's word alone that keeps the warning away."""
    code = backend.codes[0]
    warning = "本页没有加密传输"
    page = send(front, "/v/ballot", {"code": code}, Host="vote.example.org").body.decode()
    assert warning not in page
    connection = HTTPConnection("127.0.0.1", backend.server.port, timeout=30)
    with contextlib.closing(connection):
        body = f"code={code}".encode()
        kind = {"Content-Type": "application/x-www-form-urlencoded", "Host": "vote.example.org"}
        connection.request("POST", "/v/ballot", body, kind)
        assert warning in connection.getresponse().read().decode(), "control"


def test_plain_requests_are_sent_on(backend: Backend, front: Running) -> None:
    text = (front.folder / "minping.conf").read_text()
    [plain] = re.findall(r"listen 127\.0\.0\.1:(\d+);", text)
    connection = HTTPConnection("127.0.0.1", int(plain), timeout=30)
    with contextlib.closing(connection):
        connection.request("GET", "/v?lang=en", headers={"Host": "evil.example"})
        answer = connection.getresponse()
        answer.read()
    assert answer.status == 301
    assert answer.getheader("Location") == "https://minping.example.org/v?lang=en"


def test_refusals_of_its_own_are_plain_and_not_kept(backend: Backend, front: Running, tmp_path: Path) -> None:
    large = send(front, "/v/cast", ballot(backend.codes[0], 600_000))
    assert (large.status, large.headers["cache-control"]) == (413, "no-store")
    assert "提交的内容过大" in large.body.decode()
    with nginx(free_port(), tmp_path / "nginx", status=503) as alone:
        away = ask(alone, "GET", f"/v?code={backend.codes[0]}")
        assert found_in(files_below(alone.folder), needles(backend.codes[0])) == set()
    assert (away.status, away.headers["retry-after"]) == (503, "5")
    assert "请稍后重试" in away.body.decode()


def test_bodies_have_as_much_memory_as_they_may_be_long() -> None:
    limits = re.findall(r"client_max_body_size (\w+);\s+client_body_buffer_size (\w+);", SITE)
    assert [most for most, _ in limits] == [buffer for _, buffer in limits] == ["272k", "17m", "65m"]
    assert SITE.count("client_max_body_size") == 3
    assert MAX_BODY < MAX_ACCEPTED == 272 << 10
    assert MAX_OF_OFFICES == 17 << 20
    assert MAX_OF_SCANS == 65 << 20


def test_only_marked_lines_are_to_be_changed(tmp_path: Path) -> None:
    assert len(re.findall(r"# CHANGE$", SITE, re.MULTILINE)) == 3
    for line in SITE.splitlines():
        if "example.org" in line or "/etc/minping/tls" in line:
            assert line.endswith("# CHANGE"), line
    assert "example" not in nginx_site(tmp_path, 1, 2, 3).replace("minping.example.org", "")
