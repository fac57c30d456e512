"""Closing a decided year: what it takes no more, what goes on, and its key."""

from collections.abc import Callable

import pytest
from flask import Flask

from survey.domain.assessment.examining.year_record import YearRecordKind
from survey.domain.assessment.facts import Stage
from survey.domain.assessment.telling.open_ends import NotesEnd
from survey.domain.definition.campaign import Publication
from survey.domain.errors import AssessmentExists, BadYearRecord, MinpingError, WrongStage
from survey.services.assessment import assessments, publishing, taking
from survey.services.assessment.examining import sealing, talk_notes
from survey.services.assessment.examining.year_records import put_on_record
from survey.services.assessment.telling import closing_year
from survey.services.operations import backup
from survey.storage.database import transaction
from survey.web.context import settings
from tests.builders import BY
from tests.services.assessment.sample_taken import everything
from tests.services.assessment.scored_year import (
    YEAR,
    account,
    came_since,
    decide,
    score,
    sign,
    signed,
    stage,
    year_data,
)


def decided() -> None:
    signed()
    for unit in ("t1", "t2", "t3"):
        decide(unit)


def close(way: NotesEnd = NotesEnd.NONE) -> closing_year.YearClose:
    with transaction(write=True) as session:
        return closing_year.close_assessment(session, YEAR, way, BY)


def test_a_decided_year_is_closed(each_app: Flask) -> None:
    decided()
    assert close().missing == ()
    assert stage() is Stage.CLOSED
    with transaction() as session:
        found = closing_year.year_close(session, YEAR)
        assert backup.check(session).faults == ()
    assert found.closed is not None
    assert (found.notes_end, found.is_ready) == (NotesEnd.NONE, False)


def test_what_came_since_the_record_is_told_and_noted(app: Flask) -> None:
    decided()
    came_since()
    with transaction() as session:
        found = closing_year.year_close(session, YEAR)
    assert [one.kind.value for one in found.missing] == ["record"]
    close()
    with transaction() as session:
        closed = closing_year.year_close(session, YEAR).closed
    assert closed is not None
    assert closed.content["missing"] == ["record"]


def test_a_scored_year_is_not_closed(app: Flask) -> None:
    signed()
    decide("t1")
    before = everything()
    with pytest.raises(WrongStage, match="it is scored"):
        close()
    assert everything() == before


def test_an_end_of_notes_that_are_not_there_is_none(app: Flask) -> None:
    decided()
    with pytest.raises(BadYearRecord):
        close(NotesEnd.DESTROYED)
    assert stage() is Stage.DECIDED


def _record() -> None:
    with transaction(write=True) as session:
        found = assessments.locked_assessment(session, YEAR)
        put_on_record(session, found, YearRecordKind.LETTER, "t1", {"text": "晚了"}, BY)


def _notes() -> None:
    with transaction(write=True) as session:
        talk_notes.write_notes(session, settings().keys, YEAR, "t1", "晚了", BY, after=0)


def _load() -> None:
    with transaction(write=True) as session:
        assessments.load(session, year_data(), None, BY)


def _take() -> None:
    given = {"unit": "t1", "component": "targets", "value": 1, "document": "函"}
    with transaction(write=True) as session:
        taking.take_acts(session, YEAR, {"entered": [given]}, BY)


@pytest.mark.parametrize(
    "act",
    [came_since, _take, lambda: score("晚了"), lambda: decide("t1", "fair"), close, _record, _notes, _load],
)
def test_every_service_refuses_a_closed_year(app: Flask, act: Callable[[], object]) -> None:
    decided()
    close()
    before = everything()
    with pytest.raises((WrongStage, AssessmentExists)):
        act()
    assert everything() == before


def test_a_closed_year_is_signed_no_more(app: Flask) -> None:
    decided()
    teller, scrutineer = account("别的计票人"), account("别的监票人")
    close()
    before = everything()
    with pytest.raises(MinpingError):
        sign(teller, scrutineer)
    assert everything() == before


def test_publishing_and_withdrawing_go_on(app: Flask) -> None:
    decided()
    close()
    with transaction(write=True) as session:
        publishing.publish(session, YEAR, Publication.PUBLIC, ["rank"], BY)
    with transaction() as session:
        opened = publishing.open_edition(session, YEAR)
        assert opened is not None
        assert publishing.published_page(session, opened).classes
    with transaction(write=True) as session:
        publishing.publish(session, YEAR, Publication.WITHDRAWN, [], BY)
    with transaction() as session:
        assert publishing.open_edition(session, YEAR) is None
    assert stage() is Stage.CLOSED


def _interrupted() -> None:
    with transaction(write=True) as session:
        closing_year.close_assessment(session, YEAR, NotesEnd.DESTROYED, BY)
        raise RuntimeError("the connection is lost")


def test_a_close_that_is_not_stored_leaves_the_key(app: Flask) -> None:
    decided()
    with transaction(write=True) as session:
        talk_notes.write_notes(session, settings().keys, YEAR, "t1", "谈话", BY, after=0)
    path = settings().keys / f"{YEAR}.assessment-key"
    with pytest.raises(RuntimeError):
        _interrupted()
    sealing.destroy_left_keys(settings().keys)
    assert path.exists()
    close(NotesEnd.DESTROYED)
    sealing.destroy_left_keys(settings().keys)
    assert not path.exists()
    path.write_bytes(b"half destroyed")
    sealing.destroy_left_keys(settings().keys)
    assert not path.exists()
