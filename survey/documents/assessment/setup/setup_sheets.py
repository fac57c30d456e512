"""The sheets of a set-up workbook: which columns each has, their names, and what is to be written there.

Columns come from the definition's schema, so that a key that is added there has one at once; here stand the
words that a form cannot do without: heads where the schema's label is too short, and notes.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from survey.domain.assessment.composite_rules import (
    SCORE,
    Component,
    CompositeRules,
    EntryCaps,
    EntryItem,
    RatingBand,
    ScoreSheet,
    SheetLine,
)
from survey.domain.assessment.definition import (
    LIGHT_WORDS,
    AssessedUnit,
    AssessmentTable,
    Department,
    LightRules,
    UnitClass,
)
from survey.domain.assessment.entry_kinds import MapEntry, OptionalNumberEntry
from survey.domain.assessment.indicators import Indicator, ScoringLine
from survey.domain.assessment.reports.number_text import write_number
from survey.domain.definition.schema import N_, RowsEntry, SchemaEntry, TableEntry, entries_of
from survey.domain.definition.schema_entries import (
    ChoiceEntry,
    FlagEntry,
    KeyEntry,
    NamedEntry,
    NamesEntry,
    NumberEntry,
    TextEntry,
    WholeEntry,
)

from .setup_words import EXAMPLES, HEADS, NOTES, SHARES, WIDTHS

YES, NO = "是", "否"
SCORE_WORD = "得分"
BASICS, TARGETS = "考核", "目标"
ITEM, FILLED, NOTE, EXAMPLE = "项目", "填写", "说明", "示例"
"""Heads of the first sheet; the latter two also mark rows of the others that are not read."""

_FREE = "可不填。"
_NUMBERS = (WholeEntry, NumberEntry, OptionalNumberEntry)
_INNER = ("score", "lines")
_NAMING: Mapping[str, str] = {"components.sheet": "sheets", "composite.binding_ceiling": "composite.bands"}
"""Texts that name a row of a list although the schema does not say so."""


@dataclass(frozen=True)
class SetupColumn:
    """A column of a sheet, or a line of the first one; ``path`` is its key within the row's table.

    ``whole`` is its path from the top of the definition; ``said`` the part of the note that is its own;
    ``names`` is the list whose rows are named in it; ``inner`` tells that it belongs to the list in the row,
    of which further ones stand in rows of their own.
    """

    path: str
    head: str
    note: str
    entry: SchemaEntry
    whole: str = ""
    said: str = ""
    required: bool = False
    default: Any = None
    names: str = ""
    inner: bool = False
    width: int = 12
    is_share: bool = False

    @property
    def is_number(self) -> bool:
        """Return whether one number stands in it, and nothing else."""
        return isinstance(self.entry, _NUMBERS)

    @property
    def choices(self) -> tuple[str, ...]:
        """Return the words that one chooses from, empty where one writes."""
        if isinstance(self.entry, ChoiceEntry):
            return tuple(self.entry.words.values())
        return (YES, NO) if isinstance(self.entry, FlagEntry) else ()


@dataclass(frozen=True)
class SetupSheet:
    """A sheet with a row for each row of a list of the definition; ``key`` is the list's path.

    ``inner`` is the list within each row that shares its lines; ``prefix`` begins the keys that are given to
    rows without one.
    """

    name: str
    key: str
    says: str
    columns: tuple[SetupColumn, ...]
    inner: str = ""
    prefix: str = ""
    inner_prefix: str = ""
    examples: tuple[Mapping[str, str], ...] = field(default=())

    @property
    def by_head(self) -> dict[str, SetupColumn]:
        """Map heads to columns."""
        return {column.head: column for column in self.columns}

    @property
    def label(self) -> str:
        """Return the key of what people call a row."""
        return next(c.path for c in self.columns if c.path in ("label", "title"))


def _columns(table: type, at: str, path: str = "", *, inner: bool = False) -> Iterator[SetupColumn]:
    """List a column for each key of a table and of the tables in it; lists in it have their own."""
    for key, known in entries_of(table).items():
        within = f"{path}.{key}" if path else key
        entry, whole = known.entry, f"{at}.{within}"
        if isinstance(entry, TableEntry):
            yield from _columns(entry.of, at, within, inner=inner)
        elif isinstance(entry, MapEntry) and entry.of == "lights":
            for light, word in LIGHT_WORDS.items():
                yield _column(f"{within}.{light}", f"{whole}.{light}", TextEntry(f"“{word}”改叫什么"))
        elif not isinstance(entry, RowsEntry):
            # Of a table that may be left out nothing is required of a row that does not have it.
            required = known.required and path in ("", *_INNER)
            made = _column(within, whole, entry, known.default, required=required)
            yield replace(made, inner=inner)


def _column(
    path: str, whole: str, entry: SchemaEntry, default: Any = "", *, required: bool = False
) -> SetupColumn:
    named = entry.of if isinstance(entry, NamedEntry | NamesEntry | MapEntry) else _NAMING.get(whole, "")
    head = HEADS.get(whole) or ("代号" if isinstance(entry, KeyEntry) else entry.label)
    said, wanted = NOTES.get(whole, ""), _wanted(entry, default, required=required)
    return SetupColumn(
        path=path,
        head=head,
        note=said if wanted == _FREE and "不填" in said else wanted + said,
        entry=entry,
        whole=whole,
        said=said,
        required=required,
        default=default,
        names=named,
        width=WIDTHS.get(whole, max(11, 2 * len(head) + 2)),
        is_share=whole in SHARES,
    )


def _wanted(entry: SchemaEntry, default: Any, *, required: bool) -> str:
    if isinstance(entry, KeyEntry):
        return "可不填，由系统编号。"
    if required:
        return "必填。"
    if isinstance(entry, ChoiceEntry) and default is not None:
        return f"不填为“{entry.words[default]}”。"
    if isinstance(entry, FlagEntry):
        return f"填“{YES}”或“{NO}”，不填为“{YES if default else NO}”。"
    if default == SCORE:
        return f"不填为“{SCORE_WORD}”。"
    written = default_text(entry, default)
    return f"不填为 {written}。" if written else _FREE


def default_text(entry: SchemaEntry, default: Any) -> str:
    """Return what holds where one writes nothing; empty where nothing does, or where one chooses."""
    if default == SCORE:
        return SCORE_WORD
    if isinstance(entry, _NUMBERS) and default is not None:
        return write_number(Fraction(default))
    return default if isinstance(default, str) and not isinstance(entry, ChoiceEntry) else ""


def _sheet(
    name: str,
    key: str,
    table: type,
    says: str,
    *,
    prefix: str = "",
    inner: tuple[str, type, str] | None = None,
) -> SetupSheet:
    columns = tuple(_columns(table, key))
    if inner:
        columns += tuple(_columns(inner[1], key, inner[0], inner=True))
    return SetupSheet(
        name,
        key,
        says,
        columns,
        inner[0] if inner else "",
        prefix,
        inner[2] if inner else "",
        EXAMPLES.get(key, ()),
    )


def _basics() -> Iterator[SetupColumn]:
    tables = {
        "assessment": AssessmentTable,
        "lights": LightRules,
        "caps": EntryCaps,
        "composite": CompositeRules,
    }
    for key, table in tables.items():
        for column in _columns(table, key):
            yield replace(column, path=f"{key}.{column.path}")


BASIC_LINES: tuple[SetupColumn, ...] = tuple(_basics())
"""The lines of the first sheet; their paths begin at the top of the definition."""

BASIC_GROUPS: Mapping[str, str] = {
    "assessment": N_("基本信息"),
    "lights": N_("亮灯预警"),
    "caps": N_("加减分合计"),
    "composite": N_("总分和等次"),
}

SHEETS: tuple[SetupSheet, ...] = (
    _sheet("类别", "classes", UnitClass, "一行一个考核类别：同类的单位一起排名、共用名额。", prefix="c"),
    _sheet("单位", "units", AssessedUnit, "一行一个被考核单位。", prefix="u"),
    _sheet("部门", "departments", Department, "一行一个牵头部门（不被考核的）。没有的空着。", prefix="d"),
    _sheet(
        "指标",
        "indicators",
        Indicator,
        "一行一个指标。一个指标有几条计分细则的，第二条起另起一行，只填“分值”以后的各列。",
        prefix="i",
        inner=("score", ScoringLine, ""),
    ),
    _sheet("加减分项", "items", EntryItem, "一行一个加分或减分项。没有的空着。", prefix="j"),
    _sheet(
        "评分表",
        "sheets",
        ScoreSheet,
        "一行一张实名评分表。一张表有几个评分项目的，第二个起另起一行，只填“项目代号”以后的各列。没有的空着。",
        prefix="p",
        inner=("lines", SheetLine, "l"),
    ),
    _sheet("组成部分", "components", Component, "一行一个总分的组成部分。", prefix="z"),
    _sheet("等次", "composite.bands", RatingBand, "一行一个等次，从高到低。", prefix="b"),
)

BY_KEY: Mapping[str, SetupSheet] = {sheet.key: sheet for sheet in SHEETS}


def _target_columns() -> tuple[SetupColumn, ...]:
    plan = [(f"m{month}", f"{month}月", "可不填。到这个月底应完成的累计数。") for month in range(1, 13)]
    said = [
        ("unit", N_("单位"), "必填。从下拉列表中选，或填代号。"),
        ("indicator", N_("指标"), "必填。从下拉列表中选，或填代号。"),
        ("target", N_("年度目标"), "只填数字，按指标的计量单位。考核组评分的可不填。"),
        ("base", N_("上年实绩"), "按增长率计分的必填。"),
        *plan,
        ("points", N_("分值"), "可不填。填了就代替指标的分值，各条细则按比例放大或缩小。"),
    ]
    names = {"unit": "units", "indicator": "indicators"}
    return tuple(
        SetupColumn(
            path,
            head,
            note,
            TextEntry(head) if path in names else OptionalNumberEntry(head, signed=True),
            required=path in names,
            names=names.get(path, ""),
            width={"unit": 22, "indicator": 26}.get(path, 9 if path.startswith("m") else 12),
        )
        for path, head, note in said
    )


TARGET_SHEET = SetupSheet(
    TARGETS,
    "targets",
    "一行是一个单位的一项任务。没有这一行，该单位就没有这项任务。月份各列是序时计划，不填按年度目标平均到各月。",
    _target_columns(),
    examples=EXAMPLES["targets"],
)

ORDER: tuple[str, ...] = (
    BASICS,
    "类别",
    "单位",
    "部门",
    "指标",
    TARGETS,
    "加减分项",
    "评分表",
    "组成部分",
    "等次",
)
"""The sheets as they stand in the workbook."""
