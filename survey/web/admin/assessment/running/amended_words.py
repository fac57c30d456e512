"""What an amendment changes, and why one is refused, in words: where it stands, before and after."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from survey.domain.assessment.amendments import AmendedThing
from survey.domain.assessment.definition import AssessmentDefinition
from survey.domain.assessment.entry_kinds import MapEntry
from survey.domain.assessment.indicators import Indicator
from survey.domain.definition.schema import RowsEntry, SchemaKey, TableEntry, entries_of
from survey.domain.definition.schema_entries import ChoiceEntry, FlagEntry, NamedEntry
from survey.domain.errors import Fault, Flaw, InvalidDefinition
from survey.web.admin.assessment.setup_faults import ToldFault, told_cells, told_paths
from survey.web.admin.assessment.setup_upload import SentSetup

_TARGETS = "targets"
_OF_TARGET = {
    "target": _l("年度目标"),
    "base": _l("上年实绩"),
    "points": _l("分值"),
}
_PLAN = "plan"
_FIXED: Mapping[str, object] = {
    "assessment": _l("下达以后不能改，应是“%(value)s”。"),
    "sheets": _l("“%(value)s”已有评分，评分方式、项目和分值不能改。"),
    "items": _l("“%(value)s”已有记录，加分、减分不能对调。"),
    "indicators": _l("已有填报的数，计量单位和累计方式不能改，应是“%(value)s”。要换的，请另设一项指标。"),
}
"""Why something must stay, by the table that it belongs to."""
_IN_USE = _l("“%(value)s”已有数据、评分或加减分，不能去掉。")


@dataclass(frozen=True)
class ToldChange:
    """One thing that an amendment changes: its place in words, how it reads before and after."""

    place: str
    before: str
    after: str


def told_changes(
    before: AssessmentDefinition, after: AssessmentDefinition, changes: Sequence[AmendedThing]
) -> list[ToldChange]:
    """Return what differs between two versions in words."""
    return [_told(before, after, one) for one in changes]


def told_refusal(sent: SentSetup, refused: InvalidDefinition) -> list[ToldFault]:
    """Return in words what an amendment must not change, and all else that is wrong with its definition."""
    told = []
    for fault in refused.faults:
        [one] = told_cells([sent.workbook.fault(fault)]) if sent.workbook else told_paths([fault])
        told.append(ToldFault(one.place, one.value, _must_stay(fault)) if fault.flaw is Flaw.FIXED else one)
    return told


def _must_stay(fault: Fault) -> str:
    table, _dot, rest = fault.path.replace("[", ".").partition(".")
    if not rest or table == "composite":
        return str(_IN_USE) % fault.facts
    known = entries_of(Indicator).get(rest.rpartition(".")[2]) if table == "indicators" else None
    return str(_FIXED[table]) % {"value": _value(known, str(fault.facts["value"]), None)}


def _told(before: AssessmentDefinition, after: AssessmentDefinition, change: AmendedThing) -> ToldChange:
    steps = change.where.split(".")
    if steps[0] == _TARGETS:
        return ToldChange(_task_words(before, after, steps[1:]), change.before, change.after)
    words, known = _steps(steps, before, after)
    return ToldChange(
        _("：").join(words), _value(known, change.before, before), _value(known, change.after, after)
    )


def _task_words(before: AssessmentDefinition, after: AssessmentDefinition, steps: list[str]) -> str:
    unit, indicator, *field = steps
    of_unit = after if unit in after.unit else before
    of_indicator = after if indicator in after.indicator else before
    named = f"{of_unit.unit_name(unit)} {of_indicator.indicator_name(indicator)}"
    if not field:
        return str(_("%(task)s：任务（年度目标）", task=named))
    if field[0] == _PLAN:
        return str(_("%(task)s：%(month)s 月计划", task=named, month="".join(field[1:])))
    return str(_("%(task)s：%(what)s", task=named, what=_OF_TARGET[field[0]]))


def _steps(steps: Sequence[str], before: Any, after: Any) -> tuple[list[str], SchemaKey | None]:
    """Return the words for each step of a path, and what its end may hold; rows are named by their labels."""
    table: type | None = AssessmentDefinition
    words: list[str] = []
    known: SchemaKey | None = None
    waiting = list(steps)
    while waiting and table is not None:
        name = waiting.pop(0)
        known = next((one for one in entries_of(table).values() if one.name == name), None)
        if known is None:
            return [*words, name, *waiting], None
        words.append(str(_(known.entry.label)) if known.entry.label else str(_("代号")))
        before, after = getattr(before, name, None), getattr(after, name, None)
        table = known.of
        if isinstance(known.entry, RowsEntry) and waiting:
            key = waiting.pop(0)
            before, after = _row(before, key), _row(after, key)
            words[-1] += _row_words(before, after, key)
    if known is not None and not isinstance(known.entry, RowsEntry | TableEntry) and waiting:
        words += _inner_words(known, waiting)
    return words, known


def _row(rows: Any, key: str) -> Any:
    if not isinstance(rows, tuple):
        return None
    return next((row for place, row in enumerate(rows, 1) if str(getattr(row, "key", place)) == key), None)


def _row_words(before: Any, after: Any, key: str) -> str:
    named = next((name for row in (after, before) if (name := _name(row))), "")
    return f"“{named}”" if named else str(_("第 %(number)s 条", number=key))


def _name(row: Any) -> str:
    return str(getattr(row, "label", "") or getattr(row, "title", ""))


def _inner_words(known: SchemaKey, steps: Sequence[str]) -> list[str]:
    if isinstance(known.entry, MapEntry):
        return [f"“{steps[0]}”"]
    return [str(_("第 %(number)s 个", number=steps[0]))]


def _value(known: SchemaKey | None, written: str, definition: AssessmentDefinition | None) -> str:
    """Return a value as people read it: a choice by its word, what is named by its label."""
    entry = known.entry if known else None
    if isinstance(entry, ChoiceEntry):
        return next((str(_(word)) for one, word in entry.words.items() if str(one) == written), written)
    if isinstance(entry, FlagEntry) and written:
        return str(_("是")) if written == "true" else str(_("否"))
    if isinstance(entry, NamedEntry):
        rows = getattr(definition, entry.of, ())
        return next((_name(row) for row in rows if row.key == written), written)
    return written
