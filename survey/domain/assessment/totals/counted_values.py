"""What a component reads from a campaign's count: a value as displayed, of a row that the count kept.

Never an exact fraction, which would give numbers of votes away, and nothing that is withheld: the number is
one that the campaign's own tables show.
"""

from collections.abc import Iterable
from decimal import Decimal

from survey.domain.assessment.composite_rules import RATE, SCORE, Component, CountedRow
from survey.domain.assessment.facts import CountedValue, Lacking
from survey.domain.count.disclosure import Count
from survey.domain.count.exact import Exact
from survey.domain.count.overall import OverallResult, overall_rows
from survey.domain.count.rows import Row
from survey.domain.definition.campaign import Definition

_ROW = {CountedRow.WEIGHTED: Row.WEIGHTED, CountedRow.POOLED: Row.POOLED}


def value_of(count: Count, definition: Definition, component: Component, ratee: str) -> CountedValue:
    """Read a component's value for a ratee of a campaign; without one, say why.

    A score is the ratee's, a rate that of its overall line in percent. The count is not named: whoever has
    it at hand knows its digest.
    """
    if ratee not in definition.ratee:
        return CountedValue(None, why=Lacking.NO_SCORERS)
    if component.value == SCORE:
        value, is_kept = _score(count, definition, component.row, ratee)
    else:
        found = _overall(overall_rows(definition, count, definition.ratee[ratee]), component.row)
        value = found.shown.rates.get(component.value.removeprefix(RATE)) if found.shown else None
        is_kept = found.why is None
    if value is None:
        # A row that was kept and has no value: nobody in it gave a grade.
        return CountedValue(None, why=Lacking.NO_SCORERS if is_kept else Lacking.WITHHELD)
    return CountedValue(value)


def _score(count: Count, definition: Definition, row: CountedRow, ratee: str) -> tuple[Decimal | None, bool]:
    """Return a ratee's score as its campaign shows it, and whether all rows that it is taken of are kept."""
    _, weighted, pooled = Exact(definition, count).totals(ratee)
    section = definition.section[definition.ratee[ratee].section]
    cells = [count.cells[ratee, one.key] for one in section.criteria if one.weight]
    rounding = definition.results.rounding
    if row is CountedRow.POOLED:
        return rounding.single(pooled), all(cell.pooled is not None for cell in cells)
    return rounding.single(weighted), all(cell.groups is not None for cell in cells)


def _overall(rows: Iterable[OverallResult], row: CountedRow) -> OverallResult:
    return next(one for one in rows if one.row is _ROW[row])
