"""Closing an assessment (办结): what is open is told, its key goes, and its result stays as it is."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from survey.domain.assessment.examining.year_record import YearRecord, YearRecordKind
from survey.domain.assessment.facts import Stage
from survey.domain.assessment.stages import require_stage
from survey.domain.assessment.telling.open_ends import NotesEnd, OpenEnd, open_ends
from survey.domain.audit.acts import Act
from survey.domain.errors import BadYearRecord
from survey.services.assessment.assessments import Assessment, current, locked_assessment, logged_as
from survey.services.assessment.examining import talk_notes
from survey.services.assessment.examining.year_records import put_on_record, records_of
from survey.services.assessment.overview import MissingThing, missing_for
from survey.services.assessment.publishing import open_edition
from survey.services.audit import audit
from survey.services.audit.audit import By
from survey.storage.assessment import assessment_rows

_YEAR = "year"
"""What the records of the close are about."""


@dataclass(frozen=True)
class YearClose:
    """How an assessment stands before its close, or how it was closed.

    ``missing`` is what its result still lacks, ``ends`` what is open beside it, ``notes`` how many talks have
    notes. ``closed`` and ``notes_end`` are the records of the close.
    """

    assessment: Assessment
    missing: tuple[MissingThing, ...]
    ends: tuple[OpenEnd, ...]
    notes: int
    closed: YearRecord | None
    notes_end: NotesEnd

    @property
    def is_ready(self) -> bool:
        """Return whether it can be closed now: what is open is told, and keeps nobody from it."""
        return self.assessment.stage is Stage.DECIDED


def year_close(session: Session, assessment_code: str) -> YearClose:
    """Return how an assessment stands before its close, or was closed; raises ``UnknownAssessment``."""
    return _standing(session, current(session, assessment_code))


def close_assessment(
    session: Session, assessment_code: str, notes_end: NotesEnd, by: By, *, copied: bool = False
) -> YearClose:
    """Close an assessment; then ``sealing.destroy_left_keys`` is to be called.

    Its result takes nothing any more; letters that were sent are still acknowledged, and tasks answered,
    extended and closed. ``copied`` is what the office says of notes that are carried over on paper. What is
    open goes on record by name. Raises ``WrongStage`` unless all units are decided on, and ``BadYearRecord``
    where notes are on record and what becomes of them is not said, or is said to be on paper and nobody
    copied them.
    """
    assessment = locked_assessment(session, assessment_code)
    require_stage(assessment_code, assessment.stage, Stage.DECIDED, to="close the year of")
    found = _standing(session, assessment)
    if (notes_end is NotesEnd.NONE) is bool(found.notes):
        raise BadYearRecord({"notes_end": "missing" if found.notes else "unknown"})
    if notes_end is NotesEnd.PAPER and not copied:
        raise BadYearRecord({"copied": "missing"})
    ended = {"way": notes_end.value, "notes": found.notes}
    put_on_record(session, assessment, YearRecordKind.NOTES_END, _YEAR, ended, by)
    ends = {one.kind.value: [list(name) for name in one.names] for one in found.ends}
    lacking = [one.kind.value for one in found.missing]
    content = {"open": ends, "missing": lacking}
    put_on_record(session, assessment, YearRecordKind.YEAR_CLOSED, _YEAR, content, by)
    assessment_rows.set_stage(session, assessment, Stage.CLOSED)
    audit.record(session, by, Act.ASSESSMENT_END, logged_as(assessment_code), notes=notes_end)
    return found


def _standing(session: Session, assessment: Assessment) -> YearClose:
    closings = records_of(session, assessment, YearRecordKind.YEAR_CLOSED)
    endings = records_of(session, assessment, YearRecordKind.NOTES_END)
    units = [unit.key for unit in assessment.definition.units]
    published = open_edition(session, assessment.code) is not None
    return YearClose(
        assessment=assessment,
        missing=missing_for(session, assessment),
        ends=tuple(open_ends(units, records_of(session, assessment, *YearRecordKind), published=published)),
        notes=len(talk_notes.all_notes(session, assessment)),
        closed=closings[-1] if closings else None,
        notes_end=NotesEnd(endings[-1].content["way"]) if endings else NotesEnd.NONE,
    )
