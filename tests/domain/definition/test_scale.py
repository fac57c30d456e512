"""Scales: what a ballot may carry at a line, and at which position."""

from fractions import Fraction

import pytest

from survey.domain.definition.scale import BLANK, Abstain, Grade, Scale, Treat

GRADES = (Grade("good", "好", Fraction(100)), Grade("bad", "差", Fraction(0)))


def test_grades_stand_from_one_on_and_abstention_after_the_last() -> None:
    scale = Scale("two", GRADES, Abstain("弃权", Treat.EXCLUDE))
    assert scale.positions == {"good": 1, "bad": 2, "-": 3}
    assert scale.abstained == 3
    assert BLANK not in scale.positions.values()


def test_without_abstention_nothing_may_abstain_and_its_position_stays_free() -> None:
    scale = Scale("two", GRADES)
    assert scale.positions == {"good": 1, "bad": 2}
    assert scale.abstained == 3


@pytest.mark.parametrize(
    ("abstain", "counts"),
    [
        (None, False),
        (Abstain("弃权", Treat.EXCLUDE), False),
        (Abstain("弃权", Treat.DENOMINATOR), True),
        (Abstain("弃权", Treat.ZERO), True),
    ],
)
def test_abstentions_are_below_the_line_unless_excluded(abstain: Abstain | None, counts: bool) -> None:
    assert Scale("two", GRADES, abstain).counts_abstentions is counts


def test_one_grade_with_a_reason_is_enough_to_ask() -> None:
    assert not Scale("two", GRADES).asks_reasons
    assert Scale("two", (*GRADES, Grade("worse", "更差", Fraction(0), reason_required=True))).asks_reasons
