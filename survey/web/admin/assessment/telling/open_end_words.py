"""What is still open when a year is closed, in words."""

from flask_babel import gettext

from survey.domain.assessment.definition import AssessmentDefinition
from survey.domain.assessment.telling.open_ends import OpenEnd, OpenEndKind
from survey.services.assessment.overview import NAMED


def _(text: str, **values: object) -> str:
    return str(gettext(text, **values))


def open_end_words(definition: AssessmentDefinition, end: OpenEnd) -> str:
    """Return what is open, by name and number."""
    names = end.names[:NAMED]
    if end.kind is OpenEndKind.VISITS:
        names = tuple(_with_indicator(definition, one) for one in names)
    named = _("、").join(_named(definition, name) for name in names)
    if len(end.names) > NAMED:
        named = _("%(named)s 等", named=named)
    number = len(end.names)
    match end.kind:
        case OpenEndKind.CONFERENCE:
            return _("没有考核大会的记录。")
        case OpenEndKind.TALKS:
            return _("有 %(number)s 个单位没有谈话人数：%(named)s。", number=number, named=named)
        case OpenEndKind.VISITS:
            return _(
                "有 %(number)s 项查访核验还没有处理，办结后不能再处理：%(named)s。",
                number=number,
                named=named,
            )
        case OpenEndKind.ANALYSES:
            return _("有 %(number)s 个单位没有提交综合分析评议：%(named)s。", number=number, named=named)
        case OpenEndKind.STATEMENTS:
            return _("有 %(number)s 个单位没有述职报告：%(named)s。", number=number, named=named)
        case OpenEndKind.SHEETS:
            return _("有 %(number)s 份评分表没有启封，办结后再也打不开。", number=number)
        case OpenEndKind.PUBLICATION:
            return _("结果没有公布。办结以后也可以公布。")
        case OpenEndKind.LETTERS:
            return _("有 %(number)s 个单位没有发反馈意见：%(named)s。", number=number, named=named)
        case OpenEndKind.TASKS:
            return _("有 %(number)s 项整改没有销号：%(named)s。", number=number, named=named)


def _with_indicator(definition: AssessmentDefinition, name: tuple[str, ...]) -> tuple[str, ...]:
    """Return a unit and an indicator with the latter by its label."""
    unit, key = name
    return unit, definition.indicator[key].label if key in definition.indicator else key


def _named(definition: AssessmentDefinition, name: tuple[str, ...]) -> str:
    """Name a unit, or what is of a unit by its number; what is neither stands as its key."""
    unit, *rest = name
    label = definition.unit[unit].label if unit in definition.unit else unit
    return " ".join([label, *rest])
