"""How many numbers a set-up asks for: of each unit, of those who lead, and what could be asked once only."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from survey.domain.assessment.definition import AssessedUnit, AssessmentDefinition
from survey.domain.assessment.facts import Targets
from survey.domain.assessment.indicators import Indicator, Reporter, Rhythm


@dataclass(frozen=True)
class UnitNumbers:
    """How many numbers a unit gives itself, by how often, and how many others give for it."""

    unit: AssessedUnit
    own: Mapping[Rhythm, int]
    given_by_others: int

    @property
    def most(self) -> int:
        """Return how many it gives in December, when all are due."""
        return sum(self.own.values())


@dataclass(frozen=True)
class LeadNumbers:
    """What a department or unit gives as the lead of ``indicators``, over all units, by how often."""

    lead: str
    indicators: tuple[Indicator, ...]
    numbers: Mapping[Rhythm, int]


@dataclass(frozen=True)
class AskedNumbers:
    """Whom a set-up asks for how many numbers.

    ``doubtful`` are indicators that units report although somebody else leads: there the number may lie
    already, and would be asked for twice.
    """

    units: tuple[UnitNumbers, ...]
    leads: tuple[LeadNumbers, ...]
    office: Mapping[Rhythm, int]
    doubtful: tuple[Indicator, ...]

    @property
    def most(self) -> int:
        """Return the largest number that one unit gives in a month without quarter or year."""
        return max((one.own.get(Rhythm.MONTH, 0) for one in self.units), default=0)


def asked_numbers(definition: AssessmentDefinition, targets: Targets) -> AskedNumbers:
    """Count the numbers that the tasks of all units ask for; the order is that of the definition."""
    own: dict[str, Counter[Rhythm]] = {unit.key: Counter() for unit in definition.units}
    others: Counter[str] = Counter()
    leads: dict[str, Counter[Rhythm]] = {}
    office: Counter[Rhythm] = Counter()
    for unit, key in targets:
        indicator = definition.indicator[key]
        often = indicator.reported or definition.periods
        if indicator.source is Reporter.UNIT:
            own[unit][often] += 1
            continue
        others[unit] += 1
        if indicator.source is Reporter.LEAD:
            leads.setdefault(indicator.lead, Counter())[often] += 1
        else:
            office[often] += 1
    given = {key for _, key in targets}
    asked = [one for one in definition.indicators if one.key in given]
    return AskedNumbers(
        units=tuple(UnitNumbers(unit, own[unit.key], others[unit.key]) for unit in definition.units),
        leads=tuple(
            LeadNumbers(lead, tuple(one for one in asked if _leads(one, lead)), leads[lead])
            for lead in definition.parties
            if lead in leads
        ),
        office=office,
        doubtful=tuple(one for one in asked if one.source is Reporter.UNIT and one.lead),
    )


def _leads(indicator: Indicator, lead: str) -> bool:
    return indicator.source is Reporter.LEAD and indicator.lead == lead
