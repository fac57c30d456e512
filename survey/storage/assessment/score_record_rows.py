"""What comes of a year: score records, what was decided beside them, what was published of them."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey.domain.assessment.totals.band_decisions import BandDecision
from survey.domain.assessment.totals.published_outcome import OutcomeEdition
from survey.domain.assessment.totals.score_record import RecordHead, RecordSignature, ScoreRecord
from survey.domain.count.certificate import SigningPart
from survey.domain.decisions.entries import BandDecided, EntryKind, from_record, to_record
from survey.domain.definition.campaign import Publication
from survey.domain.definition.canonical import canonical_json, digest_of_text

from .assessment_tables import AssessmentEditionRow, BandDecisionRow, ScoreRecordRow
from .readable_rows import readable


def add_record(
    session: Session, assessment_id: int, head: RecordHead, text: str, by: str, at: datetime
) -> ScoreRecord:
    """Store a score record under its number; nobody has signed it yet."""
    row = ScoreRecordRow(
        assessment_id=assessment_id,
        number=head.number,
        content=text,
        digest=digest_of_text(text),
        reason=head.reason,
        signatures="[]",
        recorded_by=by,
        recorded_at=at,
    )
    session.add(row)
    session.flush()
    return _record(row)


def last_record(session: Session, assessment_id: int) -> ScoreRecord | None:
    """Return the score record made last, ``None`` before the first."""
    rows = select(ScoreRecordRow).where(ScoreRecordRow.assessment_id == assessment_id)
    row = session.scalar(rows.order_by(ScoreRecordRow.number.desc()).limit(1))
    return _record(row) if row else None


def find_record(session: Session, assessment_id: int, number: int) -> ScoreRecord:
    """Return a score record that there is."""
    return _record(session.get_one(ScoreRecordRow, (assessment_id, number)))


def records(session: Session, assessment_id: int) -> list[ScoreRecord]:
    """Return all score records, the first one first."""
    rows = select(ScoreRecordRow).where(ScoreRecordRow.assessment_id == assessment_id)
    return [_record(row) for row in session.scalars(rows.order_by(ScoreRecordRow.number))]


def set_signatures(
    session: Session, assessment_id: int, number: int, signatures: Sequence[RecordSignature]
) -> None:
    """Put signatures under a record that has none; the assessment's lock must be held."""
    written = [
        {
            "part": one.part.value,
            "account": one.account,
            "made": one.account_made.isoformat(),
            "at": one.signed_at.isoformat(),
        }
        for one in signatures
    ]
    session.get_one(ScoreRecordRow, (assessment_id, number)).signatures = canonical_json(written)
    session.flush()


def add_decision(
    session: Session,
    assessment_id: int,
    record: int,
    unit: str,
    content: BandDecided,
    by: str,
    at: datetime,
) -> BandDecision:
    """Append a decision under the next number; the assessment's lock must be held."""
    last = select(func.max(BandDecisionRow.number)).where(BandDecisionRow.assessment_id == assessment_id)
    row = BandDecisionRow(
        assessment_id=assessment_id,
        number=(session.scalar(last) or 0) + 1,
        record=record,
        unit=unit,
        content=canonical_json(to_record(content)),
        recorded_by=by,
        recorded_at=at,
    )
    session.add(row)
    session.flush()
    return _decision(row)


def decisions(session: Session, assessment_id: int) -> list[BandDecision]:
    """Return all decisions, beside whichever record, in the order in which they were recorded."""
    rows = select(BandDecisionRow).where(BandDecisionRow.assessment_id == assessment_id)
    return [_decision(row) for row in session.scalars(rows.order_by(BandDecisionRow.number))]


def add_edition(session: Session, assessment_id: int, edition: OutcomeEdition, by: str) -> None:
    """Store an edition; the assessment's lock must be held."""
    session.add(
        AssessmentEditionRow(
            assessment_id=assessment_id,
            number=edition.number,
            level=edition.level,
            content=canonical_json(
                {
                    "record": edition.record,
                    "columns": edition.columns,
                    "follow": edition.follow,
                    "note": edition.note,
                    "decisions": edition.decisions,
                }
            ),
            recorded_by=by,
            published_at=edition.published_at,
        )
    )
    session.flush()


def editions(session: Session, assessment_id: int) -> list[OutcomeEdition]:
    """Return all editions, the first one first."""
    rows = select(AssessmentEditionRow).where(AssessmentEditionRow.assessment_id == assessment_id)
    return [_edition(row) for row in session.scalars(rows.order_by(AssessmentEditionRow.number))]


def publishers(session: Session, assessment_id: int) -> dict[int, str]:
    """Return who published each edition, by its number."""
    row = AssessmentEditionRow
    rows = session.execute(select(row.number, row.recorded_by).where(row.assessment_id == assessment_id))
    return {number: actor for number, actor in rows}  # noqa: C416 – rows are no tuples to the types


def set_withdrawn(session: Session, assessment_id: int, number: int, at: datetime) -> None:
    """Note when an edition was withdrawn."""
    session.get_one(AssessmentEditionRow, (assessment_id, number)).withdrawn_at = at
    session.flush()


def _record(row: ScoreRecordRow) -> ScoreRecord:
    with readable(f"who signed score record {row.number}"):
        signatures = tuple(
            RecordSignature(
                SigningPart(one["part"]),
                one["account"],
                datetime.fromisoformat(one["made"]),
                datetime.fromisoformat(one["at"]),
            )
            for one in json.loads(row.signatures)
        )
    return ScoreRecord(
        number=row.number,
        text=row.content,
        digest=row.digest,
        reason=row.reason,
        signatures=signatures,
        recorded_by=row.recorded_by,
        recorded_at=row.recorded_at,
    )


def _decision(row: BandDecisionRow) -> BandDecision:
    with readable(f"decision {row.number}"):
        content = from_record(EntryKind.BAND, json.loads(row.content))
        if not isinstance(content, BandDecided):
            raise TypeError("what is decided for a unit is a band")
    return BandDecision(row.number, row.record, row.unit, content, row.recorded_by, row.recorded_at)


def _edition(row: AssessmentEditionRow) -> OutcomeEdition:
    with readable(f"edition {row.number}"):
        content: dict[str, Any] = json.loads(row.content)
        return OutcomeEdition(
            number=row.number,
            level=Publication(row.level),
            record=content["record"],
            columns=tuple(content["columns"]),
            follow=tuple(content["follow"]),
            note=content["note"],
            decisions=content["decisions"],
            published_at=row.published_at,
            withdrawn_at=row.withdrawn_at,
        )
