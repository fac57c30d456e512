"""Combining values under weights."""

from collections.abc import Hashable, Iterable, Mapping
from enum import StrEnum
from fractions import Fraction
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)


class Missing(StrEnum):
    """What a group without a value does to a weighted value."""

    RENORMALISE = "renormalise"
    WITHHOLD = "withhold"
    ZERO = "zero"


def mean(pairs: Iterable[tuple[Fraction, Fraction | None]]) -> Fraction | None:
    """Return the weighted mean of the values that exist; ``pairs`` are weight and value."""
    # Over one denominator for all, brought to its lowest terms once and not with every step.
    above, below, weights, of_weights = 0, 1, 0, 1
    for weight, value in pairs:
        if value is None:
            continue
        size, part = weight.numerator, weight.denominator
        weights, of_weights = weights * part + size * of_weights, of_weights * part
        size, part = size * value.numerator, part * value.denominator
        above, below = above * part + size * below, below * part
    return Fraction(above * of_weights, below * weights) if weights else None


def weighted(
    values: Mapping[Key, Fraction | None], weights: Mapping[Key, Fraction], missing: Missing
) -> Fraction | None:
    """Combine one value per rater group under the groups' weights.

    Groups without a value are left out and the other weights scaled up (``RENORMALISE``), make the
    result unknown (``WITHHOLD``) or count as 0 (``ZERO``).
    """
    if missing is Missing.WITHHOLD and None in values.values():
        return None
    if missing is Missing.ZERO:
        values = {key: value or Fraction(0) for key, value in values.items()}
    return mean((weights[key], value) for key, value in values.items())
