"""Units' statements (述职报告): kept as drafts, handed in once, returned with a reason, handed in anew."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy.orm import Session

from survey.domain.assessment.examining.statement import (
    StatementState,
    UnitStatement,
    read_statement,
    standing_statement,
)
from survey.domain.assessment.examining.typed_fields import TypedFields
from survey.domain.assessment.examining.year_record import YearRecord, YearRecordKind
from survey.domain.assessment.facts import Stage
from survey.domain.assessment.stages import require_stage
from survey.domain.errors import ChangedMeanwhile, UnknownUnit, UnknownYearRecord
from survey.services.audit.audit import By
from survey.storage.assessment.assessment_rows import Assessment, locked_assessment

from .year_records import held_records, put_on_record, records_of

WRITING = (Stage.ISSUED, Stage.RUNNING, Stage.EXAMINING)
"""The stages in which statements are written: ballots are cast before the year is scored."""
MAX_REASON = 300
_ALL = "all"
_KINDS = (YearRecordKind.STATEMENT, YearRecordKind.STATEMENT_RETURNED)


def statements(session: Session, assessment: Assessment) -> dict[str, UnitStatement]:
    """Return where the statement of every unit stands, as defined."""
    found: dict[str, list[YearRecord]] = {}
    for one in records_of(session, assessment, *_KINDS):
        found.setdefault(one.about, []).append(one)
    return {
        one.key: standing_statement(one.key, found.get(one.key, ())) for one in assessment.definition.units
    }


def statement_of(session: Session, assessment: Assessment, unit: str) -> UnitStatement:
    """Return where one unit's statement stands."""
    return standing_statement(unit, records_of(session, assessment, *_KINDS, about=unit))


def save_statement(
    session: Session,
    assessment_code: str,
    unit: str,
    typed: Mapping[str, str],
    seen: int,
    by: By,
    *,
    hand_in: bool,
) -> UnitStatement:
    """Keep a unit's statement as a draft, or hand it in; the same one again is on record once.

    ``seen`` is the number of the record that was on the form. Raises ``WrongStage``, ``BadYearRecord`` by
    field, ``UnknownUnit``, and ``ChangedMeanwhile`` where it was handed in already or changed since.
    """
    assessment = _writing(session, assessment_code, unit)
    before = statement_of(session, assessment, unit)
    content = read_statement(typed, handed_in=hand_in)
    last = records_of(session, assessment, *_KINDS, about=unit)[-1:]
    if last and last[0].kind is YearRecordKind.STATEMENT and last[0].content == content:
        return before
    if before.is_in or before.number != seen:
        raise ChangedMeanwhile(assessment_code)
    put_on_record(session, assessment, YearRecordKind.STATEMENT, unit, content, by)
    return statement_of(session, assessment, unit)


def give_back(
    session: Session, assessment_code: str, unit: str, typed: Mapping[str, str], seen: int, by: By
) -> UnitStatement:
    """Return a unit's statement with a reason; once returned, it is returned once.

    Raises ``WrongStage``, ``BadYearRecord`` without a reason, ``UnknownUnit``, ``UnknownYearRecord`` where
    none was handed in, and ``ChangedMeanwhile`` where it is another than the one that was ``seen``.
    """
    assessment = _writing(session, assessment_code, unit)
    before = statement_of(session, assessment, unit)
    if before.handed_in is None:
        raise UnknownYearRecord(f"no statement of {unit} of {assessment_code} is handed in")
    fields = TypedFields(typed)
    reason = fields.text("reason", MAX_REASON, lines=True)
    fields.finish()
    returned = before.state is StatementState.RETURNED and before.handed_in.number == seen
    if returned and before.reason == reason:
        return before
    if not before.is_in or before.number != seen:
        raise ChangedMeanwhile(assessment_code)
    content = {"statement": before.number, "reason": reason}
    put_on_record(session, assessment, YearRecordKind.STATEMENT_RETURNED, unit, content, by)
    return statement_of(session, assessment, unit)


def set_deadline(session: Session, assessment_code: str, typed: Mapping[str, str], by: By) -> date:
    """Put on record by which ``day`` statements are due; raises ``WrongStage`` and ``BadYearRecord``."""
    assessment = locked_assessment(session, assessment_code)
    require_stage(assessment_code, assessment.stage, *WRITING, to="take statements of")
    year = assessment.definition.year
    fields = TypedFields(typed)
    day = fields.day("day", date(year, 1, 1), date(year + 1, 12, 31))
    fields.finish()
    put_on_record(session, assessment, YearRecordKind.STATEMENT_DUE, _ALL, {"day": day}, by, unless_held=True)
    return date.fromisoformat(day)


def deadline(session: Session, assessment: Assessment) -> date | None:
    """Return by which day statements are due, ``None`` where the office named none."""
    held = held_records(session, assessment, YearRecordKind.STATEMENT_DUE).get(_ALL)
    return date.fromisoformat(held.content["day"]) if held else None


def _writing(session: Session, assessment_code: str, unit: str) -> Assessment:
    assessment = locked_assessment(session, assessment_code)
    require_stage(assessment_code, assessment.stage, *WRITING, to="take statements of")
    if unit not in assessment.definition.unit:
        raise UnknownUnit(unit)
    return assessment
