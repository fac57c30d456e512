"""The parts of a unit's total: what each of them comes to, from where, and why one has no value."""

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property

from survey.domain.assessment.composite_rules import Component, ComponentSource, Unassigned
from survey.domain.assessment.definition import AssessedUnit, AssessmentDefinition
from survey.domain.assessment.facts import CountedValue, EnteredValue, Evidence, Lacking
from survey.domain.assessment.indicators import ZERO
from survey.domain.assessment.outcome import ComponentScore, TaskScore
from survey.domain.assessment.periods import PeriodRules, month_of, periods_of
from survey.domain.assessment.scoring.places import kept
from survey.domain.assessment.scoring.task_scores import score_tasks
from survey.domain.definition.weighting import mean

from .outcome_words import (
    LACKING_WORDS,
    counted_words,
    entered_words,
    factor_words,
    periods_words,
    share_words,
    sheet_words,
    step_words,
)
from .sheet_values import NOBODY, SheetMean, sheet_means

TaskScores = Mapping[str, Sequence[TaskScore]]
"""What units earn with their tasks, by the keys of units."""
NOT_COUNTED = CountedValue(None, why=Lacking.NOT_CERTIFIED)


@dataclass(frozen=True)
class ComponentMaterial:
    """What the parts of all units' totals are worked out of; ``tasks`` are those of the whole year.

    ``earlier`` are the rules of periods which do not follow the year's: an amendment changes no closed one.
    """

    rules: PeriodRules
    evidence: Evidence
    tasks: TaskScores
    earlier: Mapping[str, PeriodRules] = field(default_factory=dict)

    @property
    def definition(self) -> AssessmentDefinition:
        """Return the definition that the year follows."""
        return self.rules.definition

    def rules_of(self, period: str) -> PeriodRules:
        """Return the rules that a period follows."""
        return self.earlier.get(period, self.rules)

    @cached_property
    def sheets(self) -> Mapping[tuple[str, str], SheetMean]:
        """Map the keys of sheet and unit to the mean of the scorers."""
        return sheet_means(self.definition, self.evidence.points)

    @cached_property
    def entered(self) -> Mapping[tuple[str, str], EnteredValue]:
        """Map the keys of component and unit to what was typed in; the last row of each holds."""
        return {(one.component, one.unit): one for one in self.evidence.entered}

    @cached_property
    def due(self) -> Mapping[str, frozenset[str]]:
        """Map periods to the keys of the indicators that are reported for them."""
        return {period: self.rules_of(period).due_in(period) for period in periods_of(self.definition)}

    @cached_property
    def simulated(self) -> Mapping[str, TaskScores]:
        """Map the periods of which numbers are accepted to what units earned by then."""
        return {
            period: as_ruled(
                self.definition,
                score_tasks(rules.definition, rules.targets, actuals, month=month_of(period)),
            )
            for period, actuals in self.evidence.actuals.items()
            for rules in (self.rules_of(period),)
            if actuals
        }


def as_ruled(definition: AssessmentDefinition, tasks: TaskScores) -> TaskScores:
    """Round what each task earned where the rules round single items before they are added."""
    places = definition.composite.rounding.items
    if places is None:
        return tasks
    return {
        unit: tuple(replace(one, earned=kept(one.earned, places)) for one in scores)
        for unit, scores in tasks.items()
    }


def component_scores(material: ComponentMaterial) -> dict[str, tuple[ComponentScore, ...]]:
    """Work out every component of every unit, both in the order of the definition.

    Where a component's own source has no value, a value that was entered for it stands in its place.
    """
    return {
        unit.key: tuple(_score(material, component, unit) for component in material.definition.components)
        for unit in material.definition.units
    }


def _score(material: ComponentMaterial, component: Component, unit: AssessedUnit) -> ComponentScore:
    read = _READ.get(component.source)
    found = read(material, component, unit) if read else _lacking(component, Lacking.NOT_REPORTED)
    entered = material.entered.get((component.key, unit.key))
    if found.value is None and entered is not None:
        words = entered_words(entered, found.why if read else None)
        found = ComponentScore(component.key, entered.value, words=words)
    if found.value is None:
        return found
    return _finished(material.definition, component, unit, found, found.value)


def _lacking(component: Component, why: Lacking, words: str = "", source: str = "") -> ComponentScore:
    return ComponentScore(component.key, None, source, why, words or LACKING_WORDS[why])


def _finished(
    definition: AssessmentDefinition,
    component: Component,
    unit: AssessedUnit,
    found: ComponentScore,
    value: Fraction,
) -> ComponentScore:
    """Turn a value into points by bands, apply the unit's factor, round as ruled."""
    words = [found.words]
    if component.at:
        reached = [share for least, share in component.at if value >= least]
        points = 100 * (reached[-1] if reached else ZERO)
        words.append(step_words(component, value, points))
        value = points
    if component.factor:
        words.append(factor_words(value, unit.factor))
        value *= unit.factor
    return replace(
        found,
        value=kept(value, definition.composite.rounding.components),
        words="；".join(filter(None, words)),
    )


def _of_indicators(material: ComponentMaterial, component: Component, unit: AssessedUnit) -> ComponentScore:
    asked = _asked(component, material.definition.indicator.keys())
    tasks = material.tasks.get(unit.key, ())
    earned, points = _sums(material, material.rules, unit, tasks, asked)
    if not points:
        return _lacking(component, Lacking.NOT_REPORTED, "没有可计分的目标任务")
    return ComponentScore(component.key, 100 * earned / points, words=share_words(earned, points))


def _of_periods(material: ComponentMaterial, component: Component, unit: AssessedUnit) -> ComponentScore:
    """Take the mean of what the periods' tasks came to; one in which the unit has none due is left out."""
    periods = periods_of(material.definition)
    parts: list[tuple[str, Fraction, Fraction]] = []
    for period, weight in zip(periods, component.weights or (Fraction(1),) * len(periods), strict=True):
        if not weight:
            continue
        rules = material.rules_of(period)
        asked = _asked(component, material.due[period])
        has_task = any((unit.key, indicator) in rules.targets for indicator in asked)
        if has_task and period not in material.simulated:
            return _lacking(component, Lacking.NOT_REPORTED, f"{period} 没有审核通过的数据")
        tasks = material.simulated.get(period, {}).get(unit.key, ())
        earned, points = _sums(material, rules, unit, tasks, asked)
        if points:
            parts.append((period, weight, 100 * earned / points))
    value = mean((weight, value) for _, weight, value in parts)
    if value is None:
        return _lacking(component, Lacking.NOT_REPORTED, "没有可计分的目标任务")
    return ComponentScore(component.key, value, words=periods_words(parts))


def _asked(component: Component, due: Set[str]) -> Set[str]:
    return due if component.indicators is None else due & set(component.indicators)


def _sums(
    material: ComponentMaterial,
    rules: PeriodRules,
    unit: AssessedUnit,
    tasks: Iterable[TaskScore],
    asked: Set[str],
) -> tuple[Fraction, Fraction]:
    """Add up what a unit earned and could have earned; a task that it does not have is full if so ruled."""
    counted = [one for one in tasks if one.indicator in asked]
    earned = sum((one.earned for one in counted), ZERO)
    points = sum((one.points for one in counted), ZERO)
    then = rules.definition.unit.get(unit.key)
    if material.definition.composite.unassigned is Unassigned.RESCALE or then is None:
        return earned, points
    spared = (
        one.points
        for one in rules.definition.indicators
        if one.key in asked and then.class_key in one.classes and (unit.key, one.key) not in rules.targets
    )
    more = sum(spared, ZERO)
    return earned + more, points + more


def _of_campaign(material: ComponentMaterial, component: Component, unit: AssessedUnit) -> ComponentScore:
    counted = (material.evidence.counted or {}).get((component.key, unit.key), NOT_COUNTED)
    if counted.value is None:
        return _lacking(component, counted.why or Lacking.WITHHELD, source=counted.source)
    words = counted_words(component, counted.value)
    return ComponentScore(component.key, Fraction(counted.value), counted.source, words=words)


def _of_sheet(material: ComponentMaterial, component: Component, unit: AssessedUnit) -> ComponentScore:
    found = material.sheets.get((component.sheet, unit.key), NOBODY)
    if found.value is None:
        return _lacking(component, Lacking.NO_SCORERS)
    return ComponentScore(component.key, found.value, words=sheet_words(found), scorers=found.scorers)


def is_told(definition: AssessmentDefinition, score: ComponentScore) -> bool:
    """Return whether a unit is told a component's value: that of a sheet from ``min_scorers`` on.

    Of fewer scorers each could work out what the others gave, and the unit whom it owes its points to.
    """
    sheet = definition.sheet.get(definition.component[score.component].sheet)
    return score.scorers is None or sheet is None or score.scorers >= sheet.min_scorers


_READ: Mapping[ComponentSource, Callable[[ComponentMaterial, Component, AssessedUnit], ComponentScore]] = {
    ComponentSource.INDICATORS: _of_indicators,
    ComponentSource.PERIODS: _of_periods,
    ComponentSource.CAMPAIGN: _of_campaign,
    ComponentSource.SHEET: _of_sheet,
}
"""What reads a component; of one that is entered nothing is read."""
