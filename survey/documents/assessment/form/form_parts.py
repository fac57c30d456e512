"""The parts of a set-up as pages show them: which sheet each is, how it is edited, what is folded away."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property
from typing import Any

from survey.documents.assessment.setup.setup_sheets import (
    BASIC_LINES,
    BY_KEY,
    SetupColumn,
    SetupSheet,
)
from survey.domain.assessment.line_reader import keys_of_method
from survey.domain.assessment.part_reader import keys_of_sheet, keys_of_source
from survey.domain.definition.schema import N_
from survey.domain.definition.schema_entries import KeyEntry

FIXED = "assessment.code"
"""What is given once: the code that everything of the year is filed under."""


@dataclass(frozen=True)
class FormPart:
    """A list of the definition as its pages show it; ``key`` is its place in addresses.

    ``in_table``: all rows are edited on one page, else each on its own. ``facts`` are the columns of the
    list beside what a row is called; ``seldom`` those that are folded away.
    """

    key: str
    sheet: SetupSheet
    in_table: bool = False
    facts: tuple[str, ...] = ()
    seldom: frozenset[str] = frozenset()

    @cached_property
    def own(self) -> tuple[SetupColumn, ...]:
        """Return the columns of a row itself, without its key."""
        return tuple(c for c in self.sheet.columns if not c.inner and not isinstance(c.entry, KeyEntry))

    @cached_property
    def line_columns(self) -> tuple[SetupColumn, ...]:
        """Return the columns of the list within a row, without the key, their paths within its rows."""
        return tuple(
            replace(column, path=column.path.removeprefix(f"{self.sheet.inner}."))
            for column in self.sheet.columns
            if column.inner and not isinstance(column.entry, KeyEntry)
        )

    @property
    def key_column(self) -> SetupColumn:
        """Return the column of a row's key."""
        return self.sheet.columns[0]


def _part(key: str, of: str = "", *, in_table: bool = False, facts: str = "", seldom: str = "") -> FormPart:
    return FormPart(key, BY_KEY[of or key], in_table, tuple(facts.split()), frozenset(seldom.split()))


PARTS: Mapping[str, FormPart] = {
    part.key: part
    for part in (
        _part("classes", in_table=True),
        _part("units", facts="class head leader", seldom="factor"),
        _part("departments", in_table=True),
        _part(
            "indicators", facts="measure group classes source lead", seldom="reported evidence leader binding"
        ),
        _part("items", in_table=True),
        _part("sheets", facts="kind", seldom="trim.from trim.high trim.low min_scorers"),
        _part("components", facts="weight from", seldom="at factor row ratees"),
        _part("bands", "composite.bands", in_table=True),
    )
}
BASIC_COLUMNS: tuple[SetupColumn, ...] = tuple(line for line in BASIC_LINES if line.path != FIXED)
OPEN_SECTION = "assessment"
"""The group of the first page that is not folded away."""

PART_OF: Mapping[str, FormPart] = {part.sheet.key: part for part in PARTS.values()}
"""Parts by the list of the definition that they are."""

_CHOOSERS: Mapping[str, tuple[str, Callable[[Any], frozenset[str]]]] = {
    "indicators": ("method", keys_of_method),
    "components": ("from", keys_of_source),
    "sheets": ("kind", keys_of_sheet),
}
"""What decides which columns mean something; of an indicator, a column of its scoring lines does."""


def fits(part: FormPart, column: SetupColumn) -> tuple[str, frozenset[str]] | None:
    """Return with which choices, of which column, a column means something; ``None`` where with all."""
    return _fits(part.key, column.path, inner=column.inner)


@cache
def _fits(key: str, path: str, *, inner: bool) -> tuple[str, frozenset[str]] | None:
    if key not in _CHOOSERS or inner is not (key == "indicators"):
        return None
    chooser, keys_of = _CHOOSERS[key]
    columns = PARTS[key].line_columns if inner else PARTS[key].own
    words = next(one.entry.words for one in columns if one.path == chooser)  # type: ignore[attr-defined]
    fitting = frozenset(choice for choice in words if path.split(".")[0] in keys_of(choice))
    return None if len(fitting) == len(words) else (chooser, fitting)


PAGE_NOTES: Mapping[str, str] = {
    "assessment.periods": "",
    "lights.by": "",
    "composite.missing": "",
    "composite.binding_ceiling": N_("约束性指标未完成的单位最高评这一等次。"),
    "units.class": "",
    "indicators.classes": N_("不勾为所有类别。"),
    "indicators.lead": N_("由牵头部门填报的必选。"),
    "indicators.score.method": "",
    "indicators.score.at": N_("一行一段，写成 60=0.6，即数值=得几成。"),
    "components.from": "",
    "components.indicators": N_("只算哪些指标；不勾为全部。"),
    "components.sheet": "",
    "components.ratees": N_("单位代号和测评对象代号不同的才填，一行一个，写成 t1=p01。"),
    "components.at": N_("一行一段，写成 90=100，即达到几分=得几分。"),
}
"""What is said of a field where the workbook's note is about cells."""


def said_of(column: SetupColumn) -> str:
    """Return what a page says of a field, beside whether it must be filled in."""
    return PAGE_NOTES.get(column.whole, column.said)
