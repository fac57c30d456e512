"""Tasks and corrections of a period in words: unit by unit, each indicator by its name."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from flask_babel import gettext as _

from survey.domain.assessment.definition import AssessmentDefinition
from survey.domain.assessment.facts import UnitTask
from survey.domain.assessment.scoring.places import plain
from survey.domain.assessment.totals.paper_material import LateCorrection


@dataclass(frozen=True)
class NamedTasks:
    """What is meant of one unit, by the names of its indicators."""

    unit: str
    indicators: list[str]


def named_tasks(definition: AssessmentDefinition, tasks: Iterable[UnitTask]) -> list[NamedTasks]:
    """Return tasks by their units; what the definition does not know stands as its key."""
    found: dict[str, list[str]] = {}
    for unit, indicator in tasks:
        found.setdefault(unit, []).append(indicator_name(definition, indicator))
    return [NamedTasks(unit_name(definition, unit), names) for unit, names in found.items()]


def unit_name(definition: AssessmentDefinition, key: str) -> str:
    """Return what a unit is called."""
    return definition.unit[key].label if key in definition.unit else key


def indicator_name(definition: AssessmentDefinition, key: str) -> str:
    """Return what an indicator is called."""
    return definition.indicator[key].label if key in definition.indicator else key


def correction_words(definition: AssessmentDefinition, one: LateCorrection) -> str:
    """Return what a correction changes: of which period, of whom, what it was and what it is now."""
    unit, indicator = one.task
    return str(
        _(
            "%(period)s %(unit)s“%(indicator)s”：原 %(before)s，更正为 %(now)s",
            period=one.period,
            unit=unit_name(definition, unit),
            indicator=indicator_name(definition, indicator),
            before=_number(one.before),
            now=_number(one.now),
        )
    )


def _number(value: Fraction | None) -> str:
    return str(_("没有数")) if value is None else plain(value)
