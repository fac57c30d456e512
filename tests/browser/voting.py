"""What a voter does in the browser, with script; each function is one thing a hand does."""

from collections.abc import Iterator

from playwright.sync_api import Page
from sqlalchemy import func, select

from survey.storage.database import transaction
from survey.storage.tables import BallotRow
from tests.builders import EXAMPLES

SIZES = {"phone": (390, 844), "small": (320, 568), "desk": (1280, 800)}
TOWN = EXAMPLES / "town-annual.toml"
REVIEWS = EXAMPLES / "one-report-two-reviews.toml"
COLLEGE = EXAMPLES / "college-term.toml"
ENGLISH = "?lang=en"
PUBLIC = EXAMPLES / "public-satisfaction.toml"
DRAFT = "Object.keys(localStorage).find((name) => name.startsWith('minping.draft.'))"
"""The place of the one draft that a device keeps."""
READY = "html:not(.still) "
"""Before a selector: for a while a page that changed takes no tap, and says so."""


def stored(app):
    """Count the ballots in the box."""
    with app.app_context(), transaction() as session:
        return session.scalar(select(func.count()).select_from(BallotRow))


def scan(page: Page, server: str, code: str, start: bool = True, language: str = "") -> None:
    """Open what a slip's QR code says, and begin; in English where ``language`` says so."""
    if page.url != "about:blank":
        page.goto("about:blank")
    page.goto(f"{server}/v{language}#{code}")
    page.wait_for_url(f"**/v/ballot{language}", wait_until="load")
    if start:
        on(page)


def on(page: Page) -> None:
    page.click(f"{READY}.row .primary")


def tick(page: Page, name: str, value: str) -> None:
    """Turn pages until the line is there, then choose."""
    while not page.is_visible(f'[id="{name}"]'):
        on(page)
    page.click(f'{READY}input[name="{name}"][value="{value}"]')


def chosen(page: Page, name: str) -> str | None:
    found = page.locator(f'input[name="{name}"]:checked')
    return found.get_attribute("value") if found.count() else None


def to_review(page: Page) -> None:
    page.click(f"{READY}.bare")
    on(page)


def cast(page: Page) -> None:
    """Press 提交 on the review; what is missing is agreed to first."""
    page.wait_for_selector(f"{READY}#cast")
    if page.is_visible("#sure"):
        page.check("#sure")
    page.click("#cast")


def submit(page: Page) -> str:
    """Submit and read the receipt."""
    cast(page)
    page.wait_for_selector("#receipt")
    return page.text_content("#receipt")


def kept(page: Page) -> int:
    """Count what the device keeps."""
    return page.evaluate("localStorage.length")


def states(page: Page, server: str, app, codes: list[str], language: str = "") -> Iterator[str]:
    """Lead a page through every state a voter can meet, and name each."""
    page.goto(f"{server}/v{language}")
    yield "entry"
    page.fill("#code", "7K3M-9QXT")
    page.click(".primary")
    yield "mistyped"
    scan(page, server, "7K3M-9QXT-2FVB-D8HN", False, language)
    yield "refused code"
    scan(page, server, codes[0], False, language)
    yield "introduction"
    on(page)
    yield "card"
    on(page)
    page.fill("textarea", "一句话")
    yield "comment"
    on(page)
    page.click("summary")
    for number in range(1, 5):
        tick(page, f"c{number}.overall", "excellent")
    yield "over quota"
    page.click(".bare")
    yield "jump list"
    page.click("text=清除全部填写" if not language else "text=Clear all")
    yield "asked before clearing"
    page.click("#jump .box button")
    yield "cleared"
    page.click("#jump .box button")
    on(page)
    yield "faults"
    page.click("a.to >> nth=0")
    yield "fault at its line"
    tick(page, "c1.overall", "-")
    on(page)
    yield "review"
    page.click("#cast")
    page.wait_for_selector('[id="sure.fault"]')
    yield "asked once more"
    scan(page, server, codes[0], False, language)
    yield "draft offered"
    page.click("#draft .primary")
    page.context.set_offline(True)
    cast(page)
    page.wait_for_selector("#failed")
    yield "not sent"
    page.context.set_offline(False)
    submit(page)
    yield "receipt"
    page.reload()
    page.wait_for_selector("#receipt")
    yield "receipt again"
    page.goto(f"{server}/receipt{language}")
    yield "look-up"
    scan(page, server, codes[0], False, language)
    yield "spent code"
