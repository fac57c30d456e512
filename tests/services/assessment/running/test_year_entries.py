"""Entries as they stand on record, and taking one back with a reason."""

from collections.abc import Sequence

import pytest
from flask import Flask

from survey.domain.errors import ReasonMissing, UnknownEntry, WrongStage
from survey.services.assessment import evidence, taking
from survey.services.assessment.running import year_entries
from survey.services.assessment.running.year_entries import ToldAct, YearEntries
from survey.services.audit import audit
from survey.storage.database import transaction
from tests.builders import BY
from tests.sample_year import SAMPLE_CODE, sample
from tests.services.assessment.sample_taken import current, issued, loaded


def taken() -> YearEntries:
    issued()
    with transaction(write=True) as session:
        taking.take_acts(session, SAMPLE_CODE, sample("entries.toml"), BY)
    return found()


def found() -> YearEntries:
    with transaction() as session:
        return year_entries.year_entries(session, SAMPLE_CODE)


def take_back(number: int, reason: str = "文件有误") -> bool:
    with transaction(write=True) as session:
        return year_entries.take_back(session, SAMPLE_CODE, number, reason, BY)


def holding(acts: Sequence[ToldAct]) -> int:
    return sum(one.taken_back is None for one in acts)


def test_acts_are_told_with_who_and_what_they_come_to(each_app: Flask) -> None:
    year = taken()
    assert {one.by for one in year.acts} == {BY.actor}
    assert year.items == ["award", "pilot", "fault", "late"]
    assert len(year.acts) == sum(len(year.entries(key)) for key in year.items) + len(year.vetoes) + len(
        year.entered
    )
    assert year.sums["t1"].bonus == 3
    assert "本项最多 2" in year.sums["t1"].words
    # One in the file was taken back at once, and a file says no reason.
    [gone] = [one.taken_back for one in year.acts if one.taken_back]
    assert (gone.by, gone.reason) == (BY.actor, "")


def test_what_is_taken_back_stays_with_its_reason_and_counts_no_more(each_app: Flask) -> None:
    year = taken()
    one = next(act for act in year.entries("pilot") if act.act.unit == "b4")
    before = holding(year.acts)
    assert take_back(one.number, "  文件\x00有误 ")
    year = found()
    gone = next(act for act in year.acts if act.number == one.number).taken_back
    assert gone is not None
    assert (gone.by, gone.reason) == (BY.actor, "文件有误")
    assert holding(year.acts) == before - 1
    assert "b4" not in year.sums
    with transaction() as session:
        assert one.act not in evidence.evidence_of(session, current()).entries
    assert not take_back(one.number, "再来一次")
    assert found() == year


def test_the_log_has_the_digest_of_it_and_not_the_reason(each_app: Flask) -> None:
    year = taken()
    take_back(year.acts[0].number, "不能写进日志的原因")
    with transaction() as session:
        entry, facts = list(audit.history(session, f"assessment:{SAMPLE_CODE}"))[-1]
    assert entry.act == "assessment-take"
    assert (facts["kind"], facts["rows"]) == ("entries", 1)
    assert "不能写进日志的原因" not in str(facts)


def test_what_is_not_taken_back(each_app: Flask) -> None:
    year = taken()
    number = year.acts[0].number
    for nothing in ("", " \n", "\x00\x1b"):
        with pytest.raises(ReasonMissing):
            take_back(number, nothing)
    for other in (0, -1, 999):
        with pytest.raises(UnknownEntry):
            take_back(other)
    assert found() == year


def test_a_draft_has_none(each_app: Flask) -> None:
    loaded()
    assert found().acts == ()
    with pytest.raises(WrongStage):
        take_back(1)
