"""Scorers named by the office and taken off again; who has handed in."""

import pytest
from flask import Flask

from survey.config import Settings
from survey.domain.assessment.examining.year_record import YearRecordKind
from survey.domain.assessment.facts import Stage
from survey.domain.assessment.seats import SeatPart
from survey.domain.errors import BadYearRecord, ReasonMissing, UnknownYearRecord, WrongStage
from survey.services.assessment.examining import sheet_scorers
from survey.services.assessment.examining.year_records import records_of
from survey.storage.accounts import account_rows
from survey.storage.database import transaction
from tests.builders import BY

from .scored_sheets import (
    CODE,
    HEADS,
    SCORERS,
    account_of,
    hand_in,
    named,
    open_sheet,
    progress,
    seat,
    sheets_year,
    take_off,
    typed,
    year,
)


def names() -> list[str]:
    return [one.scorer.name for one in progress().scorers]


def offered() -> list[str]:
    with transaction() as session:
        return [one.account.name for one in sheet_scorers.offered_scorers(session, year(), progress())]


@pytest.mark.usefixtures("app")
def test_scorers_are_named_once_with_their_units() -> None:
    sheets_year()
    assert sorted(offered()) == sorted(SCORERS)
    assert named("书记") == 1
    assert named("书记", choice="reached") == 0
    assert named("县长", choice="reached") == 1
    assert {one.scorer.name: one.units for one in progress().scorers} == {
        "书记": ("t1", "t2", "t3"),
        "县长": ("t1",),
    }
    assert offered() == ["副县长"]
    assert len(records("scorers")) == 2


def records(kind: str) -> list[object]:
    with transaction() as session:
        return list(records_of(session, year(), YearRecordKind(kind)))


@pytest.mark.usefixtures("app")
def test_who_cannot_score_is_told_and_nobody_is_named() -> None:
    sheets_year()
    reporter = seat("填报的人", SeatPart.REPORTER, "t1")
    seat("镇长", SeatPart.LEADER, "t1")
    seat("镇长", SeatPart.REPORTER, "t1")
    own = account_of("镇长")
    chosen = {
        account_of("书记"): "all",
        reporter: "all",
        999: "all",
        own: "reached",
        account_of("县长"): "none",
    }
    with pytest.raises(BadYearRecord) as refused, transaction(write=True) as session:
        sheet_scorers.name_scorers(session, CODE, HEADS, chosen, BY)
    assert refused.value.faults == {
        str(reporter): "unknown",
        "999": "unknown",
        str(own): "missing",
        str(account_of("县长")): "missing",
    }
    assert names() == []


@pytest.mark.usefixtures("app")
def test_a_disabled_account_is_not_offered() -> None:
    sheets_year()
    with transaction(write=True) as session:
        account_rows.set_disabled(session, account_of("书记"), disabled=True)
    assert "书记" not in offered()


@pytest.mark.usefixtures("app")
def test_taking_off_wants_a_reason_and_is_done_once() -> None:
    sheets_year()
    named()
    with pytest.raises(ReasonMissing):
        take_off("书记", " \x00 ")
    assert take_off("书记")
    assert not take_off("书记")
    assert names() == ["县长", "副县长"]
    assert progress().taken_off == ({"name": "书记", "reason": "调离"},)
    assert len(records("scorers")) == 2


def test_nobody_is_named_or_taken_off_once_the_sheet_is_opened(app: Flask, settings: Settings) -> None:
    del app
    sheets_year()
    named()
    for name in ("书记", "县长"):
        hand_in(settings.keys, name, typed())
    open_sheet(settings.keys, "年前要定")
    for act in (lambda: named("副县长"), lambda: take_off("书记")):
        with pytest.raises(BadYearRecord, match="opened"):
            act()


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("stage", [Stage.DECIDED, Stage.CLOSED])
def test_too_late(stage: Stage) -> None:
    sheets_year(stage)
    with pytest.raises(WrongStage):
        named()


@pytest.mark.usefixtures("app")
def test_a_sheet_that_there_is_none_of() -> None:
    sheets_year()
    with pytest.raises(UnknownYearRecord):
        named(sheet="none")
