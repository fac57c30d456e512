"""Gain and loss of one ratee: each line against the mean of the section, and against last time.

The mean is taken over the ratees of the section that have a value, this one included, exact and unweighted,
and only where there are at least four: over fewer, one's own value and the mean would give the others away.
Last time is compared by the rule of ``comparison``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from survey.domain.count.results import Exact, Results, exact_values
from survey.domain.count.rows import Row
from survey.domain.definition.campaign import Definition
from survey.domain.definition.form import Criterion, Ratee
from survey.domain.results.table import Cell, Column, Table

from .comparison import Comparison, Difference, rounded
from .comparison_tables import WHY, WITHHELD

MIN_RATEES = 4
"""Of how many ratees a mean may be shown."""
TOO_FEW_RATEES = "不足4人，不比较"


@dataclass(frozen=True)
class Gain:
    """One line of a ratee, or without a ``criterion`` the total: its weighted score beside others.

    ``mean`` and ``over_mean`` are ``None`` where the ratee has no score or too few have one (``among``);
    ``last`` is ``None`` where nothing is compared with.
    """

    criterion: Criterion | None
    score: Decimal | None
    withheld: bool
    mean: Decimal | None
    over_mean: Decimal | None
    among: int
    last: Difference | None


def gains(results: Results, ratee: Ratee, comparison: Comparison | None = None) -> list[Gain]:
    """Return the lines of a ratee, then the total, beside the section's means and last time."""
    definition = results.definition
    among = [one.key for one in definition.ratees if one.section == ratee.section]
    exact = exact_values(definition, results.count, among)
    criteria = definition.section[ratee.section].criteria
    found = []
    for criterion in (*criteria, None):
        scores = {key: _score(exact, key, criterion) for key in among}
        last = _last(comparison, ratee, criterion)
        withheld = _is_withheld(definition, exact, ratee, criterion)
        found.append(_gain(definition, criterion, scores, ratee.key, withheld, last))
    return found


def _gain(
    definition: Definition,
    criterion: Criterion | None,
    scores: dict[str, Fraction | None],
    ratee: str,
    withheld: bool,
    last: Difference | None,
) -> Gain:
    single = definition.results.rounding.single
    known = [score for score in scores.values() if score is not None]
    own = scores[ratee]
    if own is None or len(known) < MIN_RATEES:
        return Gain(criterion, single(own), withheld, None, None, len(known), last)
    mean = sum(known, Fraction(0)) / len(known)
    over = rounded(definition, own - mean)
    return Gain(criterion, single(own), withheld, single(mean), over, len(known), last)


def _score(exact: Exact, ratee: str, criterion: Criterion | None) -> Fraction | None:
    if criterion is None:
        return exact.totals[ratee][0]
    values = exact.weighted.get((ratee, criterion.key))
    return values.score if values else None


def _is_withheld(definition: Definition, exact: Exact, ratee: Ratee, criterion: Criterion | None) -> bool:
    if criterion is not None:
        return (ratee.key, criterion.key) not in exact.weighted
    counted = [one for one in definition.section[ratee.section].criteria if one.weight]
    return any((ratee.key, one.key) not in exact.weighted for one in counted)


def _last(comparison: Comparison | None, ratee: Ratee, criterion: Criterion | None) -> Difference | None:
    if comparison is None:
        return None
    compared = comparison.total(ratee) if criterion is None else comparison.line(ratee, criterion)
    return compared.over[Row.WEIGHTED].score if compared else None


def gain_table(definition: Definition, gains: Sequence[Gain], former: str = "") -> Table:
    """Lay gain and loss out for documents; ``former`` is the title of what was compared with, if anything."""
    places = definition.results.rounding.places
    rows: list[Sequence[Cell]] = []
    for gain in gains:
        own: Cell = WITHHELD if gain.withheld else gain.score
        few = gain.score is not None and gain.mean is None
        beside: list[Cell] = [TOO_FEW_RATEES if few else gain.mean, gain.over_mean]
        if former and gain.last is None:
            beside += [None, "对照活动中没有此对象"]
        elif former and gain.last is not None:
            why = WHY[gain.last.why] if gain.last.why else None
            beside += [gain.last.then, why or gain.last.change]
        rows.append((gain.criterion.label if gain.criterion else "总得分", own, *beside))
    own_label = "得分" if definition.has_one_group else "得分(加权)"
    columns = [
        Column("项目"),
        *(Column(label, "score", places) for label in (own_label, "本表平均", "与平均之差")),
        *(Column(label, "score", places) for label in ("上次得分", "与上次之差") if former),
    ]
    strong = 1 if rows else 0
    return Table("增减分析", columns, rows, gain_notes(former), strong=strong)


def gain_notes(former: str = "") -> tuple[str, ...]:
    """Describe in Chinese what the differences are taken of."""
    notes = (
        "本表平均 = 同一测评表中有加权得分的对象（含本人）得分的平均，不足4人不列。",
        "差以分为单位，由未经取舍的数相减后取舍一次，与表中两数之差可能有末位之差。",
    )
    if not former:
        return notes
    return (*notes, f"上次：{former}。两次人数相差不足最少人数的，不予比较。")
