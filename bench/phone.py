"""What a voter's phone asks of hand, eye, network and patience: ``python -m bench.phone``.

Each form is filled in from the scan to the receipt, every line of it, in the system's Chromium: taps, screens
(height of each page over that of the phone, added up), bytes (bodies as they come over the network, the cache
empty), what axe finds. Then the time from the scan until the first button reacts, on two slow networks; the
median of some turns.

The pages are driven by what voters see on them. An older commit is measured by copying this file into
its work tree.
"""

import argparse
import json
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

from survey.config import Settings, read_settings
from survey.instance import make_instance, ready_app
from tests import builders, serving
from tests.browser.axe import violations
from tests.chromium import ARGUMENTS, NAMES

from .table import say

SIZES = {
    "390×844": (390, 844, 1),
    "360×640": (360, 640, 1),
    "320×568": (320, 568, 1),
    "390×844, text 200 %": (390, 844, 2),
}
NETWORKS = {"Slow 3G": (2000, 400), "Fast 3G": (562.5, 1440)}
"""Latency in ms, and kbit/s each way, as in DevTools."""
FORMS = {
    "town-annual": "C",
    "college-term": "leaders",
    "one-report-two-reviews": "A",
    "public-satisfaction": "",
}
"""Each form, and whose ballot is filled in; nobody's where everyone is given one."""
HEAD = ("form", "phone", "taps", "screens", "kB", "axe", *(f"s on {name}" for name in NETWORKS))
PATIENCE = 30_000

# Voters' answers: the second grade, now and then the first, so that no rule makes them a spoiled ballot.
ANSWER = """() => {
  const shown = (one) => one.closest("label").getClientRects().length > 0;
  const groups = new Map();
  document.querySelectorAll("input[type=radio], input[type=checkbox]").forEach((one) => {
    if (one.closest("label") && shown(one)) groups.set(one.name, (groups.get(one.name) || []).concat(one));
  });
  const all = Array.from(document.querySelectorAll("input[type=radio]"), (one) => one.name);
  const names = Array.from(new Set(all));
  let left = 0;
  groups.forEach((inputs, name) => {
    if (inputs.some((one) => one.checked)) return;
    const place = names.indexOf(name);
    inputs[inputs.length > 1 && inputs[0].type === "radio" && place % 7 !== 3 ? 1 : 0].click();
    left += 1;
  });
  return left;
}"""
ON = "^(参加|开始填写|开始|下一位|下一页|下一组|核对|核对并提交|返回核对|提交|确认提交|仍要提交|继续)$"
FIND = f"""() => Array.from(document.querySelectorAll("button"))
  .filter((one) => one.getClientRects().length && !one.disabled && /{ON}/.test(one.textContent.trim()))
  .sort((one, other) => other.classList.contains("primary") - one.classList.contains("primary"))[0]"""
PLACE = """() => [location.pathname, document.title, document.body && document.body.innerText.length,
  Boolean(document.getElementById("receipt"))].join("|")"""
BEGIN = f"""() => {{
  const named = () => {{ const on = ({FIND})(); return on ? on.textContent.trim() : ""; }};
  if (!document.documentElement.classList.contains("steps")) return false;
  if (named() === "开始") ({FIND})().click();
  return named() !== "" && named() !== "开始";
}}"""
"""Taps the first button until it has done what it says."""


def ready(folder: Path) -> tuple[Settings, dict[str, list[str]]]:
    """Make an instance with all forms open; return the codes of each."""
    port = serving.free_port()
    base = f"http://127.0.0.1:{port}"
    settings = read_settings({"MINPING_INSTANCE": str(folder), "MINPING_BASE_URL": base})
    make_instance(settings)
    codes = {}
    with ready_app(settings) as app:
        for form, group in FORMS.items():
            issued = builders.open_campaign(app, builders.EXAMPLES / f"{form}.toml")
            codes[form] = list(issued[group]) if group else []
    return settings, codes


class Phone:
    """One phone with an empty cache, in one hand."""

    def __init__(self, browser: Browser, width: int, height: int, text: int) -> None:
        self.context = browser.new_context(viewport={"width": width, "height": height})
        self.context.set_default_timeout(PATIENCE)
        self.page: Page = self.context.new_page()
        self.line: CDPSession = self.context.new_cdp_session(self.page)
        self.line.send("Network.enable")
        self.line.on("Network.responseReceived", self._heads)
        self.line.on("Network.loadingFinished", self._arrived)
        if text > 1:
            self.line.send("Page.enable")
            self.line.send("Page.setFontSizes", {"fontSizes": {"standard": 16 * text, "fixed": 13 * text}})
        self.headers: dict[str, int] = {}
        self.bytes = self.taps = 0
        self.screens = 0.0

    def _arrived(self, event: dict[str, Any]) -> None:
        self.bytes += max(0, event["encodedDataLength"] - self.headers.pop(event["requestId"], 0))

    def _heads(self, event: dict[str, Any]) -> None:
        self.headers[event["requestId"]] = event["response"]["encodedDataLength"]

    def slow_down(self, latency: float, kilobits: int) -> None:
        rate = kilobits * 1000 / 8
        self.line.send(
            "Network.emulateNetworkConditions",
            {"offline": False, "latency": latency, "downloadThroughput": rate, "uploadThroughput": rate},
        )

    def look(self) -> None:
        """Count a page that has come into view."""
        height = "document.documentElement.scrollHeight / innerHeight"
        self.screens += max(1.0, self.page.evaluate(height))

    def answer(self) -> None:
        """Tap every answer that is missing, again where a tap was not taken; each counts once."""
        asked = self.page.evaluate(ANSWER)
        self.taps += asked
        deadline = time.monotonic() + PATIENCE / 1000
        while asked and time.monotonic() < deadline:
            time.sleep(0.1)
            asked = self.page.evaluate(ANSWER)

    def go_on(self) -> bool:
        """Tap what leads on until the page is another; say whether the receipt is there."""
        before = str(self.page.evaluate(PLACE))
        if before.endswith("true"):
            return True  # the tap before this one led to it, by way of a page that says so
        self.taps += 1
        deadline = time.monotonic() + PATIENCE / 1000
        while time.monotonic() < deadline:
            self.page.evaluate(f"() => {{ const on = ({FIND})(); if (on) on.click(); }}")
            for _ in range(8):
                time.sleep(0.1)
                self.page.wait_for_load_state()
                now = str(self.page.evaluate(PLACE))
                if now != before:
                    return now.endswith("true")
        raise RuntimeError(f"nothing leads on from {before}")


def address(settings: Settings, form: str, code: str) -> str:
    return f"{settings.base_url}/v#{code}" if code else f"{settings.base_url}/o/{form}"


def to_introduction(phone: Phone, where: str) -> None:
    """Open what was scanned; where everyone is given a ballot, ask for one."""
    page = phone.page
    page.goto(where, wait_until="commit")
    if "/o/" in where:
        press(phone, "参加")
        # Handed out, the ballot opens by itself or by a button.
        page.wait_for_function(
            "() => location.pathname === '/v/ballot' || document.getElementById('hand-out')"
        )
        more = page.get_by_role("button", name="开始填写", exact=True)
        if "/v/ballot" not in page.url and more.is_visible():
            press(phone, "开始填写")
    page.wait_for_url("**/v/ballot**", wait_until="commit")


def press(phone: Phone, what: str) -> None:
    """Tap a button that leads to another page, which is counted as seen."""
    button = phone.page.get_by_role("button", name=what, exact=True)
    button.wait_for()
    # What a page takes no tap for would be lost: it says so once its script has run.
    phone.page.wait_for_function(
        "() => document.readyState === 'complete' && !document.documentElement.classList.contains('still')"
    )
    phone.look()
    phone.taps += 1
    with phone.page.expect_navigation(wait_until="commit"):
        button.click(no_wait_after=True)


def journey(phone: Phone, where: str) -> int:
    """Vote from the scan to the receipt; return what axe found on the way."""
    to_introduction(phone, where)
    found, kinds = 0, set()
    steps = "document.documentElement.classList.contains('steps')"
    phone.page.wait_for_function(f"() => {steps} && Boolean(({FIND})())")
    done = False
    while True:
        phone.look()
        kind = (
            phone.page.evaluate("document.querySelectorAll('fieldset, textarea').length")
            if done
            else phone.page.title()[:2]
        )
        if kind not in kinds:
            kinds.add(kind)
            found += len(violations(phone.page))
        if done:
            return found
        phone.answer()
        done = phone.go_on()


def usable(phone: Phone, where: str) -> float:
    """Return the seconds from the scan until the first button has done what it says."""
    began = time.monotonic()
    to_introduction(phone, where)
    phone.page.wait_for_function(BEGIN, polling=20)
    return time.monotonic() - began


def measure(turns: int, folder: Path) -> Iterator[tuple[str, ...]]:
    """Measure every form on every phone; yield lines of the table."""
    settings, codes = ready(folder)
    server = serving.start(settings, int(settings.base_url.rpartition(":")[2]))
    shell = next(path for path in map(shutil.which, NAMES) if path)
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=shell, args=ARGUMENTS)
            for form in FORMS:
                yield from of_form(browser, settings, form, codes[form], turns)
            browser.close()
    finally:
        serving.end(server.process)


def of_form(
    browser: Browser, settings: Settings, form: str, codes: list[str], turns: int
) -> Iterator[tuple[str, ...]]:
    waited = []
    for latency, kilobits in NETWORKS.values():
        times = []
        for _ in range(turns):
            phone = Phone(browser, *SIZES["390×844"])
            phone.slow_down(latency, kilobits)
            times.append(usable(phone, address(settings, form, codes[0] if codes else "")))
            phone.context.close()
        waited.append(f"{median(times):.1f}")
    for number, (size, given) in enumerate(SIZES.items()):
        phone = Phone(browser, *given)
        found = journey(phone, address(settings, form, codes[number] if codes else ""))
        figures = (str(phone.taps), f"{phone.screens:.1f}", f"{phone.bytes / 1000:.1f}", str(found))
        phone.context.close()
        yield form, size, *figures, *(waited if number == 0 else [""] * len(waited))


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.phone", description=__doc__.partition("\n")[0])
    parser.add_argument("--turns", type=int, default=3, help="turns on each network (3)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the table there too")
    chosen = parser.parse_args()
    lines = []
    say("| " + " | ".join(HEAD) + " |\n" + "|---" * len(HEAD) + "|")
    with tempfile.TemporaryDirectory(prefix="minping-phone-", ignore_cleanup_errors=True) as folder:
        for line in measure(chosen.turns, Path(folder)):
            say("| " + " | ".join(line) + " |")
            lines.append(dict(zip(HEAD, line, strict=True)))
    if chosen.json:
        chosen.json.write_text(json.dumps(lines, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
