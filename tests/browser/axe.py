"""What axe finds on a page: by all rules once, then by those whose answer size or scheme may change."""

from collections.abc import Iterator
from typing import Any
from weakref import WeakKeyDictionary, WeakSet

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

RULES: dict[str, Any] = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
DESK, PHONE, SMALL = (1280, 800), (390, 844), (320, 568)
DAY_AND_NIGHT = ((DESK, "light"), (PHONE, "dark"))
"""The looks of most pages; each more costs less, the more it is like one before."""
ALL_LOOKS = ((DESK, "light"), (PHONE, "light"), (PHONE, "dark"), (DESK, "dark"))

LINKS, CONTRAST = "link-in-text-block", "color-contrast"
PLACE = ("target-size", "scrollable-region-focusable", "heading-order", "page-has-heading-one")
"""Rules on where things are, and on what of a whole page is shown; all others but those on colours ask the
document's text, and whether a node is hidden."""

# Of all that axe has to tell, each node that passed is megabytes, and nobody reads it.
# Bars that stay in view stand in their place of the page meanwhile, which is as large as before: else
# target-size finds whatever button lies half under one where the page was scrolled to, and one always does.
#
# Again, the document's text is looked at where a node was hidden in all looks before; where a thing lies, and
# the colours of links, everywhere.
#
# Contrast takes axe longer than all other rules together, and is the same wherever the same colours lie over
# one another: one text stands for all that have them. Where axe does not say that it is good (it may lie
# under something, or be one character), all are looked at, unless it cannot tell because of a picture or a
# gradient behind, which all have. What is answered is not asked again on the next page. A text that shares
# its place with the ground of an element that it is not within stands for itself: what is around it does not
# tell what it lies on.
RUN = """async ([options, again, place, [links, contrast], known]) => {
  if (!window.axe) return null;
  const visible = (one) => one.checkVisibility({ visibilityProperty: true });
  const seen = window.axeSaw ||= new Set();
  const shown = [...document.querySelectorAll("body, body *")].filter(visible);
  const all = new Set(shown.filter((one) => !seen.has(one)));
  const fresh = [...all].filter((one) => !all.has(one.parentElement));
  shown.forEach((one) => seen.add(one));

  const only = (values) => ({ ...options, runOnly: { type: "rule", values } });
  const without = (these) => ({
    ...options, rules: Object.fromEntries(these.map((id) => [id, { enabled: false }])),
  });
  const asked = options.runOnly?.type === "rule" ? options.runOnly.values : null;
  let runs = [[document, asked ? only(asked.filter((id) => id !== contrast)) : without([contrast])]];
  if (again) runs = [[document, only([...place, links])]];
  if (again && fresh.length) runs.push([{ include: fresh }, without([contrast, links, ...place])]);

  const bars = [...document.querySelectorAll("body *")]
    .filter((one) => getComputedStyle(one).position === "sticky")
    .map((one) => [one, one.style.position]);
  bars.forEach(([one]) => { one.style.position = "static"; });

  const layers = new Map();
  const layer = (one) => {
    if (!one) return "";
    if (!layers.has(one)) {
      const { backgroundColor, backgroundImage, opacity, filter, mixBlendMode, position, transform } =
        getComputedStyle(one);
      const own = [backgroundColor, backgroundImage, opacity, filter, mixBlendMode].join(";");
      const clear = own === "rgba(0, 0, 0, 0);none;1;none;normal";
      const apart = /absolute|fixed/.test(position) || transform !== "none";
      const under = layer(one.parentElement);
      layers.set(one, under === null || apart ? null : clear ? under : own + "|" + under);
    }
    return layers.get(one);
  };
  const grounds = shown
    .filter((one) => {
      const { backgroundColor, backgroundImage } = getComputedStyle(one);
      return backgroundColor !== "rgba(0, 0, 0, 0)" || backgroundImage !== "none";
    })
    .map((one) => [one, one.getBoundingClientRect()]);
  const meet = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1
    && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1;
  const over = (one) => {
    const place = one.getBoundingClientRect();
    return grounds.some(([other, its]) => meet(place, its) && !other.contains(one) && !one.contains(other));
  };
  const texts = (one) => [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
  const stacks = new Map();
  let loose = 0;
  for (const one of shown) {
    if (!one.matches("input, select, textarea") && !texts(one)) continue;
    if (one.offsetWidth <= 1 && one.offsetHeight <= 1) continue;  // for screen readers alone
    const { color, textShadow, fontSize, fontWeight } = getComputedStyle(one);
    const size = parseFloat(fontSize);
    const large = size >= 24 || (size >= 18.66 && fontWeight >= 700);  // needs less contrast
    const under = over(one) ? null : layer(one);
    const stack = under === null ? `apart ${loose++}` : [color, textShadow, large, under].join("|");
    if (known.includes(stack)) continue;
    if (!stacks.has(stack)) stacks.set(stack, []);
    stacks.get(stack).push(one);
  }
  try {
    const found = [];
    for (const [where, what] of runs) found.push(...(await axe.run(where, what)).violations);
    if (asked && !asked.includes(contrast)) return [found, []];
    const more = { ...only([contrast]), elementRef: true };
    more.resultTypes = ["violations", "passes", "incomplete"];
    const settled = new Set();
    const settles = ({ any }) => any.some(({ data }) => /^bg(Image|Gradient)$/.test(data?.messageKey));
    const look = async (include) => {
      if (!include.length) return;
      const { violations, passes, incomplete } = await axe.run({ include }, more);
      const of = (these) => these.flatMap((one) => one.nodes);
      const told = [...of(passes), ...of(incomplete).filter(settles)];
      told.forEach((node) => settled.add(node.element));
      const nodes = of(violations);
      nodes.forEach((node) => { delete node.element; });
      const before = found.find(({ id }) => id === contrast);
      if (before) before.nodes.push(...nodes);
      else found.push(...violations);
    };
    const long = (one) => one.textContent.trim().length > 1;
    const heads = new Map([...stacks].map(([stack, these]) => [stack, these.find(long) || these[0]]));
    await look([...heads.values()]);
    const fine = [...stacks.keys()].filter((stack) => settled.has(heads.get(stack)));
    const unsure = [...stacks].filter(([stack]) => !fine.includes(stack));
    await look(unsure.flatMap(([stack, these]) => these.filter((one) => one !== heads.get(stack))));
    return [found, fine.filter((stack) => !stack.startsWith("apart "))];
  } finally {
    bars.forEach(([one, before]) => { one.style.position = before; });
  }
}"""
_with_axe: WeakSet[Page] = WeakSet()
_good: WeakKeyDictionary[Page, list[str]] = WeakKeyDictionary()
"""The colours over one another that axe need not be asked about again, by the tab that showed them."""


def violations(page: Page, options: dict[str, Any] | None = None, again: bool = False) -> list[Any]:
    """Let axe look at a page once all of it is there: a click waits for its first bytes only.

    :param again: the page was looked at in another size or scheme; ask what may be another now
    """
    page.wait_for_load_state()
    known = _good.setdefault(page, [])
    asked = [{"resultTypes": ["violations"], **(options or {})}, again, PLACE, (LINKS, CONTRAST), known]
    answer: list[list[Any]] | None = page.evaluate(RUN, asked)
    if answer is None:
        page.evaluate(AXE_SCRIPT)
        answer = page.evaluate(RUN, asked)
        assert answer is not None
    if page not in _with_axe:
        # Sent once, and compiled once, for all pages that follow in the same tab.
        page.add_init_script(f"if (window === top) {{ {AXE_SCRIPT} }}")
        _with_axe.add(page)
    found, good = answer
    known += good
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
