"""The whole procedure on the pages: from a new campaign to the published page.

What a template holds goes the whole way below the pages, for every one of them, in
``tests/documents/definition/test_form_library.py``; here are the ways that the pages have.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect

from survey.documents.definition.form_library import FormTemplate, library
from survey.domain.definition.campaign import Campaign, Definition, EntryMode, Line
from survey.services.campaigns.campaigns import find_campaign
from survey.storage.database import transaction
from survey.web.jobs import Worker
from tests.browser.conftest import PATIENCE
from tests.browser.office import Desk, log_in
from tests.browser.voting import READY, on, scan, submit, tick, to_review
from tests.builders import cast
from tests.job import Voter
from tests.jobs import codes_in
from tests.signing_in import PASSWORD, an_account, cookie_of
from tests.web import people
from tests.web.rosters import TEAM_AND_TWELVE, workbook

pytestmark = pytest.mark.slow

UNIT = "县委组织部"
SIGNERS, TRIAL_SIGNERS = ("监票人甲", "监票人乙"), ("监票人丙", "监票人丁")
DESK, TABLET, PHONE = (1280, 800), (1024, 768), (390, 844)
BY_ROSTER = WITH_SHARES = TRIED_OUT = ("annual",)
ON_TABLET = ("departments",)
PEOPLE: dict[str, list[tuple[str, str]]] = {
    "satisfaction": [("停车管理", "services"), ("市民热线", "services")],
    "departments": [("财政科", "departments"), ("人事科", "departments"), ("业务科", "departments")],
}
WAYS = (
    "annual",  # a roster, a trial run before it, and a key in shares
    "satisfaction",  # open to all
    "departments",  # on a tablet; not everybody rates everybody
)


@dataclass
class Votes:
    """What was voted, as those know it who voted."""

    issued: Counter[str] = field(default_factory=Counter)
    voided: Counter[str] = field(default_factory=Counter)
    returned: Counter[str] = field(default_factory=Counter)
    blank: int = 0
    grades: dict[tuple[str, str], Counter[str]] = field(default_factory=dict)

    def note(self, group: str, line: Line, grade: str | None) -> None:
        """Note one ballot with one line answered, or none."""
        self.returned[group] += 1
        if grade is None:
            self.blank += 1
        else:
            self.grades.setdefault(line.key, Counter())[grade] += 1


@pytest.fixture
def browser(chromium: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Return a function that opens a browser of its own for one of the people."""
    made: list[BrowserContext] = []

    def make(size: tuple[int, int] = DESK) -> BrowserContext:
        viewport = {"width": size[0], "height": size[1]}
        made.append(chromium.new_context(viewport=viewport, has_touch=size == TABLET))
        made[-1].set_default_timeout(PATIENCE)
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture
def clerk(app: Flask, server: str, browser: Callable[..., BrowserContext], template: FormTemplate) -> Desk:
    """An organiser at a desk or with a tablet, and two who sign, each with password and second factor."""
    context = browser(TABLET if template.key in ON_TABLET else DESK)
    context.add_cookies([cookie_of(app, an_account("organiser", UNIT, "李干事"))])
    for name in SIGNERS + TRIAL_SIGNERS * (template.key in TRIED_OUT):
        people.browser(app, name, "scrutineer", second=True, unit=UNIT)
    return Desk(context.new_page(), server, f"{template.key}-2026")


@pytest.mark.parametrize(
    "template",
    [template for template in library() if template.key in WAYS],
    ids=lambda template: template.key,
)
def test_from_a_template_to_the_published_page(
    app: Flask,
    clerk: Desk,
    browser: Callable[..., BrowserContext],
    template: FormTemplate,
    tmp_path: Path,
) -> None:
    shared = template.key in WITH_SHARES
    with Worker(app).working():
        set_up(clerk, template, tmp_path)
        if template.key in TRIED_OUT:
            try_out(app, clerk, browser)
        clerk.step("冻结规则，生成票箱钥匙")
        shares = clerk.arm(shared)
        votes = hold(app, clerk, browser())
    clerk.count(shares)
    asked = campaign_of(clerk).definition.signatures
    for part, name in list(zip(("scrutineer", "teller"), SIGNERS, strict=True))[:asked]:
        sign(browser(), clerk, part, name)
    clerk.stands("已确认")
    clerk.publish()
    clerk.shred("张三\n李四" if shared else "")
    compare(browser().new_page(), clerk, votes)
    clerk.stands_published()


def set_up(clerk: Desk, template: FormTemplate, folder: Path) -> None:
    """Fill in what the template leaves open, and see each group's ballot."""
    clerk.begin(template.title, f"二〇二六年{template.title}")
    clerk.onward("票种与权重")
    if template.data["campaign"].get("entry") != "open":
        clerk.set_numbers(template.data["results"]["minimum_cell"] + 3)
    for title in ("等次与分值", "测评表", "测评对象"):
        clerk.onward(title)
    if template.key in BY_ROSTER:
        file = folder / "名册.xlsx"
        file.write_bytes(workbook(*TEAM_AND_TWELVE))
        clerk.bring_in(file, len(TEAM_AND_TWELVE))
    else:
        clerk.fill_in(PEOPLE[template.key])
    clerk.onward("谁评谁")
    if template.key == "departments":
        clerk.not_by_themselves(["d1", "d2", "d3"])
    for title in ("名额限制", "问题", "计票规则", "检查"):
        clerk.onward(title)
    expect(clerk.page.locator(".checklist .done").first).to_contain_text("测评内容完整")
    definition = campaign_of(clerk).definition
    clerk.preview(
        {
            group.key: list(dict.fromkeys(line.ratee.name for line in definition.lines_of[group.key]))
            for group in definition.groups
        }
    )


def hold(app: Flask, clerk: Desk, voter: BrowserContext) -> Votes:
    """Hand out slips, vote, and end the voting."""
    campaign = campaign_of(clerk)
    definition, votes = campaign.definition, Votes()
    if definition.entry is EntryMode.OPEN:
        clerk.open()
        vote_openly(clerk, definition, voter, votes)
    else:
        codes: dict[str, list[str]] = {}
        for group, code in codes_in(clerk.slips()):
            codes.setdefault(group, []).append(code)
        clerk.open()
        votes.issued.update({group: len(found) for group, found in codes.items()})
        left = vote(app, clerk, definition, codes, voter.new_page(), votes)
        clerk.void(left)
        votes.voided.update(dict.fromkeys(codes, 1))
        clerk.note_present(votes.returned)
    clerk.close()
    return votes


def vote(
    app: Flask,
    clerk: Desk,
    definition: Definition,
    codes: dict[str, list[str]],
    page: Page,
    votes: Votes,
) -> list[str]:
    """Cast the ballots of all groups, one code of each left over: return those."""
    host, _, port = clerk.server.removeprefix("http://").partition(":")
    for number, (group, (_unused, blank, *others)) in enumerate(codes.items()):
        line = definition.lines_of[group][0]
        cast(app, blank, {})
        votes.note(group, line, None)
        for place, code in enumerate(others):
            grade = line.scale.grades[place % 2].key
            if place:
                cast(app, code, {line.name: grade})
            elif number:
                with Voter(host, int(port)) as device:
                    assert device.post("/v/cast", {"code": code, line.name: grade})[0] == 201
            else:
                scan(page, clerk.server, code)
                fill_in(page, line, grade)
            votes.note(group, line, grade)
    return [found[0] for found in codes.values()]


def vote_openly(clerk: Desk, definition: Definition, voter: BrowserContext, votes: Votes) -> None:
    """Vote in an open campaign, each on a device of its own: one in the browser, the others over HTTP."""
    host, _, port = clerk.server.removeprefix("http://").partition(":")
    group = definition.groups[0].key
    line, path = definition.lines_of[group][0], f"/o/{clerk.code}"
    page = voter.new_page()
    page.goto(clerk.server + path)
    page.click(f"{READY}button:text('参加')")
    page.wait_for_url("**/v/ballot**", wait_until="load")
    fill_in(page, line, line.scale.grades[1].key)
    votes.note(group, line, line.scale.grades[1].key)
    for place in range(definition.results.minimum_cell + 2):
        grade = line.scale.grades[place % 2].key if place else None
        with Voter(host, int(port)) as device:
            code = device.post(path, {})[1]["code"]
            answers = {line.name: grade} if grade else {}
            assert device.post("/v/cast", {"code": code, **answers})[0] == 201
        votes.note(group, line, grade)
    votes.issued[group] = votes.returned[group]


def fill_in(page: Page, line: Line, grade: str) -> None:
    """Answer one line on the voter's pages, and send the ballot."""
    tick(page, line.name, grade)
    to_review(page)
    submit(page)


def try_out(app: Flask, clerk: Desk, browser: Callable[..., BrowserContext]) -> None:
    """Go the whole way with a copy first, and erase it."""
    trial = clerk.try_out()
    expect(trial.page.locator("main .notice.warn")).to_contain_text("这是试投")
    trial.step("冻结规则，生成票箱钥匙")
    trial.arm(False)
    (group, code), *_ = codes_in(trial.slips())
    trial.open()
    line = campaign_of(trial).definition.lines_of[group][0]
    page = browser(PHONE).new_page()
    scan(page, trial.server, code, start=False)
    expect(page.locator(".trial")).to_be_visible()
    on(page)
    fill_in(page, line, line.scale.grades[0].key)
    trial.close()
    trial.count([])
    for part, name in zip(("teller", "scrutineer"), TRIAL_SIGNERS, strict=True):
        sign(browser(), trial, part, name)
    trial.erase()
    expect(clerk.page).to_have_url(f"{clerk.server}/admin/c/{clerk.code}")
    assert trial.page.goto(f"{trial.server}/admin/c/{trial.code}").status == 404


def sign(context: BrowserContext, clerk: Desk, part: str, name: str) -> None:
    """Log in in a browser of one's own, and sign."""
    page = log_in(context, clerk.server, name, PASSWORD, people.totp())
    # The number just used is not taken again: the next one, as if half a minute had gone by.
    Desk(page, clerk.server, clerk.code).sign(part, PASSWORD, people.totp(1))


def campaign_of(clerk: Desk) -> Campaign:
    with transaction() as session:
        return find_campaign(session, clerk.code)


def compare(page: Page, clerk: Desk, votes: Votes) -> None:
    """Read what everybody can read, and compare it with what was voted."""
    page.goto(f"{clerk.server}/r/{clerk.code}")
    expect(page.locator("h1")).to_have_text(campaign_of(clerk).definition.title)
    with page.expect_download() as waited:
        page.click(".files a:has-text('JSON')")
    results = json.loads(waited.value.path().read_text())
    returned = sum(votes.returned.values())
    total = results["accounting"]["total"]
    assert total | {"present": None} == {
        "present": None,
        "issued": sum(votes.issued.values()),
        "voided": sum(votes.voided.values()),
        "unused": 0,
        "returned": returned,
        "valid": returned - votes.blank,
        "spoiled": votes.blank,
        "unreadable": 0,
    }
    assert {row["group"]: row["returned"] for row in results["accounting"]["groups"]} == votes.returned
    pooled = {
        (row["ratee"], row["criterion"]): row["counts"]
        for row in results["cells"]
        if row["row"] == "pooled" and "counts" in row
    }
    assert votes.grades
    for line, grades in votes.grades.items():
        assert {grade: number for grade, number in pooled[line].items() if number} == grades, line
