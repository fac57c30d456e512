"""The candidates in Chromium: do they seal what the server opens, how long, in how much memory."""

import base64
import random
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import CDPSession, Page, sync_playwright

from survey.secrecy.box import BoxKey, box_info, new_seed
from tests.chromium import ARGUMENTS

from .ballots import Example, a_ballot, layout

CANDIDATES = ("hpke-js", "noble", "slim", "webcrypto")
RATES = (1, 6, 20)
SECURE, PLAIN = "https://minping.test", "http://minping.test"
_PAGE = "<!doctype html><title>sealing</title>"
_BYTES = """
window.bytes = (text) => Uint8Array.from(atob(text), (symbol) => symbol.charCodeAt(0));
window.text = (bytes) => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
window.load = (script) => {
  const began = performance.now();
  (0, eval)(script);
  return performance.now() - began;
};
window.sealed = async (key, info, layout, fields, receipt) => {
  const began = performance.now();
  const packed = window.sealing.pack(layout, fields, receipt);
  const whole = await window.sealing.seal(window.bytes(key), window.bytes(info), packed);
  const took = performance.now() - began;
  return { took, packed: window.text(packed), sealed: window.text(whole) };
};
"""
_NO_BIGINT = "delete window.BigInt;"


def chromium() -> str:
    """Find the system's browser; raises ``SystemExit`` where there is none."""
    found = shutil.which("chromium") or shutil.which("google-chrome")
    if not found:
        sys.exit("no Chromium")
    return found


def info_of(example: Example) -> bytes:
    """Return what binds a sealed ballot to the example."""
    return box_info(example.definition.code, example.definition.digest)


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


class Phone:
    """A browser, in which each candidate meets a page of its own."""

    def __init__(self, browser: Any, built: Path) -> None:
        self.browser = browser
        self.built = built

    @contextmanager
    def page(self, origin: str = SECURE, without: str = "") -> Iterator[Page]:
        """Open an empty page at an origin; ``without`` runs before anything else in it."""
        context = self.browser.new_context(ignore_https_errors=True)
        context.route("**/*", lambda route: route.fulfill(body=_PAGE, content_type="text/html"))
        page = context.new_page()
        page.add_init_script(without + _BYTES)
        page.goto(origin)
        try:
            yield page
        finally:
            context.close()

    def script(self, candidate: str) -> str:
        return (self.built / f"{candidate}.js").read_text()


@contextmanager
def phone(built: Path, executable: str) -> Iterator[Phone]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        yield Phone(browser, built)
        browser.close()


def seal(page: Page, key: BoxKey, example: Example, chance: random.Random) -> tuple[float, bytes, bool]:
    """Seal a random ballot in the page.

    Returns the milliseconds, the sealed ballot, and whether the server opens it to the very bytes that it
    would have packed itself.
    """
    fields, ballot = a_ballot(example, chance)
    info = info_of(example)
    arguments = [b64(key.public_bytes()), b64(info), layout(example), fields, ballot.receipt]
    made = page.evaluate(
        "([key, info, layout, fields, receipt]) => sealed(key, info, layout, fields, receipt)", arguments
    )
    whole = base64.b64decode(made["sealed"])
    packed = example.packing.pack(ballot)
    right = key.open(whole, info) == packed == base64.b64decode(made["packed"])
    return made["took"], whole, right


def interoperates(phone: Phone, candidate: str, examples: list[Example], ballots: int) -> int:
    """Seal random ballots of every form; return how many the server opened and found right, of all."""
    chance = random.Random(23)
    key = BoxKey(new_seed())
    right = 0
    with phone.page() as page:
        page.evaluate("(script) => load(script)", phone.script(candidate))
        for example in examples:
            right += sum(seal(page, key, example, chance)[2] for _ in range(ballots))
    return right


def timed(
    phone: Phone, candidate: str, example: Example, rate: int, pages: int, seals: int
) -> dict[str, float]:
    """Time in fresh pages: load and compile, the first seal, a later one, in ms; and the heap it took, in kB.

    Of each the least, since whatever else the machine does only adds; of the heap the most.
    """
    loads, firsts, later, heaps = [], [], [], []
    key = BoxKey(new_seed())
    chance = random.Random(6)
    for _ in range(pages):
        with phone.page() as page:
            devtools = page.context.new_cdp_session(page)
            before = heap(devtools)
            devtools.send("Emulation.setCPUThrottlingRate", {"rate": rate})
            loads.append(page.evaluate("(script) => load(script)", phone.script(candidate)))
            took = [seal(page, key, example, chance)[0] for _ in range(seals)]
            firsts.append(took[0])
            later.append(median(took[1:]))
            heaps.append((heap(devtools, collect=False) - before) / 1000)
    return {"load": min(loads), "first": min(firsts), "later": min(later), "heap": max(heaps)}


def heap(devtools: CDPSession, *, collect: bool = True) -> int:
    """Return the bytes of script's heap in use."""
    if collect:
        devtools.send("HeapProfiler.collectGarbage")
    used: int = devtools.send("Runtime.getHeapUsage")["usedSize"]
    return used


def failures(phone: Phone, candidate: str, example: Example) -> dict[str, str]:
    """Say what becomes of a candidate on plain HTTP, and in a browser without BigInt."""
    key = BoxKey(new_seed())
    found = {}
    for what, (origin, without) in {"plain HTTP": (PLAIN, ""), "no BigInt": (SECURE, _NO_BIGINT)}.items():
        with phone.page(origin, without) as page:
            try:
                page.evaluate("(script) => load(script)", phone.script(candidate))
                found[what] = "seals" if seal(page, key, example, random.Random(1))[2] else "wrong"
            except Exception as error:  # any failure of a page is the finding
                found[what] = str(error).strip().splitlines()[0].removeprefix("Page.evaluate: ")[:60]
    return found


def known_answers(phone: Phone, sealed: bytes, seeds: bytes, info: bytes) -> bytes:
    """Open in the browser what the server sealed."""
    with phone.page() as page:
        page.evaluate("(script) => load(script)", phone.script("slim"))
        opened = page.evaluate(
            "async (given) => text(await sealing.open(...given.map(bytes)))",
            [b64(seeds), b64(info), b64(sealed)],
        )
    return base64.b64decode(opened)
