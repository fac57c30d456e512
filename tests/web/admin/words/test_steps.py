"""The stages of a campaign and what comes next, in words."""

import re
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from survey.domain.accounts.roles import Role
from survey.domain.definition.campaign import Publication, State
from survey.services.campaigns.step_checks import Check, NextAct, Severity
from survey.web.admin.words import steps
from tests.builders import ROOT, built
from tests.domain.definition.test_campaign import CAMPAIGN as ON_PAPER
from tests.web.spoken import is_said

CAMPAIGN = replace(ON_PAPER, definition=replace(ON_PAPER.definition, paper=None))
AT = datetime.fromisoformat("2026-11-22T12:00:00+08:00")
ZONE = "Asia/Shanghai"
HEAD = {"code": "small", "title": "小型测评", "organiser": "考核组"}
FACTS: dict[str, Any] = {
    "when": AT,
    "number": 3,
    "done": 2,
    "names": "X",
    "least": 5,
    "ratees": 7,
    "groups": 2,
    "ready": 1,
    "needed": 2,
    "questions": 4,
    "urn": 5,
}
LOG = [(act, AT) for act in ("load", "arm", "open", "close", "count", "certify")]


@pytest.mark.parametrize("key", list(steps._CHECKS))
def test_every_check_is_a_whole_sentence(language: str, key: str) -> None:
    assert is_said(steps.sentence(Check(key, Severity.DONE, FACTS), ZONE), language)


def test_every_check_that_the_service_makes_has_its_sentence() -> None:
    source = (ROOT / "survey/services/campaigns/step_checks.py").read_text()
    made = set(re.findall(r'"([a-z]+(?:-[a-z]+)*)"', source))
    assert set(steps._CHECKS) <= made


def test_moments_are_written_in_the_time_zone(chinese: None) -> None:
    said = steps.sentence(Check("starts-by-the-clock", Severity.DONE, {"when": AT}), "UTC")
    assert "2026 年 11 月 22 日 04:00" in said


def test_a_check_that_can_be_mended_leads_to_its_page(language: str) -> None:
    for key in steps._LINKS:
        found = next(found for role in Role if (found := steps.link(Check(key, Severity.DONE), role)))
        assert is_said(found[0], language)
        assert not found[1].startswith("/")
    assert set(steps._LINKS) <= set(steps._CHECKS)
    assert steps.link(Check("shaken", Severity.DONE), Role.OWNER) is None


@pytest.mark.parametrize(
    ("key", "roles"),
    [
        ("untried", {Role.ORGANISER, Role.OWNER}),
        ("no-signers", {Role.OWNER}),
        ("no-second-factors", {Role.SCRUTINEER}),
        ("reset-unconfirmed", set(Role) - {Role.MEMBER}),
    ],
)
def test_a_check_leads_only_those_who_can_mend_it(chinese: None, key: str, roles: set[Role]) -> None:
    assert {role for role in Role if steps.link(Check(key, Severity.DONE), role)} == roles


def test_pages_of_acts_are_of_acts_that_have_a_title(language: str) -> None:
    assert set(steps.PLACES) <= set(steps.TITLES) == set(NextAct)
    assert all(is_said(str(title), language) for title in steps.TITLES.values())


def test_signing_has_the_name_of_those_who_sign(chinese: None) -> None:
    one, two = built(campaign=HEAD | {"signatures": 1}), built(campaign=HEAD)
    assert steps.title_of(NextAct.SIGN, two) == "计票人、监票人签字"
    assert steps.title_of(NextAct.SIGN, one) == "监票人签字"
    assert steps.title_of(NextAct.CLOSE, one) == steps.title_of(NextAct.CLOSE, two)


def line(state: State, **changes: Any) -> list[tuple[str, str, str]]:
    campaign = replace(CAMPAIGN, state=state, **changes)
    return [(stage.word, stage.since, stage.place) for stage in steps.stages(campaign, LOG)]


def test_a_new_draft_is_at_its_first_stage(chinese: None) -> None:
    campaign = replace(CAMPAIGN, state=State.DRAFT)
    found = steps.stages(campaign, [])
    assert [stage.place for stage in found] == ["now", "", "", "", "", "", ""]
    assert [stage.since for stage in found] == [""] * 7
    assert [stage.word for stage in found] == [
        *("准备", "就绪", "投票中", "已结束", "已计票", "已确认", "已公布"),
    ]


@pytest.mark.parametrize(
    ("state", "done"),
    [
        (State.ARMED, 1),
        (State.OPEN, 2),
        (State.CLOSED, 3),
        (State.COUNTED, 4),
        (State.CERTIFIED, 5),
        (State.SHREDDING, 5),
        (State.SHREDDED, 5),
    ],
)
def test_what_lies_behind_and_where_it_stands(chinese: None, state: State, done: int) -> None:
    """What is shredded stands where it was signed: the count is the same."""
    assert [place for _, _, place in line(state)] == ["done"] * done + ["now"] + [""] * (6 - done)


def test_collecting_is_a_stage_where_there_is_paper(chinese: None) -> None:
    log = [*LOG[:3], ("collect", AT.replace(day=23))]
    for collecting, place in ((False, 2), (True, 3)):
        campaign = replace(ON_PAPER, state=State.OPEN, collecting=collecting)
        found = steps.stages(campaign, log[: place + 1])
        assert [stage.word for stage in found[2:5]] == ["投票中", "收票", "已结束"]
        assert [stage.place for stage in found] == ["done"] * place + ["now"] + [""] * (7 - place)
    assert found[3].since == "11 月 23 日 12:00"
    closed = steps.stages(replace(ON_PAPER, state=State.CLOSED, collecting=True), LOG)
    assert [stage.place for stage in closed[3:5]] == ["done", "now"]


def test_a_stage_says_when_it_began(chinese: None) -> None:
    assert line(State.CERTIFIED)[0] == ("准备", "11 月 22 日 12:00", "done")


def test_the_first_count_is_the_one_that_counts_and_the_last_publication(chinese: None) -> None:
    later = AT.replace(day=23)
    log = [*LOG, ("count", later), ("publish", AT), ("publish", later)]
    campaign = replace(CAMPAIGN, state=State.CERTIFIED, publication=Publication.PUBLIC)
    found = steps.stages(campaign, log)
    assert found[4].since == "11 月 22 日 12:00"
    assert (found[-1].since, found[-1].place) == ("11 月 23 日 12:00", "now")
    assert [stage.place for stage in found[:-1]] == ["done"] * 6


def test_what_was_withdrawn_is_not_published(chinese: None) -> None:
    campaign = replace(CAMPAIGN, state=State.CERTIFIED, publication=Publication.WITHDRAWN)
    found = steps.stages(campaign, [*LOG, ("publish", AT)])
    assert (found[-1].since, found[-1].place) == ("", "")


def test_a_trial_is_never_published(chinese: None) -> None:
    assert len(line(State.CERTIFIED, trial_of="other")) == 6
