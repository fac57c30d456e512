"""The assessment workplace in a browser: on a narrow phone, with large text, by seats, without script."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from decimal import Decimal
from io import BytesIO

import pytest
from flask import Flask
from playwright.sync_api import Page

from survey.domain.assessment.reports.seat_list import SeatAsked
from survey.domain.assessment.seats import SeatPart
from survey.domain.definition.campaign import Publication
from survey.services.assessment import publishing, seating, taking
from survey.services.assessment.examining import conferences
from survey.services.assessment.telling import archive_jobs
from survey.services.audit.audit import By
from survey.storage.database import transaction
from survey.web.admin.assessment.seat_guard import CODE as CODE_PART
from survey.web.context import now
from tests.browser.test_office_pages import looked_at
from tests.builders import BY
from tests.sample_year import SAMPLE_CODE
from tests.services.assessment import scored_year
from tests.services.assessment.sample_taken import loaded
from tests.services.assessment.telling import told_year
from tests.services.assessment.visits import visited
from tests.services.assessment.visits.visited import PLACE
from tests.signing_in import an_account, cookie_of
from tests.web.admin.assessment.seated_year import BY_ROLE, CODE, OFFICE, PERIODS, SEATS, seated_year

pytestmark = pytest.mark.slow

OpenPage = Callable[..., Page]
YEAR = f"/admin/a/{CODE}"
MONTH = f"{YEAR}/standing/{PERIODS[0]}/"
AHEAD = replace(PLACE, indicator="retail")
OPEN = "2026-03"
CHOSEN = "level=public&column=total&column=rank&column=band&note=x"
JOB = "a" * 32
VISIT, VISIT_AHEAD = f"findings/{PLACE.about}", f"findings/{AHEAD.about}"
PAGES = {
    "organiser": (
        *("/admin/a", YEAR, f"{YEAR}/seats", f"{YEAR}/seats/reporter", f"{YEAR}/seats/leader"),
        *(f"{YEAR}/{way}" for way in ("setup", "next-year", "queue", "reminders")),
        *(f"{MONTH}{way}" for way in ("", "c/t1/output", "u/t1", "i/retail")),
        *(f"{YEAR}/{way}" for way in ("totals", "totals/t1", "what-if?weight-components=x")),
        *(f"{YEAR}/{way}" for way in ("sheets", "sheets/heads", "remarks")),
        *(f"{YEAR}/{way}" for way in ("talks", "talks/t1", "lost-key", "end")),
        *(f"{YEAR}/{way}" for way in ("periods", f"periods/{PERIODS[1]}/close", "amendments", "entries")),
        *(f"{YEAR}/entries/{way}" for way in ("points", "veto", "value", "1/take-back")),
        *(f"{YEAR}/{way}" for way in ("score", "records", "proposal", "decide")),
        *(f"{YEAR}/{way}" for way in ("publish", "published", "letters", "tasks", "archive")),
        *(f"{YEAR}/{way}" for way in ("visits", f"visits/{PLACE.period}/u/t1", "findings", VISIT)),
        *(f"{YEAR}/{way}" for way in ("year-end", "conferences", "conferences/1", "conferences/1/edit")),
        *(f"{YEAR}/{way}" for way in ("analyses", "statements", "statements/t1", "ballot-statements")),
    ),
    "group": (
        *(f"{YEAR}/{way}" for way in ("talks", "talks/t1", "talks/t1/notes", "talks/t1/notes/1/correct")),
        *(f"{YEAR}/my-visits", f"{YEAR}/{VISIT_AHEAD}"),
        *(f"{YEAR}/{way}" for way in ("analyses", "analyses/t1", "analyses/t1/versions")),
    ),
    "leader of a unit": (
        *(f"{YEAR}/mine{way}" for way in ("", "/sheets/heads", "/notes/t1", "/notes/t1/output")),
        YEAR,
    ),
    "lead": (f"{YEAR}/mine", f"{YEAR}/mine/sheets/heads", f"{YEAR}/mine/comments/{PERIODS[0]}/t2/output"),
    "reporter": (
        *("/admin/a", YEAR, f"{YEAR}/seats", MONTH, f"{YEAR}/findings", f"{YEAR}/{VISIT}"),
        *(f"{YEAR}/{way}" for way in ("year-end", "statements/t1", "reports", f"reports/{OPEN}/unit/t1")),
    ),
    "committee": (
        *("/admin/a", YEAR),
        *(f"{YEAR}/{way}" for way in ("totals", "analyses", "entries", "proposal")),
    ),
    "scrutineer": (YEAR, f"{YEAR}/sign"),
    "member of nothing": ("/admin/a",),
}
"""The pages to look at, by who looks; what is not theirs is looked at as it is refused."""
TOLD = f"/admin/a/{scored_year.YEAR}"
TOLD_PAGES = {
    "office": (
        *(f"{TOLD}/{way}" for way in ("records", "records/1", "proposal", "decide", "publish")),
        *(f"{TOLD}/{way}" for way in (f"publish/preview?{CHOSEN}", "published", "letters", "letters/t1")),
        *(f"{TOLD}/{way}" for way in ("letters/t2/edit", "tasks", "tasks/t1/1", "tasks/t1/new", "end")),
        *(TOLD, f"{TOLD}/archive", f"{TOLD}/archive/{JOB}"),
    ),
    "reporter": (
        *(f"{TOLD}/{way}" for way in ("letters", "letters/t1", "tasks", "tasks/t1/1", "published")),
        TOLD,
    ),
}
"""The pages on telling, of a year that is decided."""
DRAFT = f"/admin/a/{SAMPLE_CODE}/setup"
DRAFT_PAGES = (
    *("/admin/new-assessment/form", DRAFT),
    *(f"{DRAFT}/{way}" for way in ("basics", "classes?keys=1", "units", "indicators", "items", "bands")),
    *(
        f"{DRAFT}/{way}"
        for way in ("units/new", "units/many", "indicators/many", "sheets/new", "components/new")
    ),
    *(f"{DRAFT}/{way}" for way in ("units/rows/t1", "indicators/rows/invest", "components/rows/public")),
    *(f"{DRAFT}/{way}" for way in ("units/rows/t1/remove", "units/rows/b2/remove")),
    *(f"{DRAFT}/targets{way}" for way in ("", "/i/output", "/u/t1", "/i/output/plan")),
)
"""The pages on which a draft is set up."""
NO_PAGES = {
    *("admin.standing_now", "admin.outcome_specimen"),  # leads on; readers' page, with tests of its own
    *("admin.setup_workbook", "admin.assessment_definition", "admin.commitments", "admin.seat_list_file"),
    *("admin.period_file", "admin.report_book", "admin.evidence_file", "admin.visit_file"),
    *("admin.visit_form", "admin.record_paper", "admin.letter_file", "admin.letter_files"),
    "admin.task_list_file",
}
"""What is no page to look at: files, and what only leads on."""


@pytest.fixture
def year(app: Flask) -> None:
    seated_year()
    with transaction(write=True) as session:
        seating.give(session, CODE, SeatAsked("从没登录过的人", SeatPart.GROUP, ("t1", "t2", "t3")), BY)
        entered = {"unit": "t1", "component": "tasks", "value": Decimal(88), "document": "考核办〔2026〕3号"}
        taking.take_acts(session, CODE, {"entered": [entered]}, BY)
        typed = {"day": "2026-12-25", "place": "一号会议室", "due": "120", "present": "118"}
        conferences.record_conference(session, CODE, "1", typed, {"classes": ["town"]}, 0, BY)
    visited.planned([PLACE, AHEAD])
    visited.find(photos=[visited.photo()], send=True, by=By(visited.GROUP.actor, now()))


def entered(app: Flask, page: Page, who: str) -> Page:
    role, unit = ("member", OFFICE) if who in SEATS else BY_ROLE[who]
    account = an_account(role, unit, SEATS[who].account if who in SEATS else who)
    page.context.add_cookies([cookie_of(app, account)])
    return page


@pytest.fixture
def told(app: Flask) -> None:
    told_year.decided()
    told_year.send("t1")
    told_year.set_task()
    told_year.answer("补了一半")
    owner = an_account("owner", "", "王芳")
    an_account("member", "", "填报的人")
    reporter = SeatAsked("填报的人", SeatPart.REPORTER, ("t1",))
    with transaction(write=True) as session:
        publishing.publish(session, scored_year.YEAR, Publication.PUBLIC, ["rank", "band"], BY)
        seating.give(session, scored_year.YEAR, reporter, BY, elsewhere=True)
        archive_jobs.ask(session, JOB, scored_year.YEAR, owner, now())


TOO_WIDE = """() => ["100%", "200%"].filter((size) => {
  document.documentElement.style.fontSize = size;
  return document.documentElement.scrollWidth > innerWidth;
})"""
"""Sizes of text at which a page is wider than the screen."""


def wrong_on(page: Page, addresses: Iterable[str]) -> dict[str, list[object]]:
    """List what is wrong with pages as they are and on a narrow phone, in two sizes of text."""
    wrong = {}
    for address in addresses:
        page.goto(address)
        found: list[object] = list(looked_at(page))
        page.set_viewport_size({"width": 320, "height": 800})
        found += [f"scrolls sideways at 320 px, text {size}" for size in page.evaluate(TOO_WIDE)]
        wrong[address] = found
    return {address: found for address, found in wrong.items() if found}


@pytest.mark.usefixtures("year")
@pytest.mark.parametrize("who", PAGES)
def test_pages_are_clean_narrow_and_large(app: Flask, server: str, open_page: OpenPage, who: str) -> None:
    page = entered(app, open_page((1280, 800)), who)
    assert wrong_on(page, (server + path for path in PAGES[who])) == {}


@pytest.mark.usefixtures("told")
@pytest.mark.parametrize("who", TOLD_PAGES)
def test_pages_on_telling_are_too(app: Flask, server: str, open_page: OpenPage, who: str) -> None:
    page = open_page((1280, 800))
    account = an_account("owner", "", "王芳") if who == "office" else an_account("member", "", "填报的人")
    page.context.add_cookies([cookie_of(app, account)])
    assert wrong_on(page, (server + path for path in TOLD_PAGES[who])) == {}


@pytest.mark.usefixtures("told")
def test_pages_fold_into_a_menu_on_a_phone(app: Flask, server: str, open_page: OpenPage) -> None:
    page = open_page((390, 844), script=False)
    page.context.add_cookies([cookie_of(app, an_account("owner", "", "王芳"))])
    page.goto(f"{server}{TOLD}/tasks/t1/1")
    menu = page.locator(".page-menu")
    assert menu.locator("summary").inner_text().splitlines() == ["考核的各页：", "公布反馈 · 整改"]
    box = menu.bounding_box()
    assert box
    assert box["height"] < 60
    assert not page.get_by_role("link", name="加减分").is_visible()
    menu.locator("summary").click()
    assert menu.locator("[aria-current]").inner_text() == "整改"
    page.get_by_role("link", name="加减分").click()
    assert page.url == f"{server}{TOLD}/entries"
    page.set_viewport_size({"width": 1280, "height": 800})
    assert not menu.is_visible()
    assert page.get_by_role("navigation", name="本类各页").is_visible()


@pytest.mark.usefixtures("told")
def test_the_open_menu_is_clean(app: Flask, server: str, open_page: OpenPage) -> None:
    page = open_page((320, 568))
    page.context.add_cookies([cookie_of(app, an_account("owner", "", "王芳"))])
    page.goto(f"{server}{TOLD}/letters")
    page.locator(".page-menu summary").click()
    assert looked_at(page) == []
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")


def test_pages_of_a_draft_are_too(app: Flask, server: str, open_page: OpenPage) -> None:
    loaded()
    page = open_page((1280, 800))
    page.context.add_cookies([cookie_of(app, an_account("organiser", "甲局", "李干事"))])
    assert wrong_on(page, (server + path for path in DRAFT_PAGES)) == {}


def test_every_page_of_an_assessment_is_looked_at(app: Flask) -> None:
    addresses = app.url_map.bind("127.0.0.1")
    paths = {path for listed in (*PAGES.values(), *TOLD_PAGES.values(), DRAFT_PAGES) for path in listed}
    reached = {addresses.match(path.partition("?")[0])[0] for path in paths}
    found = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if CODE_PART in rule.arguments and "GET" in (rule.methods or ()) and "admin." in rule.endpoint
    }
    assert found - NO_PAGES == reached - {"admin.list_assessments", "admin.begin_directly"}


@pytest.mark.usefixtures("year")
def test_seats_without_script(app: Flask, server: str, open_page: OpenPage) -> None:
    page = entered(app, open_page((390, 844), script=False), "organiser")
    page.goto(f"{server}/admin/")
    page.get_by_role("link", name="年度考核").click()
    page.get_by_role("link", name="年度考核", exact=True).last.click()
    page.locator(".page-menu summary").click()
    page.get_by_role("link", name="席位").click()
    page.get_by_role("link", name="审核人", exact=True).click()
    page.get_by_label("账号").fill("新来的人")
    page.get_by_label("单位t2").check()
    page.get_by_role("button", name="保存席位").click()
    assert page.get_by_role("status").inner_text().startswith("新建了账号“新来的人”")
    page.get_by_label("填好的名单").set_input_files(
        {
            "name": "seats.csv",
            "mimeType": "text/csv",
            "buffer": BytesIO("账号,席位,范围\n甲,填报人,t2\n乙,填报人,t9".encode()).getvalue(),
        }
    )
    page.get_by_role("button", name="读入名单").click()
    assert "范围不对" in page.get_by_role("alert").inner_text()
    with page.expect_download() as sent:
        page.get_by_role("button", name="印登录链接单").click()
    assert sent.value.suggested_filename.endswith("登录链接单.pdf")
