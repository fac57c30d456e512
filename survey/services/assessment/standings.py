"""How units stand at the end of a period: on frozen numbers where it is closed, else on what is there."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from survey.domain.assessment.periods import month_of
from survey.domain.assessment.scoring.standing import period_standing
from survey.domain.assessment.scoring.task_scores import score_tasks
from survey.domain.assessment.stages import require_stage
from survey.domain.assessment.totals.paper_material import BulletinFacts
from survey.storage.assessment.assessment_rows import Assessment

from .assessments import IN_FORCE, current, in_force
from .closing import closed_periods, corrections_in, period_named
from .evidence import actuals_of


@dataclass(frozen=True)
class PeriodFacts:
    """How an assessment stands at the end of a period, under the version that holds for it.

    ``closed`` tells whether its numbers are frozen.
    """

    assessment: Assessment
    period: str
    bulletin: BulletinFacts

    @property
    def closed(self) -> bool:
        """Return whether the period's numbers are frozen."""
        return self.bulletin.number is not None


def standing_of(session: Session, assessment_code: str, said: str) -> PeriodFacts:
    """Return how all units stand at the end of a period, and the points that they would have by then.

    Raises ``UnknownAssessment``, ``UnknownPeriod``, and ``WrongStage`` while targets are a draft.
    """
    known = current(session, assessment_code)
    require_stage(assessment_code, known.stage, *IN_FORCE, to="write the standing of")
    period = period_named(known, said)
    assessment = in_force(session, known, period)
    definition, targets = assessment.definition, assessment.targets
    actuals = actuals_of(session, assessment, period)
    closed = closed_periods(session, assessment).get(period)
    bulletin = BulletinFacts(
        standing=period_standing(definition, targets, actuals, period),
        number=closed.bulletin if closed else None,
        simulated=score_tasks(definition, targets, actuals, month=month_of(period)),
        corrections=tuple(corrections_in(session, assessment, period)),
    )
    return PeriodFacts(assessment, period, bulletin)
