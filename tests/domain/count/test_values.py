"""Shares, rates and score of one row, each by hand."""

from decimal import Decimal
from fractions import Fraction

from survey.domain.count.tally import Counts
from survey.domain.count.values import Values, part_of, shown_values, values_of, weighted_values
from survey.domain.definition.rounding import Rounding
from survey.domain.definition.weighting import Missing
from tests.domain.results.counting import definition_of
from tests.domain.results.test_rules_text import scale


def values(treat: str) -> Values:
    """Three of 100, one of 80, two abstentions."""
    definition = definition_of(scales=scale(treat=treat))
    return values_of(definition, definition.scales[0], Counts((3, 1, 0), 2, 5))


def test_abstentions_are_in_the_denominators_that_the_scale_says() -> None:
    out, shares, zero = values("exclude"), values("denominator"), values("zero")
    assert (out.shares["excellent"], out.rates["good"], out.score) == (
        Fraction(3, 4),
        Fraction(3, 4),
        Fraction(95),
    )
    assert "-" not in out.shares
    assert (shares.shares["excellent"], shares.shares["-"], shares.score) == (
        Fraction(1, 2),
        Fraction(1, 3),
        Fraction(95),
    )
    assert zero.score == Fraction(380, 6)


def test_there_is_no_part_of_nothing() -> None:
    assert part_of(0, 0) is None
    assert part_of(1, 3) == Fraction(1, 3)


def test_each_value_is_weighted_by_itself() -> None:
    half, none = Fraction(1, 2), None
    groups = {
        "A": Values({"x": half}, {"r": half}, none),
        "B": Values({"x": none}, {"r": none}, Fraction(60)),
    }
    weights = {"A": Fraction(3), "B": Fraction(1)}
    assert weighted_values(groups, weights, Missing.RENORMALISE) == Values(
        {"x": half}, {"r": half}, Fraction(60)
    )
    assert weighted_values(groups, weights, Missing.WITHHOLD) == Values({"x": none}, {"r": none}, none)
    eighth = Fraction(3, 8)
    assert weighted_values(groups, weights, Missing.ZERO) == Values(
        {"x": eighth}, {"r": eighth}, Fraction(15)
    )


def test_values_are_rounded_once_for_display() -> None:
    shown = shown_values(Values({"x": Fraction(2, 3)}, {"r": Fraction(1, 3)}, None), Rounding())
    assert (shown.shares["x"], shown.rates["r"], shown.score) == (Decimal("66.67"), Decimal("33.33"), None)
