"""The system's own Chromium, since nothing is downloaded for it; one for all tests of a process.

Playwright cannot be started twice in a process, so there is one place where it is.
"""

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
"""The first that is found: the shell is the same engine, and draws no window for every visitor of a page."""
PLACES = ("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",)
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    # Names without encryption, of sites on this machine: unlike its address they get no Sec-Fetch-Site.
    "--host-resolver-rules=MAP *.test 127.0.0.1",
]


def running_chromium() -> Iterator[Browser]:
    """Yield the browser, and end it; without one installed tests are skipped, but in CI they fail."""
    found = [path for path in map(shutil.which, (*NAMES, *PLACES)) if path]
    if not found:
        missing = "Chromium is not installed; the browser tests need it"
        if os.environ.get("CI") == "true":
            pytest.fail(missing)
        pytest.skip(missing)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found[0], args=ARGUMENTS)
        yield browser
        browser.close()
