"""Conferences: what must be there, whom they are held for."""

from datetime import UTC, datetime
from typing import Any

import pytest

from survey.domain.assessment.definition_reader import read_assessment
from survey.domain.assessment.examining.conference import campaigns_of, conference_of, read_conference
from survey.domain.assessment.examining.year_record import YearRecord, YearRecordKind
from survey.domain.errors import BadYearRecord
from tests.services.assessment.scored_year import year_data

YEAR = read_assessment(year_data())
TYPED = {"day": "2026-12-25", "place": "一号会议室", "due": "120", "present": "118", "minutes": ""}
CHOSEN = {"classes": ["town"], "campaigns": ["small"]}


def read(chosen: dict[str, list[str]] | None = None, **changes: str) -> dict[str, Any]:
    return read_conference(YEAR, TYPED | changes, CHOSEN if chosen is None else chosen)


@pytest.mark.parametrize(
    ("changes", "faults"),
    [
        ({"day": ""}, {"day": "missing"}),
        ({"day": "2025-12-25"}, {"day": "too-early"}),
        ({"place": ""}, {"place": "missing"}),
        ({"place": "长" * 101}, {"place": "too-long"}),
        ({"minutes": "号" * 61}, {"minutes": "too-long"}),
        ({"due": ""}, {"due": "missing"}),
        ({"due": "0", "present": "0"}, {"due": "missing"}),
        ({"present": "121"}, {"present": "more-than-due"}),
        ({"present": "很多"}, {"present": "not-number"}),
    ],
)
def test_each_fault_at_its_field(changes: dict[str, str], faults: dict[str, str]) -> None:
    with pytest.raises(BadYearRecord) as refused:
        read(**changes)
    assert refused.value.faults == faults


@pytest.mark.parametrize(
    ("chosen", "faults"),
    [
        ({}, {"classes": "missing"}),
        ({"units": ["t9"]}, {"units": "unknown", "classes": "missing"}),
        ({"classes": ["town"], "campaigns": ["another"]}, {"campaigns": "unknown"}),
    ],
)
def test_it_is_for_somebody_that_there_is(chosen: dict[str, list[str]], faults: dict[str, str]) -> None:
    with pytest.raises(BadYearRecord) as refused:
        read(chosen)
    assert refused.value.faults == faults


def test_whom_it_covers() -> None:
    def held(content: dict[str, Any]) -> list[str]:
        record = YearRecord(
            1, YearRecordKind.CONFERENCE, "1", content, "办", datetime(2026, 12, 1, tzinfo=UTC)
        )
        return conference_of(record).covered(YEAR)

    assert held(read()) == ["t1", "t2", "t3"]
    assert held(read({"units": ["t3", "t1"]})) == ["t1", "t3"]
    assert held(read() | {"void": "记错了"}) == []


def test_campaigns_are_those_of_the_total_s_parts() -> None:
    assert campaigns_of(YEAR) == ["small"]
    assert read()["campaigns"] == ["small"]
