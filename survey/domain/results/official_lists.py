"""The official lists over several ratees: 总表, 分票种明细表, 分类汇总表."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from survey.domain.definition.campaign import Definition, EntryMode
from survey.domain.definition.form import Question, Ratee, Section
from survey.domain.definition.scale import Rate, Scale
from survey.domain.results.subjects import name_label

from .flat import accounting_table
from .official_subject import votes_on
from .official_words import (
    NOT_RATED,
    OTHERS,
    SHARE,
    SMALL_OPTION,
    VOTES,
    count_notes,
    form_name,
    form_notes,
    marked,
    names_table,
    nomination_notes,
    rate_columns,
    reasons,
    row_head,
    steps,
    value,
    withheld,
)
from .result_view import Screen
from .rules_text import (
    merged_words,
    overall_label,
    overall_notes,
    share_labels,
)
from .screen_rows import Ranking, ResultLine, Scored
from .table import Cell, Column, Sheet, Table

NOMINATION = "民主推荐结果汇总表"
EXAMINED = "是否确定为考察对象"
MERGED = "并入前列"
"""Stands for a rater group whose votes are among those of the one before it, with which it was merged."""


def accounting_sheet(screen: Screen, remarks: Sequence[str] = ()) -> Sheet:
    """Show how the ballots of every rater group add up, ``remarks`` under it."""
    table = accounting_table(screen.results)
    table = _accounted(screen, Table("", table.columns, [marked(row) for row in table.rows], strong=1))
    notes = tuple(dict.fromkeys((*count_notes(screen.results), *reasons(screen.results, [table]), *remarks)))
    return Sheet("accounting", "", "票数统计表", (), (table,), notes)


def _accounted(screen: Screen, table: Table) -> Table:
    """Return the account without those present where nobody can be."""
    columns, rows = list(table.columns), [list(row) for row in table.rows]
    if (
        screen.definition.entry is not EntryMode.CODES
        and rows
        and not any(row[1] is not None for row in rows)
    ):
        # Nobody is counted in a hall.
        columns, rows = [columns[0], *columns[2:]], [[row[0], *row[2:]] for row in rows]
    return replace(table, columns=columns, rows=rows)


def standings_sheet(screen: Screen, section: Section) -> Sheet:
    """Rank the ratees of a section: scores by rater group and weighted, bands, the overall judgement."""
    definition = screen.definition
    scale = definition.scale[section.scale]
    places = definition.results.rounding.places
    ranking = screen.ranking(section)
    merged = {
        one.key: merged_words(definition, screen.results.count.groups[one.key]) for one in definition.ratees
    }
    remarks = any(merged[row.ratee.key] for row in ranking.rows)
    over = overall_label(section) if definition.has_one_group else f"{overall_label(section)}（加权）"
    rates = _rates_beside(definition, scale)
    columns = [
        *((Column("名次", "count"),) if ranking.is_ranked else ()),
        Column(name_label(definition, section)),
        *((Column("职务"),) if definition.has_posts(section) else ()),
        *_score_columns(ranking, places),
        *((Column("等次"),) if ranking.has_bands else ()),
        *(
            Column(label, "percent", places, over, step=step)
            for label, step in zip(share_labels(scale), steps(scale), strict=True)
        ),
        *(Column(rate.label, "percent", places, over) for rate in rates),
        *((Column("备注"),) if remarks else ()),
    ]
    rows: list[Sequence[Cell]] = []
    for scored in sorted(ranking.rows, key=lambda one: (one.rank is None, one.rank or 0)):
        rows.append(
            (
                *((scored.rank,) if ranking.is_ranked else ()),
                scored.ratee.name,
                *((scored.ratee.post,) if definition.has_posts(section) else ()),
                *_scores(scored, ranking),
                *((value(scored.band, scored.why),) if ranking.has_bands else ()),
                *_distribution(scored, len(share_labels(scale)), rates),
                *((merged[scored.ratee.key],) if remarks else ()),
            )
        )
    table = Table("", columns, rows)
    notes = (*overall_notes(section), *form_notes(definition, section), *reasons(screen.results, [table]))
    return Sheet("standings", section.key, f"{form_name(section)}总表", (), (table,), notes)


def _rates_beside(definition: Definition, scale: Scale) -> list[Rate]:
    """List the rates that are not the percent of one grade, which stands beside them already."""
    return [rate for rate in definition.rates_of(scale) if len(set(rate.grades)) > 1]


def _score_columns(ranking: Ranking, places: int) -> list[Column]:
    """Return the columns of the scores: one where there is one rater group, whose are all three."""
    if len(ranking.groups) == 1:
        return [Column("得分", "score", places)]
    return [
        *(Column(group.label, "score", places, "得分") for group in ranking.groups),
        Column("合计（不加权）", "score", places, "得分"),
        Column("加权", "score", places, "得分"),
    ]


def _scores(scored: Scored, ranking: Ranking) -> list[Cell]:
    if len(ranking.groups) == 1:
        return [value(scored.weighted, scored.why)]
    groups = [value(one.value, scored.why) if one.rates else NOT_RATED for one in scored.scores]
    return [*groups, value(scored.pooled, scored.pooled_why), value(scored.weighted, scored.why)]


def _distribution(scored: Scored, shares: int, rates: Sequence[Rate]) -> tuple[Cell, ...]:
    if scored.shown is None:
        return (withheld(scored.shown_why),) * (shares + len(rates))
    return (*scored.shown.shares.values(), *(scored.shown.rates[rate.key] for rate in rates))


def nomination_sheet(screen: Screen, section: Section, examined: Mapping[str, str] | None = None) -> Sheet:
    """Lay out what came of a list to tick: votes by ticket kind, their share, and who was decided on.

    Who was recommended beside the list stands below it.

    ``examined`` maps ratees to what a committee decided; ``None`` leaves its column out, one that is not in
    it has nothing there yet.
    """
    definition = screen.definition
    ranking = screen.ranking(section)
    places = definition.results.rounding.places
    several = len(ranking.groups) > 1
    placed = any(one.place for one in definition.ratees_of(section))
    columns = [
        Column("排名" if ranking.is_ranked else "序号", "count"),
        Column("姓名"),
        *((Column("现任职务"),) if placed else ()),
        *(Column(group.label, "count", over=VOTES) for group in ranking.groups if several),
        *((Column("合计", "count", over=VOTES),) if several else (Column(VOTES, "count"),)),
        Column(f"{SHARE}(%)", "percent", places),
        *((Column(f"加权{SHARE}(%)", "percent", places),) if section.key in screen.results.weighed else ()),
        *((Column(EXAMINED),) if examined is not None else ()),
    ]
    rows: list[Sequence[Cell]] = []
    ordered = sorted(ranking.rows, key=lambda one: (one.rank is None, one.rank or 0))
    for number, scored in enumerate(ordered, 1):
        ratee = scored.ratee
        rows.append(
            (
                scored.rank if ranking.is_ranked else number,
                ratee.name,
                *((ratee.place,) if placed else ()),
                *votes_of(screen, ratee),
                *((examined.get(ratee.key, ""),) if examined is not None else ()),
            )
        )
    table = Table("", columns, rows)
    others = names_table(screen.results, section)
    tables = (table, replace(others, title=OTHERS, notes=())) if others else (table,)
    notes = (
        *nomination_notes(screen.results, section),
        *reasons(screen.results, [table]),
        *(others.notes if others else ()),
    )
    return Sheet("nomination", section.key, NOMINATION, (), tables, notes, form_name(section))


def votes_of(screen: Screen, ratee: Ratee) -> tuple[Cell, ...]:
    """Return a ratee's votes on a list to tick: of each rater group of the section, of all, and their share.

    A weighted share follows where the groups have weights that differ. Where there is one group, its votes
    and their share are all. Of groups that were merged, the first has the votes, and the others say so.
    """
    section = screen.definition.section[ratee.section]
    ticked = screen.definition.scale[section.scale].grades[0].key
    *lines, pooled, weighted = screen.overall_lines(ratee)
    shares = [line.shown.shares[ticked] if line.shown else withheld(line.why) for line in (pooled, weighted)]
    if len(screen.groups(section)) == 1:
        return votes_on(pooled), shares[0]
    of_group: dict[str, Cell] = {}
    for members, line in zip(screen.results.count.groups[ratee.key], lines, strict=True):
        of_group |= dict.fromkeys(members, MERGED) | {members[0]: votes_on(line)}
    groups = [of_group.get(group.key, NOT_RATED) for group in screen.groups(section)]
    return (*groups, votes_on(pooled), *(shares if section.key in screen.results.weighed else shares[:1]))


def detail_sheet(screen: Screen, section: Section) -> Sheet:
    """List every row that the count has of a section: each ratee and criterion by rater group."""
    definition = screen.definition
    scale = definition.scale[section.scale]
    several = len(section.criteria) > 1
    values = _columns(screen, section, blanks=True)
    width = len(values)
    one = definition.has_one_group
    columns = [
        Column(name_label(definition, section)),
        *((Column("项目"),) if several else ()),
        *(() if one else (Column("票种"),)),
        *values,
    ]
    rows: list[Sequence[Cell]] = []
    sizes = set()
    for ratee in definition.ratees_of(section):
        for criterion in section.criteria:
            head = (ratee.name, criterion.label) if several else (ratee.name,)
            lines = screen.shown_lines(ratee, criterion)
            rows += [
                (*head, *row_head(definition, line), *_cells(line, section, scale, width, blanks=True))
                for line in lines
            ]
            sizes.add(len(section.criteria) if one else len(lines))
    # Of one group a ratee's criteria stand together, of several the rows of one criterion.
    table = _in_blocks(Table("", columns, rows), sizes, 2 if several and not one else 1)
    notes = (*form_notes(definition, section), *reasons(screen.results, [table]))
    title = f"{form_name(section)}{'' if one else '分票种'}明细表"
    return Sheet("detail", section.key, title, (), (table,), notes)


def breakdown_sheet(screen: Screen, question: Question, section: Section) -> Sheet:
    """List the ratings of a section by the answers to a question."""
    definition = screen.definition
    scale = definition.scale[section.scale]
    several = len(section.criteria) > 1
    values = _columns(screen, section, blanks=False)
    head = [
        Column(name_label(definition, section)),
        *((Column("项目"),) if several else ()),
        Column(question.label),
    ]
    rows: list[Sequence[Cell]] = []
    for ratee in definition.ratees_of(section):
        for criterion in section.criteria:
            named = (ratee.name, criterion.label) if several else (ratee.name,)
            rows += [
                (*named, line.label or "未填", *_cells(line, section, scale, len(values), blanks=False))
                for line in screen.option_lines(ratee, criterion, question)
            ]
    table = _in_blocks(Table("", [*head, *values], rows), {len(question.options) + 1}, 2 if several else 1)
    notes = (*form_notes(definition, section), *reasons(screen.results, [table]))
    title = f"{form_name(section)}分类汇总表"
    return Sheet("breakdown", section.key, title, (("分类", question.label),), (table,), notes)


def _columns(screen: Screen, section: Section, *, blanks: bool) -> list[Column]:
    definition = screen.definition
    scale = definition.scale[section.scale]
    places = definition.results.rounding.places
    return [
        Column("作答", "count"),
        *((Column(scale.abstain.label, "count"),) if scale.abstain else ()),
        *((Column("未填", "count"),) if blanks else ()),
        *(Column(grade.label, "count", over="票数") for grade in scale.grades),
        *(Column(label, "score", places, "百分比(%)") for label in share_labels(scale)),
        *rate_columns(definition, scale),
        *(() if section.is_ticked else (Column("得分", "score", places),)),
    ]


def _cells(line: ResultLine, section: Section, scale: Scale, width: int, *, blanks: bool) -> tuple[Cell, ...]:
    if line.shown is None:
        return (withheld(line.why) if line.row else SMALL_OPTION,) * width
    outside = (scale.abstain is not None) + blanks
    counts: tuple[Cell, ...] = (NOT_RATED,) * (1 + outside + len(scale.grades))
    if line.counts:
        abstained = (line.counts.abstained,) if scale.abstain else ()
        blank = (line.counts.blank,) if blanks else ()
        counts = (line.counts.answered, *abstained, *blank, *line.counts.grades)
    score = () if section.is_ticked else (line.shown.score,)
    return (*counts, *line.shown.shares.values(), *line.shown.rates.values(), *score)


def _in_blocks(table: Table, sizes: set[int], head: int) -> Table:
    """Group the rows of one cell of the count, its name once, where all have as many."""
    if len(sizes) != 1:
        return table
    columns = [replace(one, tall=at < head) for at, one in enumerate(table.columns)]
    return replace(table, columns=columns, block=sizes.pop())
