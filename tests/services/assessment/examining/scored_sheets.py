"""A year with two sheets, its scorers, and what they hand in."""

from decimal import Decimal
from pathlib import Path

from survey.domain.assessment.facts import SheetPoints, Stage
from survey.domain.assessment.reports.seat_list import SeatAsked
from survey.domain.assessment.seats import SeatPart
from survey.secrecy.assessment_key import assessment_key_path
from survey.services.assessment import assessments, seating
from survey.services.assessment.assessments import Assessment
from survey.services.assessment.examining import sheet_filling, sheet_progress, sheet_scorers
from survey.services.assessment.examining.sheet_filling import SheetTaken
from survey.services.assessment.examining.sheet_progress import SheetProgress
from survey.storage.accounts import account_rows
from survey.storage.assessment import assessment_entry_rows, assessment_rows
from survey.storage.database import transaction
from tests.builders import BY
from tests.services.assessment.sample_taken import rows
from tests.signing_in import an_account
from tests.storage.assessment.stored_assessment import a_year

CODE = "qy"
HEADS, ORDER = "heads", "order"
SHEETS = [
    {
        "key": HEADS,
        "title": "领导评分",
        "min_scorers": 2,
        "lines": [
            {"key": "w", "label": "工作", "points": 60},
            {"key": "z", "label": "作风", "points": 40},
        ],
    },
    {
        "key": ORDER,
        "title": "部门排名",
        "kind": "rank",
        "by": Decimal("0.1"),
        "lines": [{"key": "p", "label": "名次", "points": 100}],
    },
]
SCORERS = ("书记", "县长", "副县长")


def sheets_year(stage: Stage = Stage.EXAMINING) -> None:
    """Bring a year to its end, with three leaders and a lead that belongs to a unit."""
    targets = rows(
        "unit,indicator,target", *(f"t{n},{key},90" for n in (1, 2, 3) for key in ("output", "retail"))
    )
    with transaction(write=True) as session:
        assessments.load(session, a_year(CODE, sheets=SHEETS), targets, BY, "甲局")
        made = assessments.issue(session, CODE, BY)
        assessment_rows.set_stage(session, made, stage)
    for name in SCORERS:
        seat(name, SeatPart.LEADER, "t1")


def seat(name: str, part: SeatPart, *keys: str) -> int:
    """Give a member a seat; return the account's number."""
    account = an_account("member", "甲局", name)
    with transaction(write=True) as session:
        seating.give(session, CODE, SeatAsked(name, part, keys), BY)
    return account.id


def account_of(name: str) -> int:
    with transaction() as session:
        found = account_rows.find_account(session, name)
    assert found is not None
    return found.id


def year() -> Assessment:
    with transaction() as session:
        return assessments.current(session, CODE)


def named(*names: str, choice: str = "all", sheet: str = HEADS) -> int:
    """Name scorers."""
    chosen = {account_of(name): choice for name in names or SCORERS}
    with transaction(write=True) as session:
        return sheet_scorers.name_scorers(session, CODE, sheet, chosen, BY)


def typed(work: str = "50", style: str = "30", *units: str) -> dict[str, str]:
    """Return what somebody types on the sheet of points."""
    return {
        f"{unit}.{line}": said
        for unit in units or ("t1", "t2", "t3")
        for line, said in (("w", work), ("z", style))
    }


def hand_in(keys: Path, name: str, given: dict[str, str] | None = None, sheet: str = HEADS) -> SheetTaken:
    with transaction(write=True) as session:
        return sheet_filling.hand_in(session, CODE, sheet, account_of(name), given or typed(), keys, BY)


def save(keys: Path, name: str, given: dict[str, str]) -> bool:
    with transaction(write=True) as session:
        return sheet_filling.save_draft(session, CODE, HEADS, account_of(name), given, keys, BY)


def give_back(name: str, reason: str = "漏了一项") -> bool:
    with transaction(write=True) as session:
        return sheet_filling.give_back(session, CODE, HEADS, account_of(name), reason, BY)


def take_off(name: str, reason: str = "调离") -> bool:
    with transaction(write=True) as session:
        return sheet_scorers.take_off(session, CODE, HEADS, account_of(name), reason, BY)


def open_sheet(keys: Path, reason: str = "") -> bool:
    with transaction(write=True) as session:
        return sheet_filling.open_sheet(session, CODE, HEADS, reason, keys, BY)


def progress(sheet: str = HEADS) -> SheetProgress:
    with transaction() as session:
        return sheet_progress.progress_of(session, assessments.current(session, CODE), sheet)


def own(keys: Path, name: str) -> dict[str, str]:
    with transaction() as session:
        known = assessments.current(session, CODE)
        found = sheet_progress.progress_of(session, known, HEADS)
        return sheet_filling.own_sheet(session, known, found, account_of(name), keys)


def points() -> tuple[SheetPoints, ...]:
    with transaction() as session:
        return assessment_entry_rows.points_of(session, assessments.current(session, CODE))


def lose_key(keys: Path) -> bytes:
    """Take the key away; return it."""
    path = assessment_key_path(keys, CODE)
    held = path.read_bytes()
    path.unlink()
    return held
