"""Seats: who has which in an assessment; giving them and taking them away, also a whole list at once."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from survey.domain.accounts import roles
from survey.domain.accounts.roles import Permission, Role
from survey.domain.assessment.definition import AssessmentDefinition
from survey.domain.assessment.reports.file_rows import FileRow
from survey.domain.assessment.reports.seat_list import SeatAsked, SeatFlaw, read_seat_list, refused_seat
from survey.domain.assessment.seats import (
    OF_DEPARTMENTS,
    OF_UNITS,
    WITH_KEYS,
    Seat,
    SeatPart,
    keys_offered,
    placed,
)
from survey.domain.audit.acts import Act
from survey.domain.errors import BadAccount, BadNumbers, BadSeat, CellFault, UnknownAccount, UnknownSeat
from survey.services.accounts import accounts
from survey.services.audit import audit
from survey.services.audit.audit import By
from survey.storage.accounts import account_rows
from survey.storage.accounts.account_rows import Account
from survey.storage.assessment import seat_rows
from survey.storage.assessment.assessment_rows import Assessment, ListedAssessment, list_assessments

from .assessments import current, locked_assessment, logged_as

_NEW = {"new": True}
"""What the log adds where the account was made for its seat."""
_VOID = {"links_void": True}
"""What the log adds where the seat voided login links that another office may have printed."""
SLIP_LIFE = timedelta(days=7)
"""How long the login links on slips hold: they are cut, put into envelopes and carried to the units."""


@dataclass(frozen=True)
class GivenSeat:
    """A seat and whose it is; ``is_new`` tells that the account was made for it just now.

    ``links_void`` tells that another office made the account and could have printed login links for it.
    """

    seat: Seat
    account: Account
    is_new: bool = False
    links_void: bool = False


@dataclass(frozen=True)
class OpenAssessment:
    """An assessment that an account may open, and the seats that it has there."""

    listed: ListedAssessment
    seats: tuple[Seat, ...]


@dataclass(frozen=True)
class SeatLink:
    """A one-time login link of a member who has never logged in, with what its slip says."""

    account: Account
    parts: tuple[SeatPart, ...]
    secret: str


def seats_of(session: Session, account: Account, assessment: Assessment) -> tuple[Seat, ...]:
    """Return an account's seats in an assessment, given ones and those of its role, with their reach."""
    held = seat_rows.seats_held(session, account.id, assessment.code)
    brought = _by_role(account, assessment.code, assessment.unit)
    return (*brought, *(placed(seat, assessment.definition) for seat in held))


def open_assessments(session: Session, account: Account) -> list[OpenAssessment]:
    """List the assessments in which an account has a seat, the latest first; seats without their reach."""
    held: dict[str, list[Seat]] = {}
    for seat in seat_rows.seats_held(session, account.id):
        held.setdefault(seat.assessment, []).append(seat)
    listed = [
        OpenAssessment(one, (*_by_role(account, one.code, one.unit), *held.get(one.code, ())))
        for one in reversed(list_assessments(session))
    ]
    return [one for one in listed if one.seats]


def has_assessments(session: Session, account: Account) -> bool:
    """Return whether an account may open or make any assessment; asked for every page's menu."""
    if roles.may(account.role, Permission.ASSESS) or seat_rows.holds_any(session, account.id):
        return True
    return roles.may(account.role, Permission.SIGN) and seat_rows.has_assessment(session, account.unit)


def _by_role(account: Account, assessment_code: str, unit: str) -> list[Seat]:
    """Return the seats that an account has without being given them: in its own unit's assessments."""
    own = account.unit == unit or roles.may(account.role, Permission.REACH_EVERY_UNIT)
    parts = {Permission.ASSESS: SeatPart.OFFICE, Permission.SIGN: SeatPart.SIGNER}
    return [
        Seat(account.id, assessment_code, part)
        for permission, part in parts.items()
        if own and roles.may(account.role, permission)
    ]


def seats_given(session: Session, assessment: Assessment) -> list[GivenSeat]:
    """List the seats that were given in an assessment, each with its account."""
    known = {account.id: account for account in account_rows.list_accounts(session)}
    return [
        GivenSeat(placed(seat, assessment.definition), known[seat.account_id])
        for seat in seat_rows.seats_in(session, assessment.id)
        if seat.account_id in known
    ]


def give(
    session: Session, assessment_code: str, asked: SeatAsked, by: By, *, elsewhere: bool = False
) -> GivenSeat:
    """Give a seat, in the place of the one that the account has in this part; make an account where none is.

    A new account is a ``member`` without a password: its link is on the slips. ``elsewhere`` says that an
    account of another unit is meant. What another office printed for an account that was never used lets
    nobody into the new seat: such links are void. Raises ``UnknownAssessment`` and ``BadSeat``.
    """
    assessment = locked_assessment(session, assessment_code)
    return _give(session, assessment, asked, by, elsewhere=elsewhere)


def give_many(session: Session, assessment_code: str, rows: Sequence[FileRow], by: By) -> list[GivenSeat]:
    """Give all seats of a list, or none; raises ``BadNumbers`` with every fault and its place."""
    assessment = locked_assessment(session, assessment_code)
    given: list[GivenSeat] = []
    faults: list[CellFault] = []
    for listed in read_seat_list(assessment.definition, rows):
        try:
            given.append(_give(session, assessment, listed.asked, by))
        except BadSeat as refused:
            faults.append(refused_seat(listed, SeatFlaw(refused.why)))
    if faults:
        raise BadNumbers(faults)
    return given


def take_away(session: Session, assessment_code: str, account_id: int, part: SeatPart, by: By) -> None:
    """Take a seat away; the account stays. Raises ``UnknownAssessment`` and ``UnknownSeat``."""
    assessment = locked_assessment(session, assessment_code)
    account = account_rows.get_account(session, account_id)
    if account is None or not seat_rows.drop_seat(session, assessment.id, account_id, part):
        raise UnknownSeat(f"account {account_id} is no {part} of {assessment_code}")
    audit.record(session, by, Act.SEAT_TAKEN, logged_as(assessment_code), name=account.name, part=part)


def waiting_members(session: Session, assessment: Assessment) -> list[Account]:
    """List the members with a seat here who have never chosen a password: for them there are slips.

    Only those whom this office made and no other one seats: whoever prints a link could log in by it.
    """
    offices = {one.code: one.unit for one in list_assessments(session)}
    own = [code for code, unit in offices.items() if unit == assessment.unit]
    made = _made_by(session, own)
    found = {}
    for given in seats_given(session, assessment):
        account = given.account
        fresh = account.role is Role.MEMBER and account.password_hash is None and not account.disabled
        held = seat_rows.seats_held(session, account.id) if fresh and account.name in made else []
        if held and all(seat.assessment in own for seat in held):
            found[account.id] = account
    return list(found.values())


def make_links(session: Session, assessment_code: str, by: By) -> list[SeatLink]:
    """Make login links for all who have never logged in; their older links are void."""
    assessment = current(session, assessment_code)
    parts: dict[int, list[SeatPart]] = {}
    for given in seats_given(session, assessment):
        parts.setdefault(given.account.id, []).append(given.seat.part)
    return [
        SeatLink(account, tuple(parts[account.id]), accounts.replace_link(session, account, by, SLIP_LIFE))
        for account in waiting_members(session, assessment)
    ]


def _give(
    session: Session, assessment: Assessment, asked: SeatAsked, by: By, *, elsewhere: bool = False
) -> GivenSeat:
    definition = assessment.definition
    _require_keys(definition, asked)
    home = _home(definition, asked) or assessment.unit
    account, is_new = _account(session, asked.account, home, by)
    held = seat_rows.seats_held(session, account.id, assessment.code)
    if not (is_new or elsewhere or held) and account.unit not in (home, assessment.unit):
        raise BadSeat("elsewhere", f'account "{account.name}" is of another unit')
    seat = Seat(account.id, assessment.code, asked.part, asked.keys)
    links_void = False
    if seat not in held:
        links_void = not is_new and _void_links(session, assessment, account)
        seat_rows.put_seat(session, assessment.id, seat, by.actor, by.at)
        facts: dict[str, Any] = {"name": account.name, "part": asked.part, "keys": list(asked.keys)}
        facts |= (_NEW if is_new else {}) | (_VOID if links_void else {})
        audit.record(session, by, Act.SEAT, logged_as(assessment.code), **facts)
    return GivenSeat(placed(seat, definition), account, is_new, links_void)


def _void_links(session: Session, assessment: Assessment, account: Account) -> bool:
    """Void the ways in that another office may have printed for an account without a password.

    Whoever logged in by such a link and has not chosen a password yet is logged out.
    """
    if account.password_hash is not None or account.role is not Role.MEMBER:
        return False
    others = [one.code for one in list_assessments(session) if one.unit != assessment.unit]
    if account.name not in _made_by(session, others):
        return False
    accounts.void_links(session, account)
    return True


def _made_by(session: Session, assessment_codes: Collection[str]) -> set[str]:
    """Return the names of the accounts that were made for seats of some assessments."""
    return {
        facts["name"]
        for code in assessment_codes
        for entry, facts in audit.history(session, logged_as(code))
        if entry.act == Act.SEAT and facts.get("new")
    }


def _require_keys(definition: AssessmentDefinition, asked: SeatAsked) -> None:
    offered = keys_offered(asked.part, definition)
    if bool(asked.keys) is not (asked.part in WITH_KEYS) or not offered.keys() >= set(asked.keys):
        raise BadSeat(
            "keys", f"a seat of part {asked.part} is not about {', '.join(asked.keys) or 'nothing'}"
        )


def _home(definition: AssessmentDefinition, asked: SeatAsked) -> str:
    """Return the unit of a new account: whom its seat stands for, empty where that is nobody."""
    if len(asked.keys) != 1 or asked.part not in (OF_UNITS - {SeatPart.GROUP}) | OF_DEPARTMENTS:
        return ""
    (key,) = asked.keys
    known = key in definition.unit or any(key == one.key for one in definition.departments)
    return definition.party(key) if known else ""


def _account(session: Session, name: str, unit: str, by: By) -> tuple[Account, bool]:
    try:
        return accounts.named(session, name), False
    except UnknownAccount:
        pass
    try:
        return accounts.create(session, name, Role.MEMBER, None, by, unit).account, True
    except BadAccount as refused:
        raise BadSeat("account", str(refused)) from refused
