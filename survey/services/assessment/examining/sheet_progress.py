"""How far sheets have come: their scorers, and who has handed in, never what."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from survey.domain.assessment.composite_rules import ScoreSheet
from survey.domain.assessment.examining.sheet_scoring import (
    SCORING_PARTS,
    SHEET_STAGES,
    SheetScorer,
    own_units,
    sheet_form,
)
from survey.domain.assessment.examining.year_record import YearRecord, YearRecordKind
from survey.domain.assessment.seats import Seat
from survey.domain.assessment.stages import require_stage
from survey.domain.errors import BadYearRecord, UnknownYearRecord
from survey.services.assessment import seating
from survey.services.assessment.assessments import Assessment, locked_assessment
from survey.storage.accounts import account_rows
from survey.storage.accounts.account_rows import Account

from .year_records import records_of

_OF_SHEETS = (
    YearRecordKind.SCORERS,
    YearRecordKind.SHEET_DRAFT,
    YearRecordKind.SHEET,
    YearRecordKind.SHEET_RETURNED,
    YearRecordKind.SHEET_OPENED,
)
_FILLED = (YearRecordKind.SHEET, YearRecordKind.SHEET_DRAFT)
_MOVES = (YearRecordKind.SHEET, YearRecordKind.SHEET_RETURNED, YearRecordKind.KEY_LOST)


@dataclass(frozen=True)
class OfferedScorer:
    """An account that can be named as a scorer, with its seats and the units that it belongs to."""

    account: Account
    seats: tuple[Seat, ...]
    own: frozenset[str]

    @property
    def may_score(self) -> bool:
        """Return whether the account can log in, and has a seat as lead or leader."""
        return not self.account.disabled and any(seat.part in SCORING_PARTS for seat in self.seats)


@dataclass(frozen=True)
class ScorerProgress:
    """A scorer of a sheet: the units to score, and what is on record since the scorer was named.

    ``handed_in`` is the sheet that stands, ``returned`` why the last one does not, ``last`` what was saved or
    handed in last; what lay under a key that is lost for good counts as given back. ``seated`` tells whether
    the account can still open the sheet.
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
    people = people_of(session, assessment) if found else {}
    stated = records_of(session, assessment, YearRecordKind.KEY_LOST) if found else []
    lost = stated[-1] if stated else None
    return {
        sheet.key: _progress(assessment, sheet, found.get(sheet.key, []), people, lost)
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


def people_of(session: Session, assessment: Assessment) -> dict[int, OfferedScorer]:
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


def _progress(
    assessment: Assessment,
    sheet: ScoreSheet,
    records: Collection[YearRecord],
    people: Mapping[int, OfferedScorer],
    lost: YearRecord | None,
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
    # What is opened is on record in clear, whatever became of the key.
    gone = None if opened else lost
    found = [_scorer(assessment, sheet, one, records, people, gone) for one in scorers.values()]
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
    lost: YearRecord | None,
) -> ScorerProgress:
    person = people.get(scorer.account_id)
    own = person.own if person else frozenset()
    units = tuple(key for key in scorer.units if key in assessment.definition.unit and key not in own)
    about = f"{sheet.key}/{scorer.account_id}"
    since = [one for one in records if one.about == about and one.number > scorer.since]
    before = [one for one in since if one.kind in _FILLED and lost and one.number < lost.number]
    if lost and before:
        since = [lost, *(one for one in since if one.number > lost.number)]
    saved = [one for one in since if one.kind in _FILLED]
    moves = [one for one in since if one.kind in _MOVES]
    move = moves[-1] if moves else None
    fits = move is not None and move.content.get("form") == sheet_form(sheet, units)
    return ScorerProgress(
        scorer,
        units,
        own,
        person is not None and person.may_score,
        handed_in=move if move and move.kind is YearRecordKind.SHEET and fits else None,
        returned=move if move and move.kind is not YearRecordKind.SHEET else None,
        last=saved[-1] if saved else None,
    )
