"""The places of a class, and where a border runs between equals, worked out by hand."""

from datetime import date
from typing import Any

import pytest

from survey.domain.assessment.committee.band_places import band_places, band_ties
from survey.domain.assessment.facts import UnitVeto
from survey.domain.assessment.views.composite_view import CompositeClass, composite_classes

from .small_outcome import definition, outcome

GOOD = {"key": "best", "label": "优秀", "at_least": 90, "quota": "30%"}
FAIR = {"key": "good", "label": "良好", "at_least": 80, "quota": 2}
REST = {"key": "fair", "label": "一般", "at_least": 0}
RULES = definition(6, bands=[GOOD, FAIR, REST])
_SAID = "县委", date(2027, 1, 1), "事故", "函"
VETO = UnitVeto("t1", "fair", *_SAID)


def shown(values: dict[str, int], *vetoes: UnitVeto, decided: dict[str, str] | None = None) -> CompositeClass:
    return composite_classes(RULES, outcome(RULES, values, *vetoes), decided or {})[0]


def totals(*values: int) -> dict[str, int]:
    return {f"t{place}": value for place, value in enumerate(values, 1)}


def test_places_by_share_by_number_and_without_limit() -> None:
    found = band_places(RULES, shown(totals(95, 94, 93, 85, 70, 60), decided={"t1": "best", "t2": "good"}))
    assert [(one.band.key, one.units, one.seats, one.proposed, one.decided) for one in found] == [
        ("best", 6, 2, 2, 1),
        ("good", 6, 2, 2, 1),
        ("fair", 6, None, 2, 0),
    ]


@pytest.mark.parametrize(
    ("values", "vetoes", "ties"),
    [
        (totals(95, 94, 93, 85, 70, 60), (), []),
        # Three for the two best places, then no more than two for the next two.
        (totals(95, 95, 95, 70, 70, 60), (), [(("t1", "t2", "t3"), 1, "best", 2)]),
        (totals(96, 95, 95, 70, 70, 60), (), [(("t2", "t3"), 2, "best", 1)]),
        (totals(96, 95, 85, 84, 84, 60), (), [(("t4", "t5"), 4, "good", 1)]),
        # A veto takes no place.
        (totals(96, 95, 95, 70, 70, 60), (VETO,), []),
        # Where no place is left at all, there is nothing to decide among equals.
        (totals(96, 96, 95, 95, 95, 60), (), [(("t3", "t4", "t5"), 3, "good", 2)]),
    ],
)
def test_ties_across_a_border(values: dict[str, int], vetoes: tuple[UnitVeto, ...], ties: list[Any]) -> None:
    found = band_ties(RULES, shown(values, *vetoes))
    assert [
        (tuple(unit.key for unit in one.units), one.rank, one.band.key, one.left) for one in found
    ] == ties


def test_a_vetoed_unit_takes_no_place() -> None:
    found = band_places(RULES, shown(totals(95, 94, 60, 60, 60, 60), UnitVeto("t1", "best", *_SAID)))
    assert [(one.band.key, one.proposed) for one in found] == [("best", 1), ("good", 0), ("fair", 4)]


def test_a_later_tie_is_told_of_the_band_that_is_left() -> None:
    """Three for the two best places, then three for two good ones: the best are no more theirs to get."""
    rules = definition(6, bands=[GOOD, FAIR | {"quota": 5}, REST])
    values = totals(95, 95, 95, 91, 91, 91)
    found = band_ties(rules, composite_classes(rules, outcome(rules, values), {})[0])
    assert [(tuple(unit.key for unit in one.units), one.band.key, one.left) for one in found] == [
        (("t1", "t2", "t3"), "best", 2),
        (("t4", "t5", "t6"), "good", 2),
    ]
