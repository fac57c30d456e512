"""Reported against found: who reported too well, as an exact share."""

from dataclasses import replace
from fractions import Fraction

import pytest

from survey.domain.assessment.definition import AssessmentDefinition
from survey.domain.assessment.definition_reader import read_assessment
from survey.domain.assessment.indicators import Better
from survey.domain.assessment.visits.found_shares import CheckedNumber, is_over, over_reports
from survey.domain.assessment.visits.visits import VisitPlace
from tests.sample_year import sample


@pytest.fixture(scope="module")
def definition() -> AssessmentDefinition:
    return read_assessment(sample("assessment.toml"))


def checked(
    found: int, reported: int | None = 10, indicator: str = "output", unit: str = "t1"
) -> CheckedNumber:
    told = None if reported is None else Fraction(reported)
    return CheckedNumber(VisitPlace("2026-12", unit, indicator), told, Fraction(found))


@pytest.mark.parametrize(
    ("better", "found", "over"),
    [
        (Better.HIGHER, 9, True),
        (Better.HIGHER, 10, False),
        (Better.HIGHER, 11, False),
        (Better.LOWER, 9, False),
        (Better.LOWER, 10, False),
        (Better.LOWER, 11, True),
    ],
)
def test_too_well_is_what_is_better_than_it_was_found(
    definition: AssessmentDefinition, better: Better, found: int, over: bool
) -> None:
    indicator = replace(definition.indicator["output"], better=better)
    assert is_over(indicator, checked(found)) is over


def test_what_was_not_reported_was_not_reported_too_well(definition: AssessmentDefinition) -> None:
    one = checked(5, None)
    assert not is_over(definition.indicator["output"], one)
    assert one.difference is None
    assert not one.differs


def test_a_share_is_exact_and_of_those_checked(definition: AssessmentDefinition) -> None:
    given = [checked(9), checked(10), checked(11), checked(9, unit="t2"), checked(1, indicator="gone")]
    first, second, third = over_reports(definition, given, lambda *_: True, ["t1", "t2", "t3"])
    assert (len(first.checked), len(first.differing), first.over, first.share) == (3, 2, 1, Fraction(1, 3))
    assert (second.over, second.share) == (1, 1)
    assert third.share is None


def test_only_numbers_and_units_that_one_may_see(definition: AssessmentDefinition) -> None:
    given = [checked(9), checked(9, indicator="projects"), checked(9, unit="t2")]
    (line,) = over_reports(definition, given, lambda _, indicator: indicator == "projects", ["t1"])
    assert (line.unit.key, len(line.checked)) == ("t1", 1)
