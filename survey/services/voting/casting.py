"""From a typed code to a sealed ballot in the box. No other module writes a ballot."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from survey.domain.ballot.ballot import Ballot, BallotForm, Posted
from survey.domain.ballot.packing import Packing
from survey.domain.ballot.turns import TurnStanding, require_opened
from survey.domain.definition.campaign import Campaign, Custody, Definition, EntryMode, State
from survey.domain.errors import (
    AlreadyCast,
    Closed,
    NoSms,
    NotAdmitted,
    NotAllOpened,
    NotOpen,
    UnknownToken,
    VoidedToken,
    WrongState,
)
from survey.domain.operations.bounded_cache import BoundedCache
from survey.secrecy.box import Slot, box_info
from survey.secrecy.receipt import new_receipt
from survey.secrecy.token import digest, read_token
from survey.secrecy.vault import Vault
from survey.storage import box_rows, token_rows, turn_rows
from survey.storage.campaign_rows import definition_of, locked_campaign
from survey.storage.fast_connection import Executor, share_lock
from survey.storage.token_rows import Token

from . import closed_boxes


@dataclass(frozen=True)
class Ticket:
    """What an unspent code of an open campaign opens; ``digest`` is all that is known of the code.

    ``ends_at`` is when voting ends by the clock, ``opens_at`` before when nobody is admitted; ``trial`` tells
    that nothing here counts; ``statements`` is the digest of the files of reports, where there are any;
    ``standing`` says whose turn it is, where ratees are opened one after the other.
    """

    campaign_id: int
    definition: Definition
    form: BallotForm
    custody: Custody
    public_key: bytes
    digest: bytes
    ends_at: datetime | None
    trial: bool
    opens_at: datetime | None = None
    statements: str | None = None
    standing: TurnStanding | None = None

    def check(self, posted: Posted) -> Ballot:
        """Read a posted ballot; raises ``InvalidBallot``, and ``NotAllOpened`` before ballots are taken."""
        if self.standing and not self.standing.handing_in:
            raise NotAllOpened
        ballot = self.form.check(posted)
        if self.standing:
            require_opened(self.form, ballot, self.standing)
        return ballot


@dataclass(frozen=True)
class Sealed:
    """A checked ballot, sealed and ready for the box, and the receipt that is inside it."""

    ticket: Ticket
    content: bytes
    receipt: str


def admit(conn: Executor, vault: Vault, typed: str, now: datetime) -> Ticket:
    """Find what a typed code opens.

    Raises ``UnknownToken``, ``VoidedToken``, ``NotOpen``, ``AlreadyCast`` or ``Closed``.
    """
    token = token_rows.find_token(conn, digest(vault.token_key, read_token(typed)))
    if token is None:
        raise UnknownToken
    if token.voided:
        raise VoidedToken
    definition = definition_of(conn, token.campaign_id, token.definition, token.wording)
    ends_at = token.extended_to or definition.closes_at
    over = closed_boxes.has_come(token.public_key, ends_at, now)
    opens_at = token.postponed_to or definition.opens_at
    require_admission(
        definition,
        _state(token),
        over=over,
        held=token.held,
        spent=token.spent,
        now=now,
        opens_at=opens_at,
    )
    form = form_of(definition, token.group)
    if token.public_key is None or token.custody is None:
        raise NotOpen  # codes exist from arming on, so this is a row that the programme did not write
    return Ticket(
        token.campaign_id,
        definition,
        form,
        Custody(token.custody),
        token.public_key,
        token.digest,
        ends_at,
        token.trial_of is not None,
        opens_at,
        token.statements,
        turn_rows.standing(conn, token.campaign_id, definition) if definition.turns else None,
    )


def _state(token: Token) -> State:
    """Return how a campaign stands for voters: once paper ballots are collected, it is closed to them."""
    return State.CLOSED if token.collecting and token.state == State.OPEN else State(token.state)


def form_of(definition: Definition, group: str) -> BallotForm:
    """Return what a rater group fills in."""
    return _packing(definition).form[group]


def require_admission(
    definition: Definition,
    state: State,
    *,
    over: bool,
    held: bool,
    spent: bool,
    now: datetime,
    opens_at: datetime | None,
) -> None:
    """Refuse a code that cannot be used now, in the order in which voters are told.

    ``over`` tells that voting has ended by the clock, ``opens_at`` when it begins by it. Raises ``NotOpen``
    (with that time, while it lies ahead), ``AlreadyCast`` or ``Closed``.
    """
    early = opens_at is not None and now < opens_at
    if state in (State.DRAFT, State.ARMED) or (state is State.OPEN and (held or early)):
        raise _of(definition, NotOpen(_local(definition, opens_at) if early else None))
    if spent:
        raise _of(definition, AlreadyCast())
    if state is not State.OPEN or over:
        raise _of(definition, Closed())


def _of(definition: Definition, refusal: NotAdmitted) -> NotAdmitted:
    refusal.open_entry = definition.entry is EntryMode.OPEN
    return refusal


def _local(definition: Definition, moment: datetime | None) -> datetime | None:
    return moment and moment.astimezone(ZoneInfo(definition.time_zone))


def seal(ticket: Ticket, posted: Posted) -> Sealed:
    """Check what was posted and seal it to the campaign's box; nothing is written.

    ``posted`` holds the ballot's fields and ``receipt``; without one the server makes it. Raises
    ``InvalidBallot`` with every field that cannot be taken, and ``NotAllOpened``.
    """
    ballot = ticket.check(posted)
    if not ballot.receipt:
        ballot = replace(ballot, receipt=new_receipt())
    definition = ticket.definition
    slot = _slot(ticket.public_key, definition)
    return Sealed(ticket, slot.seal(_packing(definition).pack(ballot)), ballot.receipt)


def cast(conn: Executor, sealed: Sealed, now: datetime) -> str:
    """Spend the code and put the ballot into the box, in this one transaction; return the receipt.

    The campaign's lock is shared by voters, so a close waits for this transaction or comes before it: the
    ballot is then counted or refused. Raises ``AlreadyCast``, ``VoidedToken``, ``NotOpen`` or ``Closed``.
    """
    ticket = sealed.ticket
    if closed_boxes.has_come(ticket.public_key, ticket.ends_at, now):
        raise _of(ticket.definition, Closed())
    share_lock(conn, ticket.campaign_id)
    if not box_rows.spend(conn, ticket.campaign_id, ticket.digest):
        _say_why(token_rows.find_token(conn, ticket.digest), ticket, now)
    box_rows.put(conn, ticket.campaign_id, sealed.content)
    return sealed.receipt


def _say_why(token: Token | None, ticket: Ticket, now: datetime) -> None:
    if token is None:
        raise UnknownToken
    if token.voided:
        raise VoidedToken
    require_admission(
        ticket.definition,
        _state(token),
        over=closed_boxes.has_come(ticket.public_key, ticket.ends_at, now),
        held=token.held,
        spent=token.spent,
        now=now,
        opens_at=ticket.opens_at,
    )
    raise _of(ticket.definition, Closed())


def seal_paper(campaign: Campaign, group: str, posted: Posted | None) -> bytes:
    """Check what a paper ballot says and seal it to the campaign's box; nothing is written.

    ``None`` stands for a spoiled ballot, of which nothing but its group is kept. The server makes the
    receipt, which nobody is given. Raises ``InvalidBallot`` where a field cannot be taken, and ``WrongState``
    before the campaign has a key.
    """
    if campaign.public_key is None:
        raise WrongState(f"cannot seal paper ballots: {campaign.code} has no box; {campaign.next_step}")
    packing = _packing(campaign.definition)
    receipt = new_receipt()
    if posted is None:
        packed = packing.pack_spoiled(group, receipt)
    else:
        packed = packing.pack(replace(packing.form[group].check(posted), receipt=receipt))
    return _slot(campaign.public_key, campaign.definition).seal(packed)


def put_together(session: Session, campaign: Campaign, ballots: Mapping[bytes, bytes]) -> frozenset[bytes]:
    """Spend codes and put their paper ballots into the box, all in this one transaction.

    ``ballots`` map digests of codes to what ``seal_paper`` made. Those of codes that are spent or voided are
    not put in; return the digests of the others. The campaign's lock is held alone. Codes are spent in the
    order of their digests and ballots put in another, drawn anew: the order of neither tells of the other's,
    or of the scanner's. Raises ``NoPaper``, ``WrongState`` and ``NotCollecting``.
    """
    campaign = locked_campaign(session, campaign.code)
    campaign.require_collecting(to="put in paper ballots")
    spent = [digest for digest in sorted(ballots) if box_rows.spend_on_paper(session, campaign.id, digest)]
    contents = [ballots[digest] for digest in spent]
    secrets.SystemRandom().shuffle(contents)
    for content in contents:
        box_rows.put(session, campaign.id, content)
    return frozenset(spent)


def seal_reply(campaign: Campaign, group: str, posted: Posted) -> bytes:
    """Check what a text message says and seal it to the campaign's box, as ``seal_paper`` does.

    Raises ``InvalidBallot``, and ``WrongState`` before the campaign has a key.
    """
    return seal_paper(campaign, group, posted)


def put_replies(session: Session, campaign: Campaign, ballots: Mapping[str, Sequence[bytes]]) -> int:
    """Put the sealed replies of a closed campaign into its box, by rater group; return how many there are.

    As many codes of each group are marked spent, any of them: nobody holds one. The campaign's lock is held
    alone, and the shake follows in this transaction. Raises ``NoSms`` and ``WrongState``.
    """
    campaign = locked_campaign(session, campaign.code)
    if campaign.definition.by_sms is None:
        raise NoSms(campaign.code)
    campaign.require(State.CLOSED, to="put in replies")
    contents: list[bytes] = []
    for group, sealed in sorted(ballots.items()):
        if box_rows.spend_any(session, campaign, group, len(sealed)) != len(sealed):
            raise WrongState(
                f"{campaign.code} has fewer numbers of group {group} than replies; look into that"
            )
        contents += sealed
    secrets.SystemRandom().shuffle(contents)
    for content in contents:
        box_rows.put(session, campaign.id, content)
    return len(contents)


# What a packing takes in memory, and the definition that it holds on to.
_BYTES_A_PACKING = 40_000
_BYTES_A_LINE = 250
# The largest definition that may be stored has a million lines.
_packings = BoundedCache[tuple[str, str], Packing](max_entries=2048, max_bytes=256 * 1024 * 1024)
_slots = BoundedCache[tuple[bytes, str], Slot](max_entries=2048)


def _slot(public: bytes, definition: Definition) -> Slot:
    key = public, definition.digest
    slot = _slots.get(key)
    if slot is None:
        slot = Slot(public, box_info(definition.code, definition.digest))
        _slots.put(key, slot)
    return slot


def _packing(definition: Definition) -> Packing:
    packing = _packings.get(definition.shown)
    if packing is None:
        packing = Packing(definition)
        lines = sum(len(form.lines) for form in packing.form.values())
        _packings.put(definition.shown, packing, _BYTES_A_PACKING + _BYTES_A_LINE * lines)
    return packing
