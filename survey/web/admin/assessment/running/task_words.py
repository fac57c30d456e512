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
        found.setdefault(unit, []).append(definition.indicator_name(indicator))
    return [NamedTasks(definition.unit_name(unit), names) for unit, names in found.items()]


def correction_words(definition: AssessmentDefinition, one: LateCorrection) -> str:
    """Return what a correction changes: of which period, of whom, what it was and what it is now."""
    unit, indicator = one.task
    return str(
        _(
            "%(period)s %(unit)s“%(indicator)s”：原 %(before)s，更正为 %(now)s",
            period=one.period,
            unit=definition.unit_name(unit),
            indicator=definition.indicator_name(indicator),
            before=_number(one.before),
            now=_number(one.now),
        )
    )


def _number(value: Fraction | None) -> str:
    return str(_("没有数")) if value is None else plain(value)
