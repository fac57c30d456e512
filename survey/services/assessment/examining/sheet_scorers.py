"""Who scores on which sheet, named by the office; and who has handed in, never what."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from survey.domain.assessment.composite_rules import ScoreSheet
from survey.domain.assessment.examining.sheet_scoring import (
    SCORING_PARTS,
    SHEET_STAGES,
    SheetScorer,
    own_units,
    sheet_form,
    units_chosen,
)
from survey.domain.assessment.examining.year_record import YearRecord, YearRecordKind
from survey.domain.assessment.reports.row_checks import MAX_NOTE
from survey.domain.assessment.reports.submitted_report import typed_text
from survey.domain.assessment.seats import Seat
from survey.domain.assessment.stages import require_stage
from survey.domain.errors import BadYearRecord, ReasonMissing, UnknownYearRecord
from survey.services.assessment import seating
from survey.services.assessment.assessments import Assessment, locked_assessment
from survey.services.audit.audit import By
from survey.storage import account_rows
from survey.storage.account_rows import Account

from .year_records import put_on_record, records_of

_OF_SHEETS = (
    YearRecordKind.SCORERS,
    YearRecordKind.SHEET_DRAFT,
    YearRecordKind.SHEET,
    YearRecordKind.SHEET_RETURNED,
    YearRecordKind.SHEET_OPENED,
)


@dataclass(frozen=True)
class OfferedScorer:
    """An account that can be named as a scorer, with its seats and the units that it belongs to."""

    account: Account
    seats: tuple[Seat, ...]
    own: frozenset[str]


@dataclass(frozen=True)
class ScorerProgress:
    """A scorer of a sheet: the units to score, and what is on record since the scorer was named.

    ``handed_in`` is the sheet that stands, ``returned`` why the last one does not, ``last`` what was saved or
    handed in last. ``seated`` tells whether the account can still open the sheet.
    """

    scorer: SheetScorer
    units: tuple[str, ...]
    own: frozenset[str]
    seated: bool
    handed_in: YearRecord | None = None
    returned: YearRecord | None = None
    last: YearRecord | None = None

    @property
    def is_sealed(self) -> bool:
        """Return whether something lies sealed that would be lost without the key."""
        return self.last is not None and (self.returned is None or self.last.number > self.returned.number)


@dataclass(frozen=True)
class SheetProgress:
    """How far a sheet has come: its scorers, whether somebody was taken off, and its opening."""

    sheet: ScoreSheet
    scorers: tuple[ScorerProgress, ...]
    taken_off: tuple[Mapping[str, str], ...]
    opened: YearRecord | None

    @property
    def handed_in(self) -> list[ScorerProgress]:
        """Return the scorers whose sheet is in."""
        return [one for one in self.scorers if one.handed_in]

    @property
    def missing(self) -> list[ScorerProgress]:
        """Return the scorers whose sheet is not in."""
        return [one for one in self.scorers if not one.handed_in]

    @property
    def is_enough(self) -> bool:
        """Return whether so many are in that the office may open."""
        return len(self.handed_in) >= self.sheet.min_scorers

    @property
    def is_complete(self) -> bool:
        """Return whether all are in; where somebody was taken off, also whether enough are left."""
        return bool(self.scorers) and not self.missing and (self.is_enough or not self.taken_off)

    def of(self, account_id: int) -> ScorerProgress:
        """Return how far one scorer has come; raises ``UnknownYearRecord`` where it is none."""
        for one in self.scorers:
            if one.scorer.account_id == account_id:
                return one
        raise UnknownYearRecord(f"account {account_id} does not score {self.sheet.key}")


def sheet_progress(session: Session, assessment: Assessment) -> dict[str, SheetProgress]:
    """Map the keys of all sheets, as defined, to how far they have come."""
    found: dict[str, list[YearRecord]] = {}
    for one in records_of(session, assessment, *_OF_SHEETS) if assessment.definition.sheets else ():
        found.setdefault(one.about.partition("/")[0], []).append(one)
    people = _people(session, assessment) if found else {}
    return {
        sheet.key: _progress(assessment, sheet, found.get(sheet.key, []), people)
        for sheet in assessment.definition.sheets
    }


def progress_of(session: Session, assessment: Assessment, sheet_key: str) -> SheetProgress:
    """Return how far a sheet has come; raises ``UnknownYearRecord`` where there is no such sheet."""
    found = sheet_progress(session, assessment).get(sheet_key)
    if found is None:
        raise UnknownYearRecord(f"{assessment.code} has no sheet {sheet_key}")
    return found


def own_sheets(
    session: Session, assessment: Assessment, account_id: int
) -> list[tuple[SheetProgress, ScorerProgress]]:
    """List the sheets that an account scores on, each with how far it has come itself."""
    return [
        (progress, one)
        for progress in sheet_progress(session, assessment).values()
        for one in progress.scorers
        if one.scorer.account_id == account_id
    ]


def offered_scorers(session: Session, assessment: Assessment, progress: SheetProgress) -> list[OfferedScorer]:
    """List the accounts that can be named and are not yet, by name: leaders and leads that can log in."""
    named = {one.scorer.account_id for one in progress.scorers}
    return [
        one
        for one in sorted(_people(session, assessment).values(), key=lambda one: one.account.name)
        if _scores(one) and one.account.id not in named
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
    people = _people(session, assessment)
    new, faults = [], {}
    for account_id, choice in chosen.items():
        one = people.get(account_id)
        if account_id in named:
            continue
        if one is None or not _scores(one):
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


def locked_sheet(session: Session, assessment_code: str, sheet_key: str) -> tuple[Assessment, SheetProgress]:
    """Lock an assessment and return it with how far a sheet has come.

    Raises ``WrongStage``, ``UnknownAssessment`` and ``UnknownYearRecord``.
    """
    assessment = locked_assessment(session, assessment_code)
    progress = progress_of(session, assessment, sheet_key)
    require_stage(assessment_code, assessment.stage, *SHEET_STAGES, to="score on sheets of")
    return assessment, progress


def require_sealed(progress: SheetProgress) -> None:
    """Refuse with ``BadYearRecord`` (``opened``) what cannot be done once a sheet is opened."""
    if progress.opened:
        raise BadYearRecord({"sheet": "opened"})


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


def _people(session: Session, assessment: Assessment) -> dict[int, OfferedScorer]:
    """Map the ids of all accounts that have a seat, or score, to what decides what they score."""
    seats: dict[int, list[Seat]] = {}
    for given in seating.seats_given(session, assessment):
        seats.setdefault(given.account.id, []).append(given.seat)
    return {
        account.id: OfferedScorer(
            account,
            tuple(held),
            own_units(assessment.definition, account.name, account.unit, held),
        )
        for account in account_rows.list_accounts(session)
        if (held := seats.get(account.id))
    }


def _scores(one: OfferedScorer) -> bool:
    return not one.account.disabled and any(seat.part in SCORING_PARTS for seat in one.seats)


def _progress(
    assessment: Assessment,
    sheet: ScoreSheet,
    records: Collection[YearRecord],
    people: Mapping[int, OfferedScorer],
) -> SheetProgress:
    scorers: dict[int, SheetScorer] = {}
    off, opened = [], None
    for one in records:
        if one.kind is YearRecordKind.SCORERS:
            scorers = _scorers(one, scorers)
            if "taken_off" in one.content:
                off.append({"name": one.content["taken_off"], "reason": one.content["reason"]})
        elif one.kind is YearRecordKind.SHEET_OPENED:
            opened = one
    found = [_scorer(assessment, sheet, one, records, people) for one in scorers.values()]
    return SheetProgress(sheet, tuple(found), tuple(off), opened)


def _scorers(record: YearRecord, before: Mapping[int, SheetScorer]) -> dict[int, SheetScorer]:
    named = {}
    for one in record.content["scorers"]:
        known = before.get(one["account"])
        since = known.since if known else record.number
        named[one["account"]] = SheetScorer(one["account"], one["name"], tuple(one["units"]), since)
    return named


def _scorer(
    assessment: Assessment,
    sheet: ScoreSheet,
    scorer: SheetScorer,
    records: Collection[YearRecord],
    people: Mapping[int, OfferedScorer],
) -> ScorerProgress:
    person = people.get(scorer.account_id)
    own = person.own if person else frozenset()
    units = tuple(key for key in scorer.units if key in assessment.definition.unit and key not in own)
    about = f"{sheet.key}/{scorer.account_id}"
    since = [one for one in records if one.about == about and one.number > scorer.since]
    saved = [one for one in since if one.kind in (YearRecordKind.SHEET, YearRecordKind.SHEET_DRAFT)]
    moves = [one for one in since if one.kind in (YearRecordKind.SHEET, YearRecordKind.SHEET_RETURNED)]
    move = moves[-1] if moves else None
    fits = move is not None and move.content.get("form") == sheet_form(sheet, units)
    return ScorerProgress(
        scorer,
        units,
        own,
        person is not None and _scores(person),
        handed_in=move if move and move.kind is YearRecordKind.SHEET and fits else None,
        returned=move if move and move.kind is YearRecordKind.SHEET_RETURNED else None,
        last=saved[-1] if saved else None,
    )
