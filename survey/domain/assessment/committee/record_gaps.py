"""What a year's outcome goes without: numbers not reported, parts without a value, totals withheld."""

from collections.abc import Mapping
from dataclasses import dataclass

from survey.domain.assessment.definition import AssessmentDefinition
from survey.domain.assessment.facts import Lacking, UnitTask
from survey.domain.assessment.outcome import YearOutcome


@dataclass(frozen=True)
class RecordGaps:
    """What an outcome goes without; units stand as their keys, as defined.

    ``tasks`` count as 0 points. ``parts`` maps component and reason to the units that have no value of it;
    ``fewer`` are the units whose total rests on fewer parts than the others'.
    """

    tasks: tuple[UnitTask, ...]
    parts: Mapping[tuple[str, Lacking | None], tuple[str, ...]]
    withheld: tuple[str, ...]
    fewer: tuple[str, ...]

    @property
    def are_there(self) -> bool:
        """Return whether anything is missing."""
        return bool(self.tasks or self.parts)


def gaps_of(definition: AssessmentDefinition, outcome: YearOutcome) -> RecordGaps:
    """Return what an outcome goes without."""
    parts: dict[tuple[str, Lacking | None], list[str]] = {}
    whole = sum(definition.composite.takes(one) for one in definition.components)
    for unit in outcome.units:
        for score in unit.components:
            if score.value is None:
                parts.setdefault((score.component, score.why), []).append(unit.unit)
    return RecordGaps(
        tasks=tuple(
            (unit.unit, task.indicator)
            for unit in outcome.units
            for task in unit.tasks
            if task.actual is None
        ),
        parts={about: tuple(units) for about, units in parts.items()},
        withheld=tuple(one.unit for one in outcome.units if one.total is None),
        fewer=tuple(one.unit for one in outcome.units if one.total is not None and one.parts < whole),
    )
