"""What the papers of an assessment are written from: its definition, and what came out and was decided."""

from collections.abc import Container, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction

from survey.domain.assessment.definition import AssessmentDefinition
from survey.domain.assessment.facts import Actuals, PointEntry, SpotFindings, Targets, UnitTask, UnitVeto
from survey.domain.assessment.outcome import PeriodStanding, TaskScore, YearOutcome
from survey.domain.assessment.telling.unit_letter import UnitLetter
from survey.domain.count.certificate import Signer


@dataclass(frozen=True)
class DecidedBand:
    """The band that a committee decided for a unit, beside the sum, and why."""

    unit: str
    band: str
    committee: str
    decided_on: date
    reason: str = ""


@dataclass(frozen=True)
class LateCorrection:
    """A number that came after its period was closed (更正).

    ``before`` is what bulletins said so far, ``None`` where they said nothing; ``now`` is ``None`` where a
    finding was taken back and nothing else is accepted.
    """

    period: str
    task: UnitTask
    before: Fraction | None
    now: Fraction | None


@dataclass(frozen=True, kw_only=True)
class BulletinFacts:
    """What a period's bulletin tells: how units stand, and the points that they would have by then.

    ``number`` is the bulletin's own; ``None`` while the period is open, and the paper says so. ``simulated``
    is by unit; ``corrections`` are those of earlier periods since the last bulletin.
    """

    standing: PeriodStanding
    number: int | None = None
    simulated: Mapping[str, tuple[TaskScore, ...]] = field(default_factory=dict)
    corrections: tuple[LateCorrection, ...] = ()


@dataclass(frozen=True, kw_only=True)
class RecordFacts:
    """A year's outcome as it was put on record: the record's number and digest, and who signed it.

    ``number`` is ``None`` while nothing is on record, and papers say so. ``reason`` is why a later record was
    made, and ``made_on`` when.
    """

    outcome: YearOutcome
    number: int | None = None
    digest: str = ""
    reason: str = ""
    made_on: date | None = None
    signers: tuple[Signer, ...] = ()
    decisions: Mapping[str, DecidedBand] = field(default_factory=dict)


@dataclass(frozen=True)
class ListedTask:
    """A task that a unit is to mend, as a list of them says it: in words but for the day."""

    unit: str
    what: str
    ground: str
    mend_by: date
    responsible: str
    answer: str
    state: str


@dataclass(frozen=True, kw_only=True)
class PaperMaterial:
    """All that an assessment's papers say; what is not there yet is ``None`` or empty.

    ``version`` and ``digest`` name definition and targets: for a bulletin those that the period was closed
    under, for all else those that hold. ``accepted`` and ``found`` are the
    year's numbers as units reported them and as they were found on the spot; ``entries`` and ``vetoes`` those
    that hold. ``mend_by`` is until when units are to mend what they missed. ``is_draft`` tells that the
    definition is not issued yet. ``letters`` are what the office wrote to units; ``tasks`` what was set
    them to mend, ``None`` where papers list what may become a task.
    """

    definition: AssessmentDefinition
    targets: Targets
    version: int
    digest: str
    bulletin: BulletinFacts | None = None
    record: RecordFacts | None = None
    accepted: Actuals = field(default_factory=dict)
    found: SpotFindings = field(default_factory=dict)
    entries: tuple[PointEntry, ...] = ()
    vetoes: tuple[UnitVeto, ...] = ()
    mend_by: date | None = None
    is_draft: bool = False
    letters: Mapping[str, UnitLetter] = field(default_factory=dict)
    tasks: tuple[ListedTask, ...] | None = None

    def of_units(self, units: Container[str]) -> "PaperMaterial":
        """Return what there is to tell of some units alone."""
        record = self.record
        if record is None:
            return self
        own = tuple(one for one in record.outcome.units if one.unit in units)
        return replace(self, record=replace(record, outcome=replace(record.outcome, units=own)))
