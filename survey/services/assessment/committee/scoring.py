"""Scoring a year on pages: what the record would rest on and change, and making it as it was seen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from survey.domain.assessment.committee.evidence_changes import EvidenceChange, evidence_changes
from survey.domain.assessment.committee.outcome_changes import UnitChange, unit_changes
from survey.domain.assessment.committee.record_gaps import RecordGaps, gaps_of
from survey.domain.assessment.examining.year_steps import YearStep
from survey.domain.assessment.facts import Evidence, Stage
from survey.domain.assessment.outcome import YearOutcome
from survey.domain.assessment.periods import last_period
from survey.domain.assessment.totals.score_record import RecordHead, ScoreRecord, read_evidence, record_text
from survey.domain.definition.canonical import digest_of_text
from survey.domain.errors import BrokenRecord, ChangedMeanwhile, ReasonMissing, WrongStage
from survey.domain.operations.bounded_cache import BoundedCache
from survey.services.assessment import score_records
from survey.services.assessment.assessments import Assessment, current, locked_assessment, open_periods
from survey.services.assessment.examining.year_end import missing_steps
from survey.services.assessment.score_records import SCORABLE, RecordReadBack
from survey.services.assessment.versions_in_force import earlier_versions
from survey.services.assessment.views import year_views
from survey.services.audit.audit import By
from survey.storage.assessment import score_record_rows
from survey.storage.assessment.assessment_number_rows import numbers_that_hold
from survey.storage.assessment.reports.waiting_numbers import PeriodTask, waiting_numbers

_BYTES_A_TASK = 3000
_BYTES_AROUND = 50_000
_kept = BoundedCache[str, YearOutcome](max_entries=8, max_bytes=32 * 1024 * 1024)


@dataclass(frozen=True)
class ScoringPreview:
    """What a score record made now would rest on, go without and change.

    ``before`` is the one made last, ``None`` before the first; ``is_broken`` tells that it cannot be read
    any more, ``is_news`` that anything came or was ruled since, ``is_early`` that the year has no numbers.
    ``closes`` are the periods that are closed with it, ``waiting`` what is handed in and not accepted,
    ``steps`` those of the year's end that are not on record of every unit, with these.
    ``mark`` stands for all of it: a record made later of the same is the one that was seen.
    """

    assessment: Assessment
    outcome: YearOutcome
    gaps: RecordGaps
    waiting: tuple[PeriodTask, ...]
    steps: Mapping[YearStep, Sequence[str]]
    closes: tuple[str, ...]
    is_early: bool
    before: ScoreRecord | None
    is_broken: bool
    came: tuple[EvidenceChange, ...]
    changes: tuple[UnitChange, ...]
    is_news: bool
    mark: str

    @property
    def may_be_made(self) -> bool:
        """Return whether a record can be made now: a later one only where something came since."""
        if self.assessment.stage not in SCORABLE or self.is_early:
            return False
        return self.is_broken or self.is_news


def preview(session: Session, assessment_code: str) -> ScoringPreview:
    """Return what a score record made now would rest on, go without and change.

    Raises ``UnknownAssessment``.
    """
    assessment = current(session, assessment_code)
    evidence = score_records.full_evidence(session, assessment)
    before = score_record_rows.last_record(session, assessment.id)
    mark = _mark(session, assessment, evidence, before)
    outcome = _outcome(session, assessment, evidence, mark)
    came: tuple[EvidenceChange, ...] = ()
    changes: tuple[UnitChange, ...] = ()
    is_broken, is_news = False, before is None
    if before is not None:
        try:
            found = score_records.read_back(session, assessment, before)
            came = evidence_changes(read_evidence(found.content), evidence)
            stood = year_views.record_view(session, assessment_code, before.number).outcome
            changes = unit_changes(stood, outcome)
            is_news = _differs(found, assessment, evidence)
        except BrokenRecord:
            is_broken = True
    collecting = assessment.stage is Stage.RUNNING
    last = last_period(assessment.definition)
    return ScoringPreview(
        assessment=assessment,
        outcome=outcome,
        gaps=gaps_of(assessment.definition, outcome),
        waiting=tuple(waiting_numbers(session, assessment)),
        steps=missing_steps(session, assessment),
        closes=tuple(open_periods(session, assessment)) if collecting else (),
        is_early=collecting and not numbers_that_hold(session, assessment, last),
        before=before,
        is_broken=is_broken,
        came=came,
        changes=changes,
        is_news=is_news,
        mark=mark,
    )


def score_as_seen(session: Session, assessment_code: str, by: By, reason: str, seen: str) -> ScoreRecord:
    """Make the score record that a preview with the mark ``seen`` showed; sent twice, it is made once.

    Raises ``ChangedMeanwhile`` where what it rests on is not what was seen, ``WrongStage``, also where
    nothing came since the last one, and ``ReasonMissing``.
    """
    assessment = locked_assessment(session, assessment_code)
    before = score_record_rows.last_record(session, assessment.id)
    evidence = score_records.full_evidence(session, assessment)
    if before is not None and seen == _mark_of(session, assessment, before):
        return before
    if seen != _mark(session, assessment, evidence, before):
        raise ChangedMeanwhile(assessment_code)
    if before is not None:
        if not _has_changed(session, assessment, before, evidence):
            raise WrongStage(f"nothing came since score record {before.number} of {assessment_code}")
        if not reason.strip():
            raise ReasonMissing(f"score record {before.number} of {assessment_code} stands")
    return score_records.score_year(session, assessment_code, by, reason)


def came_since(session: Session, assessment: Assessment, record: ScoreRecord) -> tuple[EvidenceChange, ...]:
    """Return what came on record since a score record was made; raises ``BrokenRecord``."""
    found = score_records.read_back(session, assessment, record)
    return evidence_changes(
        read_evidence(found.content), score_records.full_evidence(session, found.assessment)
    )


def _has_changed(session: Session, assessment: Assessment, record: ScoreRecord, evidence: Evidence) -> bool:
    try:
        found = score_records.read_back(session, assessment, record)
    except BrokenRecord:
        return True
    return _differs(found, assessment, evidence)


def _differs(found: RecordReadBack, assessment: Assessment, evidence: Evidence) -> bool:
    return read_evidence(found.content) != evidence or found.assessment.digest != assessment.digest


def _outcome(session: Session, assessment: Assessment, evidence: Evidence, mark: str) -> YearOutcome:
    kept = _kept.get(mark)
    if kept is None:
        kept = score_records.outcome_now(session, assessment, evidence)
        _kept.put(mark, kept, _BYTES_AROUND + _BYTES_A_TASK * len(assessment.targets))
    return kept


def _mark(session: Session, assessment: Assessment, evidence: Evidence, before: ScoreRecord | None) -> str:
    periods = {period: one.digest for period, one in earlier_versions(session, assessment).items()}
    return _written(assessment, before.number if before else 0, periods, evidence)


def _mark_of(session: Session, assessment: Assessment, record: ScoreRecord) -> str:
    """Return the mark of the preview that a record was made from; empty where it cannot be read."""
    try:
        found = score_records.read_back(session, assessment, record)
    except BrokenRecord:
        return ""
    periods = {period: one.digest for period, one in found.earlier.items()}
    return _written(found.assessment, record.number - 1, periods, read_evidence(found.content))


def _written(assessment: Assessment, after: int, periods: dict[str, str], evidence: Evidence) -> str:
    head = RecordHead(
        assessment=assessment.code,
        number=after,
        reason="",
        replaces="",
        version=assessment.version,
        digests={"assessment": assessment.digest, **periods},
    )
    return digest_of_text(record_text(head, evidence, (), b""))
