"""Letters to units: drafted from what is on record, edited by the office, sent, acknowledged."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy.orm import Session

from survey.documents.assessment.papers.letter_texts import LetterProposal, proposal_for, summary_lines
from survey.domain.assessment.examining.analysis import analysis_of
from survey.domain.assessment.examining.year_record import YearRecord, YearRecordKind
from survey.domain.assessment.facts import Stage
from survey.domain.assessment.stages import require_stage
from survey.domain.assessment.telling.unit_letter import (
    LetterState,
    UnitLetter,
    letter_of,
    letter_states,
    read_letter,
)
from survey.domain.assessment.totals.paper_material import PaperMaterial
from survey.domain.errors import ChangedMeanwhile, UnknownYearRecord
from survey.services.assessment.assessments import current, locked_assessment
from survey.services.assessment.examining.year_records import held_records, put_on_record, records_of
from survey.services.assessment.reporting import PrintablePaper, year_paper
from survey.services.audit.audit import By
from survey.storage.assessment.assessment_rows import Assessment

TELLING = (Stage.DECIDED,)
"""The stages in which units are told: no letter before all bands are decided, none once it is closed."""


@dataclass(frozen=True)
class TypedLetter:
    """A letter as somebody typed it.

    ``seen`` is the number of what stood on record when its page was made, 0 where nothing did.
    """

    texts: Mapping[str, str]
    tells: Collection[str]
    seen: int


def states(session: Session, assessment: Assessment) -> list[LetterState]:
    """Return how far each unit's letter has come, in the order of the definition."""
    kinds = (YearRecordKind.LETTER_DRAFT, YearRecordKind.LETTER, YearRecordKind.LETTER_RECEIPT)
    held = [held_records(session, assessment, kind) for kind in kinds]
    return letter_states([unit.key for unit in assessment.definition.units], *held)


def state_of(session: Session, assessment: Assessment, unit: str) -> LetterState:
    """Return how far one unit's letter has come."""
    return next(one for one in states(session, assessment) if one.unit == unit)


def proposal(session: Session, assessment: Assessment, unit: str) -> LetterProposal:
    """Return what a unit's letter begins as, from what is on record.

    Raises ``NotScored``, ``BrokenRecord``, and ``UnknownYearRecord`` where the record knows no such unit.
    """
    material = year_paper(session, assessment.code).material
    _require_scored(material, assessment, unit)
    return proposal_for(material, unit, _advice(session, assessment, unit))


def save_draft(session: Session, assessment_code: str, unit: str, typed: TypedLetter, by: By) -> YearRecord:
    """Put a letter on record that only the office sees.

    Raises ``WrongStage``, ``BadYearRecord`` with all faults, and ``ChangedMeanwhile`` where somebody saved or
    sent another text since. The same text again changes nothing.
    """
    return _put(session, assessment_code, unit, typed, by, YearRecordKind.LETTER_DRAFT)


def send(session: Session, assessment_code: str, unit: str, typed: TypedLetter, by: By) -> YearRecord:
    """Send a unit its letter: from now on it reads it; another one takes the place of the one before.

    Raises what ``save_draft`` does.
    """
    return _put(session, assessment_code, unit, typed, by, YearRecordKind.LETTER)


def acknowledge(session: Session, assessment_code: str, unit: str, letter: int, by: By) -> YearRecord:
    """Put on record that a unit received its letter; the first who does so is named.

    ``letter`` is the number of the one that was read. Raises ``UnknownYearRecord`` where none was sent, and
    ``ChangedMeanwhile`` where another one was sent since.
    """
    assessment = locked_assessment(session, assessment_code)
    state = state_of(session, assessment, unit)
    if state.sent is None:
        raise UnknownYearRecord(f"{assessment_code} sent no letter to {unit}")
    if state.sent.number != letter:
        raise ChangedMeanwhile(assessment_code)
    if state.receipt is not None:
        return state.receipt
    return put_on_record(
        session, assessment, YearRecordKind.LETTER_RECEIPT, unit, {"letter": letter}, by, unless_held=True
    )


def letters_paper(session: Session, assessment_code: str, units: Collection[str]) -> PrintablePaper:
    """Return what the letters that were sent to some units are written from.

    Each tells what its own score record does. Raises ``UnknownYearRecord`` where none was sent, and
    ``BrokenRecord``.
    """
    assessment = current(session, assessment_code)
    sent = {
        one.unit: letter_of(one.sent) for one in states(session, assessment) if one.sent and one.unit in units
    }
    if not sent:
        raise UnknownYearRecord(f"{assessment_code} sent no letter to {', '.join(units)}")
    newest = max(letter.record for letter in sent.values())
    found = year_paper(session, assessment_code, record_number=newest)
    # Letters of an earlier record are told in words alone: their tables are those of another sum.
    kept = {
        unit: letter
        if letter.record == newest
        else replace(letter, tells=tuple(one for one in letter.tells if one != "scores"))
        for unit, letter in sent.items()
    }
    return replace(found, material=replace(found.material, letters=kept).of_units(kept))


def _put(
    session: Session,
    assessment_code: str,
    unit: str,
    typed: TypedLetter,
    by: By,
    kind: YearRecordKind,
) -> YearRecord:
    assessment = locked_assessment(session, assessment_code)
    require_stage(assessment_code, assessment.stage, *TELLING, to="write letters of")
    material = year_paper(session, assessment_code).material
    record = _require_scored(material, assessment, unit)
    letter = read_letter(typed.texts, typed.tells, record, date(assessment.definition.year, 1, 1))
    letter = replace(letter, summary=summary_lines(material, unit, letter.tells))
    state = state_of(session, assessment, unit)
    held = state.shown
    if held and held.kind is kind and held.content == letter.as_content():
        return held
    if state.seen != typed.seen:
        raise ChangedMeanwhile(assessment_code)
    return put_on_record(session, assessment, kind, unit, letter.as_content(), by)


def _require_scored(material: PaperMaterial, assessment: Assessment, unit: str) -> int:
    """Return the number of the record that a letter rests on."""
    record = material.record
    if record is None or record.number is None or unit not in {one.unit for one in record.outcome.units}:
        raise UnknownYearRecord(f"the score record of {assessment.code} knows no unit {unit}")
    return record.number


def _advice(session: Session, assessment: Assessment, unit: str) -> list[str]:
    """List what the analysis of a unit advises that its group submitted; it may advise nothing."""
    records = records_of(session, assessment, YearRecordKind.ANALYSIS, about=unit)
    submitted = analysis_of(unit, records).submitted
    return [submitted.texts["to_do"]] if submitted and submitted.texts["to_do"] else []


def sent_letter(session: Session, assessment: Assessment, unit: str) -> UnitLetter | None:
    """Return the letter that a unit was sent last, if any."""
    sent = state_of(session, assessment, unit).sent
    return letter_of(sent) if sent else None


def with_letters(session: Session, found: PrintablePaper) -> PrintablePaper:
    """Return a paper's material with the letters put in that were sent and rest on its record."""
    material = found.material
    assessment = current(session, material.definition.code)
    sent = {one.unit: letter_of(one.sent) for one in states(session, assessment) if one.sent}
    number = material.record.number if material.record else None
    kept = {unit: letter for unit, letter in sent.items() if letter.record == number}
    return replace(found, material=replace(material, letters=kept))
