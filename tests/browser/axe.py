"""What axe finds on a page."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page


def violations(page: Page, options: dict[str, Any] | None = None) -> list[Any]:
    """Let axe look at a page once all of it is there: a click waits for its first bytes only."""
    page.wait_for_load_state()
    found: list[Any] = Axe().run(page, options=options).response["violations"]
    return found
