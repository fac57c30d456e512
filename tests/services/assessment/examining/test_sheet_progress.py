"""How far a sheet has come, and what each scorer is asked."""

import pytest
from flask import Flask

from survey.config import Settings
from survey.domain.assessment.seats import SeatPart
from survey.domain.errors import UnknownYearRecord
from survey.services.assessment.examining import sheet_progress
from survey.storage.database import transaction

from .scored_sheets import (
    ORDER,
    account_of,
    hand_in,
    named,
    progress,
    seat,
    sheets_year,
    take_off,
    year,
)


@pytest.mark.usefixtures("app")
def test_nobody_scores_the_own_unit_whenever_the_seat_was_given() -> None:
    sheets_year()
    seat("县长", SeatPart.REPORTER, "t2")
    named()
    seat("书记", SeatPart.APPROVER, "t1")
    assert {one.scorer.name: one.units for one in progress().scorers} == {
        "书记": ("t2", "t3"),
        "县长": ("t1", "t3"),
        "副县长": ("t1", "t2", "t3"),
    }


def test_who_is_taken_off_and_named_again_fills_in_anew(app: Flask, settings: Settings) -> None:
    del app
    sheets_year()
    named()
    hand_in(settings.keys, "书记")
    assert [one.scorer.name for one in progress().handed_in] == ["书记"]
    take_off("书记")
    named("书记")
    assert progress().handed_in == []


@pytest.mark.usefixtures("app")
def test_the_sheets_that_one_scores_on() -> None:
    sheets_year()
    named("书记")
    named("书记", "县长", sheet=ORDER)
    with transaction() as session:
        found = {
            name: [one.sheet.key for one, _ in sheet_progress.own_sheets(session, year(), account_of(name))]
            for name in ("书记", "县长", "副县长")
        }
    assert found == {"书记": ["heads", "order"], "县长": ["order"], "副县长": []}
    with pytest.raises(UnknownYearRecord):
        progress().of(account_of("县长"))
