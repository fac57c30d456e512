"""What the eye and the thumb need: no sideways scrolling, text, targets and contrast large enough."""

import pytest

from tests.builders import EXAMPLES, open_campaign

from .defaults import wrong_defaults
from .voting import ENGLISH, on, scan, states, submit, to_review

pytestmark = pytest.mark.slow

SIZES = {"phone": (390, 844), "small": (320, 568), "desk": (1280, 800)}

FAULTS = """() => {
  const found = [];
  const say = (what, element, value) => found.push([what, element.outerHTML, value]);
  const wide = document.documentElement.scrollWidth;
  if (wide > innerWidth) found.push(["wide", wide]);
  const light = (c) => [0.2126, 0.7152, 0.0722].reduce((sum, weight, i) => {
    const v = c[i] / 255;
    return sum + weight * (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
  }, 0);
  const colour = (text) => text.match(/[\\d.]+/g).map(Number);
  const behind = (element) => {
    for (let e = element; e; e = e.parentElement) {
      const c = colour(getComputedStyle(e).backgroundColor);
      if (c.length < 4 || c[3] > 0) return c;
    }
    return [255, 255, 255];
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !element.getClientRects().length) continue;
    const style = getComputedStyle(element);
    if (parseFloat(style.fontSize) < 18) say("small", element, style.fontSize);
    const [a, b] = [light(colour(style.color)), light(behind(element))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) say("faint", element, ratio);
  }
  for (const element of document.querySelectorAll("a, button, summary, textarea, input:not([type=hidden])")) {
    const box = element.getBoundingClientRect();
    if (!element.getClientRects().length || element.matches(".unseen")) continue;
    if (box.width < 44 || box.height < 44) say("target", element, [box.width, box.height]);
  }
  return found;
}"""

COLUMNS = """() => {
  const rows = {};
  for (const cell of document.querySelectorAll("fieldset .pair:not(.low) .cell")) {
    if (!cell.getClientRects().length) continue;
    const key = cell.closest("fieldset").id + "@" + Math.round(cell.getBoundingClientRect().top);
    rows[key] = (rows[key] || 0) + 1;
  }
  return [...new Set(Object.values(rows))].sort();
}"""


def fine(page):
    page.wait_for_load_state()
    assert page.evaluate(FAULTS) == []
    assert wrong_defaults(page) == []


def fine_at_every_size(page):
    """Look at a page without script, which only its style makes another at another size."""
    page.wait_for_load_state()
    assert wrong_defaults(page) == []
    for size in SIZES.values():
        page.set_viewport_size({"width": size[0], "height": size[1]})
        assert page.evaluate(FAULTS) == [], size


@pytest.mark.parametrize(("scheme", "language"), [("light", ""), ("dark", ENGLISH)])
def test_every_page(app, server, open_page, press, scheme, language):
    code = open_campaign(app, EXAMPLES / "town-annual.toml")["B"][0]
    page = open_page(SIZES["phone"], script=False, scheme=scheme)
    page.goto(f"{server}/v{language}")
    fine_at_every_size(page)
    page.fill("#code", "7K3M-9QXT-2FVB-D8HN")
    press(page, ".primary")
    fine_at_every_size(page)
    page.fill("#code", code)
    press(page, ".primary")
    page.click("summary")
    for number in range(1, 5):
        page.check(f'input[name="c{number}.overall"][value="excellent"]')
    page.check('input[name="c1.de"][value="-"]')
    fine_at_every_size(page)
    press(page, ".primary")
    fine_at_every_size(page)
    page.check('input[name="c4.overall"][value="competent"]')
    press(page, ".primary")
    fine_at_every_size(page)
    submit(page)
    fine_at_every_size(page)
    with page.context.expect_page() as opened:
        page.click('a[href^="/receipt"]')
    fine_at_every_size(opened.value)
    page.goto(f"{server}/v/cast{language}")
    fine_at_every_size(page)


def test_tiles_flow_in_ones_twos_and_fours(app, server, open_page):
    code = open_campaign(app, EXAMPLES / "town-annual.toml")["A"][0]
    page = open_page()
    scan(page, server, code)
    seen = set()
    for percent in (100, 133, 200):
        page.evaluate(f"document.documentElement.style.fontSize = '{18 * percent / 100}px'")
        for width in (320, 340, 359, 360, 390, 430, 480, 560, 600, 680, 768, 800, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            columns = page.evaluate(COLUMNS)
            assert columns in ([1], [2], [4]), (percent, width)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (percent, width)
            seen.add(columns[0])
    assert seen == {1, 2, 4}


# Text boxes that lie over one another, or stick out of what holds them; bars that stay in view apart.
COLLISIONS = """() => {
  const boxes = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  while (walker.nextNode()) {
    const node = walker.currentNode;
    const element = node.parentElement;
    if (!node.data.trim() || !element.getClientRects().length || element.closest(".unseen")) continue;
    range.selectNodeContents(node);
    const bar = element.closest(".top, .dock, .idle");
    for (const box of range.getClientRects()) boxes.push({ box, bar, node, text: node.data.trim() });
  }
  const found = [];
  boxes.forEach((a, i) => {
    if (a.box.left < -1 || a.box.right > innerWidth + 1) found.push(["cut", a.text]);
    boxes.slice(i + 1).forEach((b) => {
      if (a.bar !== b.bar || a.node === b.node) return;
      const wide = Math.min(a.box.right, b.box.right) - Math.max(a.box.left, b.box.left);
      const high = Math.min(a.box.bottom, b.box.bottom) - Math.max(a.box.top, b.box.top);
      if (wide > 2 && high > 0.3 * Math.min(a.box.height, b.box.height)) found.push(["over", a.text, b.text]);
    });
  });
  for (const element of document.querySelectorAll("button, .cell span, summary, output, h1, h2")) {
    if (!element.getClientRects().length) continue;
    if (element.scrollWidth > element.clientWidth + 1) found.push(["sticks out", element.outerHTML]);
  }
  return found;
}"""


# Once the page has noticed its size, and what it says at each size of text.
AT_EVERY_TEXT = f"""async () => {{
  await new Promise(requestAnimationFrame);
  const found = ["", "24px", "36px"].map((text) => {{
    document.documentElement.style.fontSize = text;
    return [text, ({FAULTS})(), ({COLLISIONS})()];
  }});
  document.documentElement.style.fontSize = "";
  return found.filter(([, faults, collisions]) => faults.length || collisions.length);
}}"""


# Where a thing lies does not depend on the scheme, nor the colours on the language.
@pytest.mark.parametrize(("scheme", "language"), [("light", ""), ("dark", ENGLISH)])
def test_every_state_at_every_size(app, server, open_page, scheme, language):
    codes = open_campaign(app, EXAMPLES / "town-annual.toml")
    page = open_page(scheme=scheme)
    for state in states(page, server, app, codes["B"], language):
        assert wrong_defaults(page) == [], state
        for size in (SIZES["desk"], SIZES["small"], SIZES["phone"]):
            page.set_viewport_size({"width": size[0], "height": size[1]})
            assert page.evaluate(AT_EVERY_TEXT) == [], (state, size)


@pytest.mark.parametrize("language", ["", ENGLISH], ids=["zh", "en"])
@pytest.mark.parametrize("sample", ["college-term", "one-report-two-reviews", "public-satisfaction"])
def test_other_samples(app, server, open_page, press, sample, language):
    codes = open_campaign(app, EXAMPLES / f"{sample}.toml")
    page = open_page((320, 568))
    if sample == "public-satisfaction":
        page.goto(f"{server}/o/{sample}{language}")
        fine(page)
        page.click(".primary")
        page.wait_for_url("**/v/ballot**", wait_until="load")
        page.click(".prev")
        fine(page)
        on(page)
    else:
        scan(page, server, next(iter(codes.values()))[0], language=language)
    page.click("#large")
    for _ in range(5):
        fine(page)
        assert page.evaluate(COLLISIONS) == []
        on(page)
    to_review(page) if not page.is_visible("#review") else None
    fine(page)
    assert page.evaluate(COLLISIONS) == []
