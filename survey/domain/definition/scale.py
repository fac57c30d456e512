"""Scales: ordered grades with points, abstention, and the rates taken from them."""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from math import lcm
from typing import Annotated

from .schema import N_, RowsEntry, TableEntry
from .schema_entries import ChoiceEntry, KeyEntry, MarkEntry, NamedEntry, NamesEntry, NumberEntry, TextEntry

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

    key: Annotated[str, KeyEntry()]
    label: Annotated[str, TextEntry(N_("等次"))]
    points: Annotated[Fraction, NumberEntry(N_("分值"), falling="the points of the grade")]
    reason_required: Annotated[bool, MarkEntry(N_("须写理由"), key="reason", word="required")] = False


@dataclass(frozen=True)
class Abstain:
    """The choice not to rate (弃权, 不了解)."""

    label: Annotated[str, TextEntry(N_("选项名称"), N_("如：不了解、弃权"))]
    treat: Annotated[
        Treat,
        ChoiceEntry(
            N_("怎样计算"),
            words={
                Treat.EXCLUDE: N_("不计入：分母里没有这些票"),
                Treat.DENOMINATOR: N_("计入比率的分母，不影响得分"),
                Treat.ZERO: N_("计入分母，并按 0 分计"),
            },
        ),
    ] = Treat.EXCLUDE


@dataclass(frozen=True)
class Scale:
    """Ordered grades, the best first."""

    key: Annotated[str, KeyEntry()]
    grades: Annotated[tuple[Grade, ...], RowsEntry(N_("等次"), of=Grade, one=N_("等次"), least=2)]
    abstain: Annotated[Abstain | None, TableEntry(N_("设“弃权 / 不了解”选项"), of=Abstain)] = None

    @cached_property
    def positions(self) -> dict[str, int]:
        """Map each value a ballot may carry to its position; ``-`` is the abstention."""
        found = {grade.key: place for place, grade in enumerate(self.grades, 1)}
        if self.abstain:
            found["-"] = self.abstained
        return found

    @cached_property
    def points(self) -> tuple[tuple[int, ...], int]:
        """Return the grades' points as whole numbers over one denominator: adding these up is quick."""
        over = lcm(*(grade.points.denominator for grade in self.grades))
        return tuple(int(grade.points * over) for grade in self.grades), over

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

    key: Annotated[str, KeyEntry()]
    label: Annotated[str, TextEntry(N_("比率名称"), N_("如：满意率"))]
    scale: Annotated[str, NamedEntry(N_("等次"), of="scales")]
    grades: Annotated[tuple[str, ...], NamesEntry(N_("包含的等次"), of="grades")]
