"""What numbers are held against: completion, growth, and whether a number is on target.

A target below 0 turns the division round: −12 of −10 is further from the target, not 120 % of it. There
``2 − A ÷ T`` (that is ``1 + (A − T) ÷ |T|``) stands for ``A ÷ T``, so that a greater number is always more.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from survey.domain.assessment.indicators import ONE, Basis, Better, ScoringLine

HUNDRED = Fraction(100)


def completion(actual: Fraction, target: Fraction | None) -> Fraction | None:
    """Return A ÷ T; ``None`` where there is no target, or it is 0."""
    if not target:
        return None
    ratio = actual / target
    return ratio if target > 0 else 2 - ratio


def growth(actual: Fraction, base: Fraction | None) -> Fraction | None:
    """Return (A − B) ÷ B in percent; ``None`` where there is no base, or it is 0."""
    return (actual - base) / abs(base) * HUNDRED if base else None


def is_reached(value: Fraction, target: Fraction, better: Better) -> bool:
    """Return whether a number is on target; equality is."""
    # Whole numbers are compared in a fifth of the time that fractions take.
    above, below = value.as_integer_ratio()
    by_above, by_below = target.as_integer_ratio()
    found, wanted = above * by_below, by_above * below
    return found >= wanted if better is Better.HIGHER else found <= wanted


@dataclass(frozen=True, slots=True)
class Yardstick:
    """What a task's number is held against: the target of the year, or so far, and the base alike."""

    target: Fraction | None
    base: Fraction | None

    def look(self, line: ScoringLine, actual: Fraction) -> Fraction | None:
        """Return what a scoring line looks at of a number; ``None`` where it cannot be worked out."""
        if line.of is Basis.VALUE:
            return actual
        if line.of is Basis.COMPLETION:
            return completion(actual, self.target)
        return growth(actual, self.base)

    def aim(self, line: ScoringLine) -> Fraction | None:
        """Return the target of what a scoring line looks at: the line's own, else the unit's."""
        if line.target is not None or self.target is None:
            return line.target
        if line.of is Basis.COMPLETION:
            return ONE
        return self.look(line, self.target)


class Peers:
    """What a line looks at of all units of a class that reported, at least one; equal ones share a rank."""

    def __init__(self, values: Sequence[Fraction], better: Better) -> None:
        self._rank: dict[Fraction, int] = {}
        for place, value in enumerate(sorted(values, reverse=better is Better.HIGHER), start=1):
            self._rank.setdefault(value, place)
        ordered = tuple(self._rank)
        self.best, self.worst = ordered[0], ordered[-1]

    def rank(self, value: Fraction) -> int:
        """Return the rank of one of the values.

        Raises:
            KeyError: it is none of them.

        """
        return self._rank[value]
