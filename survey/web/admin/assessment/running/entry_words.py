"""Entries, vetoes and typed-in values in words: what an item allows, and what is wrong with one."""

import re
from collections.abc import Mapping, Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from survey.domain.assessment.composite_rules import EntryCaps, EntryItem
from survey.domain.assessment.definition import AssessmentDefinition
from survey.domain.assessment.facts import EnteredValue, PointEntry, RecordedAct
from survey.domain.assessment.reports.cell_numbers import CellFlaw
from survey.domain.assessment.scoring.places import plain
from survey.domain.errors import CellFault, Flaw
from survey.web.admin.assessment.cell_faults import fault_words
from survey.web.admin.assessment.setup_faults import ToldFault

OTHER_KIND = "other-kind"
"""The flaw of a file that holds something else than entries."""
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_SENTENCES: Mapping[str, object] = {
    Flaw.MISSING: _l("没有填。请填上。"),
    Flaw.EMPTY: _l("没有填。请填上。"),
    Flaw.UNKNOWN_KEY: _l("不认识这一列。请删去，或改成说明里的名称。"),
    Flaw.CONTROL_CHARACTER: _l("有看不见的控制字符。请删去后重新输入。"),
    Flaw.NO_SUCH: _l("本次考核里没有“%(value)s”。请填代号。"),
    Flaw.NOT_TEXT: _l("要填文字。"),
    Flaw.NOT_NUMBER: _l("不是数字。请只填数字。"),
    Flaw.NOT_MOMENT: _l("不是日期。请写成 2026-12-20 这样。"),
    Flaw.NOT_FLAG: _l("请填“是”或“否”。"),
    Flaw.NOT_TABLES: _l("不是一组表。请照说明写。"),
    Flaw.TOO_SMALL: _l("超出了这一项的范围：加分要大于 0，减分要小于 0，一次不能超过这一项的上限。"),
    Flaw.TOO_LARGE: _l("超出了这一项的范围：加分要大于 0，减分要小于 0，一次不能超过这一项的上限。"),
    Flaw.DUPLICATE: _l("前面已经有了。请只留一处。"),
    Flaw.NO_TOML: _l("文件不是 UTF-8 编码的 TOML，无法读取。"),
    "taken-back": _l("这一条已经撤回过。要重新算的，请写明新的事由，另记一条。"),
    "second": _l("这个单位已经有一条在用。要换的，请先撤回原来那条。"),
    "more-than-full": _l("大于 100。请核对，填错的请撤回重录。"),
    "stands-in": _l("只在这一部分没有结果时才用。有了结果，就用结果。"),
    OTHER_KIND: _l("这不是加减分的文件。请选加减分、一票否决或直接录入得分的文件。"),
}
_WHOLE = "file"
_NOTHING = _l("文件里没有加减分、一票否决，也没有直接录入的得分。")
_NO_KIND = _l("看不出是哪一种：加减分要填加减分项，一票否决要填等次，直接录入的要填组成部分。")
_TOO_LONG = _l("太长了，最多 %(limit)s 个字。请缩短。")
_NO_DAY = _l("日期不对：要在 2000 年以后，不晚于考核年度的下一年。")
_TABLES: Mapping[str, object] = {
    "entries": _l("加减分"),
    "vetoes": _l("一票否决"),
    "entered": _l("直接录入的得分"),
}


def entry_fault_words(fault: CellFault) -> str:
    """Return what is wrong with one cell, or one field, of an entry."""
    facts: dict[str, str | int] = {"value": fault.value, **fault.facts}
    if fault.flaw in (Flaw.TOO_LARGE, Flaw.TOO_SMALL):
        if "limit" in facts:
            return str(_TOO_LONG) % facts
        if _DAY.fullmatch(str(facts["value"])):
            return str(_NO_DAY)
    if fault.flaw is CellFlaw.MISSING:
        return str(_NO_KIND)
    if fault.place == _WHOLE and fault.flaw == Flaw.MISSING:
        return str(_NOTHING)
    found = _SENTENCES.get(fault.flaw)
    return str(found) % facts if found else fault_words(fault)


def told_entry_faults(definition: AssessmentDefinition, faults: Sequence[CellFault]) -> list[ToldFault]:
    """Return in words what is wrong with a file of entries, cell by cell."""
    return [ToldFault(_place(definition, one.place), one.value, entry_fault_words(one)) for one in faults]


def _place(definition: AssessmentDefinition, place: str) -> str:
    """Return a place in words where it names an act, as it is where it names a cell."""
    if place == _WHOLE:
        return ""
    table, colon, rest = place.partition(": ")
    if not colon or table not in _TABLES:
        return place
    unit, _space, about = rest.partition(" ")
    return f"{_TABLES[table]} {definition.unit_name(unit)} {about}".strip()


def item_limits(item: EntryItem | None) -> str:
    """Return how much an item allows, for one entry and for all of them; empty where it has no limit."""
    if item is None:
        return str(_("这一项已经不在设置里，不再计分。"))
    said = []
    if item.each is not None:
        said.append(
            _("每次最多减 %(points)s 分", points=plain(-item.each))
            if item.each < 0
            else _("每次最多加 %(points)s 分", points=plain(item.each))
        )
    if item.cap is not None:
        said.append(_("本项合计最多 %(points)s 分", points=plain(item.cap)))
    return str(_("，").join(said))


def cap_words(caps: EntryCaps) -> str:
    """Return the most that all entries of a unit add and take off together; empty where there is none."""
    said = []
    if caps.bonus is not None:
        said.append(_("加分合计最多 %(points)s 分", points=plain(caps.bonus)))
    if caps.deduction is not None:
        said.append(_("减分合计最多 %(points)s 分", points=plain(caps.deduction)))
    return str(_("，").join(said))


def act_words(definition: AssessmentDefinition, act: RecordedAct) -> str:
    """Return what an act says in one line: of which unit, and what."""
    unit = definition.unit_name(act.unit)
    if isinstance(act, PointEntry):
        item = definition.item.get(act.item)
        return f"{unit} {item.label if item else act.item} {signed(act)}"
    if isinstance(act, EnteredValue):
        part = definition.component.get(act.component)
        return f"{unit} {part.label if part else act.component} {plain(act.value)}"
    band = definition.band.get(act.band)
    return f"{unit} {_('一票否决')} {band.label if band else act.band}"


def signed(entry: PointEntry) -> str:
    """Return an entry's points with their sign."""
    sign = "−" if entry.points < 0 else "+"
    return f"{sign}{plain(abs(entry.points))}"
