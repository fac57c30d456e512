"""Other weights and bands on a copy: what is typed, and what it would make of a year."""

from decimal import Decimal
from fractions import Fraction

import pytest

from survey.domain.assessment.definition import AssessmentDefinition
from survey.domain.assessment.facts import Evidence
from survey.domain.assessment.totals.composite import year_outcome
from survey.domain.assessment.views.what_if import (
    Supposed,
    read_supposed,
    supposed_classes,
    supposed_definition,
)
from tests.domain.assessment.composed import composed, entered

VALUES = {
    "a": {"x": "90", "y": "60"},
    "b": {"x": "80", "y": "80"},
    "c": {"x": "70", "y": "100"},
    "d": {"x": "60", "y": "60"},
}


def two_parts() -> AssessmentDefinition:
    return composed({"key": "x", "weight": 3}, {"key": "y", "weight": 1})


def ranks(typed: dict[str, str]) -> dict[str, tuple[int | None, Decimal | None, str | None, bool]]:
    definition = two_parts()
    evidence = Evidence({}, entered=entered(VALUES))
    outcome = year_outcome(definition, {}, evidence)
    (found,) = supposed_classes(definition, outcome, evidence, read_supposed(definition, typed))
    assert year_outcome(definition, {}, evidence) == outcome
    return {
        row.unit.key: (row.then.rank, row.then.total, row.then.proposed, row.is_changed) for row in found.rows
    }


def test_nothing_typed_changes_nothing() -> None:
    assert list(ranks({}).values()) == [
        (1, Decimal("82.50"), "second", False),
        (2, Decimal("80.00"), "second", False),
        (3, Decimal("77.50"), "second", False),
        (4, Decimal("60.00"), "third", False),
    ]


def test_other_weights_make_other_ranks() -> None:
    found = ranks({"weight-x": "1", "weight-y": "３"})
    assert list(found) == ["c", "b", "a", "d"]
    assert found["c"] == (1, Decimal("92.50"), "first", True)
    assert found["d"] == (4, Decimal("60.00"), "third", False)


def test_other_borders_and_quotas_make_other_bands() -> None:
    found = ranks({"least-first": "77.5", "quota-first": "50%"})
    assert [one[2] for one in found.values()] == ["first", "first", "second", "third"]
    assert [one[2] for one in ranks({"least-first": "0", "quota-first": ""}).values()] == ["first"] * 4


@pytest.mark.parametrize(
    ("typed", "faults"),
    [
        ({"weight-x": "viel"}, ("weight-x",)),
        ({"weight-x": "-1"}, ("weight-x",)),
        ({"weight-x": "10001"}, ("weight-x",)),
        ({"weight-x": "0", "weight-y": "0"}, ("weight-x", "weight-y")),
        ({"least-first": "1,2.5"}, ("least-first",)),
        ({"quota-first": "1.5"}, ("quota-first",)),
        ({"quota-first": "101%"}, ("quota-first",)),
        ({"quota-second": "-1"}, ("quota-second",)),
        ({"weight-z": "7", "other": "x"}, ()),
        ({"weight-x": " ", "least-first": ""}, ()),
    ],
)
def test_what_is_no_number_is_left_out_and_named(typed: dict[str, str], faults: tuple[str, ...]) -> None:
    definition = two_parts()
    supposed = read_supposed(definition, typed)
    assert supposed == Supposed({}, {}, {}, faults)
    assert supposed_definition(definition, supposed) == definition


def test_the_copy_is_another_definition_and_the_first_one_stays() -> None:
    definition = two_parts()
    supposed = read_supposed(
        definition, {"weight-x": "1", "least-third": "95", "quota-first": "2", "quota-second": "25%"}
    )
    copy = supposed_definition(definition, supposed)
    assert [one.weight for one in copy.components] == [1, 1]
    assert [(one.key, one.at_least) for one in copy.composite.bands] == [
        ("first", 90),
        ("second", 70),
        ("third", 95),
    ]
    assert {one.key: one.quota for one in copy.composite.bands} == {
        "first": 2,
        "second": Fraction(1, 4),
        "third": None,
    }
    assert definition == two_parts()
