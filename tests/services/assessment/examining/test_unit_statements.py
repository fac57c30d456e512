"""Statements on record: handed in once, returned with a reason, handed in anew."""

from datetime import date

import pytest
from flask import Flask

from survey.domain.assessment.examining.statement import StatementState, UnitStatement
from survey.domain.assessment.facts import Stage
from survey.domain.errors import BadYearRecord, ChangedMeanwhile, UnknownUnit, UnknownYearRecord, WrongStage
from survey.services.assessment.examining import unit_statements
from survey.services.assessment.examining.unit_statements import WRITING
from tests.builders import BY
from tests.services.assessment.scored_year import YEAR

from .year_at_end import at_end, give_back, hand_in, read, stage_is, written, year


def found(unit: str = "t1") -> UnitStatement:
    every = read(lambda session: unit_statements.statements(session, year()))
    one = read(lambda session: unit_statements.statement_of(session, year(), unit))
    assert every[unit] == one
    return one


def test_the_whole_way(each_app: Flask) -> None:
    at_end()
    draft = hand_in(hand_in=False, first_text="")
    assert found().state is StatementState.DRAFT
    given = hand_in(seen=draft)
    assert hand_in(seen=draft) == given
    returned = give_back(given)
    assert give_back(given) == returned
    assert (found().state, found().reason) == (StatementState.RETURNED, "数字不对")
    again = hand_in(seen=returned, first_text="改好了")
    assert (found().state, found().number, found().parts[0].text) == (
        StatementState.HANDED_IN,
        again,
        "改好了",
    )
    assert found("t2").state is StatementState.NONE


def test_the_same_text_can_be_handed_in_again_once_it_was_returned(each_app: Flask) -> None:
    at_end()
    given = hand_in()
    returned = give_back(given)
    assert hand_in(seen=returned) > returned
    assert found().is_in


def test_handed_in_is_handed_in(each_app: Flask) -> None:
    at_end()
    given = hand_in()
    for again in (True, False):
        with pytest.raises(ChangedMeanwhile):
            hand_in(seen=given, hand_in=again, first_text="偷偷改")
    assert found().number == given


def test_two_drafts_at_once(each_app: Flask) -> None:
    at_end()
    draft = hand_in(hand_in=False)
    with pytest.raises(ChangedMeanwhile):
        hand_in(hand_in=False, first_text="同时写的")
    assert found().number == draft


def test_an_empty_part_is_not_handed_in(app: Flask) -> None:
    at_end()
    with pytest.raises(BadYearRecord):
        hand_in(lacking_text="")
    with pytest.raises(UnknownUnit):
        hand_in("t9")
    assert found().number == 0


def test_returning_wants_a_reason_and_something_to_return(app: Flask) -> None:
    at_end()
    with pytest.raises(UnknownYearRecord):
        give_back(0)
    given = hand_in()
    with pytest.raises(BadYearRecord):
        give_back(given, reason=" ")
    with pytest.raises(ChangedMeanwhile):
        give_back(given - 1)
    give_back(given)
    with pytest.raises(ChangedMeanwhile):
        give_back(given, reason="又一个原因")


@pytest.mark.parametrize("stage", sorted(set(Stage) - set(WRITING)))
def test_not_in_every_stage(app: Flask, stage: Stage) -> None:
    at_end()
    given = hand_in()
    stage_is(stage)
    with pytest.raises(WrongStage):
        hand_in("t2")
    with pytest.raises(WrongStage):
        give_back(given)
    with pytest.raises(WrongStage):
        due("2026-12-20")


def due(day: str) -> date:
    return written(lambda session: unit_statements.set_deadline(session, YEAR, {"day": day}, BY))


def test_a_deadline_that_holds_until_another_one(each_app: Flask) -> None:
    at_end()
    assert read(lambda session: unit_statements.deadline(session, year())) is None
    assert due("2026-12-20") == due("2026-12-20")
    due("2026-12-22")
    assert read(lambda session: unit_statements.deadline(session, year())) == date(2026, 12, 22)
    with pytest.raises(BadYearRecord):
        due("明天")
