"""Voters have threads of their own, whatever others do with theirs."""

import http.client
import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from flask import Flask, Response

from survey.services.accounts import hashing
from survey.web.office_session import OFFICE
from survey.web.security import PUBLIC, VOTER, declared_access
from survey.web.server import dispatching, receiving
from survey.web.server.shares import OTHERS, ThreadShare, noted_login, share_of
from tests.builders import a_definition, running_campaign
from tests.office import Office
from tests.serving import get, in_process, post
from tests.statement_files import running as running_with_files

FIELDS = {"c1.de": "excellent", "c1.neng": "competent"}


@pytest.mark.parametrize(
    ("path", "share"),
    [
        ("/v", ThreadShare.VOTERS),
        ("/v/cast", ThreadShare.VOTERS),
        ("/o/x", ThreadShare.VOTERS),
        ("/sms/office", ThreadShare.VOTERS),
        ("/smsx", ThreadShare.READERS),
        ("//v//cast", ThreadShare.VOTERS),
        ("/v/statement", ThreadShare.STATEMENTS),
        ("//v//statement", ThreadShare.STATEMENTS),
        ("/v/statements", ThreadShare.VOTERS),
        ("/v/turn/small", ThreadShare.READERS),
        ("//v//turn//small", ThreadShare.READERS),
        ("/v/turn", ThreadShare.VOTERS),
        ("/static/voter/voter.css", ThreadShare.VOTERS),
        ("/readyz", ThreadShare.VOTERS),
        ("/receipt", ThreadShare.READERS),
        ("/r/x", ThreadShare.READERS),
        ("/vote", ThreadShare.READERS),
        ("/", ThreadShare.READERS),
        ("", ThreadShare.READERS),
        ("/metrics", ThreadShare.READERS),
        ("/admin", ThreadShare.DOOR),
        ("/admin/login", ThreadShare.DOOR),
        ("//admin//login", ThreadShare.DOOR),
        ("/admin/loginx", ThreadShare.DOOR),
        ("/administrator", ThreadShare.READERS),
    ],
)
def test_whose_an_address_is(path: str, share: ThreadShare) -> None:
    assert share_of(path, logged_in=False) is share
    at_the_door = path.endswith("login")
    assert share_of(path, logged_in=True) is (
        ThreadShare.OFFICES if share is ThreadShare.DOOR and not at_the_door else share
    )


@pytest.mark.parametrize("path", ["/admin/login", "//admin//login/second", "/admin/link/abc"])
def test_a_login_is_at_the_door_whoever_asks(path: str) -> None:
    """Else a flood of logins that comes with a colleague's cookie would have the offices' threads."""
    assert share_of(path, logged_in=True) is ThreadShare.DOOR


def test_every_address_is_in_the_share_of_those_who_may_call_it(app: Flask) -> None:
    """A page to come: what is for offices alone never takes a thread of voters."""
    others = dict.fromkeys(("voter.start", "voter.receipt", "voter.find_receipt"), ThreadShare.READERS)
    others["voter.statement"] = ThreadShare.STATEMENTS
    others["voter.turn"] = ThreadShare.READERS
    seen = set()
    for rule in app.url_map.iter_rules():
        share = share_of(str(rule), logged_in=True)
        allowed = declared_access(app, rule.endpoint) or frozenset()
        seen.add(share)
        if VOTER in allowed:
            assert share is others.get(rule.endpoint, ThreadShare.VOTERS), rule
        elif PUBLIC not in allowed:
            assert share is ThreadShare.OFFICES, rule
        elif re.match(rf"{OFFICE}/(login|link)\b", str(rule)):
            assert share is ThreadShare.DOOR, rule
        elif share is ThreadShare.VOTERS:
            assert rule.endpoint in ("static", "health.healthz", "health.readyz"), rule
    assert seen == set(ThreadShare)


def test_only_a_cookie_of_ours_notes_a_login(app: Flask) -> None:
    office = Office(app, role="viewer")
    name = app.config["SESSION_COOKIE_NAME"]
    cookie = office.client.get_cookie(name, path="/admin")
    assert cookie is not None
    assert noted_login(app, f"{name}={cookie.value}")
    assert noted_login(app, f"a=b; {name}={cookie.value}; c=d")
    stranger = app.test_client()
    stranger.get("/admin/login")
    anonymous = stranger.get_cookie(name, path="/admin")
    assert anonymous is not None
    for value in (anonymous.value, cookie.value[:-3] + "abc", "", "x", "é"):
        assert not noted_login(app, f"{name}={value}")
    assert not noted_login(app, f"x{name}={cookie.value}")


@pytest.fixture
def served(app: Flask) -> Iterator[int]:
    with in_process(app) as server:
        yield server.port


@pytest.fixture
def held() -> Iterator["Held"]:
    holding = Held()
    yield holding
    holding.let_go()


class Held:
    """Views that do not answer until they are let go, and who called them."""

    def __init__(self) -> None:
        self.go_on = threading.Event()
        self.arrived = threading.Semaphore(0)
        self.threads: list[threading.Thread] = []

    def view(self, *_args: Any, **_more: Any) -> str:
        self.arrived.release()
        self.go_on.wait(60)
        return "late"

    def call(self, port: int, path: str, number: int, **headers: str) -> None:
        """Let so many clients ask for a page that does not answer."""
        for _ in range(number):
            thread = threading.Thread(target=_ask, args=(port, path, headers))
            thread.start()
            self.threads.append(thread)

    def wait_for(self, number: int) -> None:
        for _ in range(number):
            assert self.arrived.acquire(timeout=30)

    def let_go(self) -> None:
        self.go_on.set()
        for thread in self.threads:
            thread.join(30)


def _ask(port: int, path: str, headers: dict[str, str]) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", path, headers=headers)
    connection.getresponse().read()
    connection.close()


def test_voters_vote_while_all_others_threads_are_held(
    app: Flask, served: int, held: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    codes = running_campaign(app, a_definition(groups=("A",)), 6).codes["A"]
    office = Office(app, role="viewer")
    cookie = office.client.get_cookie(app.config["SESSION_COOKIE_NAME"], path="/admin")
    assert cookie is not None
    for endpoint in ("admin.home", "admin.log_in", "public.page", "voter.receipt", "voter.astray"):
        assert endpoint in app.view_functions
        monkeypatch.setitem(app.view_functions, endpoint, _held_view(app, endpoint, held))
    with ExitStack() as places:
        places.enter_context(hashing.STRANGERS.taken())
        places.enter_context(hashing.HOUSE.taken())
        held.call(served, "/admin/login", 10)
        held.call(served, "/receipt", 5)
        held.call(served, "/r/none", 5)
        held.call(served, "/v/statement", 10)
        held.call(served, "/admin/", 10, Cookie=f"{cookie.key}={cookie.value}")
        held.wait_for(sum(OTHERS.values()))
        for code in codes:
            assert post("127.0.0.1", served, "/v/ballot", {"code": code}, timeout=30)[0] == 200
            assert post("127.0.0.1", served, "/v/cast", {"code": code, **FIELDS}, timeout=30)[0] == 201
        assert get("127.0.0.1", served, "/healthz")[0] == 200
        assert not held.arrived.acquire(blocking=False)  # nobody else was let in meanwhile
    held.let_go()
    held.wait_for(40 - sum(OTHERS.values()))  # and nobody was forgotten


def _held_view(app: Flask, endpoint: str, held: Held) -> Callable[..., str]:
    def view(*args: Any, **more: Any) -> str:
        return held.view(*args, **more)

    view.access = declared_access(app, endpoint)  # type: ignore[attr-defined]
    return view


def test_control_in_one_queue_the_same_clients_keep_voters_out(
    app: Flask, held: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiving, "share_of", lambda _path, **_more: ThreadShare.VOTERS)
    code = running_campaign(app, a_definition(groups=("A",)), 1).codes["A"][0]
    monkeypatch.setitem(app.view_functions, "voter.receipt", _held_view(app, "voter.receipt", held))
    with in_process(app) as server:
        held.call(server.port, "/receipt", 4)
        held.wait_for(2)
        with pytest.raises(TimeoutError):
            post("127.0.0.1", server.port, "/v/ballot", {"code": code}, timeout=1)
        held.let_go()


def test_an_answer_larger_than_any_buffer(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    piece, number = bytes(1 << 20), 3 * dispatching.WATERMARK >> 20
    assert number > 2
    monkeypatch.setitem(
        app.view_functions,
        "public.page",
        lambda **_: Response((piece for _ in range(number)), mimetype="a/b"),
    )
    with in_process(app) as server:
        assert get("127.0.0.1", server.port, "/r/none") == (200, piece * number)


def test_reports_that_phones_do_not_take_wait_and_keep_nobody_from_voting(app: Flask) -> None:
    content = bytes(4 << 20)
    running = running_with_files(app, a_definition(groups=("A",)), content)
    asking, voting = running.codes["A"][0], running.codes["A"][1:]
    body = f"code={asking}&statement=0000.pdf".encode()
    head = f"POST /v/statement HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n".encode()
    head += b"Content-Type: application/x-www-form-urlencoded\r\nConnection: close\r\n\r\n"
    with in_process(app) as server, ExitStack() as phones:
        # More than there are threads for reports.
        slow = [phones.enter_context(socket.create_connection(("127.0.0.1", server.port))) for _ in range(8)]
        for phone in slow:
            phone.sendall(head + body)
        for code in voting:
            assert post("127.0.0.1", server.port, "/v/cast", {"code": code, **FIELDS}, timeout=30)[0] == 201
        for phone in slow:
            answer = http.client.HTTPResponse(phone)
            answer.begin()
            assert answer.status == 200
            assert answer.read().startswith(content)
