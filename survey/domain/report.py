"""The results as tables for people, in Chinese: what every document format prints."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

from .campaign import Definition, Entry, SmallGroups, State
from .form import Base, Kind, Question, Section
from .results import BreakdownResult, CellResult, QuestionResult, Results, Row, Shown, Withheld, merged_key
from .rounding import Mode
from .scale import Scale, Treat
from .table import Cell, Column, Report, Table
from .tally import NO_OPTION
from .weighting import Missing

WITHHELD = "样本过小，不予显示"
SIGNATURES = ("计票人(签字)", "监票人(签字)", "总监票人(签字)", "单位(盖章)", "年  月  日")

_ROUNDING = {
    Mode.HALF_UP: "四舍五入",
    Mode.TRUNCATE: "截尾(不进位)",
    Mode.SUM_TO_100: "最大余额法(各等次占比之和为100%),其余四舍五入",
}
_MISSING = {
    Missing.RENORMALISE: "某票种无数据时，按其余票种的权重折算",
    Missing.WITHHOLD: "某票种无数据时，不计算加权结果",
    Missing.ZERO: "某票种无数据时，该票种按0计入",
}
_SMALL = {
    SmallGroups.WITHHOLD: "有票种作答不足的，只公布合计",
    SmallGroups.MERGE: "作答不足的票种与相邻票种合并",
    SmallGroups.SHOW: "合计达到要求的，各票种不论多少均公布",
}
_TREAT = {
    Treat.EXCLUDE: "不计入分母",
    Treat.DENOMINATOR: "计入占比的分母",
    Treat.ZERO: "计入分母，得分按0计",
}
_STATE = {State.COUNTED: "已计票，尚未确认"}


def make_report(results: Results, digest: str, state: State) -> Report:
    """Lay results out as tables; ``digest`` names the count and stands in every footer."""
    definition = results.definition
    tables = [_accounting(results)]
    for section in definition.sections:
        tables += [_standings(results, section), _section(results, section)]
    tables += [_question(results, q) for q in definition.questions if q.kind is not Kind.TEXT]
    tables += [_breakdown(results, q, s) for q in definition.breakdowns for s in definition.sections]
    return Report(
        title=definition.title,
        facts=(
            ("组织单位", definition.organiser),
            *_period(definition),
            ("活动代码", definition.code),
            ("状态", _STATE.get(state, "已确认")),
            ("规则摘要", definition.digest),
            ("计票摘要", digest),
        ),
        tables=[table for table in tables if table.rows],
        signatures=SIGNATURES,
        footer=f"{definition.code} · 计票摘要 {digest.removeprefix('sha256:')[:16]}",
    )


def _period(definition: Definition) -> list[tuple[str, str]]:
    zone = ZoneInfo(definition.time_zone)
    ends = [
        end and f"{end.astimezone(zone):%Y-%m-%d %H:%M}"
        for end in (definition.opens_at, definition.closes_at)
    ]
    return [("测评时间", f"{ends[0] or ''} 至 {ends[1] or ''}".strip())] if any(ends) else []


def _accounting(results: Results) -> Table:
    labels = ("到会人数", "发出票数", "作废票数", "未用票数", "收回票数", "有效票数", "废票", "无法识别")
    accounting = results.count.accounting
    named = [(group.label, accounting.groups[group.key]) for group in results.definition.groups]
    rows: list[Sequence[Cell]] = [
        (
            label,
            account.present,
            account.issued,
            account.voided,
            account.unused,
            account.returned,
            WITHHELD if account.valid is None else account.valid,
            WITHHELD if account.spoiled is None else account.spoiled,
            account.unreadable,
        )
        for label, account in [*named, ("合计", accounting.total)]
    ]
    columns = [Column("票种"), *(Column(label, "count") for label in labels)]
    notes = ("发出票数 = 收回票数 + 未用票数 + 作废票数", *_limits(results.definition))
    return Table("票数统计", columns, rows, notes)


def _limits(definition: Definition) -> tuple[str, ...]:
    """Say what keeps one person to one ballot where nobody handed codes out."""
    if definition.entry is not Entry.OPEN:
        return ()
    return (
        "本次开放参加：重复投票按设备限制，不按人限制；一人使用多部设备，或清除浏览器数据后再领票，可能不止一票",
    )


def _standings(results: Results, section: Section) -> Table:
    definition = results.definition
    places = definition.results.rounding.places
    groups = [group for group in definition.groups if definition.ratees_of(section, group.key)]
    bands = {band.key: band.label for band in definition.results.bands}
    rows: list[Sequence[Cell]] = []
    for standing in results.ratees:
        if standing.section != section.key:
            continue
        ratee = definition.ratee[standing.ratee]
        members = results.count.groups[ratee.key]
        scores: list[Cell] = []
        for group in groups:
            merged = next((members for members in members if group.key in members), None)
            if merged is None:
                scores.append("—")
            elif not standing.scores:
                scores.append(WITHHELD)
            else:
                score = standing.scores[merged_key(merged)]
                scores.append(score if len(merged) == 1 else f"{_plain(score)}({merged_key(merged)})")
        band = bands[standing.band] if standing.band else ""
        rank: Cell = standing.rank if definition.results.rank else None
        hidden = not standing.scores
        weighted: Cell = WITHHELD if hidden and standing.weighted is None else standing.weighted
        rows.append((rank, ratee.name, ratee.post, *scores, standing.pooled, weighted, band))
    columns = [
        Column("名次", "count"),
        Column("姓名"),
        Column("职务"),
        *(Column(group.label, "score", places) for group in groups),
        Column("合计得分(不加权)", "score", places),
        Column("加权得分", "score", places),
        Column("等次"),
    ]
    rows.sort(key=lambda row: row[0] if isinstance(row[0], int) else len(rows) + 1)
    return Table(f"{section.title} · 总表", columns, rows, standing_notes(definition))


def _section(results: Results, section: Section) -> Table:
    definition = results.definition
    scale = definition.scale[section.scale]
    columns = [
        Column("姓名"),
        Column("职务"),
        Column("项目"),
        Column("范围"),
        *_value_columns(definition, scale, ("未填",)),
    ]
    rows = list(_section_rows(results, section))
    return Table(f"{section.title} · 汇总表", columns, rows, scale_notes(definition, scale))


def _section_rows(results: Results, section: Section) -> Iterator[Sequence[Cell]]:
    definition = results.definition
    shown: dict[tuple[str | None, str | None], list[CellResult]] = defaultdict(list)
    for cell in results.cells:
        shown[cell.line.key].append(cell)
    hidden: dict[tuple[str | None, str | None], list[Withheld]] = defaultdict(list)
    for row in results.withheld:
        if row.row:
            hidden[row.ratee, row.criterion].append(row)
    for line in definition.lines:
        if line.section is section:
            head = (line.ratee.name, line.ratee.post, line.criterion.label)
            for cell in shown[line.key]:
                yield (*head, _over(definition, cell), *_values(cell))
            for row in hidden[line.key]:
                yield (*head, _over(definition, row), *_blank_values(definition, line.scale))


def _value_columns(definition: Definition, scale: Scale, more: Sequence[str]) -> list[Column]:
    places = definition.results.rounding.places
    return [
        Column("有效作答", "count"),
        Column(scale.abstain.label if scale.abstain else "弃权", "count"),
        *(Column(label, "count") for label in more),
        *(Column(f"{grade.label}(票)", "count") for grade in scale.grades),
        *(Column(f"{label}(%)", "percent", places) for label in _share_labels(scale)),
        *(Column(f"{rate.label}(%)", "percent", places) for rate in definition.rates_of(scale)),
        Column("得分", "score", places),
    ]


def _share_labels(scale: Scale) -> list[str]:
    labels = [grade.label for grade in scale.grades]
    return [*labels, scale.abstain.label] if scale.abstain and scale.counts_abstentions else labels


def _values(cell: CellResult) -> Iterator[Cell]:
    if cell.counts is None:
        yield from (None,) * (3 + len(cell.line.scale.grades))
    else:
        yield from (cell.counts.answered, cell.counts.abstained, cell.counts.blank, *cell.counts.grades)
    yield from _shown(cell.shown)


def _shown(shown: Shown) -> Iterator[Cell]:
    yield from shown.shares.values()
    yield from shown.rates.values()
    yield shown.score


def _blank_values(definition: Definition, scale: Scale) -> Iterator[Cell]:
    yield WITHHELD
    yield from (None,) * (len(_value_columns(definition, scale, ("未填",))) - 1)


def _over(definition: Definition, row: CellResult | QuestionResult | Withheld) -> str:
    if row.row is Row.GROUP and row.group is not None:
        known = definition.group.get(row.group)
        return known.label if known else row.group
    return "加权" if row.row is Row.WEIGHTED else "合计"


def _question(results: Results, question: Question) -> Table:
    definition = results.definition
    places = definition.results.rounding.places
    columns = [
        Column("范围"),
        Column("有效票数", "count"),
        Column("作答", "count"),
        *(Column(f"{option.label}(票)", "count") for option in question.options),
        *(Column(f"{option.label}(%)", "percent", places) for option in question.options),
    ]
    rows: list[Sequence[Cell]] = [
        (
            _over(definition, row),
            row.counts.valid,
            row.counts.answered,
            *row.counts.options,
            *row.shares.values(),
        )
        for row in results.questions
        if row.question is question
    ]
    rows += [
        (_over(definition, row), WITHHELD, *(None,) * (len(columns) - 2))
        for row in results.withheld
        if row.question == question.key and row.option is None
    ]
    base = "有效票数" if question.base is Base.VALID else "作答票数"
    return Table(question.label, columns, rows, (f"占比以{base}为分母",))


def _breakdown(results: Results, question: Question, section: Section) -> Table:
    definition = results.definition
    scale = definition.scale[section.scale]
    labels = {option.key: option.label for option in question.options} | {NO_OPTION: "未填"}
    columns = [Column("姓名"), Column("项目"), Column(question.label), *_value_columns(definition, scale, ())]
    kept: dict[tuple[str, str, str], BreakdownResult] = {
        (*row.line.key, row.option): row for row in results.breakdowns if row.question is question
    }
    rows: list[Sequence[Cell]] = []
    for line in definition.lines:
        if line.section is not section:
            continue
        for option, label in labels.items():
            row = kept.get((*line.key, option))
            values: Iterator[Cell] = iter((WITHHELD, *(None,) * (len(columns) - 4)))
            if row:
                counts = row.counts
                values = iter((counts.answered, counts.abstained, *counts.grades, *_shown(row.shown)))
            rows.append((line.ratee.name, line.criterion.label, label, *values))
    return Table(f"{section.title} · 按“{question.label}”", columns, rows, scale_notes(definition, scale))


def standing_notes(definition: Definition) -> tuple[str, ...]:
    """Say how group scores become one, a band and a rank: what stands under every ranking."""
    weights = "、".join(f"{group.label} {written(group.weight)}" for group in definition.groups)
    rules = definition.results
    notes = [f"权重：{weights}。{_MISSING[rules.missing_group]}。", *_rules(definition)]
    if rules.bands:
        notes.insert(
            1, "等次:" + "、".join(f"{b.label} {written(b.at_least)}分及以上" for b in rules.bands) + "。"
        )
    return tuple(notes)


def _rules(definition: Definition) -> tuple[str, ...]:
    rules = definition.results
    return (
        f"数值{_ROUNDING[rules.rounding.mode]},保留{rules.rounding.places}位小数。",
        f"作答不足{rules.minimum_cell}人的不予显示；{_SMALL[rules.small_groups]}。",
    )


def scale_notes(definition: Definition, scale: Scale) -> tuple[str, ...]:
    """Say what the rates and points of a scale are: what stands under every table of its grades."""
    points = "、".join(f"{grade.label} {written(grade.points)}" for grade in scale.grades)
    labels = {grade.key: grade.label for grade in scale.grades}
    below = "作答票数" if not scale.counts_abstentions else "作答与弃权票数之和"
    rates = [
        f"{rate.label} = ({' + '.join(labels[key] for key in rate.grades)})÷ {below}"
        for rate in definition.rates_of(scale)
    ]
    abstain = f"“{scale.abstain.label}”{_TREAT[scale.abstain.treat]};" if scale.abstain else ""
    return (*rates, f"分值：{points}。{abstain}未填不计入分母。", *_rules(definition))


def written(value: Fraction) -> str:
    """Write a number of a definition; it came from a decimal, so it ends."""
    whole = Decimal(value.numerator) / Decimal(value.denominator)
    return format(whole.normalize(), "f")


def _plain(score: Decimal | None) -> str:
    return "" if score is None else format(score, "f")
