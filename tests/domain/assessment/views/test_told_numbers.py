"""Which of a period's numbers its result rests on."""

from datetime import UTC, datetime
from fractions import Fraction

from survey.domain.assessment.facts import NumberKind, TakenNumber
from survey.domain.assessment.views.told_numbers import RecordedNumber, told_numbers, values_by_period

NOON = datetime(2026, 6, 3, 12, tzinfo=UTC)
KINDS = {
    "r": NumberKind.REPORTED,
    "a": NumberKind.ACCEPTED,
    "v": NumberKind.VERIFIED,
    "w": NumberKind.WITHDRAWN,
}


def numbers(*said: str, period: str = "2026-05", first: int = 1) -> list[RecordedNumber]:
    """Return numbers as they came: ``a7`` is 7 accepted."""
    return [
        RecordedNumber(TakenNumber(at, KINDS[one[0]], period, "u", "i", Fraction(one[1:])), "甲", NOON)
        for at, one in enumerate(said, first)
    ]


def told(*said: str, closed_at: int | None = None) -> str:
    """Write which number holds (H) and which came late (L)."""
    found = told_numbers(numbers(*said), "2026-05", closed_at)
    return " ".join(f"{'H' if one.holds else ''}{'L' if one.late else ''}" or "-" for one in found)


def test_what_was_found_holds_else_what_was_taken_over_last() -> None:
    assert told("r5") == "-"
    assert told("r5", "a5", "a6") == "- - H"
    assert told("r5", "a5", "v4", "a6") == "- - H -"


def test_a_finding_that_was_taken_back_holds_no_longer() -> None:
    assert told("a5", "v4", "w4") == "H - -"
    assert told("v4", "w4") == "- -"
    assert told("a5", "v4", "w4", "v3") == "- - - H"
    assert told("a5", "v4", "w4", closed_at=2) == "- H L"
    assert values_by_period(numbers("a5", "v4", "w4"), {}) == {"2026-05": 5}


def test_what_came_after_the_close_is_late_and_does_not_hold() -> None:
    assert told("a5", "v4", closed_at=1) == "H L"
    assert told("r5", "a5", closed_at=0) == "L L"


def test_values_are_those_that_hold_by_period() -> None:
    all_of_them = [*numbers("a5", "a6"), *numbers("r7", period="2026-06", first=3)]
    assert values_by_period(all_of_them, {}) == {"2026-05": 6}
    assert values_by_period(all_of_them, {"2026-05": 1}) == {"2026-05": 5}
    assert told_numbers(all_of_them, "2026-07", None) == ()
