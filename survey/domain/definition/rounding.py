"""Rounding, once, at display; exact fractions in, decimals with a fixed number of places out."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from math import floor
from typing import Annotated

from .schema import N_
from .schema_entries import ChoiceEntry, WholeEntry


class Mode(StrEnum):
    """How shares, rates and scores are rounded."""

    HALF_UP = "half-up"
    TRUNCATE = "truncate"
    SUM_TO_100 = "sum-to-100"


def half_up(value: Fraction) -> int:
    """Round to the nearest integer, halves up; ``value`` is not negative."""
    return floor(value + Fraction(1, 2))


@dataclass(frozen=True)
class Rounding:
    """A campaign's rounding rule; ``places`` are decimals, 0 to 4."""

    mode: Annotated[
        Mode,
        ChoiceEntry(
            N_("取舍"),
            words={
                Mode.HALF_UP: N_("四舍五入"),
                Mode.TRUNCATE: N_("截去尾数"),
                Mode.SUM_TO_100: N_("四舍五入，并使各等次之和为 100%"),
            },
        ),
    ] = Mode.HALF_UP
    places: Annotated[int, WholeEntry(N_("小数位数"), N_("0 至 4，不填为 2"), least=0, most=4)] = 2

    def single(self, value: Fraction | None) -> Decimal | None:
        """Round one rate or score; under ``sum-to-100`` half-up."""
        if value is None:
            return None
        above, below = value.numerator * 10**self.places, value.denominator
        # In whole numbers, as ``floor`` and ``half_up`` would: there are many thousand values.
        return self._decimal(
            above // below if self.mode is Mode.TRUNCATE else (2 * above + below) // (2 * below)
        )

    def row(self, values: Sequence[Fraction | None]) -> list[Decimal | None]:
        """Round the shares of one row together.

        Under ``sum-to-100`` they are made to add up to their exact sum, rounded half-up, by largest
        remainder (Hamilton's method), equal remainders in the order given.
        """
        if self.mode is not Mode.SUM_TO_100:
            return [self.single(value) for value in values]
        scaled = [None if value is None else value * 10**self.places for value in values]
        known = [(place, value) for place, value in enumerate(scaled) if value is not None]
        units = {place: floor(value) for place, value in known}
        missing = half_up(sum((value for _, value in known), Fraction(0))) - sum(units.values())
        by_remainder = sorted(known, key=lambda item: floor(item[1]) - item[1])
        for place, _ in by_remainder[:missing]:
            units[place] += 1
        return [self._decimal(units[place]) if place in units else None for place in range(len(scaled))]

    def _decimal(self, units: int) -> Decimal:
        return Decimal(units).scaleb(-self.places)
