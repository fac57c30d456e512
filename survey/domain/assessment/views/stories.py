"""What pages tell of one cell, of one unit and of one indicator in a period."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from survey.domain.assessment.definition import AssessedUnit, AssessmentDefinition, UnitClass
from survey.domain.assessment.facts import Actuals, Target, Targets
from survey.domain.assessment.indicators import Indicator
from survey.domain.assessment.outcome import PeriodStanding, TaskScore, TaskStanding, UnitStanding
from survey.domain.assessment.periods import last_period, month_of
from survey.domain.assessment.reports.submitted_report import EvidenceFile
from survey.domain.assessment.rule_words import words_of
from survey.domain.assessment.scoring.standing import unit_standing
from survey.domain.assessment.scoring.task_scores import score_tasks

from .heat_map import Sees, severity
from .plan_line import PlanLine
from .told_numbers import ToldNumber


@dataclass(frozen=True)
class TaskLine:
    """One task of a list: how it stands, and the points that it would have by then."""

    unit: AssessedUnit
    indicator: Indicator
    target: Target
    standing: TaskStanding
    score: TaskScore | None


@dataclass(frozen=True)
class CellStory:
    """All that there is to tell of one unit's task in a period.

    ``task`` is ``None`` where nothing is due then; ``simulated`` says that the points are those of a year
    under way, with the plan so far in the target's place.
    """

    unit: AssessedUnit
    indicator: Indicator
    target: Target
    rule: str
    task: TaskLine | None
    line: PlanLine
    numbers: tuple[ToldNumber, ...]
    files: tuple[EvidenceFile, ...]
    simulated: bool


@dataclass(frozen=True)
class UnitStory:
    """A unit in a period: its tasks as defined, or the worst first, and how many of them have each light."""

    unit: AssessedUnit
    lines: tuple[TaskLine, ...]
    standing: UnitStanding


@dataclass(frozen=True)
class IndicatorClass:
    """One class's units with an indicator, those that are first and those that are last."""

    unit_class: UnitClass
    lines: tuple[TaskLine, ...]
    first: tuple[TaskLine, ...]
    last: tuple[TaskLine, ...]


@dataclass(frozen=True)
class IndicatorStory:
    """An indicator in a period, class by class, with its rule as it holds for all."""

    indicator: Indicator
    lead: str
    rule: str
    classes: tuple[IndicatorClass, ...]


@dataclass(frozen=True)
class StandingMaterial:
    """What stories of a period are told from."""

    definition: AssessmentDefinition
    targets: Targets
    actuals: Actuals
    standing: PeriodStanding

    @property
    def simulated(self) -> bool:
        """Return whether points are those of a year under way."""
        return self.standing.period != last_period(self.definition)

    def scores(
        self, indicators: Collection[str], classes: Collection[str]
    ) -> Mapping[tuple[str, str], TaskScore]:
        """Return what the units of some classes would have with some indicators by then, by task.

        A unit is compared with its own class alone: others need not be worked out for one unit's page.
        """
        known = self.definition
        only = replace(
            known,
            indicators=tuple(one for one in known.indicators if one.key in indicators),
            units=tuple(one for one in known.units if one.class_key in classes),
        )
        found = score_tasks(only, self.targets, self.actuals, month=month_of(self.standing.period))
        return {(unit, one.indicator): one for unit, scores in found.items() for one in scores}

    def lines(self, sees: Sees, unit: str | None = None, indicator: str | None = None) -> list[TaskLine]:
        """Return the tasks of a unit, or of an indicator, that may be seen."""
        wanted = [
            one
            for one in self.standing.tasks
            if unit in (None, one.unit)
            and indicator in (None, one.indicator)
            and sees(one.unit, one.indicator)
        ]
        units, known = self.definition.unit, self.definition.indicator
        scores = self.scores({one.indicator for one in wanted}, {units[one.unit].class_key for one in wanted})
        return [
            TaskLine(
                units[one.unit],
                known[one.indicator],
                self.targets[one.unit, one.indicator],
                one,
                scores.get((one.unit, one.indicator)),
            )
            for one in wanted
        ]


def cell_story(
    material: StandingMaterial,
    target: Target,
    line: PlanLine,
    numbers: tuple[ToldNumber, ...],
    files: tuple[EvidenceFile, ...] = (),
) -> CellStory:
    """Return what there is to tell of one task; files that prove no number yet are nobody's to see."""
    definition = material.definition
    indicator = definition.indicator[target.indicator]
    lines = material.lines(lambda *_: True, target.unit, target.indicator)
    return CellStory(
        definition.unit[target.unit],
        indicator,
        target,
        words_of(indicator, target),
        lines[0] if lines else None,
        line,
        numbers,
        files if numbers else (),
        material.simulated,
    )


def unit_story(material: StandingMaterial, unit: str, sees: Sees, *, worst_first: bool) -> UnitStory:
    """Return what there is to tell of a unit that there is under the version in force."""
    lines = material.lines(sees, unit=unit)
    if worst_first:
        lines.sort(key=lambda one: severity(one.indicator, one.standing))
    standing = unit_standing(unit, [one.standing for one in lines])
    return UnitStory(material.definition.unit[unit], tuple(lines), standing)


def indicator_story(
    material: StandingMaterial, indicator: str, sees: Sees, *, worst_first: bool
) -> IndicatorStory:
    """Return what there is to tell of an indicator that there is under the version in force."""
    definition = material.definition
    about = definition.indicator[indicator]
    lines = material.lines(sees, indicator=indicator)
    if worst_first:
        lines.sort(key=lambda one: severity(about, one.standing))
    classes = []
    for one in definition.classes:
        own = tuple(line for line in lines if line.unit.class_key == one.key)
        first = tuple(line for line in own if line.standing.first)
        last = tuple(line for line in own if line.standing.last)
        if own:
            classes.append(IndicatorClass(one, own, first, last))
    return IndicatorStory(about, definition.party(about.lead), words_of(about), tuple(classes))
