"""Every organiser's page there is, in the state in which it has most on it, looked at by axe."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Page

from survey.domain.count.kept_texts import WrittenText
from survey.domain.decisions.entries import EntryKind
from survey.domain.definition.campaign import Publication
from survey.domain.publication.edition import Personal
from survey.domain.sms.incoming import Refused, Unknown
from survey.secrecy.paper_key import new_paper_key, paper_key_path, write_paper_key
from survey.services.campaigns import drafts, procedure, trial
from survey.services.campaigns.campaigns import find_campaign
from survey.services.count import certifying
from survey.services.operations import jobs
from survey.services.results import comments, decisions, export_jobs, publishing
from survey.services.results.exports import find_export
from survey.services.results.publishing import Chosen
from survey.storage import campaign_rows, count_rows
from survey.storage.database import transaction
from survey.web.admin.assessment.seat_guard import CODE as CODE_PART
from survey.web.admin.setup.fields.subjects import SUBJECTS
from survey.web.context import now, settings
from tests.browser.axe import DAY_AND_NIGHT, RULES, violations
from tests.browser.defaults import wrong_defaults
from tests.builders import (
    BY,
    EXAMPLES,
    a_definition,
    armed_campaign,
    cast,
    close,
    collect,
    count,
    example,
    running_campaign,
)
from tests.domain.editing import changed, full
from tests.jobs import ask
from tests.name_tellers import counted, take_part
from tests.signing_in import an_account, cookie_of
from tests.sms_clients import an_sms_definition, listed_campaign, open_sms, queued, send_all
from tests.web.admin.assessment.seated_year import seated_year
from tests.web.admin.sms.desk_channel import attached

pytestmark = pytest.mark.slow

OpenPage = Callable[..., Page]
DARK: dict[str, object] = {
    "runOnly": {"type": "rule", "values": ["color-contrast", "target-size", "scrollable-region-focusable"]}
}
"""What is asked of so many pages in their second look."""
FAULTY = "gaps-2026"
PREVIEW = "/publish/preview?level=public&tables=accounting&persons=y&own=mean&until=2099-01-01T00:00&note=x"
DECIDED = {"decided_on": "2026-11-20", "evidence": "县委〔2026〕12号"}
SIGNERS = ("监票人甲", "监票人乙")
NO_PAGES = {
    *("admin.results", "admin.forms", "admin.ratee_form", "admin.poster", "admin.link_picture"),
    *("admin.download_definition", "admin.download_roster_template", "admin.download_sms_list"),
    *("admin.log_csv", "admin.log_jsonl", "admin.compare_csv", "admin.turnout", "admin.screen_turnout"),
    *("admin.setup", "admin.arm_step", "admin.shares_page"),  # lead on
    "admin.results_section",  # test_office_results.py
    *("admin.certificate_file", "admin.report_file", "admin.template_file", "admin.own_template_file"),
    *("admin.download_statement", "admin.band_table", "admin.person_link_slips"),
    *("admin.publishing_specimen", "admin.person_links_file"),  # readers' pages, with tests of their own
    "admin.preview_ballot",  # a voter's page, with tests of its own
    "admin.session_left",  # asked by the script; test_office_session.py
    "admin.link",  # looked at on the first way in
    # test_office_passkeys.py looks at them: an address that has passkeys, and an account that has some
    *("admin.second_step", "admin.add_passkey", "admin.remove_passkey"),
    *("admin.paper_crop", "admin.download_matrix"),  # a picture, a file
    "admin.setup_template",
    *("admin.turns_page", "admin.turns_news"),  # test_voter_turns.py
    "admin.begin_directly",  # test_assessment_pages.py
}


def faulty() -> dict[str, object]:
    """Return a definition with faults on every page of the set-up."""
    document = full() | {"campaign": full()["campaign"] | {"code": FAULTY, "title": "", "closes_at": "soon"}}
    for place, value in {
        "groups[0].weight": "x",
        "scales[0].grades[1].points": "",
        "rates[0].grades": [],
        "sections[0].criteria[0].label": "",
        "ratees[1].section": "gone",
        "quotas[0].at_most": "many",
        "questions[0].options": [],
        "results.minimum_cell": 1,
    }.items():
        document = changed(place, value, document)
    return document


def decided(app: Flask, code: str, signatures: int) -> None:
    """Run a campaign to its count, and sign that by none, one or two."""
    definition = example("town-annual")
    definition["campaign"] |= {"code": code, "title": f"{code}年度领导班子和领导干部民主测评"}
    for group in definition["groups"]:
        group["issue"] = 7
    running = running_campaign(app, definition)
    with transaction(write=True) as session:
        for group in running.codes:
            campaign_rows.set_present(session, find_campaign(session, code), group, 7)
    lines = running.definition.lines_of
    for group, codes in running.codes.items():
        for place, one in enumerate(codes[:6]):
            line = lines[group][0]
            cast(app, one, {line.name: line.scale.grades[place % 2].key})
    close(app, code)
    count(app, code)
    with transaction(write=True) as session:
        texts = [
            WrittenText("comment", "section:team", text) for text in ("第一条意见", "第二条\n两行", "第三条")
        ]
        count_rows.add_texts(session, find_campaign(session, code), texts)
    for part, name in list(zip(("teller", "scrutineer"), SIGNERS, strict=True))[:signatures]:
        account = an_account("scrutineer", "", name)
        with transaction(write=True) as session:
            certifying.sign(session, code, account, part, BY)


@pytest.fixture
def office(app: Flask) -> dict[str, list[str]]:
    """Campaigns in every state; the pages to look at, by whom."""
    owner = an_account("owner", "县委组织部", "王主任")
    with transaction(write=True) as session:
        drafts.create(session, full(), "", BY)
        drafts.create(session, faulty(), "", BY)
        tried = trial.begin(session, "full-2026", BY).code
    armed_campaign(app, a_definition(campaign={"code": "small", "title": "小型测评", "organiser": "考核组"}))
    with transaction(write=True) as session:
        trial.begin(session, "small", BY)
    asked = ask(owner, {"A": 5000}).key
    running_campaign(app, EXAMPLES / "town-annual.toml")
    for code, signatures in (("counted", 1), ("certified", 2), ("published", 2)):
        decided(app, code, signatures)
    procedure.shred("published", settings().keys, BY, ["张三", "李四"])
    with transaction(write=True) as session:
        chosen = Chosen(Publication.PERSON, None, Personal(now() + timedelta(days=30)))
        publishing.publish_edition(session, "published", chosen, BY)
        text, *_ = comments.queue(session, "counted", comments.Moderation.WAITING).texts
        large = find_export("results.pdf")
        assert large is not None
        campaign = find_campaign(session, "certified")
        exported = export_jobs.ask(session, jobs.new_key(), campaign, large, owner, now()).key
    counted(app, ["张三", "小张"])
    tellers = [an_account("scrutineer", "", name) for name in (SIGNERS[1], "监票人丙", "监票人丁")]
    take_part(*tellers)
    paper = on_paper(app)
    seated_year()
    setup = [f"/admin/c/{FAULTY}/setup/{page}" for page in (*SUBJECTS, "check", "definition")]
    setup += [
        f"/admin/c/full-2026/setup/{page}" for page in ("basics", "ratees", "check", "roster", "statements")
    ]
    ways = {
        "full-2026": ("", "/arm", "/codes", "/trial", "/preview", "/setup/ratees/0", "/setup/mutual"),
        "small": ("/arm", "/setup/sections", "/trial", "/disarm", "/key"),
        "town-annual": ("", "/codes", "/comments", "/screen", "/wording"),
        tried: ("", "/setup/groups"),
        "counted": ("", "/count", "/comments", f"/comments/{text.key}", "/sign", "/resets"),
        "certified": ("", "/shred", "/sign", "/documents", *beside("certified")),
        "published": (
            "",
            "/count",
            "/shred",
            "/protocol",
            "/certificate",
            "/publish",
            "/publish/links",
            PREVIEW,
        ),
    }
    return {
        "owner": [
            *("/admin/", "/admin/new", "/admin/new/form/annual", "/admin/new/copy/full-2026", "/admin/log"),
            *("/admin/log?campaign=published", "/admin/log/check", "/admin/me", "/admin/me/password"),
            *("/admin/me/second-factor", "/admin/me/recovery-codes", "/admin/people", "/admin/people/1"),
            *("/admin/watching", "/admin/accounts"),
            *setup,
            *paper,
            *by_message(app),
            *("/admin/new-assessment", "/admin/a"),
            *(f"/admin/c/{code}{way}" for code, these in ways.items() for way in these),
            f"/admin/c/{FAULTY}/preview",
            "/admin/c/nominate/names",
            f"/admin/c/nominate/names/tellers/{tellers[2].id}",
            f"/admin/jobs/{asked}",
            f"/admin/exports/{exported}",
            "/admin/templates",
            "/admin/c/nowhere",
        ],
        "scrutineer": [
            "/admin/",
            "/admin/c/counted",
            "/admin/c/counted/sign",
            "/admin/c/full-2026/arm",
            "/admin/c/nominate/names",
        ],
        "nobody": ["/admin/login"],
    }


def by_message(app: Flask) -> Iterator[str]:
    """Campaigns by text message, listed and under way, and their channel; the pages to look at."""
    provider = attached(app)
    listed = an_sms_definition("listed-sms")
    listed["sms"]["extension"] = "1"
    listed_campaign(app, 5, listed)
    open_sms(app, 60)
    queued("hotline", only=40)
    provider.answers = [Unknown("cut off"), Refused("no")]
    send_all(provider)
    for code in ("listed-sms", "hotline"):
        yield from (f"/admin/c/{code}{way}" for way in ("", "/sms", "/sms/text?price=0.045", "/sms/sending"))
    yield "/admin/sms-channels"


def on_paper(app: Flask) -> list[str]:
    """Campaigns that are voted in on paper, from the draft to collecting; the pages to look at."""
    found = []
    for code, ways in {
        "print-it": ("", "/guide"),
        "vote-it": ("", "/collect"),
        "scan-it": ("", "/review", "/joint", "/text"),
    }.items():
        campaign = {"code": code, "title": f"{code}年度民主测评", "organiser": "考核组"}
        definition = a_definition(
            campaign=campaign, paper={"texts": "typed"}, results={"small_groups": "show"}
        )
        if code == "print-it":
            armed_campaign(app, definition)
        else:
            running_campaign(app, definition, 6)
        found += [f"/admin/c/{code}/paper{way}" for way in ways]
    write_paper_key(paper_key_path(settings().keys, "scan-it"), new_paper_key("scan-it"))
    collect(app, "scan-it")
    return [*found, "/admin/c/scan-it"]


def beside(code: str) -> tuple[str, ...]:
    """Put some decisions on record, and return the pages that show them and compare."""
    for kind, subject, typed in (
        (EntryKind.QUOTA, "cadre-form", {"band": "优秀", "limit": "25%", "basis": "年度考核通知"}),
        (EntryKind.CAPS, "cadre-form", {"each": "2", "total": "3", "basis": "考核办法"}),
        (EntryKind.POINTS, "c1", DECIDED | {"points": "1.5", "reason": "通报表扬", "approver": "考核委员会"}),
        (EntryKind.BAND, "c2", DECIDED | {"band": "优秀", "committee": "党组", "reason": "误录"}),
        (EntryKind.VETO, "c1", DECIDED | {"band": "不称职", "committee": "党组", "grounds": "违纪"}),
    ):
        with transaction(write=True) as session:
            decisions.record(session, code, kind, subject, typed, BY)
    with transaction(write=True) as session:
        decisions.take_back(session, code, 4, "记错了人", BY)
    entries = [f"/decisions/{way}" for way in ("quota/cadre-form", "points/c1", "veto/c2", "take-back/1")]
    ways = ("/compare", "/compare?with=counted", "/compare?with=counted&section=cadre-form&criterion=ji")
    table = "/section-decisions/cadre-form"
    return ("/results", "/results/p/c1?with=counted", "/decisions", table, *entries, *ways)


def takes_focus(page: Page, selector: str) -> bool:
    """Tell whether the keyboard reaches an element: axe takes all within a disabled fieldset for disabled."""
    return bool(
        page.locator(selector).evaluate("one => { one.focus(); return document.activeElement === one }")
    )


def found(page: Page, rules: dict[str, object]) -> list[tuple[str, str]]:
    """List what axe finds, but for what is in frames, and sideways scrolling."""
    seen = violations(page, rules | {"iframes": False})
    wrong = [
        (one["id"], node["html"][:300])
        for one in seen
        for node in one["nodes"]
        if one["id"] != "scrollable-region-focusable" or not takes_focus(page, node["target"][0])
    ]
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        wrong.append(("scrolls sideways", ""))
    return wrong


def looked_at(page: Page, night_first: bool = False) -> list[tuple[str, tuple[str, str]]]:
    """List what is wrong with a page that is there, on a desk by day and on a phone by night.

    :param night_first: the tab still is a phone by night, and need not be made one once more
    """
    wrong = [("Enter", one) for one in wrong_defaults(page)]
    page.evaluate("document.querySelectorAll('main details').forEach(one => { one.open = true })")
    for look in (1, 0) if night_first else (0, 1):
        size, scheme = DAY_AND_NIGHT[look]
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": size[0], "height": size[1]})
        wrong += [(scheme, one) for one in found(page, (RULES, DARK)[look])]
    return wrong


def chosen_by_typing(page: Page) -> bool:
    """Tell whether whoever types whom a wording means has chosen so: on the page of names, where none is."""
    person = page.locator(".person").first
    assert not person.locator("[type=radio]").is_checked()
    person.locator("[name^='name.']").press_sequentially("张")
    return person.locator("[type=radio]").is_checked()


def test_every_page_is_clean(
    app: Flask, server: str, office: dict[str, list[str]], open_page: OpenPage
) -> None:
    seen: dict[str, object] = {}
    for role, paths in office.items():
        page = open_page()
        if role != "nobody":
            account = (
                an_account("owner", "县委组织部", "王主任")
                if role == "owner"
                else an_account(role, "", SIGNERS[1])
            )
            page.context.add_cookies([cookie_of(app, account)])
        for number, path in enumerate(paths):
            page.goto(server + path)
            seen[f"{role} {path}"] = looked_at(page, night_first=number % 2 == 1)
        if role == "scrutineer":
            assert chosen_by_typing(page)
    addresses = app.url_map.bind("127.0.0.1")
    reached = {addresses.match(path.partition(" ")[2].partition("?")[0])[0] for path in seen}
    # Pages of an assessment: test_assessment_pages.py.
    rules = [rule for rule in app.url_map.iter_rules() if CODE_PART not in rule.arguments]
    pages = {rule.endpoint for rule in rules if "GET" in (rule.methods or ())}
    assert {page for page in pages if page.startswith("admin.")} - NO_PAGES == reached
    assert {path: wrong for path, wrong in seen.items() if wrong} == {}
