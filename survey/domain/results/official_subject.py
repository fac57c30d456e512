"""The official form of one ratee: 个人汇总表, 班子汇总表, 汇总表."""

from collections.abc import Sequence
from fractions import Fraction

from survey.domain.count.disclosure import Merged
from survey.domain.count.rows import merged_key
from survey.domain.definition.campaign import Definition
from survey.domain.definition.form import Ratee
from survey.domain.definition.scale import Scale
from survey.domain.results.subjects import SUBJECT_TITLES, SubjectKind, subject_kind, subject_label

from .correction_words import correction_notes
from .official_words import (
    EVERYBODY,
    NOT_RATED,
    SHARE,
    VOTES,
    account_of,
    issued_notes,
    nomination_notes,
    rate_columns,
    reasons,
    share_name,
    value,
    withheld,
)
from .result_view import Screen
from .rules_text import group_label, number, overall_label, overall_notes
from .screen_rows import ResultLine, Scored
from .table import Cell, Column, Sheet, Table


def subject_sheet(screen: Screen, ratee: Ratee, name: str, said: Sequence[str] = ()) -> Sheet:
    """Lay out all that the count says of one ratee, by rater group and by criterion.

    ``name`` is what it is called among all, ``said`` are the notes on the numbers of its section.
    """
    definition = screen.definition
    section = definition.section[ratee.section]
    if section.is_ticked:
        return _listed_sheet(screen, ratee, name)
    total = screen.placed(ratee)
    one = definition.has_one_group
    kind, head = _head(definition, ratee, ratee.post)
    head.append(("得分" if one else "加权得分", value(total.weighted, total.why)))
    if screen.bands(section):
        head.append(("等次", withheld(total.why) if total.why else total.band))
    first = _over_all(screen, ratee, total) if one else _by_group(screen, ratee, total)
    tables = (first, _by_criterion(screen, ratee))
    return Sheet(
        kind=kind,
        key=ratee.key,
        title=SUBJECT_TITLES[kind],
        subject=head,
        tables=tables,
        notes=(
            *overall_notes(section),
            *said,
            *correction_notes(definition, section, ratee),
            *issued_notes(screen.results, ratee.groups),
            *reasons(screen.results, tables),
        ),
        name=name,
    )


def _head(definition: Definition, ratee: Ratee, post: str) -> tuple[SubjectKind, list[tuple[str, Cell]]]:
    kind = subject_kind(definition, definition.section[ratee.section], ratee)
    head: list[tuple[str, Cell]] = [(subject_label(definition, kind), ratee.name)]
    if kind == "person":
        head.append(("职务", post or NOT_RATED))
    return kind, head


def _listed_sheet(screen: Screen, ratee: Ratee, name: str) -> Sheet:
    """Lay out the votes of one ratee on a list to tick, which has no scores."""
    section = screen.definition.section[ratee.section]
    total = screen.placed(ratee)
    kind, head = _head(screen.definition, ratee, ratee.place)
    head.append((f"{share_name(screen.results, section)}(%)", value(total.ranked_by, total.why)))
    table = _votes_by_group(screen, ratee)
    notes = (
        *nomination_notes(screen.results, section, ranks=False),
        *issued_notes(screen.results, ratee.groups),
        *reasons(screen.results, [table]),
    )
    return Sheet(kind, ratee.key, SUBJECT_TITLES[kind], head, (table,), notes, name)


def _votes_by_group(screen: Screen, ratee: Ratee) -> Table:
    """Return votes and their share by rater group and of all; weighted ones only where weights differ."""
    definition, results = screen.definition, screen.results
    section = definition.section[ratee.section]
    ticked = definition.scale[section.scale].grades[0].key
    weighed, one = ratee.section in results.weighed, definition.has_one_group
    columns = [
        Column("范围" if one else "票种"),
        *((Column("权重", "count"),) if weighed else ()),
        *(Column(label, "count") for label in ("发出票数", "收回票数", "有效票数", VOTES)),
        Column(f"{SHARE}(%)", "percent", definition.results.rounding.places),
    ]
    groups = results.count.groups[ratee.key]
    everybody = tuple(key for members in groups for key in members)
    *lines, pooled, weighted = screen.overall_lines(ratee)

    def share(line: ResultLine) -> Cell:
        return line.shown.shares[ticked] if line.shown else withheld(line.why)

    def row(label: str, weight: Cell, members: Merged, line: ResultLine) -> Sequence[Cell]:
        account = account_of(results, members)
        return label, *((weight,) if weighed else ()), *account, votes_on(line), share(line)

    rows = [
        row(group_label(definition, members), _weight(screen, members), members, line)
        for members, line in zip(() if one else groups, () if one else lines, strict=True)
    ]
    all_together = EVERYBODY if one else "合计（不加权）" if weighed else "合计"
    rows.append(row(all_together, NOT_RATED, everybody, pooled))
    if weighed:
        rows.append(("加权结果", _weight(screen, everybody), *(NOT_RATED,) * 4, share(weighted)))
    return Table("", columns, rows, strong=1)


def votes_on(line: ResultLine) -> Cell:
    """Return how often somebody on a list to tick was ticked."""
    return line.counts.grades[0] if line.counts else withheld(line.why)


def _over_all(screen: Screen, ratee: Ratee, total: Scored) -> Table:
    """Return what ``_by_group`` has in three rows that are alike, where all voters are of one group."""
    table = _by_group(screen, ratee, total)
    row = table.rows[-2]
    columns = [Column("范围"), *table.columns[2:]]
    return Table("一、票数和得分", columns, [(EVERYBODY, *row[2:])])


def _by_group(screen: Screen, ratee: Ratee, total: Scored) -> Table:
    definition = screen.definition
    section = definition.section[ratee.section]
    columns = [
        Column("票种"),
        Column("权重", "count"),
        *(Column(label, "count") for label in ("发出票数", "收回票数", "有效票数")),
        *rate_columns(definition, definition.scale[section.scale], overall_label(section)),
        Column(
            "得分" if len(section.criteria) == 1 else "总得分", "score", definition.results.rounding.places
        ),
    ]
    width = len(columns) - 6
    groups = screen.results.count.groups[ratee.key]
    everybody = tuple(one for members in groups for one in members)
    scores = screen.standings[ratee.key].scores
    *lines, pooled, weighted = screen.overall_lines(ratee)
    rows: list[Sequence[Cell]] = [
        (
            group_label(definition, members),
            _weight(screen, members),
            *account_of(screen.results, members),
            *_rates(line, width),
            value(scores.get(merged_key(members)), total.why),
        )
        for members, line in zip(groups, lines, strict=True)
    ]
    rows += [
        (
            "合计（不加权）",
            NOT_RATED,
            *account_of(screen.results, everybody),
            *_rates(pooled, width),
            value(total.pooled, total.pooled_why),
        ),
        (
            "加权结果",
            _weight(screen, everybody),
            *(NOT_RATED,) * 3,
            *_rates(weighted, width),
            value(total.weighted, total.why),
        ),
    ]
    return Table("一、按票种", columns, rows, strong=1)


def _weight(screen: Screen, groups: Merged) -> Cell:
    return number(sum((screen.definition.group[key].weight for key in groups), Fraction(0)))


def _rates(line: ResultLine, width: int) -> tuple[Cell, ...]:
    """Return the rates of a row, or words for each where the row is withheld."""
    return tuple(line.shown.rates.values()) if line.shown else (withheld(line.why),) * width


def _by_criterion(screen: Screen, ratee: Ratee) -> Table:
    definition = screen.definition
    section = definition.section[ratee.section]
    scale = definition.scale[section.scale]
    places = definition.results.rounding.places
    one = definition.has_one_group
    columns = [
        Column("项目", tall=True),
        Column("权重", "count", tall=True),
        Column(""),
        *answer_columns(scale),
        *rate_columns(definition, scale, tall=True),
        Column("得分", "score", places, tall=True),
        *(() if one else (Column("加权得分", "score", places, tall=True),)),
    ]
    rows: list[Sequence[Cell]] = []
    for criterion, scored in zip(section.criteria, screen.criteria(ratee), strict=True):
        pooled = screen.ratee_lines(ratee, criterion)[-2]
        head = (criterion.label, number(criterion.weight))
        rates = _rates(pooled, len(definition.rates_of(scale)))
        weighted = () if one else (value(scored.weighted, scored.why),)
        tail = (*rates, value(scored.pooled, scored.pooled_why), *weighted)
        counts, shares = answers(pooled, scale)
        rows += [(*head, "票数", *counts, *tail), (*head, "百分比(%)", *shares, *tail)]
    return Table(f"二、按测评项目{'' if one else '（各票种合计）'}", columns, rows, block=2)


def answer_columns(scale: Scale) -> list[Column]:
    """Return the columns of the grades, of abstentions and of blanks, for counts over shares."""
    columns = [Column(grade.label, "count", step=at) for at, grade in enumerate(scale.grades, 1)]
    if scale.abstain:
        columns.append(Column(scale.abstain.label, "count", step=0 if scale.counts_abstentions else None))
    return [*columns, Column("未填", "count")]


def answers(line: ResultLine, scale: Scale) -> tuple[tuple[Cell, ...], tuple[Cell, ...]]:
    """Return the counts of a row, which weighted ones lack, and its shares; abstentions and blanks last."""
    width = len(scale.grades) + (2 if scale.abstain else 1)
    if line.shown is None:
        return (withheld(line.why),) * width, (withheld(line.why),) * width
    counts: tuple[Cell, ...] = (NOT_RATED,) * width
    if line.counts:
        abstained = (line.counts.abstained,) if scale.abstain else ()
        counts = (*line.counts.grades, *abstained, line.counts.blank)
    shares = tuple(line.shown.shares.values())
    return counts, (*shares, *(NOT_RATED,) * (width - len(shares)))
