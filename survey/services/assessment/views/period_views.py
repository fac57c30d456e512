"""How an assessment stands in a period, as pages show it; the lights of all tasks are kept by digest.

They are kept by the digest of the version that is in force and by the numbers that they rest on, both read
from the database in the request that shows them: a further number, or another version, is another key.
"""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from survey.domain.assessment.facts import Target
from survey.domain.assessment.outcome import PeriodStanding
from survey.domain.assessment.periods import periods_of
from survey.domain.assessment.scoring.standing import period_standing
from survey.domain.assessment.views.plan_line import plan_line
from survey.domain.assessment.views.stories import CellStory, StandingMaterial, cell_story
from survey.domain.assessment.views.told_numbers import told_numbers, values_by_period
from survey.domain.errors import UnknownAssessment
from survey.domain.operations.bounded_cache import BoundedCache
from survey.services.assessment.assessments import Assessment, current, in_force
from survey.services.assessment.closing import ClosedPeriod, closed_periods, period_named
from survey.services.assessment.evidence import actuals_of
from survey.storage.assessment import assessment_number_rows
from survey.storage.assessment.reports import evidence_rows

MAX_BYTES = 64 * 1024 * 1024
# Measured: 16 MB for 200 units with 60 indicators, their numbers and lights together.
_BYTES_A_TASK = 1400
_BYTES_AROUND = 20_000

_Key = tuple[str, str, str]
_kept = BoundedCache[_Key, StandingMaterial](max_entries=64, max_bytes=MAX_BYTES)


@dataclass(frozen=True)
class PeriodView:
    """An assessment in a period, under the version in force then, with what stories of it are told from.

    ``periods`` are all those of the year, in order; ``closed`` is ``None`` while the period is open.
    """

    assessment: Assessment
    period: str
    periods: tuple[str, ...]
    closed: ClosedPeriod | None
    material: StandingMaterial

    @property
    def standing(self) -> PeriodStanding:
        """Return how all units stand."""
        return self.material.standing


def forget() -> None:
    """Forget what is kept, as a process that begins has nothing."""
    _kept.clear()


def period_to_show(session: Session, assessment_code: str) -> str:
    """Return the period that is of most interest: the last one of which anything is accepted, else the first.

    Raises ``UnknownAssessment``.
    """
    assessment = current(session, assessment_code)
    last = assessment_number_rows.last_period_taken(session, assessment)
    periods = periods_of(assessment.definition)
    return last if last in periods else periods[0]


def period_view(session: Session, assessment_code: str, said: str) -> PeriodView:
    """Return how an assessment stands in a period.

    Raises ``UnknownAssessment`` and ``UnknownPeriod``.
    """
    known = current(session, assessment_code)
    period = period_named(known, said)
    assessment = in_force(session, known, period)
    closed = closed_periods(session, known).get(period)
    last = assessment_number_rows.last_number(session, known)
    key = assessment.digest, period, closed.digest if closed else f"{known.id}:{last}"
    material = _kept.get(key)
    if material is None:
        definition, targets = assessment.definition, assessment.targets
        actuals = actuals_of(session, assessment, period)
        standing = period_standing(definition, targets, actuals, period)
        material = StandingMaterial(definition, targets, actuals, standing)
        _kept.put(key, material, _BYTES_AROUND + _BYTES_A_TASK * len(standing.tasks))
    return PeriodView(assessment, period, periods_of(assessment.definition), closed, material)


def require_then(view: PeriodView, *, unit: str = "", indicator: str = "") -> None:
    """Refuse with ``UnknownAssessment`` a unit or an indicator that came with a later amendment."""
    definition = view.assessment.definition
    if (unit and unit not in definition.unit) or (indicator and indicator not in definition.indicator):
        raise UnknownAssessment(view.assessment.code)


def cell_of(session: Session, view: PeriodView, unit: str, indicator: str) -> CellStory:
    """Return what there is to tell of one task in a period.

    Raises ``UnknownAssessment`` where the unit does not have that task.
    """
    target: Target | None = view.assessment.targets.get((unit, indicator))
    if target is None:
        raise UnknownAssessment(view.assessment.code)
    numbers = assessment_number_rows.records_of_task(session, view.assessment, (unit, indicator))
    closed_at = {one.period: one.last_number for one in closed_periods(session, view.assessment).values()}
    line = plan_line(view.assessment.definition, target, values_by_period(numbers, closed_at))
    told = told_numbers(numbers, view.period, closed_at.get(view.period))
    files = evidence_rows.files_of_task(session, view.assessment, view.period, (unit, indicator))
    return cell_story(view.material, target, line, told, tuple(files))
