"""A scorer's own sheet: saved and handed in sealed, given back by the office, opened once all are in."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from survey.domain.assessment.examining.sheet_scoring import (
    kept_typed,
    place_of,
    points_given,
    read_given,
    sheet_form,
    typed_again,
    written_given,
)
from survey.domain.assessment.examining.year_record import YEAR_RECORD_WORDS, YearRecord, YearRecordKind
from survey.domain.assessment.reports.number_text import write_number
from survey.domain.assessment.reports.row_checks import MAX_NOTE
from survey.domain.assessment.reports.submitted_report import typed_text
from survey.domain.definition.canonical import canonical_json
from survey.domain.errors import BadYearRecord, NotesGone, ReasonMissing
from survey.secrecy.assessment_key import AssessmentKey, read_assessment_key
from survey.services.assessment.assessments import Assessment
from survey.services.assessment.taking import record_points
from survey.services.audit.audit import By
from survey.storage.assessment import assessment_entry_rows

from .sealing import sealing_key
from .sheet_progress import (
    ScorerProgress,
    SheetProgress,
    locked_sheet,
    progress_of,
    require_sealed,
)
from .year_records import put_on_record


@dataclass(frozen=True)
class SheetTaken:
    """What came of handing in: whether the sheet was in before, and whether all are opened now."""

    before: bool
    opened: bool


def own_sheet(
    session: Session, assessment: Assessment, progress: SheetProgress, account_id: int, keys: Path
) -> dict[str, str]:
    """Return what a scorer saved or handed in last, by place; once opened, as it is on record.

    Raises ``UnknownYearRecord``, and ``NotesGone`` without its key.
    """
    mine = progress.of(account_id)
    if not progress.opened:
        return _typed_so_far(keys, assessment, mine)
    return {
        place_of(one.unit, one.line): write_number(one.points)
        for one in assessment_entry_rows.points_of(session, assessment)
        if one.sheet == progress.sheet.key and one.scorer == mine.scorer.name
    }


def _typed_so_far(keys: Path, assessment: Assessment, mine: ScorerProgress) -> dict[str, str]:
    """Return what lies sealed of a scorer; nothing where it was given back and its key is gone."""
    if mine.last is None:
        return {}
    try:
        key = read_assessment_key(keys, assessment.code)
        content = _unsealed(key, mine.last)
    except NotesGone:
        if mine.is_sealed:
            raise
        return {}
    return dict(content["typed"]) if "typed" in content else typed_again(content["points"])


def save_draft(
    session: Session,
    assessment_code: str,
    sheet_key: str,
    account_id: int,
    typed: Mapping[str, str],
    keys: Path,
    by: By,
) -> bool:
    """Seal what a scorer typed so far; return whether anything is new.

    Raises ``WrongStage``, ``UnknownYearRecord``, ``NotesGone``, and ``BadYearRecord`` (``opened``, or
    ``handed-in``).
    """
    assessment, progress = locked_sheet(session, assessment_code, sheet_key)
    mine = progress.of(account_id)
    require_sealed(progress)
    if mine.handed_in:
        raise BadYearRecord({"sheet": "handed-in"})
    kept = kept_typed(progress.sheet, mine.units, typed)
    if kept == _typed_so_far(keys, assessment, mine):
        return False
    key = sealing_key(session, keys, assessment)
    sealed = _sealed(key, YearRecordKind.SHEET_DRAFT, _about(progress, mine), {"typed": kept})
    put_on_record(session, assessment, YearRecordKind.SHEET_DRAFT, _about(progress, mine), sealed, by)
    return True


def hand_in(
    session: Session,
    assessment_code: str,
    sheet_key: str,
    account_id: int,
    typed: Mapping[str, str],
    keys: Path,
    by: By,
) -> SheetTaken:
    """Hand a scorer's sheet in, sealed; where it is the last one, open all of them at once.

    Fewer than ``min_scorers`` are opened by the office alone: others may be named after them.

    Handed in before with the same points, nothing changes. Raises ``WrongStage``, ``UnknownYearRecord``,
    ``NotesGone``, and ``BadYearRecord`` with every fault by its place, or with ``opened`` or ``handed-in``.
    """
    assessment, progress = locked_sheet(session, assessment_code, sheet_key)
    mine = progress.of(account_id)
    kept = kept_typed(progress.sheet, mine.units, typed)
    if mine.handed_in:
        return _handed_in_before(session, assessment, progress, account_id, kept, keys)
    require_sealed(progress)
    written = written_given(read_given(progress.sheet, mine.units, kept))
    key = sealing_key(session, keys, assessment)
    sealed = _sealed(key, YearRecordKind.SHEET, _about(progress, mine), {"points": written})
    content = {**sealed, "form": sheet_form(progress.sheet, mine.units)}
    put_on_record(session, assessment, YearRecordKind.SHEET, _about(progress, mine), content, by)
    now = progress_of(session, assessment, sheet_key)
    opened = False
    if now.is_complete and now.is_enough:
        try:
            _open(session, assessment, now, key, by, "")
            opened = True
        except NotesGone:  # one lies under a key that is gone: this one is in, and the office is told
            opened = False
    return SheetTaken(before=False, opened=opened)


def give_back(
    session: Session, assessment_code: str, sheet_key: str, account_id: int, reason: str, by: By
) -> bool:
    """Give a sheet back to its scorer with a reason, before it is opened; return whether it was in.

    Raises ``WrongStage``, ``ReasonMissing``, ``UnknownYearRecord``, and ``BadYearRecord`` (``opened``).
    """
    reason = typed_text(reason, MAX_NOTE)
    if not reason:
        raise ReasonMissing("say why the sheet is given back")
    assessment, progress = locked_sheet(session, assessment_code, sheet_key)
    require_sealed(progress)
    one = progress.of(account_id)
    if one.handed_in:
        content = {"reason": reason, "of": one.handed_in.number}
        kind = YearRecordKind.SHEET_RETURNED
        put_on_record(session, assessment, kind, _about(progress, one), content, by)
    return one.handed_in is not None


def open_sheet(
    session: Session, assessment_code: str, sheet_key: str, reason: str, keys: Path, by: By
) -> bool:
    """Open a sheet for the office: all are in, or enough are and there is a reason; return whether it is new.

    Raises ``WrongStage``, ``ReasonMissing``, ``NotesGone``, ``UnknownYearRecord``, and ``BadYearRecord``
    (``too-few``).
    """
    assessment, progress = locked_sheet(session, assessment_code, sheet_key)
    if progress.opened:
        return False
    reason = typed_text(reason, MAX_NOTE)
    if not progress.is_complete and not progress.is_enough:
        raise BadYearRecord({"sheet": "too-few"})
    if not progress.is_complete and not reason:
        raise ReasonMissing("say why the sheet is opened before all are in")
    _open(session, assessment, progress, read_assessment_key(keys, assessment.code), by, reason)
    return True


def _open(
    session: Session, assessment: Assessment, progress: SheetProgress, key: AssessmentKey, by: By, reason: str
) -> None:
    """Put all that was handed in on record as points; all of it is read before anything is written."""
    points = [
        point
        for one in progress.handed_in
        if one.handed_in
        for point in points_given(
            progress.sheet,
            one.scorer.name,
            _unsealed(key, one.handed_in)["points"],
            assessment.definition.unit,
        )
    ]
    # With a reason they hold, whatever a file said of the same scorers before.
    record_points(session, assessment, points, by, reason or YEAR_RECORD_WORDS[YearRecordKind.SHEET_OPENED])
    content = {
        "scorers": [one.scorer.name for one in progress.handed_in],
        "missing": [one.scorer.name for one in progress.missing],
        "points": len(points),
        "reason": reason,
    }
    put_on_record(session, assessment, YearRecordKind.SHEET_OPENED, progress.sheet.key, content, by)


def _handed_in_before(
    session: Session,
    assessment: Assessment,
    progress: SheetProgress,
    account_id: int,
    kept: Mapping[str, str],
    keys: Path,
) -> SheetTaken:
    try:
        given = read_given(progress.sheet, progress.of(account_id).units, kept)
    except BadYearRecord:
        given = {}
    held = own_sheet(session, assessment, progress, account_id, keys)
    if typed_again(written_given(given)) != held:
        raise BadYearRecord({"sheet": "opened" if progress.opened else "handed-in"})
    return SheetTaken(before=True, opened=progress.opened is not None)


def _about(progress: SheetProgress, one: ScorerProgress) -> str:
    return f"{progress.sheet.key}/{one.scorer.account_id}"


def _sealed(
    key: AssessmentKey, kind: YearRecordKind, about: str, content: Mapping[str, Any]
) -> dict[str, str]:
    sealed = key.encrypt(canonical_json(content).encode(), f"{kind}/{about}")
    return {"sealed": base64.b64encode(sealed).decode()}


def _unsealed(key: AssessmentKey, record: YearRecord) -> dict[str, Any]:
    sealed = base64.b64decode(record.content["sealed"])
    found: dict[str, Any] = json.loads(key.decrypt(sealed, f"{record.kind}/{record.about}"))
    return found
