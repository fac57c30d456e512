"""What a file says anew, and what it only says again: an older file must not put old numbers back unseen."""

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field, replace
from typing import Generic, TypeVar

from survey.domain.assessment.facts import NumberKind, SheetPoints, TakenNumber

from .number_text import write_number

Row = TypeVar("Row")


@dataclass
class SiftedRows(Generic[Row]):
    """The rows of a file: those that say something new, and how many are on record as they are.

    ``superseded`` names those left out, in sentences: they were on record, and something else took their
    place since.
    """

    new: list[Row] = field(default_factory=list)
    known: int = 0
    superseded: list[str] = field(default_factory=list)

    def add(self, more: "SiftedRows[Row]") -> None:
        """Add what came of other rows of the same file."""
        self.new += more.new
        self.known += more.known
        self.superseded += more.superseded


def sift_numbers(
    given: Iterable[TakenNumber], on_record: Iterable[TakenNumber], reason: str = "", *, typed: bool = False
) -> SiftedRows[TakenNumber]:
    """Part new numbers from those on record; with a ``reason``, which they keep, old ones hold again.

    So do those that somebody ``typed``: that is no file which lay about.
    """

    def again(one: TakenNumber) -> TakenNumber:
        return replace(one, reason=one.reason or reason)

    return _sift(_Sifting(_place, _says, _number_words, again if reason or typed else None), given, on_record)


def sift_points(
    given: Iterable[SheetPoints], on_record: Iterable[SheetPoints], reason: str = ""
) -> SiftedRows[SheetPoints]:
    """Part new points from those on record; with a ``reason`` old ones hold again."""

    def again(one: SheetPoints) -> SheetPoints:
        return one

    return _sift(_Sifting(_cell, _gives, _points_words, again if reason else None), given, on_record)


@dataclass(frozen=True)
class _Sifting(Generic[Row]):
    """How rows of one sort are told apart; ``again`` is what an old row is taken as, ``None``: not at all."""

    place: Callable[[Row], Hashable]
    says: Callable[[Row, Row], bool]
    words: Callable[[Row, Row], str]
    again: Callable[[Row], Row] | None


def _sift(how: _Sifting[Row], given: Iterable[Row], on_record: Iterable[Row]) -> SiftedRows[Row]:
    told = list(given)
    places = {how.place(one) for one in told}
    story: dict[Hashable, list[Row]] = {place: [] for place in places}
    for row in on_record:
        if how.place(row) in places:
            story[how.place(row)].append(row)
    found = SiftedRows[Row]()
    for one in told:
        before = story[how.place(one)]
        if before and how.says(before[-1], one):
            found.known += 1
        elif not any(how.says(row, one) for row in before):
            found.new.append(one)
            before.append(one)
        elif how.again is not None:
            found.new.append(how.again(one))
            before.append(found.new[-1])
        else:
            found.superseded.append(how.words(one, before[-1]))
    return found


def _place(one: TakenNumber) -> Hashable:
    kind = NumberKind.VERIFIED if one.kind is NumberKind.WITHDRAWN else one.kind
    return kind, one.period, one.unit, one.indicator


def _says(row: TakenNumber, one: TakenNumber) -> bool:
    """Return whether a row on record says all that another one does; it may have a reason beside."""
    alike = row.value == one.value and row.note == one.note and row.evidence == one.evidence
    return row.kind is one.kind and alike and one.reason in (row.reason, "")


def _number_words(one: TakenNumber, now: TakenNumber) -> str:
    return (
        f"{one.period} {one.unit} {one.indicator}: {write_number(one.value)} was on record before; "
        f"{write_number(now.value)} came after it and holds"
    )


def _cell(one: SheetPoints) -> Hashable:
    return one.sheet, one.unit, one.scorer, one.line


def _gives(row: SheetPoints, one: SheetPoints) -> bool:
    return row == one


def _points_words(one: SheetPoints, now: SheetPoints) -> str:
    return (
        f"{one.sheet} {one.unit} {one.scorer} {one.line}: {write_number(one.points)} was on record before; "
        f"{write_number(now.points)} came after it and holds"
    )
