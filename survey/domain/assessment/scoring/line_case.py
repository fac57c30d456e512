"""One number under one scoring line: what the methods work with, and how it is said in Chinese."""

from dataclasses import dataclass
from fractions import Fraction

from survey.domain.assessment.indicators import ZERO, Basis, Better, ScoringLine

from .number_words import bracketed, reckoned, short, short_points
from .yardsticks import Peers, is_reached

Earned = tuple[Fraction, str]
"""Points, and the sum that they come from in words."""

SUBJECTS = {Basis.VALUE: "实际", Basis.COMPLETION: "完成率", Basis.GROWTH: "增长率"}
"""What a scoring line looks at, as people call it."""


@dataclass(frozen=True, slots=True)
class LineCase:
    """A number that a scoring line looks at, with the points, the target and the peers beside it."""

    line: ScoringLine
    points: Fraction
    better: Better
    value: Fraction
    target: Fraction | None
    peers: Peers

    @property
    def is_on_target(self) -> bool:
        """Return whether the number is on target; without a target it is not."""
        return self.target is not None and is_reached(self.value, self.target, self.better)

    @property
    def whole(self) -> str:
        """Write the line's points."""
        return short(self.points)

    @property
    def told(self) -> str:
        """Write the number, with what it is."""
        return f"{SUBJECTS[self.line.of]} {self.text(self.value)}"

    @property
    def told_against_target(self) -> str:
        """Write the number and its target."""
        return f"{self.told}，目标 {'未定' if self.target is None else self.text(self.target)}"

    def text(self, value: Fraction) -> str:
        """Write a number of the kind that the line looks at."""
        return written(self.line.of, value)

    def quotient(self, above: Fraction, below: Fraction) -> str:
        """Write one number divided by another."""
        return reckoned(bracketed(self.text(above)), "÷", bracketed(self.text(below)))

    def within(self, said: str, points: Fraction, most: Fraction) -> Earned:
        """Return points clamped to 0 and the most, with the sum that they come from."""
        words = reckoned(said, "=", short_points(points))
        if points > most:
            return most, f"{words}，最多得 {short_points(most)} 分"
        return (ZERO, f"{words}，得 0 分") if points.numerator < 0 else (points, words)


def written(basis: Basis, value: Fraction) -> str:
    """Write a number, a completion or a growth."""
    if basis is Basis.COMPLETION:
        return f"{short(value * 100, 2)}%"
    return short(value) if basis is Basis.VALUE else f"{short(value, 2)}%"


def given(said: str, points: Fraction) -> Earned:
    """Return points that need no sum, with what they are given for."""
    return points, f"{said}，得 {short_points(points)} 分"
