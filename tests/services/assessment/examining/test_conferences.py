"""Conferences on record: once, corrected, declared void; two at once lose nothing."""

import pytest
from flask import Flask

from survey.domain.assessment.facts import Stage
from survey.domain.errors import BadYearRecord, ChangedMeanwhile, UnknownYearRecord, WrongStage
from survey.services.assessment.examining import conferences
from survey.services.assessment.examining.conferences import HOLDING
from tests.builders import BY
from tests.services.assessment.scored_year import YEAR

from .year_at_end import at_end, hold, read, stage_is, written, year


def known() -> dict[str, conferences.Conference]:
    return read(lambda session: conferences.conferences(session, year()))


def void(seen: int, reason: str = "记错了", key: str = "1") -> conferences.Conference:
    return written(lambda session: conferences.declare_void(session, YEAR, key, {"void": reason}, seen, BY))


def test_recorded_twice_is_recorded_once(each_app: Flask) -> None:
    at_end()
    first = hold()
    assert hold() == first
    assert list(known()) == ["1"]
    assert (first.due, first.present, first.campaigns) == (120, 118, ("small",))


def test_a_correction_holds_and_what_it_corrects_stays_known(each_app: Flask) -> None:
    at_end()
    first = hold()
    second = hold(seen=first.record.number, present="119")
    assert second.record.number > first.record.number
    assert known()["1"].present == 119


def test_two_at_once_the_second_is_told(each_app: Flask) -> None:
    at_end()
    first = hold()
    with pytest.raises(ChangedMeanwhile):
        hold(place="二号会议室")
    hold("2", place="二号会议室")
    with pytest.raises(ChangedMeanwhile):
        hold(seen=first.record.number - 1, place="三号会议室")
    assert [one.place for one in known().values()] == ["一号会议室", "二号会议室"]


def test_keys_follow_each_other_beyond_nine(app: Flask) -> None:
    at_end()
    for number in range(1, 12):
        hold(str(number), place=f"第 {number} 间")
    assert list(known())[-2:] == ["10", "11"]
    assert conferences.next_key(known()) == "12"


@pytest.mark.parametrize("key", ["2", "0", "x", "", "１"])
def test_no_other_key(app: Flask, key: str) -> None:
    at_end()
    with pytest.raises(UnknownYearRecord):
        hold(key)
    assert known() == {}


def test_void_with_a_reason_once_and_for_good(each_app: Flask) -> None:
    at_end()
    first = hold()
    with pytest.raises(BadYearRecord):
        void(first.record.number, " ")
    with pytest.raises(ChangedMeanwhile):
        void(first.record.number + 1)
    done = void(first.record.number)
    assert void(first.record.number) == done
    assert (done.void, done.place) == ("记错了", "一号会议室")
    with pytest.raises(ChangedMeanwhile):
        hold(seen=done.record.number)
    with pytest.raises(UnknownYearRecord):
        void(1, key="2")


@pytest.mark.parametrize("stage", sorted(set(Stage) - set(HOLDING)))
def test_only_at_a_year_s_end(app: Flask, stage: Stage) -> None:
    at_end()
    first = hold()
    stage_is(stage)
    with pytest.raises(WrongStage):
        hold("2")
    with pytest.raises(WrongStage):
        void(first.record.number)
