"""The year of every unit: parts, bonus and deduction, total, rank, and the band it is proposed for."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType

from survey.domain.assessment.composite_rules import BonusUse, Combine, Component, CompositeRules
from survey.domain.assessment.definition import AssessmentDefinition
from survey.domain.assessment.facts import Evidence, Targets, UnitVeto
from survey.domain.assessment.indicators import ZERO
from survey.domain.assessment.outcome import ComponentScore, EntrySums, UnitOutcome, YearOutcome
from survey.domain.assessment.periods import PeriodRules, last_period
from survey.domain.assessment.scoring.places import kept, rounded
from survey.domain.assessment.scoring.task_scores import score_tasks
from survey.domain.definition.weighting import Missing, mean

from .bindings import missed_bindings
from .components import ComponentMaterial, TaskScores, as_ruled, component_scores
from .entry_sums import sum_entries
from .outcome_words import FINER, OPERAND_PLACES, total_words
from .proposal import Candidate, lowest_band, place_class

NO_OTHERS: Mapping[str, PeriodRules] = MappingProxyType({})


@dataclass(frozen=True)
class Combined:
    """A unit's total, and on how many components it rests; without one, ``words`` say what is missing."""

    exact: Fraction | None
    total: Decimal | None
    parts: int
    words: str


def year_outcome(
    definition: AssessmentDefinition,
    targets: Targets,
    evidence: Evidence,
    earlier: Mapping[str, PeriodRules] = NO_OTHERS,
) -> YearOutcome:
    """Work out the year of all units from what was put on record.

    ``earlier`` are the rules of the periods that were closed before an amendment, which keep them.
    """
    actuals = evidence.actuals.get(last_period(definition), {})
    tasks = score_tasks(definition, targets, actuals)
    return outcome_of_tasks(definition, targets, evidence, tasks, earlier)


def outcome_of_tasks(
    definition: AssessmentDefinition,
    targets: Targets,
    evidence: Evidence,
    tasks: TaskScores,
    earlier: Mapping[str, PeriodRules] = NO_OTHERS,
) -> YearOutcome:
    """Work out the year of all units, given what they earned with their tasks."""
    tasks = as_ruled(definition, tasks)
    rules = PeriodRules(definition, targets)
    components = component_scores(ComponentMaterial(rules, evidence, tasks, earlier))
    sums = sum_entries(definition, evidence.entries)
    units = []
    for unit in definition.units:
        key, earned = unit.key, tuple(tasks.get(unit.key, ()))
        found = combined(definition.composite, definition.components, components[key], sums[key])
        units.append(
            UnitOutcome(
                unit=key,
                class_key=unit.class_key,
                tasks=earned,
                components=components[key],
                sums=sums[key],
                exact=found.exact,
                total=found.total,
                parts=found.parts,
                words=found.words,
                rank=None,
                proposed=None,
                tied=False,
                vetoed=any(veto.unit == key for veto in evidence.vetoes),
                binding_missed=missed_bindings(definition, targets, key, earned),
            )
        )
    return YearOutcome(placed(definition, evidence.vetoes, units))


def combined(
    rules: CompositeRules,
    components: Sequence[Component],
    scores: Sequence[ComponentScore],
    sums: EntrySums,
) -> Combined:
    """Make one total of a unit's components and entries; ``None`` where a missing one withholds it.

    A component without weight is no part of a weighted total.
    """
    parts = [pair for pair in zip(components, scores, strict=True) if rules.takes(pair[0])]
    missing = any(score.value is None for _, score in parts)
    zero = ZERO if rules.missing is Missing.ZERO else None
    counted = [
        (component, value)
        for component, score in parts
        if (value := zero if score.value is None else score.value) is not None
    ]
    withheld = missing and rules.missing is Missing.WITHHOLD
    exact = None if withheld else _joined(rules, counted, sums)
    if exact is None:
        return Combined(None, None, 0, total_words(rules, parts, counted, sums, None))
    total = rounded(exact, rules.rounding.total)
    again = _joined(rules, [(component, kept(value, OPERAND_PLACES)) for component, value in counted], sums)
    is_exact = again is not None and rounded(again, rules.rounding.total) == total
    words = total_words(rules, parts, counted, sums, f"{total}{'' if is_exact else FINER}")
    return Combined(exact, total, sum(score.value is not None for _, score in parts), words)


def _joined(
    rules: CompositeRules, counted: Sequence[tuple[Component, Fraction]], sums: EntrySums
) -> Fraction | None:
    """Join components to one number, and add the bonus and take off the deduction; ``None`` without any."""
    if rules.combine is Combine.LOWEST:
        value = min((value for _, value in counted), default=None)
    else:
        value = mean((component.weight, value) for component, value in counted)
    if value is None:
        return None
    return value + (sums.bonus if rules.bonus is BonusUse.POINTS else ZERO) - sums.deduction


def placed(
    definition: AssessmentDefinition, vetoes: Iterable[UnitVeto], units: Sequence[UnitOutcome]
) -> tuple[UnitOutcome, ...]:
    """Give units their ranks and proposed bands, class by class."""
    rules = definition.composite
    bands: dict[str, list[str]] = defaultdict(list)
    for veto in vetoes:
        bands[veto.unit].append(veto.band)
    classes: dict[str, list[Candidate]] = defaultdict(list)
    for unit in units:
        classes[unit.class_key].append(
            Candidate(
                unit=unit.unit,
                total=unit.total,
                tie_break=unit.sums.bonus if rules.bonus is BonusUse.TIE_BREAK else ZERO,
                veto=lowest_band(rules, bands.get(unit.unit, ())),
                capped=bool(unit.binding_missed),
            )
        )
    found = {key: placing for one in classes.values() for key, placing in place_class(rules, one).items()}
    return tuple(
        replace(one, rank=placing.rank, proposed=placing.proposed, tied=placing.tied)
        for one in units
        for placing in (found[one.unit],)
    )
