"""What a year comes to, as pages show it: totals, one total taken apart, and what other weights would make.

An outcome on record is worked out once from its own evidence and kept by the record's digest. Nothing here
stores anything: what is only supposed, or not on record yet, is worked out for the page and forgotten.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from survey.domain.assessment.facts import Evidence
from survey.domain.assessment.outcome import YearOutcome
from survey.domain.assessment.totals.composite import year_outcome
from survey.domain.assessment.totals.score_record import ScoreRecord, read_evidence
from survey.domain.assessment.views.composite_view import (
    CompositeClass,
    TotalStory,
    composite_classes,
    total_story,
)
from survey.domain.assessment.views.what_if import Supposed, SupposedClass, supposed_classes
from survey.domain.errors import NotScored, UnknownAssessment
from survey.domain.operations.bounded_cache import BoundedCache
from survey.services.assessment.assessments import Assessment, current
from survey.services.assessment.deciding import bands_of
from survey.services.assessment.score_records import (
    full_evidence,
    is_outdated,
    last_record,
    outcome_of_record,
    read_back,
    record_numbered,
    require_as_logged,
)

MAX_BYTES = 64 * 1024 * 1024
_BYTES_A_TASK = 3000
_BYTES_AROUND = 50_000

_kept = BoundedCache[str, tuple[YearOutcome, Evidence]](max_entries=16, max_bytes=MAX_BYTES)


@dataclass(frozen=True)
class YearView:
    """A year's outcome: the one on record, or (``record`` is ``None``) what it would be if scored now.

    ``is_outdated`` tells that something came on record since.
    """

    assessment: Assessment
    record: ScoreRecord | None
    is_outdated: bool
    outcome: YearOutcome
    evidence: Evidence
    decided: Mapping[str, str]

    @property
    def classes(self) -> tuple[CompositeClass, ...]:
        """Return the totals class by class."""
        return composite_classes(self.assessment.definition, self.outcome, self.decided)

    def total(self, unit: str) -> TotalStory:
        """Return one unit's total taken apart.

        Raises ``UnknownAssessment`` where the version that was scored has no such unit.
        """
        row = next((row for one in self.classes for row in one.rows if row.unit.key == unit), None)
        if row is None:
            raise UnknownAssessment(self.assessment.code)
        return total_story(self.assessment.definition, self.assessment.targets, self.evidence, row)

    def supposing(self, supposed: Supposed) -> tuple[SupposedClass, ...]:
        """Return what the units would come to with other weights or bands; nothing is stored."""
        return supposed_classes(self.assessment.definition, self.outcome, self.evidence, supposed)


def forget() -> None:
    """Forget what is kept, as a process that begins has nothing."""
    _kept.clear()


def year_view(session: Session, assessment_code: str, *, provisional: bool = False) -> YearView:
    """Return a year's outcome as it is on record; ``provisional``: before the first record, as it would be.

    Raises ``UnknownAssessment``, ``NotScored`` and ``BrokenRecord``.
    """
    known = current(session, assessment_code)
    try:
        record = last_record(session, known)
    except NotScored:
        if not provisional:
            raise
        evidence = full_evidence(session, known)
        outcome = year_outcome(known.definition, known.targets, evidence)
        return YearView(known, None, False, outcome, evidence, {})
    return _of_record(session, known, record)


def record_view(session: Session, assessment_code: str, number: int) -> YearView:
    """Return the outcome of one score record, the last or an earlier one.

    Raises ``UnknownAssessment``, ``UnknownYearRecord`` and ``BrokenRecord``.
    """
    known = current(session, assessment_code)
    return _of_record(session, known, record_numbered(session, known, number))


def _of_record(session: Session, known: Assessment, record: ScoreRecord) -> YearView:
    require_as_logged(session, known)
    found = read_back(session, known, record)
    kept = _kept.get(record.digest)
    if kept is None:
        kept = outcome_of_record(found), read_evidence(found.content)
        _kept.put(record.digest, kept, _BYTES_AROUND + _BYTES_A_TASK * len(found.assessment.targets))
    outcome, evidence = kept
    decided = bands_of(session, known, record.number)
    return YearView(found.assessment, record, is_outdated(session, found), outcome, evidence, decided)
