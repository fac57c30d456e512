"""Scales: ordered grades with points, abstention, and the rates taken from them."""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from functools import cached_property

BLANK = 0
"""The position of a line left empty; grades are 1 to n, abstention is n + 1."""


class Treat(StrEnum):
    """What an abstention counts for."""

    EXCLUDE = "exclude"
    DENOMINATOR = "denominator"
    ZERO = "zero"


@dataclass(frozen=True)
class Grade:
    """One step of a scale; ``points`` exactly as written."""

    key: str
    label: str
    points: Fraction
    reason_required: bool = False


@dataclass(frozen=True)
class Abstain:
    """The choice not to rate (弃权, 不了解)."""

    label: str
    treat: Treat


@dataclass(frozen=True)
class Scale:
    """Ordered grades, the best first."""

    key: str
    grades: tuple[Grade, ...]
    abstain: Abstain | None = None

    @cached_property
    def positions(self) -> dict[str, int]:
        """Map each value a ballot may carry to its position; ``-`` is the abstention."""
        found = {grade.key: place for place, grade in enumerate(self.grades, 1)}
        if self.abstain:
            found["-"] = self.abstained
        return found

    @property
    def abstained(self) -> int:
        """Return the position of an abstention, used also where the scale offers none."""
        return len(self.grades) + 1

    @property
    def counts_abstentions(self) -> bool:
        """Return whether abstentions are part of the denominator of shares and rates."""
        return self.abstain is not None and self.abstain.treat is not Treat.EXCLUDE

    @property
    def asks_reasons(self) -> bool:
        """Return whether some grade of the scale asks for a reason."""
        return any(grade.reason_required for grade in self.grades)


@dataclass(frozen=True)
class Rate:
    """The share of several grades together (满意率, 优秀率)."""

    key: str
    label: str
    scale: str
    grades: tuple[str, ...]
