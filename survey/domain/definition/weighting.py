"""Combining values under weights."""

from collections.abc import Hashable, Iterable, Mapping
from enum import StrEnum
from fractions import Fraction
from math import lcm
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)


class Missing(StrEnum):
    """What a group without a value does to a weighted value."""

    RENORMALISE = "renormalise"
    WITHHOLD = "withhold"
    ZERO = "zero"


def mean(pairs: Iterable[tuple[Fraction, Fraction | None]]) -> Fraction | None:
    """Return the weighted mean of the values that exist; ``pairs`` are weight and value."""
    known = [(weight, value) for weight, value in pairs if value is not None]
    # In whole numbers over common denominators, and made a fraction once: the same, several times as fast.
    over = lcm(*(weight.denominator for weight, _ in known))
    parts = [weight.numerator * (over // weight.denominator) for weight, _ in known]
    total = sum(parts)
    if not total:
        return None
    below = lcm(*(value.denominator for _, value in known))
    above = sum(
        part * value.numerator * (below // value.denominator)
        for part, (_, value) in zip(parts, known, strict=True)
    )
    return Fraction(above, below * total)


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
