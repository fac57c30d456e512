"""Gain and loss of one ratee: each line against the mean of the section, and against last time.

The mean is taken over the ratees of the section that have a value, this one included, exact and unweighted,
and only where there are at least four: over fewer, one's own value and the mean would give the others away.
Last time is compared by the rule of ``comparison``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import lcm

from survey.domain.count.disclosure import Count
from survey.domain.count.exact import Exact
from survey.domain.count.results import Results
from survey.domain.count.rows import Row
from survey.domain.definition.campaign import Definition
from survey.domain.definition.form import Criterion, Ratee
from survey.domain.results.table import Cell, Column, Table

from .comparison import Comparison, Difference, rounded
from .comparison_tables import WHY, WITHHELD

MIN_RATEES = 4
"""Of how many ratees a mean may be shown."""
TOTAL = ""
"""What stands for the total among the keys of a section's criteria."""
SectionMeans = Mapping[str, tuple[Fraction, int]]
"""By criterion, and of the total: the sum of a section's weighted scores, and of how many ratees it is."""
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


def section_means(definition: Definition, count: Count, section: str) -> SectionMeans:
    """Work out what the means of a section are taken of: all its scores, so once for all its ratees."""
    exact = Exact(definition, count)
    among = [ratee.key for ratee in definition.ratees_of(definition.section[section])]
    lines = {
        criterion.key: [exact.score((key, criterion.key)) for key in among]
        for criterion in definition.section[section].criteria
    }
    totals = {TOTAL: [exact.totals(key)[1] for key in among]}
    return {key: _sum(scores) for key, scores in (lines | totals).items()}


def gains(
    results: Results, ratee: Ratee, comparison: Comparison | None = None, means: SectionMeans | None = None
) -> list[Gain]:
    """Return the lines of a ratee, then the total, beside the section's means and last time.

    ``means`` are those of the ratee's section, worked out here where they are not given.
    """
    definition, count = results.definition, results.count
    over = section_means(definition, count, ratee.section) if means is None else means
    exact = Exact(definition, count)
    criteria = definition.section[ratee.section].criteria
    found = []
    for criterion in (*criteria, None):
        score = exact.score((ratee.key, criterion.key)) if criterion else exact.totals(ratee.key)[1]
        last = _last(comparison, ratee, criterion)
        among = [criterion] if criterion else [one for one in criteria if one.weight]
        withheld = not all(exact.is_kept((ratee.key, one.key), Row.WEIGHTED) for one in among)
        mean = over[criterion.key if criterion else TOTAL]
        found.append(_gain(definition, criterion, score, mean, withheld, last))
    return found


def _sum(scores: Sequence[Fraction | None]) -> tuple[Fraction, int]:
    """Add the scores that there are up, and count them."""
    known = [score for score in scores if score is not None]
    over = lcm(*(score.denominator for score in known))
    return Fraction(sum(one.numerator * (over // one.denominator) for one in known), over), len(known)


def _gain(
    definition: Definition,
    criterion: Criterion | None,
    own: Fraction | None,
    others: tuple[Fraction, int],
    withheld: bool,
    last: Difference | None,
) -> Gain:
    single = definition.results.rounding.single
    total, among = others
    if own is None or among < MIN_RATEES:
        return Gain(criterion, single(own), withheld, None, None, among, last)
    mean = total / among
    over = rounded(definition, own - mean)
    return Gain(criterion, single(own), withheld, single(mean), over, among, last)


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
