"""All routes × seats: nobody reaches another's page, file or number. Later routes are walked too."""

import re
import zipfile
from collections.abc import Iterable, Iterator
from io import BytesIO
from itertools import product

import pypdfium2
import pytest
from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from survey.domain.accounts.roles import Permission, roles_with
from survey.domain.assessment.seats import GIVEN, SeatAct, may_act
from survey.storage.accounts.account_rows import list_accounts
from survey.storage.database import transaction
from survey.web.admin.assessment.seat_guard import CODE as CODE_PART
from survey.web.admin.assessment.seat_guard import INDICATOR, UNIT, declared_act, seat_access
from survey.web.security import access, declared_access
from tests.services.assessment.sample_taken import everything

from .seated_year import (
    BY_ROLE,
    CODE,
    EVERYBODY,
    INDICATORS,
    OTHER,
    PERIODS,
    SEALED,
    SEALED_BY,
    SEATS,
    SHEET,
    UNITS,
    browser_of,
    number,
    seated_year,
    seats_held,
)

VALUES = {
    UNIT: UNITS,
    INDICATOR: INDICATORS,
    "part": ("reporter", "leader"),
    "kind": ("xlsx", "pdf"),
    "period": PERIODS,
    "number": ("1",),
    "sheet_key": (SHEET,),
    "setup_part": ("basics", "units"),
    "row_key": ("t1",),
    "paper": ("bulletin", "proposal", "score-sheets"),
    "job_key": ("0" * 32,),
}
"""What the parts of addresses are tried with, beside the assessment's code: a new one gets a line here."""
WITHOUT_CODE = {"admin.list_assessments"}
"""Pages below /admin/a that are about no one assessment."""
NAMED = tuple(
    name
    for unit in ("t2", "t3")
    for name in (unit, *(f"{unit}{dot}{key}" for dot in "./-_:" for key in INDICATORS))
)
"""Fields that a form could have for a number of another unit."""
FORM = dict.fromkeys(NAMED, "5") | {
    **{f"{field}.{name}": "0" for field in ("value", "revision", "reason", "note") for name in NAMED},
    **dict.fromkeys((UNIT, "unit", "units", "key", "keys"), "t2"),
    **dict.fromkeys((INDICATOR, "indicator"), "retail"),
    **dict.fromkeys(("value", "number", "points", "found", "group", "act"), "5"),
    **dict.fromkeys(("account", "reason", "note", "text"), "x"),
    "period": PERIODS[1],
}
"""What a form may say of another unit than one's own."""
SESSIONS = {"audit_log", "sessions", "known_devices", "login_links", "accounts", "seats"}
"""What may change while one walks; seats are the office's own."""


def rules(app: Flask) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if CODE_PART in rule.arguments and is_office(rule)]


def is_office(rule: Rule) -> bool:
    return rule.endpoint.startswith("admin.")


def addresses(rule: Rule, code: str) -> Iterator[tuple[str, dict[str, str]]]:
    """List the addresses of a rule with what each names; as PDF, which takes a second, one of its files."""
    names = sorted(rule.arguments - {CODE_PART})
    for given in product(*(VALUES[name] for name in names)):
        named = dict(zip(names, given, strict=True)) | {CODE_PART: code}
        if named.get("kind") == "pdf" and not is_first(named, but=("kind",)):
            continue
        yield re.sub(r"<(?:\w+(?:\([^)]*\))?:)?(\w+)>", lambda part: named[part[1]], rule.rule), named  # noqa: B023


def one_of_each_unit(rule: Rule, code: str) -> Iterator[tuple[str, dict[str, str]]]:
    """List an address of a rule for each unit: what differs by seat and rule alone differs in these."""
    return (one for one in addresses(rule, code) if is_first(one[1], but=(UNIT,)))


def is_first(named: dict[str, str], but: tuple[str, ...]) -> bool:
    """Return whether all parts of an address but some are what is tried first."""
    return all(value == VALUES[name][0] for name, value in named.items() if name not in (CODE_PART, *but))


def methods(rule: Rule) -> list[str]:
    return sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})


def calls(app: Flask) -> list[tuple[Rule, str]]:
    """List every page of an assessment with each of its methods."""
    return [(rule, method) for rule in rules(app) for method in methods(rule)]


def one_of_each_act(app: Flask) -> Iterable[tuple[Rule, str]]:
    """List one page for each act and method that pages declare."""
    return {
        (declared_act(app, rule.endpoint), method): (rule, method) for rule, method in calls(app)
    }.values()


def said(answer: TestResponse) -> str:
    """Return all text of an answer, also of a file: what stands in it, digits without what divides them."""
    content = answer.data
    if content.startswith(b"PK"):
        with zipfile.ZipFile(BytesIO(content)) as package:
            content = b"\n".join(package.read(name) for name in package.namelist())
    elif content.startswith(b"%PDF"):
        with pypdfium2.PdfDocument(content) as pdf:
            content = "\n".join(page.get_textpage().get_text_range() for page in pdf).encode()
    return re.sub(r"(?<=\d)[,\s\u2009\u202f](?=\d{3})", "", content.decode("utf-8", "replace"))


def foreign(who: str) -> dict[str, str]:
    """Return the numbers that somebody must not see, each with whose it is."""
    held = seats_held(who)
    sealed = {} if who == SEALED_BY else {str(SEALED): "a sheet that is sealed"}
    return sealed | {
        str(number(unit, key, period)): f"{unit} {key} {period}"
        for unit in UNITS
        for key in INDICATORS
        for period in PERIODS
        if not may_act(held, SeatAct.SEE_NUMBERS, unit, key)
        and not may_act(held, SeatAct.SEE_SCORES, unit, key)
    }


@pytest.fixture
def walked(app: Flask) -> Flask:
    app.config["WTF_CSRF_ENABLED"] = False
    seated_year()
    return app


def test_every_page_of_an_assessment_declares_its_act(app: Flask) -> None:
    found = rules(app)
    assert len(found) > 5
    for rule in found:
        assert isinstance(declared_act(app, rule.endpoint), SeatAct), rule
        assert rule.arguments - {CODE_PART} <= set(VALUES), f"give {rule} its values in VALUES"
        assert rule.rule.startswith(f"/admin/a/<{CODE_PART}>"), rule
    for rule in app.url_map.iter_rules():
        below = rule.rule == "/admin/a" or rule.rule.startswith("/admin/a/")
        if below and CODE_PART not in rule.arguments:
            assert rule.endpoint in WITHOUT_CODE, rule
            assert declared_access(app, rule.endpoint) in (
                roles_with(Permission.HOLD_SEATS),
                roles_with(Permission.ASSESS),
            )


@pytest.mark.parametrize("who", EVERYBODY)
def test_nobody_reaches_another_s_page_file_or_number(walked: Flask, who: str) -> None:
    assert bool(walk(walked, who)) is bool(seats_held(who))


def walk(walked: Flask, who: str, *only: str) -> set[str]:
    """Call every page of the year as somebody, or ``only`` some; return the endpoints that were reached."""
    browser, held, hidden = browser_of(walked, who), seats_held(who), foreign(who)
    reached, none = set(), main_of(browser.get("/admin/a/nothing"))
    for rule in rules(walked):
        if only and rule.endpoint not in only:
            continue
        act = declared_act(walked, rule.endpoint)
        assert act is not None
        for path, named in addresses(rule, CODE):
            allowed = may_act(held, act, named.get(UNIT), named.get(INDICATOR))
            # Seats are of units and indicators, for who has any: nothing else that is asked gives one.
            if not allowed and not is_first(named, but=(UNIT, INDICATOR) if held else ()):
                continue
            for method in methods(rule):
                answer = browser.open(path, method=method)
                text = said(answer)
                if allowed:
                    assert answer.status_code not in (401, 403), (who, method, path)
                    assert answer.status_code < 500, (who, method, path)
                    reached |= {rule.endpoint} if answer.status_code != 404 else set()
                else:
                    assert answer.status_code == 404, (who, method, path)
                    assert main_of(answer) == none, (who, path)
                shown = {whose for digits, whose in hidden.items() if digits in text}
                assert not shown, f"{who} sees numbers of {shown} at {path}"
    return reached


@pytest.mark.parametrize("who", [who for who in EVERYBODY if who != "owner"])
def test_another_office_s_year_is_as_good_as_none(walked: Flask, who: str) -> None:
    browser = browser_of(walked, who)
    own = who in ("organiser of another unit", "member of another year")
    code = CODE if own else OTHER
    none = main_of(browser.get("/admin/a/nothing"))
    # What somebody may depends on the act that a page declares: every page is called by whoever has most in
    # one year or the other, and one of each act by everybody.
    every = who in ("office", "organiser of another unit")
    for rule, method in calls(walked) if every else one_of_each_act(walked):
        # That no year is said alike everywhere is looked at once.
        for one in (code, "nothing") if who == "office" else (code,):
            path = next(addresses(rule, one))[0]
            answer = browser.open(path, method=method)
            assert answer.status_code == 404, (who, method, path)
            assert main_of(answer) == none, (who, path)
    listed = browser.get("/admin/a").text
    assert f"/admin/a/{code}" not in listed


def main_of(answer: TestResponse) -> str:
    """Return what a page says, without what the act before it has to say once."""
    said = re.sub(r'<p class="notice[^>]*>[^<]*</p>', "", answer.text.partition("<main")[2])
    return " ".join(said.split())


@pytest.mark.parametrize("who", ["reporter", "approver", "group", "leader of a unit"])
def test_a_form_that_names_another_unit_changes_nothing_of_it(walked: Flask, who: str) -> None:
    browser, before = browser_of(walked, who), rows_of_others()
    for rule in rules(walked):
        if "POST" in (rule.methods or ()):
            for path, _ in addresses(rule, CODE):
                assert browser.post(path, data=FORM).status_code < 500, path
    assert rows_of_others() == before


def rows_of_others() -> dict[str, list[str]]:
    """Return the rows that name another unit than one's own, by table."""
    return {
        table: [row for row in found if "'t2'" in row or "'t3'" in row]
        for table, found in everything().items()
        if table not in SESSIONS
    }


WITH_LEAK = ("admin.leak", "admin.standing")
"""A page that shows what it must not, and one that does not."""


def leak(assessment_code: str) -> str:
    """Show all numbers of a year, asking for none of them: what no page must do."""
    return f"{assessment_code} " + " ".join(
        f"{number(*task, PERIODS[0]):,}" for task in product(UNITS, INDICATORS)
    )


def test_the_walk_finds_a_page_that_shows_another_s_number(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    app.add_url_rule(f"/admin/a/<{CODE_PART}>/leak", "admin.leak", seat_access(SeatAct.SEE_NUMBERS)(leak))
    seated_year()
    for who in ("reporter", "lead", "leader of an indicator"):
        with pytest.raises(AssertionError, match="sees numbers of"):
            walk(app, who, *WITH_LEAK)
    assert walk(app, "office", *WITH_LEAK) == set(WITH_LEAK)
    assert "admin.leak" not in walk(app, "reader", *WITH_LEAK)


def test_a_page_that_declares_no_act_is_nobody_s(app: Flask) -> None:
    app.add_url_rule(
        f"/admin/a/<{CODE_PART}>/leak", "admin.leak", access(Permission.HOLD_SEATS)(lambda **_: "")
    )
    seated_year()
    assert browser_of(app, "owner").get(f"/admin/a/{CODE}/leak").status_code == 404
    with pytest.raises(AssertionError):
        test_every_page_of_an_assessment_declares_its_act(app)


def test_nobody_is_left_out(walked: Flask) -> None:
    with transaction() as session:
        known = {account.name for account in list_accounts(session)}
    assert known >= {asked.account for asked in SEATS.values()}
    assert {asked.part for asked in SEATS.values()} == set(GIVEN)
    assert len(EVERYBODY) == len(SEATS) + len(BY_ROLE)
