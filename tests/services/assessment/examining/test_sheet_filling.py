"""Sheets saved and handed in sealed, given back, opened once: all of it, or nothing."""

import json
from fractions import Fraction
from pathlib import Path

import pytest
from flask import Flask

from survey.config import Settings
from survey.domain.assessment.examining.year_record import YearRecordKind
from survey.domain.assessment.facts import Stage
from survey.domain.assessment.seats import SeatPart
from survey.domain.errors import BadYearRecord, NotesGone, ReasonMissing, UnknownYearRecord, WrongStage
from survey.secrecy.assessment_key import assessment_key_path
from survey.services.assessment import assessments, taking
from survey.services.assessment.examining import sheet_filling
from survey.services.assessment.examining.sealing import lies_sealed
from survey.services.assessment.examining.year_records import records_of
from survey.services.audit import audit
from survey.storage.assessment import assessment_rows
from survey.storage.database import transaction
from tests.builders import BY
from tests.services.assessment.sample_taken import everything, rows

from .scored_sheets import (
    CODE,
    ORDER,
    SCORERS,
    give_back,
    hand_in,
    lose_key,
    named,
    open_sheet,
    own,
    points,
    progress,
    save,
    seat,
    sheets_year,
    take_off,
    typed,
    year,
)

ODD = typed("43.717", "31.939")
"""Numbers that stand nowhere else."""


@pytest.fixture
def keys(app: Flask, settings: Settings) -> Path:
    del app
    sheets_year()
    named()
    return settings.keys


def kinds() -> list[str]:
    with transaction() as session:
        return [one.kind for one in records_of(session, year(), *YearRecordKind)]


def test_a_draft_is_kept_sealed_and_only_what_is_new_is(keys: Path) -> None:
    assert save(keys, "书记", {"t1.w": "43.717", "t1.z": "好"})
    assert not save(keys, "书记", {"t1.w": "43.717", "t1.z": "好"})
    assert own(keys, "书记") == {"t1.w": "43.717", "t1.z": "好"}
    assert own(keys, "县长") == {}
    assert kinds().count("sheet-draft") == 1
    assert "43.717" not in str(everything())


def test_nothing_is_seen_before_all_are_in(keys: Path) -> None:
    assert not hand_in(keys, "书记", ODD).opened
    assert not hand_in(keys, "县长").opened
    assert points() == ()
    stored = str(everything())
    assert "43.717" not in stored
    assert "43717/1000" not in stored
    assert [one.scorer.name for one in progress().missing] == ["副县长"]


def test_the_last_one_opens_all_at_once(keys: Path) -> None:
    for name, work in zip(SCORERS, ("10", "20.5", "30"), strict=True):
        done = hand_in(keys, name, typed(work))
    assert done.opened
    found = {(one.scorer, one.unit, one.line): one.points for one in points()}
    assert len(found) == 18
    assert found["县长", "t2", "w"] == Fraction(41, 2)
    opened = progress().opened
    assert opened is not None
    assert opened.content == {"scorers": list(SCORERS), "missing": [], "points": 18, "reason": ""}
    assert own(keys, "县长")["t2.w"] == "20.5"
    with transaction() as session:
        audit.verify(session)
        logged = audit.history(session, assessments.logged_as(CODE))
    acts = [facts for entry, facts in logged if entry.act == "assessment-take"]
    assert [(facts["kind"], facts["rows"]) for facts in acts] == [("sheets", 18)]


def test_places_are_handed_in_too(keys: Path) -> None:
    named(sheet=ORDER)
    for name in SCORERS:
        done = hand_in(keys, name, {"t1.p": "2", "t2.p": "1", "t3.p": "3"}, sheet=ORDER)
    assert done.opened
    assert {(one.unit, one.points) for one in points()} == {("t1", 2), ("t2", 1), ("t3", 3)}


def test_one_who_was_named_before_the_others_opens_nothing(keys: Path) -> None:
    named("书记", sheet=ORDER)
    given = {"t1.p": "2", "t2.p": "1", "t3.p": "3"}
    assert not hand_in(keys, "书记", given, sheet=ORDER).opened
    assert points() == ()
    assert named(*SCORERS[1:], sheet=ORDER) == 2
    for name in SCORERS[1:]:
        done = hand_in(keys, name, given, sheet=ORDER)
    assert done.opened


def test_the_office_opens_for_fewer_where_these_are_all(keys: Path) -> None:
    named("书记", sheet=ORDER)
    hand_in(keys, "书记", {"t1.p": "2", "t2.p": "1", "t3.p": "3"}, sheet=ORDER)
    with transaction(write=True) as session:
        assert sheet_filling.open_sheet(session, CODE, ORDER, "", keys, BY)
    assert len(points()) == 3


def test_faults_hand_nothing_in(keys: Path) -> None:
    with pytest.raises(BadYearRecord) as refused:
        hand_in(keys, "书记", typed("61", ""))
    assert refused.value.faults["t1.w"] == "out-of-range"
    assert refused.value.faults["t3.z"] == "missing"
    assert kinds() == ["scorers"]


def test_handed_in_twice_is_in_once_and_not_changed(keys: Path) -> None:
    hand_in(keys, "书记")
    assert hand_in(keys, "书记").before
    with pytest.raises(BadYearRecord, match="handed-in"):
        hand_in(keys, "书记", typed("1"))
    with pytest.raises(BadYearRecord, match="handed-in"):
        save(keys, "书记", typed("1"))
    assert kinds().count("sheet") == 1
    assert own(keys, "书记") == typed()


def test_after_the_opening_nothing_comes_in(keys: Path) -> None:
    for name in SCORERS[:2]:
        hand_in(keys, name)
    assert open_sheet(keys, "年前要定")
    with pytest.raises(BadYearRecord, match="opened"):
        hand_in(keys, "副县长")
    with pytest.raises(BadYearRecord, match="opened"):
        save(keys, "副县长", typed("1"))
    with pytest.raises(BadYearRecord, match="opened"):
        give_back("书记")
    again = hand_in(keys, "书记")
    assert (again.before, again.opened) == (True, True)
    assert len(points()) == 12


def test_given_back_with_a_reason_it_is_filled_in_again(keys: Path) -> None:
    hand_in(keys, "书记")
    with pytest.raises(ReasonMissing):
        give_back("书记", "")
    assert give_back("书记")
    assert not give_back("书记")
    assert progress().of(progress().scorers[0].scorer.account_id).returned is not None
    assert own(keys, "书记") == typed()
    assert not hand_in(keys, "书记", typed("5")).before
    assert own(keys, "书记") == typed("5")
    for name in SCORERS[1:]:
        hand_in(keys, name)
    assert {one.points for one in points() if (one.scorer, one.line) == ("书记", "w")} == {5}


def test_the_office_opens_early_with_a_reason_and_enough_of_them(keys: Path) -> None:
    hand_in(keys, "书记")
    with pytest.raises(BadYearRecord, match="too-few"):
        open_sheet(keys, "年前要定")
    hand_in(keys, "县长")
    with pytest.raises(ReasonMissing):
        open_sheet(keys)
    assert open_sheet(keys, "年前要定")
    assert not open_sheet(keys, "年前要定")
    opened = progress().opened
    assert opened is not None
    assert (opened.content["missing"], opened.content["reason"]) == (["副县长"], "年前要定")
    assert {one.scorer for one in points()} == {"书记", "县长"}


def test_taking_off_those_who_are_missing_opens_nothing_by_itself(keys: Path) -> None:
    hand_in(keys, "书记")
    for name in SCORERS[1:]:
        take_off(name)
    assert not progress().is_complete
    with pytest.raises(BadYearRecord, match="too-few"):
        open_sheet(keys, "只有一人")
    assert points() == ()


def test_who_is_taken_off_does_not_count(keys: Path) -> None:
    hand_in(keys, "书记", ODD)
    take_off("书记")
    for name in SCORERS[1:]:
        hand_in(keys, name)
    assert {one.scorer for one in points()} == set(SCORERS[1:])


def test_points_by_file_stay_and_those_of_the_same_name_give_way(keys: Path) -> None:
    head = "sheet,unit,scorer,line,points"
    lines = [
        f"heads,t1,{name},{line},{value}"
        for name in ("书记", "人大主任")
        for line, value in (("w", 7), ("z", 8))
    ]
    for given in (lines, [one.replace(",7", ",9") for one in lines]):
        with transaction(write=True) as session:
            taking.take_points(session, CODE, rows(head, *given), BY)
    for name in SCORERS:
        hand_in(keys, name, typed("7", "8"))
    found = {(one.scorer, one.line): one.points for one in points() if one.unit == "t1"}
    assert found["书记", "w"] == 7
    assert found["人大主任", "w"] == 9
    assert len({name for name, _ in found}) == 4


def test_without_the_key_nothing_is_lost(keys: Path) -> None:
    for name in SCORERS[:2]:
        hand_in(keys, name)
    held, before = lose_key(keys), everything()
    for act in (
        lambda: hand_in(keys, "副县长"),
        lambda: open_sheet(keys, "年前要定"),
        lambda: own(keys, "书记"),
        lambda: save(keys, "副县长", typed()),
    ):
        with pytest.raises(NotesGone):
            act()
    assert everything() == before
    assert not assessment_key_path(keys, CODE).exists()
    assessment_key_path(keys, CODE).write_bytes(held)
    assert hand_in(keys, "副县长").opened
    assert len(points()) == 18


def test_one_under_a_key_that_is_gone_keeps_nobody_from_handing_in(keys: Path) -> None:
    hand_in(keys, "书记")
    lose_key(keys)
    give_back("书记", "密封件打不开")
    hand_in(keys, "县长")
    assert own(keys, "书记") == {}
    assert not hand_in(keys, "副县长").opened
    assert hand_in(keys, "书记").opened


def test_another_key_opens_nothing_and_the_last_sheet_is_in(keys: Path) -> None:
    for name in SCORERS[:2]:
        hand_in(keys, name)
    path = assessment_key_path(keys, CODE)
    path.write_text(path.read_text().replace(json.loads(path.read_text())["seed"], "ab" * 32))
    done = hand_in(keys, "副县长")
    assert (done.before, done.opened) == (False, False)
    assert progress().missing == []
    assert points() == ()
    with pytest.raises(NotesGone):
        open_sheet(keys)


def test_a_seat_in_a_unit_that_comes_later_asks_for_the_sheet_anew(keys: Path) -> None:
    hand_in(keys, "书记")
    seat("书记", SeatPart.REPORTER, "t1")
    assert progress().handed_in == []
    assert own(keys, "书记") == typed()
    hand_in(keys, "书记", typed("5", "5", "t2", "t3"))
    for name in SCORERS[1:]:
        hand_in(keys, name)
    assert {one.unit for one in points() if one.scorer == "书记"} == {"t2", "t3"}


def test_whether_something_lies_sealed(keys: Path) -> None:
    def sealed() -> bool:
        with transaction() as session:
            return lies_sealed(session, year())

    assert not sealed()
    save(keys, "书记", {"t1.w": "5"})
    assert sealed()
    for name in SCORERS:
        hand_in(keys, name)
    assert not sealed()


def test_who_scores_nothing_finds_no_sheet(keys: Path) -> None:
    seat("镇长", SeatPart.LEADER, "t1")
    for act in (lambda: hand_in(keys, "镇长"), lambda: save(keys, "镇长", {}), lambda: give_back("镇长")):
        with pytest.raises(UnknownYearRecord):
            act()
    with pytest.raises(UnknownYearRecord):
        hand_in(keys, "书记", sheet="none")


def test_too_late(keys: Path) -> None:
    hand_in(keys, "书记")
    with transaction(write=True) as session:
        assessment_rows.set_stage(session, assessments.current(session, CODE), Stage.DECIDED)
    for act in (lambda: hand_in(keys, "县长"), lambda: give_back("书记"), lambda: open_sheet(keys, "x")):
        with pytest.raises(WrongStage):
            act()


def test_sealed_sheets_look_alike(keys: Path) -> None:
    for name, work in zip(SCORERS, ("1", "59.123456789", "33"), strict=True):
        hand_in(keys, name, typed(work))
    with transaction() as session:
        found = records_of(session, year(), YearRecordKind.SHEET)
    assert {frozenset(one.content) for one in found} == {frozenset({"sealed", "form"})}
    assert len({len(one.content["sealed"]) for one in found}) == 1
