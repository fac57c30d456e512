"""Shares, rates and score of one row: exact, under the groups' weights, and rounded for display."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import partial
from operator import mul

from survey.domain.definition.campaign import Definition
from survey.domain.definition.rounding import Rounding
from survey.domain.definition.scale import Scale, Treat
from survey.domain.definition.weighting import Missing, weighted

from .tally import NO_OPTION, Counts


@dataclass(frozen=True)
class Values:
    """Exact values of one row: shares and rates as parts of 1, the score in points."""

    shares: Mapping[str, Fraction | None]
    rates: Mapping[str, Fraction | None]
    score: Fraction | None


@dataclass(frozen=True)
class ShownValues:
    """Values of one row as displayed: shares and rates in percent."""

    shares: Mapping[str, Decimal | None]
    rates: Mapping[str, Decimal | None]
    score: Decimal | None


def values_of(definition: Definition, scale: Scale, counts: Counts) -> Values:
    """Work out shares, rates and score of one row of counts."""
    with_abstentions = counts.answered + counts.abstained
    denominator = with_abstentions if scale.counts_abstentions else counts.answered
    number = {grade.key: n for grade, n in zip(scale.grades, counts.grades, strict=True)}
    shares = {key: part_of(n, denominator) for key, n in number.items()}
    if scale.counts_abstentions:
        shares[NO_OPTION] = part_of(counts.abstained, denominator)
    rates = {
        rate.key: part_of(sum(number[key] for key in rate.grades), denominator)
        for rate in definition.rates_of(scale)
    }
    return Values(shares, rates, score_of(scale, counts))


def score_of(scale: Scale, counts: Counts) -> Fraction | None:
    """Work out the score of one row of counts: the mean of the points given."""
    zero = scale.abstain is not None and scale.abstain.treat is Treat.ZERO
    scored = counts.answered + counts.abstained if zero else counts.answered
    if not scored:
        return None
    points, over = scale.points
    return Fraction(sum(map(mul, points, counts.grades)), over * scored)


def weighted_values(
    groups: Mapping[str, Values], weights: Mapping[str, Fraction], missing: Missing
) -> Values:
    """Combine the values of some rows under their weights, each share, rate and score by itself.

    ``groups`` and ``weights`` have the same keys, at least one. What a group without a value does to a
    weighted one is judged value by value.
    """

    def over(part: Callable[[Values], Fraction | None]) -> Fraction | None:
        return weighted({key: part(values) for key, values in groups.items()}, weights, missing)

    some = next(iter(groups.values()))
    return Values(
        {share: over(partial(_share, share)) for share in some.shares},
        {rate: over(partial(_rate, rate)) for rate in some.rates},
        over(lambda values: values.score),
    )


def _share(key: str, values: Values) -> Fraction | None:
    return values.shares[key]


def _rate(key: str, values: Values) -> Fraction | None:
    return values.rates[key]


def shown_values(values: Values, rounding: Rounding) -> ShownValues:
    """Round the values of one row, its shares together."""
    shares = rounding.row(list(values.shares.values()), 100)
    rates = {key: rounding.single(value, 100) for key, value in values.rates.items()}
    return ShownValues(dict(zip(values.shares, shares, strict=True)), rates, rounding.single(values.score))


def part_of(number: int, denominator: int) -> Fraction | None:
    """Return a number as a part of 1; ``None`` where there is nothing to divide by."""
    return Fraction(number, denominator) if denominator else None
