"""What somebody on the network sees of a ballot: how long TLS records are, of a browser and a real nginx."""

import contextlib
import socket
import threading
from collections import Counter
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.voting import READY, on, submit, tick, to_review

from .conftest import Backend
from .fronted import Running, nginx

pytestmark = pytest.mark.slow

APPLICATION_DATA = 23
HEAD = 5
CONTROL = HEAD + 9 + 8 + 17
"""A record with one frame of HTTP/2 that steers the connection: head, at most 8 bytes, TLS' type and tag.

Browsers say how much they have read as time goes by (Chromium after five seconds), whatever is on a ballot.
"""

DATES = 4
"""What answers may differ by: HTTP/2 writes the digits 0 to 2 of their dates in five bits, others in six."""


class Listener:
    """Somebody on the Wi-Fi: passes on what comes, and notes how long each record of each direction is."""

    def __init__(self, port: int) -> None:
        self.seen: list[tuple[str, int]] = []
        self._to = port
        self._listening = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port: int = self._listening.getsockname()[1]
        self._sockets: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listening.accept()
                server = socket.create_connection(("127.0.0.1", self._to))
                self._sockets += (client, server)
                for ends in ((client, server, "sent"), (server, client, "got")):
                    self._threads.append(threading.Thread(target=self._pass_on, args=ends))
                    self._threads[-1].start()

    def _pass_on(self, here: socket.socket, there: socket.socket, direction: str) -> None:
        rest = b""
        with contextlib.suppress(OSError):
            while data := here.recv(65536):
                rest = self._note(rest + data, direction)
                there.sendall(data)
        with contextlib.suppress(OSError):
            there.shutdown(socket.SHUT_WR)

    def _note(self, data: bytes, direction: str) -> bytes:
        while len(data) >= HEAD and len(data) >= (end := HEAD + int.from_bytes(data[3:5])):
            if data[0] == APPLICATION_DATA:
                self.seen.append((direction, end))
            data = data[end:]
        return data

    def lengths(self, since: int) -> Counter[str]:
        """Add up what was seen from a place on, by direction, without what only steers the connection."""
        added: Counter[str] = Counter()
        for direction, length in self.seen[since:]:
            if length > CONTROL:
                added[direction] += length
        return added

    def close(self) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        for thread in self._threads:
            thread.join()
        for end in self._sockets:
            end.close()


@pytest.fixture(scope="module")
def front(backend: Backend, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with nginx(backend.server.port, tmp_path_factory.mktemp("front") / "nginx") as server:
        yield server


def blank(_page: Page) -> None:
    """Leave everything blank."""


def full(page: Page) -> None:
    tick(page, "team1.k0", "poor")
    while not page.is_visible('[name="team.comment"]'):
        on(page)
    page.fill('[name="team.comment"]', "意" * 500)


FILLED = (blank, full)


def cast(
    browser: Browser, front: Running, code: str, fill: Callable[[Page], None], script: bool
) -> Counter[str]:
    """Cast a ballot through a listener; return the lengths it saw once the ballot was on the screen."""
    listener = Listener(front.port)
    context = browser.new_context(
        ignore_https_errors=True, java_script_enabled=script, viewport={"width": 390, "height": 844}
    )
    try:
        page = context.new_page()
        page.goto(f"https://127.0.0.1:{listener.port}/v")
        page.fill("#code", code)
        with page.expect_navigation(wait_until="networkidle"):
            page.click(f"{READY}.primary")
        since = len(listener.seen)
        by_hand(page, fill) if script else without_script(page, fill)
        page.wait_for_load_state("networkidle")
    finally:
        context.close()
        listener.close()
    return listener.lengths(since)


def by_hand(page: Page, fill: Callable[[Page], None]) -> None:
    on(page)
    fill(page)
    to_review(page)
    submit(page)


def without_script(page: Page, fill: Callable[[Page], None]) -> None:
    fill(page)
    with page.expect_navigation():
        page.click(".dock .primary")
    submit(page)


def test_all_ballots_are_equally_long(backend: Backend, front: Running, chromium: Browser) -> None:
    first, second = (cast(chromium, front, backend.codes.pop(), fill, True) for fill in FILLED)
    assert first["sent"] > 6 * 1024
    assert first["sent"] == second["sent"]
    assert abs(first["got"] - second["got"]) <= DATES


def test_ballots_without_script_are_not(backend: Backend, front: Running, chromium: Browser) -> None:
    """Control, and the limit that docs/secrecy.md names."""
    first, second = (cast(chromium, front, backend.codes.pop(), fill, False) for fill in FILLED)
    assert first["sent"] < second["sent"]
    assert first["got"] < second["got"]
