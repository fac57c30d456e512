"""What axe finds on a page."""

from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

# All else that axe has to tell, each node that passed, is megabytes, and nobody reads it.
RUN = "options => axe.run(options).then(results => results.violations)"


def violations(page: Page, options: dict[str, Any] | None = None) -> list[Any]:
    """Let axe look at a page once all of it is there: a click waits for its first bytes only."""
    page.wait_for_load_state()
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found: list[Any] = page.evaluate(RUN, {"resultTypes": ["violations"], **(options or {})})
    return found
