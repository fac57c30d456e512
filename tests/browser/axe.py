"""What axe finds on a page."""

from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

# Of all that axe has to tell, each node that passed is megabytes, and nobody reads it.
# Bars that stay in view stand in their place of the page meanwhile, which is as large as before: else
# target-size finds whatever button lies half under one where the page was scrolled to, and one always does.
RUN = """options => {
  const bars = [...document.querySelectorAll("body *")]
    .filter((one) => getComputedStyle(one).position === "sticky")
    .map((one) => [one, one.style.position]);
  bars.forEach(([one]) => { one.style.position = "static"; });
  return axe.run(options)
    .then((results) => results.violations)
    .finally(() => bars.forEach(([one, before]) => { one.style.position = before; }));
}"""


def violations(page: Page, options: dict[str, Any] | None = None) -> list[Any]:
    """Let axe look at a page once all of it is there: a click waits for its first bytes only."""
    page.wait_for_load_state()
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found: list[Any] = page.evaluate(RUN, {"resultTypes": ["violations"], **(options or {})})
    return found
