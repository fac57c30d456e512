"""Where an assessment stands: what is on record of it, what is missing, and which command comes next."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy.orm import Session

from survey.domain.assessment.composite_rules import ComponentSource
from survey.domain.assessment.facts import NumberKind, Stage, UnitTask
from survey.domain.assessment.periods import due_in
from survey.domain.assessment.reports.submitted_report import ReportState
from survey.domain.assessment.seats import Seat, SeatAct, may_act, may_report
from survey.domain.assessment.stages import next_step
from survey.domain.assessment.totals.published_outcome import OutcomeEdition
from survey.domain.assessment.totals.score_record import ScoreRecord
from survey.domain.errors import BrokenRecord
from survey.storage.assessment import score_record_rows
from survey.storage.assessment.assessment_number_rows import ClosedPeriod
from survey.storage.assessment.assessment_rows import Assessment, AssessmentVersion
from survey.storage.assessment.reports import report_rows

from .assessments import TAKING, current, in_force, open_periods, versions_of
from .closing import closed_periods
from .counted_campaigns import obstacle
from .deciding import bands_of
from .evidence import numbers_of
from .examining.year_end import missing_steps
from .publishing import open_edition
from .score_records import came_since, is_outdated, read_back

_COLLECTING = (Stage.ISSUED, Stage.RUNNING)
NAMED = 8
"""So many of what is missing are named; how many there are is said in any case."""
_AHEAD_OF_SCORING = (*_COLLECTING, Stage.EXAMINING)


class MissingKind(StrEnum):
    """What the next step of an assessment can wait for."""

    TARGETS = "targets"
    NUMBERS = "numbers"
    COUNT = "count"
    RECORD = "record"
    SIGNATURES = "signatures"
    BANDS = "bands"
    STEP = "step"


@dataclass(frozen=True)
class MissingThing:
    """One thing that the next step waits for; as text it is a sentence of the command line.

    ``about`` is the period, the component, the score record or the year's step; ``names`` are keys: of unit
    and indicator each, of the campaign that is not counted, of the units without a band or without a step.
    """

    kind: MissingKind
    about: str = ""
    names: tuple[tuple[str, ...], ...] = ()

    def __str__(self) -> str:
        match self.kind:
            case MissingKind.TARGETS:
                return "targets: none is loaded"
            case MissingKind.NUMBERS:
                named = ", ".join(" ".join(name) for name in self.names[:NAMED])
                more = f" and {len(self.names) - NAMED} more" if len(self.names) > NAMED else ""
                return f"numbers of {self.about} not accepted: {len(self.names)} ({named}{more})"
            case MissingKind.COUNT:
                campaign, why = self.names[0]
                return f"component {self.about}: the count of {campaign} is not read: {why}"
            case MissingKind.RECORD:
                return self.names[0][0]
            case MissingKind.SIGNATURES:
                return f"signatures: score record {self.about} has none"
            case MissingKind.BANDS:
                return f"bands not decided: {', '.join(name for (name,) in self.names)}"
            case MissingKind.STEP:
                named = ", ".join(name for (name,) in self.names[:NAMED])
                more = f" and {len(self.names) - NAMED} more" if len(self.names) > NAMED else ""
                return f"{self.about}: not on record of {named}{more}; scoring does not wait for it"


@dataclass(frozen=True)
class AssessmentOverview:
    """An assessment, what is on record of it, and what is ``missing`` for the next step.

    ``outdated`` says why the last score record is to be made anew, empty where it is not.
    """

    assessment: Assessment
    versions: tuple[AssessmentVersion, ...]
    closed: tuple[ClosedPeriod, ...]
    records: tuple[ScoreRecord, ...]
    bands: Mapping[str, str]
    edition: OutcomeEdition | None
    missing: tuple[MissingThing, ...]
    outdated: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return all but the assessment itself as plain values."""
        edition = self.edition
        return {
            "versions": [
                {
                    "version": one.number,
                    "digest": one.digest,
                    "amendment": vars(one.amendment) if one.amendment else None,
                }
                for one in self.versions
            ],
            "closed": [
                {
                    "period": one.period,
                    "bulletin": one.bulletin,
                    "version": one.version,
                    "numbers": one.digest,
                }
                for one in self.closed
            ],
            "records": [
                {
                    "number": one.number,
                    "digest": one.digest,
                    "reason": one.reason,
                    "signed": [signature.account for signature in one.signatures],
                }
                for one in self.records
            ],
            "decided": dict(self.bands),
            "published": edition
            and {"edition": edition.number, "as": edition.level, "columns": edition.columns},
            "missing": list(map(str, self.missing)),
            "next": self.next,
        }

    @property
    def next(self) -> str:
        """Return the command that leads the assessment on; empty where nothing follows."""
        code, stage = self.assessment.code, self.assessment.stage
        if self.outdated:
            return f"minping assessment score {code} --reason TEXT"
        if stage is Stage.SCORED:
            act = "decide" if self.records[-1].is_signed else "sign"
            return f"minping assessment {act} {code}"
        return next_step(code, stage)


@dataclass(frozen=True)
class DueNumbers:
    """The numbers of a period that wait for somebody's seats: to be reported, or to be signed off."""

    period: str
    tasks: tuple[UnitTask, ...]


def due_numbers(session: Session, assessment: Assessment, seats: Collection[Seat]) -> list[DueNumbers]:
    """List by period what seats have to report.

    Of the first open period that is all that nobody has submitted, of every period what was returned.
    """
    if assessment.stage not in TAKING:
        return []
    waiting = open_periods(session, assessment) if assessment.stage in _COLLECTING else []
    due: list[tuple[str, UnitTask]] = []
    for period in waiting[:1]:
        numbers = numbers_of(session, assessment, period)
        there = {task for kind in NumberKind for task in numbers[kind]}
        there |= report_rows.submitted_of(session, assessment, period).keys()
        due += [(period, task) for task in _due_tasks(assessment, period) if task not in there]
    due += _in_state(session, assessment, ReportState.RETURNED)
    indicators = assessment.definition.indicator
    return _by_period(
        (period, (unit, key)) for period, (unit, key) in due if may_report(seats, unit, indicators[key])
    )


def unsigned_numbers(session: Session, assessment: Assessment, seats: Collection[Seat]) -> list[DueNumbers]:
    """List by period what a unit submitted and seats have to sign off."""
    if assessment.stage not in TAKING:
        return []
    waiting = _in_state(session, assessment, ReportState.SUBMITTED)
    return _by_period((period, task) for period, task in waiting if may_act(seats, SeatAct.SIGN_OFF, task[0]))


def _in_state(session: Session, assessment: Assessment, state: ReportState) -> list[tuple[str, UnitTask]]:
    found = report_rows.last_in_state(session, assessment, state)
    return [(one.period, one.task) for one in found if one.task in assessment.targets]


def _by_period(found: Iterable[tuple[str, UnitTask]]) -> list[DueNumbers]:
    tasks: dict[str, list[UnitTask]] = {}
    for period, task in found:
        tasks.setdefault(period, []).append(task)
    return [DueNumbers(period, tuple(tasks[period])) for period in sorted(tasks)]


def missing_for(session: Session, assessment: Assessment) -> tuple[MissingThing, ...]:
    """Return what the next step of an assessment waits for."""
    records = score_record_rows.records(session, assessment.id)
    bands = bands_of(session, assessment, records[-1].number) if records else {}
    outdated = _outdated(session, assessment, records[-1]) if records else ""
    return tuple(_missing(session, assessment, records, bands, outdated))


def overview(session: Session, assessment_code: str) -> AssessmentOverview:
    """Return where an assessment stands; raises ``UnknownAssessment``."""
    assessment = current(session, assessment_code)
    records = score_record_rows.records(session, assessment.id)
    opened = open_edition(session, assessment_code)
    bands = bands_of(session, assessment, records[-1].number) if records else {}
    outdated = _outdated(session, assessment, records[-1]) if records else ""
    return AssessmentOverview(
        assessment=assessment,
        versions=tuple(versions_of(session, assessment)),
        closed=tuple(closed_periods(session, assessment).values()),
        records=tuple(records),
        bands=bands,
        edition=opened.edition if opened else None,
        missing=tuple(_missing(session, assessment, records, bands, outdated)),
        outdated=outdated,
    )


def _outdated(session: Session, assessment: Assessment, record: ScoreRecord) -> str:
    """Return what came after the last score record, or that it cannot be read any more."""
    try:
        found = read_back(session, assessment, record)
        return f"score: {came_since(record)}" if is_outdated(session, found) else ""
    except BrokenRecord as error:
        return f"score: {error}"


def _missing(
    session: Session,
    assessment: Assessment,
    records: list[ScoreRecord],
    bands: Mapping[str, str],
    outdated: str,
) -> Iterator[MissingThing]:
    definition = assessment.definition
    if assessment.stage is Stage.DRAFT and definition.indicators and not assessment.targets:
        yield MissingThing(MissingKind.TARGETS)
    waiting = open_periods(session, assessment) if assessment.stage in _COLLECTING else []
    if waiting and (tasks := not_accepted(session, assessment, waiting[0])):
        yield MissingThing(MissingKind.NUMBERS, waiting[0], tuple(tasks))
    if assessment.stage in _AHEAD_OF_SCORING:
        for component in definition.components:
            if component.source is ComponentSource.CAMPAIGN and (
                why := obstacle(session, definition, assessment.unit, component.campaign)
            ):
                yield MissingThing(MissingKind.COUNT, component.key, ((component.campaign, why),))
    if assessment.stage is Stage.EXAMINING:
        for step, units in missing_steps(session, assessment).items():
            yield MissingThing(MissingKind.STEP, step, tuple((unit,) for unit in units))
    if outdated:
        yield MissingThing(MissingKind.RECORD, str(records[-1].number), ((outdated,),))
    if records and not records[-1].is_signed:
        yield MissingThing(MissingKind.SIGNATURES, str(records[-1].number))
    undecided = tuple((unit.key,) for unit in definition.units if unit.key not in bands)
    if records and undecided:
        yield MissingThing(MissingKind.BANDS, names=undecided)


def not_accepted(session: Session, assessment: Assessment, period: str) -> list[UnitTask]:
    """List the tasks that are due in a period and of which the office has taken no number over."""
    held = in_force(session, assessment, period)
    numbers = numbers_of(session, held, period)
    there = numbers[NumberKind.ACCEPTED].keys() | numbers[NumberKind.VERIFIED].keys()
    return [task for task in _due_tasks(held, period) if task not in there]


def _due_tasks(assessment: Assessment, period: str) -> list[UnitTask]:
    indicators = assessment.definition.indicator
    return [task for task in assessment.targets if due_in(assessment.definition, indicators[task[1]], period)]
