"""What axe finds on a page: by all rules once, then by those whose answer size or scheme may change."""

from collections.abc import Iterator
from typing import Any
from weakref import WeakSet

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

RULES: dict[str, Any] = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
DESK, PHONE, SMALL = (1280, 800), (390, 844), (320, 568)
DAY_AND_NIGHT = ((DESK, "light"), (PHONE, "dark"))
"""The looks of most pages; each more costs less, the more it is like one before."""
ALL_LOOKS = ((DESK, "light"), (PHONE, "light"), (PHONE, "dark"), (DESK, "dark"))

COLOUR = ("color-contrast", "link-in-text-block")
PLACE = ("target-size", "scrollable-region-focusable", "heading-order", "page-has-heading-one")
"""Rules on where things are, and on what of a whole page is shown; all others ask the document's text, and
whether a node is hidden."""

# Of all that axe has to tell, each node that passed is megabytes, and nobody reads it.
# Bars that stay in view stand in their place of the page meanwhile, which is as large as before: else
# target-size finds whatever button lies half under one where the page was scrolled to, and one always does.
#
# Again, colours are looked at where a node has others than it had in any look before, and the document's text
# where a node was hidden in all of them; where a thing lies, everywhere.
RUN = """async ([options, again, colour, place]) => {
  const seen = window.axeSaw ||= new Map();
  const look = (one) => {
    const { color, backgroundColor, backgroundImage, opacity, fontSize, fontWeight } = getComputedStyle(one);
    const size = parseFloat(fontSize);
    const large = size >= 24 || (size >= 18.66 && fontWeight >= 700);  // needs less contrast
    return [color, backgroundColor, backgroundImage, opacity, large].join(";");
  };
  const shown = [...document.querySelectorAll("body, body *")]
    .filter((one) => one.checkVisibility({ visibilityProperty: true }))
    .map((one) => [one, look(one)]);
  const outermost = (these) => {
    const all = new Set(these);
    return these.filter((one) => !all.has(one.parentElement));
  };
  const fresh = outermost(shown.filter(([one]) => !seen.has(one)).map(([one]) => one));
  const other = outermost(shown.filter(([one, now]) => !seen.get(one)?.has(now)).map(([one]) => one));
  shown.forEach(([one, now]) => seen.set(one, (seen.get(one) || new Set()).add(now)));

  const only = (values) => ({ ...options, runOnly: { type: "rule", values } });
  const off = Object.fromEntries([...colour, ...place].map((id) => [id, { enabled: false }]));
  let runs = [[document, options]];
  if (again && other.includes(document.body)) {
    runs = [[document, only([...colour, ...place])]];
  } else if (again) {
    runs = [[document, only(place)]];
    if (other.length) runs.push([{ include: other }, only(colour)]);
  }
  if (again && fresh.length) runs.push([{ include: fresh }, { ...options, rules: off }]);

  const bars = [...document.querySelectorAll("body *")]
    .filter((one) => getComputedStyle(one).position === "sticky")
    .map((one) => [one, one.style.position]);
  bars.forEach(([one]) => { one.style.position = "static"; });
  try {
    const found = [];
    for (const [where, what] of runs) found.push(...(await axe.run(where, what)).violations);
    return found;
  } finally {
    bars.forEach(([one, before]) => { one.style.position = before; });
  }
}"""
_with_axe: WeakSet[Page] = WeakSet()


def violations(page: Page, options: dict[str, Any] | None = None, again: bool = False) -> list[Any]:
    """Let axe look at a page once all of it is there: a click waits for its first bytes only.

    :param again: the page was looked at in another size or scheme; ask what may be another now
    """
    page.wait_for_load_state()
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    if page not in _with_axe:
        # Sent once, and compiled once, for all pages that follow in the same tab.
        page.add_init_script(f"if (window === top) {{ {AXE_SCRIPT} }}")
        _with_axe.add(page)
    asked = {"resultTypes": ["violations"], **(options or {})}
    found: list[Any] = page.evaluate(RUN, [asked, again, COLOUR, PLACE])
    return found


def looks(
    page: Page,
    these: tuple[tuple[tuple[int, int], str], ...] = DAY_AND_NIGHT,
    options: dict[str, Any] = RULES,
) -> Iterator[tuple[int, list[tuple[str, list[str]]]]]:
    """Look at a page that is there in sizes and schemes; yield the width of each, and what axe finds in it.

    :param these: width and height in pixels, and the scheme; the first is looked at by all rules
    """
    for number, (size, scheme) in enumerate(these):
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": size[0], "height": size[1]})
        found = violations(page, options, again=number > 0)
        yield size[0], [(one["id"], [node["html"] for node in one["nodes"]]) for one in found]
