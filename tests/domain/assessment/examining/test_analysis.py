"""Analyses: limits, points for typed-in parts alone, versions and drafts."""

from datetime import UTC, datetime
from typing import Any

import pytest

from survey.domain.assessment.definition_reader import read_assessment
from survey.domain.assessment.examining.analysis import (
    NEEDED,
    TEXTS,
    analysis_of,
    entered_parts,
    read_analysis,
)
from survey.domain.assessment.examining.year_record import YearRecord, YearRecordKind
from survey.domain.errors import BadYearRecord
from tests.services.assessment.scored_year import year_data

YEAR = read_assessment(year_data())
TYPED = dict.fromkeys(TEXTS, "看过") | {"points.leaders": "91.5", "points.targets": "", "band": "good"}


def refused(submitted: bool = True, **changes: str) -> dict[str, str]:
    with pytest.raises(BadYearRecord) as found:
        read_analysis(YEAR, TYPED | changes, submitted=submitted)
    return found.value.faults


@pytest.mark.parametrize("name", TEXTS)
def test_texts_have_limits(name: str) -> None:
    assert refused(**{name: "字" * (TEXTS[name] + 1)}) == {name: "too-long"}
    assert read_analysis(YEAR, TYPED | {name: "字" * TEXTS[name]}, submitted=True)[name]


@pytest.mark.parametrize("name", sorted(NEEDED))
def test_what_must_be_there_once_it_is_submitted(name: str) -> None:
    assert refused(**{name: ""}) == {name: "missing"}
    assert read_analysis(YEAR, TYPED | {name: ""}, submitted=False)["submitted"] is False


@pytest.mark.parametrize("points", ["101", "-1", "很好"])
def test_points_that_are_none(points: str) -> None:
    assert refused(**{"points.leaders": points}) == {"points.leaders": "not-points"}


def test_a_band_that_is_none_and_an_analysis_that_says_nothing() -> None:
    assert refused(band="best") == {"band": "unknown"}
    with pytest.raises(BadYearRecord):
        read_analysis(YEAR, {}, submitted=False)


def test_points_are_for_typed_in_parts_alone() -> None:
    assert [one.key for one in entered_parts(YEAR)] == ["targets", "leaders"]
    content = read_analysis(YEAR, TYPED | {"points.public": "99"}, submitted=True)
    assert content["points"] == {"leaders": "91.5"}


def test_versions_the_last_one_and_the_last_submitted_one() -> None:
    def version(number: int, **content: Any) -> YearRecord:
        content = read_analysis(YEAR, TYPED, submitted=False) | content
        at = datetime(2026, 12, number, tzinfo=UTC)
        return YearRecord(number, YearRecordKind.ANALYSIS, "t1", content, "组", at)

    found = analysis_of("t1", [version(1), version(4, submitted=True), version(6, team="另一稿")])
    assert [one.number for one in found.versions] == [1, 4, 6]
    assert found.submitted
    assert found.submitted.number == 4
    assert found.submitted.document == "综合分析评议（第 4 号）"
    assert found.has_draft
    assert found.last
    assert found.last.texts["team"] == "另一稿"
    empty = analysis_of("t1", [])
    assert (empty.last, empty.submitted, empty.has_draft) == (None, None, False)
