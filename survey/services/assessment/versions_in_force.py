"""Which version of an assessment holds for which of its periods."""

from sqlalchemy.orm import Session

from survey.domain.assessment.composite_rules import ComponentSource
from survey.domain.assessment.periods import periods_of
from survey.storage.assessment import assessment_number_rows
from survey.storage.assessment.assessment_rows import Assessment, at_version, versions_of


def in_force(session: Session, assessment: Assessment, period: str) -> Assessment:
    """Return an assessment under the version that holds for a period.

    A closed one keeps the version that it was closed under; of an open one it is the last that holds from
    this period, or from an earlier one, on.
    """
    closed = assessment_number_rows.closed_periods(session, assessment).get(period)
    if closed is not None:
        return at_version(session, assessment, closed.version)
    order = periods_of(assessment.definition)
    holding = [
        version.number
        for version in versions_of(session, assessment)
        if version.amendment is None or order.index(version.amendment.since) <= order.index(period)
    ]
    return at_version(session, assessment, holding[-1])


def asks_for_periods(assessment: Assessment) -> bool:
    """Return whether the total rests on what single periods came to."""
    return any(one.source is ComponentSource.PERIODS for one in assessment.definition.components)


def earlier_versions(session: Session, assessment: Assessment) -> dict[str, Assessment]:
    """Map the periods that the total rests on, and that follow another version, to the assessment under it.

    An amendment changes nothing of a period that was closed before it, in the year's total neither.
    """
    periods = periods_of(assessment.definition) if asks_for_periods(assessment) else ()
    held = {period: in_force(session, assessment, period) for period in periods}
    return {period: one for period, one in held.items() if one.version != assessment.version}
