"""What of a count may be kept and shown; applied before anything is written.

Where codes of a small group were issued late, a row counts as small if it would be without as many of its
answers as such codes may have given (``late``, docs/decisions/0022).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import reduce
from operator import add

from survey.domain.definition.campaign import Definition
from survey.domain.definition.form import Question, QuestionKind
from survey.domain.definition.rules import SmallGroups

from .accounting import Accounting
from .late import Late, known_at_most, late_numbers
from .tally import Counts, OptionCounts, Tally, options_of

Cell = tuple[str, str]
"""The keys of a ratee and a criterion."""
Merged = tuple[str, ...]
"""The keys of rater groups that stand together as one row; mostly one."""
NONE_LATE: Mapping[str, int] = {}


class Why(StrEnum):
    """Why a row is left out."""

    SMALL_CELL = "small-cell"
    SMALL_GROUP = "small-group"


@dataclass(frozen=True)
class CellRows:
    """The rows kept of one cell; what is withheld is ``None``."""

    groups: Mapping[Merged, Counts] | None
    pooled: Counts | None
    why: Why | None = None


@dataclass(frozen=True)
class QuestionRows:
    """The rows kept of one question; what is withheld is ``None``."""

    groups: Mapping[str, OptionCounts] | None
    pooled: OptionCounts | None
    why: Why | None = None


@dataclass(frozen=True)
class Count:
    """A count as it may be kept: nothing withheld is in it.

    ``groups`` are the rows of rater groups that each ratee has (merged where the campaign merges small
    ones); ``breakdowns`` map cell and question to the counts of each option, ``None`` where withheld.
    ``late`` are the codes that small groups got after opening.
    """

    accounting: Accounting
    groups: Mapping[str, tuple[Merged, ...]]
    cells: Mapping[Cell, CellRows]
    questions: Mapping[str, QuestionRows]
    breakdowns: Mapping[tuple[str, str, str], Mapping[str, Counts | None]]
    late: Late = ()


def disclose(definition: Definition, tally: Tally, accounting: Accounting, late: Late = ()) -> Count:
    """Keep of a tally what the campaign's rules allow to be shown."""
    numbers = late_numbers(late)
    groups = _row_groups(definition, tally, numbers)
    counted = {group.key: tally.cells(group.key) for group in definition.groups}
    cells = {
        line.key: _cell(definition, line.key, counted, groups[line.ratee.key], numbers)
        for line in definition.lines
    }
    return Count(
        accounting=_discreet(definition, accounting, numbers),
        groups=groups,
        cells=cells,
        questions={
            question.key: _question(definition, question, tally, numbers)
            for question in definition.questions
            if question.kind is not QuestionKind.TEXT
        },
        breakdowns=dict(_breakdowns(definition, tally, cells, numbers)),
        late=late,
    )


def _row_groups(
    definition: Definition, tally: Tally, late: Mapping[str, int]
) -> dict[str, tuple[Merged, ...]]:
    merging = definition.results.small_groups is SmallGroups.MERGE
    counted = {group.key: tally.cells(group.key) for group in definition.groups} if merging else {}
    found: dict[str, tuple[Merged, ...]] = {}
    for ratee in definition.ratees:
        groups: tuple[Merged, ...] = tuple((group,) for group in ratee.groups)
        if merging:
            keys = [line.key for line in definition.lines if line.ratee is ratee]
            groups = merged(groups, keys, counted, definition.results.minimum_cell, late)
        found[ratee.key] = groups
    return found


def merged(
    groups: tuple[Merged, ...],
    keys: Sequence[Cell],
    counted: Mapping[str, Mapping[Cell, Counts]],
    minimum: int,
    late: Mapping[str, int] = NONE_LATE,
) -> tuple[Merged, ...]:
    """Join a ratee's small groups with their neighbours until none is small in any of its cells."""
    while len(groups) > 1:
        small = next(
            (
                place
                for place, group in enumerate(groups)
                if any(
                    _sum(group, key, counted).is_small(minimum + _known(group, key, counted, late))
                    for key in keys
                )
            ),
            None,
        )
        if small is None:
            break
        first = min(small, len(groups) - 2)
        groups = (*groups[:first], groups[first] + groups[first + 1], *groups[first + 2 :])
    return groups


def _sum(group: Merged, key: Cell, counted: Mapping[str, Mapping[Cell, Counts]]) -> Counts:
    return reduce(add, (counted[member][key] for member in group))


def _known(
    groups: Merged, key: Cell, counted: Mapping[str, Mapping[Cell, Counts]], late: Mapping[str, int]
) -> int:
    return known_at_most(late, {group: counted[group][key].marked for group in groups})


def _cell(
    definition: Definition,
    key: Cell,
    counted: Mapping[str, Mapping[Cell, Counts]],
    groups: tuple[Merged, ...],
    late: Mapping[str, int],
) -> CellRows:
    minimum = definition.results.minimum_cell
    rows = {group: _sum(group, key, counted) for group in groups}
    known = {group: _known(group, key, counted, late) for group in groups}
    pooled = reduce(add, rows.values())
    if pooled.is_small(minimum + sum(known.values())):
        return CellRows(None, None, Why.SMALL_CELL)
    shows = definition.results.small_groups is SmallGroups.SHOW
    if not shows and any(row.is_small(minimum + known[group]) for group, row in rows.items()):
        return CellRows(None, pooled, Why.SMALL_GROUP)
    return CellRows(rows, pooled)


def _question(
    definition: Definition, question: Question, tally: Tally, late: Mapping[str, int]
) -> QuestionRows:
    minimum = definition.results.minimum_cell
    rows = {group: tally.options(question.key, group) for group in question.groups}
    known = {group: known_at_most(late, {group: row.marked}) for group, row in rows.items()}
    pooled = reduce(add, rows.values())
    if pooled.is_small(minimum + sum(known.values())):
        return QuestionRows(None, None, Why.SMALL_CELL)
    shows = definition.results.small_groups is SmallGroups.SHOW
    if not shows and any(row.is_small(minimum + known[group]) for group, row in rows.items()):
        return QuestionRows(None, pooled, Why.SMALL_GROUP)
    return QuestionRows(rows, pooled)


def _breakdowns(
    definition: Definition, tally: Tally, cells: Mapping[Cell, CellRows], late: Mapping[str, int]
) -> Iterator[tuple[tuple[str, str, str], Mapping[str, Counts | None]]]:
    splits = {
        question.key: {option: tally.split(question.key, option) for option in options_of(question)}
        for question in definition.breakdowns
    }
    # Which option late codes chose is not known: each of its rows may hold them all.
    counted = {group: tally.cells(group) for group in late} if splits else {}
    for line in definition.lines:
        raters = tuple(group for group in counted if group in line.ratee.groups)
        known = _known(raters, line.key, counted, late)
        for question in definition.breakdowns:
            rows = {option: splits[question.key][option][line.key] for option in options_of(question)}
            hidden = set(rows)
            if cells[line.key].pooled:
                hidden = hidden_options(rows, definition.results.minimum_cell + known)
            yield (
                (*line.key, question.key),
                {option: None if option in hidden else _marked(counts) for option, counts in rows.items()},
            )


def _marked(counts: Counts) -> Counts:
    """Leave the blanks out of a breakdown row: with them it tells how many chose an option, shown or not."""
    return replace(counts, blank=0)


def hidden_options(rows: Mapping[str, Counts], minimum: int) -> set[str]:
    """Choose which rows of a breakdown are withheld.

    The small ones, then those with the fewest answers (none without any), until at least two are withheld
    that hold at least ``minimum`` answers together: one row alone, or too few answers, could be worked out
    from the pooled row. Where that cannot be, all.
    """
    hidden = {option for option, row in rows.items() if row.is_small(minimum)}
    if not hidden:
        return hidden
    others = [option for option in rows if option not in hidden and rows[option].answered]
    others.sort(key=lambda option: rows[option].answered)
    for option in [*others, None]:
        if len(hidden) >= 2 and sum(rows[hid].answered for hid in hidden) >= minimum:
            return hidden
        if option is not None:
            hidden.add(option)
    return set(rows)


def _discreet(definition: Definition, accounting: Accounting, late: Mapping[str, int]) -> Accounting:
    """Leave valid and spoiled out of every group's account where some group is small."""
    minimum = definition.results.minimum_cell
    small = any(
        0 < account.returned < minimum + known_at_most(late, {group: account.returned})
        for group, account in accounting.groups.items()
    )
    if not small or definition.results.small_groups is SmallGroups.SHOW:
        return accounting
    groups = {key: account.without_validity() for key, account in accounting.groups.items()}
    return Accounting(groups, accounting.total)
