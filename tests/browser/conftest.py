"""A real Chromium for the pages: the system's own, since nothing is downloaded for it."""

from collections.abc import Callable, Iterator
from threading import Thread

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

PATIENCE = 30_000
"""Milliseconds until what is waited for is given up: long enough for a machine with much else to do."""
expect.set_options(timeout=PATIENCE)

HURRIED = """{
  const wait = window.setTimeout;
  window.setTimeout = (act, ...more) => /still/.test(act) ? act() : wait(act, ...more);
}"""
"""Ends at once the time in which a voter's page that changed takes no tap: most tests tap once."""


@pytest.fixture
def server(app: Flask) -> Iterator[str]:
    """Serve the test's application on a free port of this machine; the base URL."""
    running = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=running.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{running.server_port}"
    running.shutdown()
    thread.join()
    running.server_close()


@pytest.fixture
def open_page(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Return a function that opens a page: size, with or without script, light or dark, hurried or not.

    Hurried, a page that changed takes taps at once (``HURRIED``, without script its animation hastened); else
    it is as voters get it.
    No script may fail without anybody's notice: what is left to do after the fault would be left undone.
    """
    contexts = []
    failures: list[str] = []

    def open_one(
        size: tuple[int, int] = (390, 844), script: bool = True, scheme: str = "light", hurried: bool = True
    ) -> Page:
        context = chromium.new_context(
            viewport={"width": size[0], "height": size[1]}, java_script_enabled=script, color_scheme=scheme
        )
        context.set_default_timeout(PATIENCE)
        context.on("weberror", lambda failure: failures.append(str(failure.error)))
        contexts.append(context)
        page = context.new_page()
        if hurried and script:
            context.add_init_script(HURRIED)
        elif hurried:
            page.context.new_cdp_session(page).send("Animation.setPlaybackRate", {"playbackRate": 1000})
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert failures == []


@pytest.fixture
def press() -> Callable[[Page, str], None]:
    """Return a function that presses what leads to another page, and waits until that is there."""

    def press_one(page: Page, selector: str) -> None:
        with page.expect_navigation():
            page.click(selector)

    return press_one
