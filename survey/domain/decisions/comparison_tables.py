"""Two counts side by side as tables for people, in Chinese."""

from collections.abc import Iterator, Mapping, Sequence

from survey.domain.count.rows import Row
from survey.domain.definition.campaign import Definition
from survey.domain.definition.form import Ratee, Section
from survey.domain.results.official_words import EVERYBODY
from survey.domain.results.subjects import name_label
from survey.domain.results.table import Cell, Column, Table

from .comparison import Compared, Comparison, Difference, NoDifference
from .matching import Unmatched

WITHHELD = "样本过小，不予显示"
WHY: Mapping[NoDifference, str] = {
    NoDifference.FEW: "两次人数相差过小，不予比较",
    NoDifference.WITHHELD: WITHHELD,
    NoDifference.NO_VALUE: "没有得分",
    NoDifference.SCALE: "等次或分值不同，不能相减",
    NoDifference.FORM: "项目或项目权重不同，不能相减",
    NoDifference.LINE: "对照活动中没有这个项目",
    NoDifference.WEIGHTS: "票种或权重不同，不能相减",
}
"""Why there is no difference."""
MISSING: Mapping[Unmatched, str] = {
    Unmatched.NONE: "对照活动中没有这个名字",
    Unmatched.AMBIGUOUS: "有同名的人，分不清是谁",
    Unmatched.ELSEWHERE: "有同名的人，但单位和职务都不同，不能确定是同一人",
}
"""Why a ratee has no counterpart."""
OVER = {Row.WEIGHTED: "加权", Row.POOLED: "合计"}
TOTAL = "总得分"


def comparison_tables(comparison: Comparison) -> list[Table]:
    """Lay a comparison out, one table a section, one row a value; sections without ratees are left out."""
    tables = []
    for section in comparison.now.sections:
        rows = [
            row for ratee in comparison.now.ratees_of(section) for row in _rows(comparison, section, ratee)
        ]
        if rows:
            tables.append(
                Table(
                    f"{section.title} · 两次比较",
                    _columns(comparison.now, section),
                    rows,
                    notes(comparison),
                )
            )
    return tables


def _columns(definition: Definition, section: Section) -> list[Column]:
    places = definition.results.rounding.places
    labels = (name_label(definition, section), "职务", "项目", "范围", "指标")
    values = ("本次", "对照", "差(分或百分点)")
    return [
        *(Column(label) for label in labels),
        *(Column(label, "score", places) for label in values),
        Column("说明"),
    ]


def _rows(comparison: Comparison, section: Section, ratee: Ratee) -> Iterator[Sequence[Cell]]:
    if ratee.key in comparison.matches.missing:
        why = MISSING[comparison.matches.missing[ratee.key]]
        yield ratee.name, ratee.post, None, None, None, None, None, None, why
    rates = {rate.key: rate.label for rate in comparison.now.rates_of(comparison.now.scale[section.scale])}
    for line in comparison.lines(ratee):
        for row in comparison.rows:
            over = line.over[row]
            label = OVER[row] if len(comparison.rows) > 1 else EVERYBODY
            head = (ratee.name, ratee.post, _label(line), label)
            yield *head, "得分", *_values(over.score)
            for key, difference in over.rates.items():
                yield *head, rates[key], *_values(difference)


def _label(line: Compared) -> str:
    return line.criterion.label if line.criterion else TOTAL


def _values(difference: Difference) -> Iterator[Cell]:
    yield from (difference.now, difference.then, difference.change)
    yield WHY[difference.why] if difference.why else None


def notes(comparison: Comparison) -> tuple[str, ...]:
    """Describe in Chinese what is compared, how it is rounded, and when it is not."""
    least = comparison.minimum
    return (
        f"本次：{comparison.now.title}；对照：{comparison.then.title}。",
        "差 = 本次 − 对照，得分以分计，率以百分点计。",
        "差由未经取舍的数相减后，按本次的规则取舍一次，与所列两数之差可能有末位之差。",
        f"某票种或合计的收回票数、某项的作答数，两次相差不足{least}的，不予比较，以免由相减看出个人的评价。",
        "测评对象按编号和姓名对应，编号不同的按姓名加单位或职务对应；项目按编号和名称对应。",
        "等次、分值不同的不相减；票种、票种权重不同的，加权值不相减；项目或项目权重不同的，总得分不相减。",
    )
