"""Who scores on which sheet, named by the office and taken off again."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy.orm import Session

from survey.domain.assessment.examining.sheet_scoring import (
    units_chosen,
)
from survey.domain.assessment.examining.year_record import YearRecordKind
from survey.domain.assessment.reports.row_checks import MAX_NOTE
from survey.domain.assessment.reports.submitted_report import typed_text
from survey.domain.errors import BadYearRecord, ReasonMissing
from survey.services.assessment.assessments import Assessment
from survey.services.audit.audit import By

from .sheet_progress import (
    OfferedScorer,
    ScorerProgress,
    SheetProgress,
    locked_sheet,
    people_of,
    require_sealed,
)
from .year_records import put_on_record


def offered_scorers(session: Session, assessment: Assessment, progress: SheetProgress) -> list[OfferedScorer]:
    """List the accounts that can be named and are not yet, by name: leaders and leads that can log in."""
    named = {one.scorer.account_id for one in progress.scorers}
    return [
        one
        for one in sorted(people_of(session, assessment).values(), key=lambda one: one.account.name)
        if one.may_score and one.account.id not in named
    ]


def name_scorers(
    session: Session, assessment_code: str, sheet_key: str, chosen: Mapping[int, str], by: By
) -> int:
    """Name scorers of a sheet, each with the choice of units; return how many are new.

    Whoever scores already stays as it is. Raises ``WrongStage``, ``UnknownYearRecord``, and ``BadYearRecord``
    with a fault by account: ``unknown`` (none that can score), ``missing`` (no unit is left to score).
    """
    assessment, progress = locked_sheet(session, assessment_code, sheet_key)
    require_sealed(progress)
    named = {one.scorer.account_id for one in progress.scorers}
    people = people_of(session, assessment)
    new, faults = [], {}
    for account_id, choice in chosen.items():
        one = people.get(account_id)
        if account_id in named:
            continue
        if one is None or not one.may_score:
            faults[str(account_id)] = "unknown"
            continue
        units = units_chosen(assessment.definition, assessment.targets, one.seats, choice)
        left = [key for key in units if key not in one.own]
        if left:
            new.append({"account": account_id, "name": one.account.name, "units": left})
        else:
            faults[str(account_id)] = "missing"
    if faults:
        raise BadYearRecord(faults)
    if new:
        _put(session, assessment, progress, [*_plain(progress.scorers), *new], by)
    return len(new)


def take_off(
    session: Session, assessment_code: str, sheet_key: str, account_id: int, reason: str, by: By
) -> bool:
    """Take a scorer off a sheet, also one who has handed in; return whether the account was one.

    What was handed in stays sealed, and counts no more. Raises ``WrongStage``, ``ReasonMissing`` and
    ``UnknownYearRecord``.
    """
    reason = typed_text(reason, MAX_NOTE)
    if not reason:
        raise ReasonMissing("say why the scorer is taken off")
    assessment, progress = locked_sheet(session, assessment_code, sheet_key)
    require_sealed(progress)
    left = [one for one in progress.scorers if one.scorer.account_id != account_id]
    gone = [one for one in progress.scorers if one.scorer.account_id == account_id]
    if gone:
        off = {"taken_off": gone[0].scorer.name, "account": account_id, "reason": reason}
        _put(session, assessment, progress, _plain(left), by, **off)
    return bool(gone)


def _put(
    session: Session,
    assessment: Assessment,
    progress: SheetProgress,
    scorers: Collection[Mapping[str, Any]],
    by: By,
    **off: Any,
) -> None:
    content = {"scorers": list(scorers), **off}
    put_on_record(session, assessment, YearRecordKind.SCORERS, progress.sheet.key, content, by)


def _plain(scorers: Collection[ScorerProgress]) -> list[dict[str, Any]]:
    return [
        {"account": one.scorer.account_id, "name": one.scorer.name, "units": list(one.scorer.units)}
        for one in scorers
    ]
