"""The numbers behind one task: every one that was ever taken, who took it when, and which of them hold."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from survey.domain.assessment.facts import NumberKind, TakenNumber

_FINDINGS = (NumberKind.VERIFIED, NumberKind.WITHDRAWN)


@dataclass(frozen=True)
class RecordedNumber:
    """A number as it was taken, with who put it on record and when."""

    taken: TakenNumber
    recorded_by: str
    recorded_at: datetime


@dataclass(frozen=True)
class ToldNumber:
    """A number of a story; ``holds`` where the period's result rests on it, ``late`` where it came after.

    What came after a period was closed stands beside what was frozen, and is told in a later bulletin.
    """

    number: RecordedNumber
    holds: bool
    late: bool


def told_numbers(
    numbers: Sequence[RecordedNumber], period: str, closed_at: int | None
) -> tuple[ToldNumber, ...]:
    """Return the numbers of a period in order; ``closed_at`` is the number taken last when it was closed."""
    own = [one for one in numbers if one.taken.period == period]
    holding = _holding(own, closed_at)
    return tuple(
        ToldNumber(
            one,
            holds=holding is not None and one.taken.number == holding.taken.number,
            late=closed_at is not None and one.taken.number > closed_at,
        )
        for one in own
    )


def without_findings(told: Iterable[ToldNumber]) -> tuple[ToldNumber, ...]:
    """Return the numbers of a story without what was found on the spot, for whoever may not see findings."""
    return tuple(one for one in told if one.number.taken.kind not in _FINDINGS)


def values_by_period(numbers: Iterable[RecordedNumber], closed_at: Mapping[str, int]) -> dict[str, Fraction]:
    """Return what was reached by the end of each period: verified, else accepted, as it was frozen."""
    of_period: dict[str, list[RecordedNumber]] = {}
    for one in numbers:
        of_period.setdefault(one.taken.period, []).append(one)
    found = {period: _holding(own, closed_at.get(period)) for period, own in of_period.items()}
    return {period: one.taken.value for period, one in found.items() if one is not None}


def _holding(own: Sequence[RecordedNumber], closed_at: int | None) -> RecordedNumber | None:
    """Return the number of one period that its result rests on: the last one found, else taken over.

    A finding that was taken back holds no longer.
    """
    last: dict[NumberKind, RecordedNumber] = {}
    for one in own:
        if closed_at is not None and one.taken.number > closed_at:
            continue
        if one.taken.kind is NumberKind.WITHDRAWN:
            last.pop(NumberKind.VERIFIED, None)
        else:
            last[one.taken.kind] = one
    return last.get(NumberKind.VERIFIED) or last.get(NumberKind.ACCEPTED)
