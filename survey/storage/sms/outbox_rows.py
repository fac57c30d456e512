"""Messages that go out: queued, claimed by one sender at a time, and what became of each."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from sqlalchemy import func, insert, or_, select, text, update
from sqlalchemy.orm import Session

from survey.domain.definition.campaign import Campaign
from survey.domain.sms.messages import MAX_HELP, MessageKind, MessageState
from survey.storage.database import changed_rows
from survey.storage.tables import SmsOutboxRow

_BATCH = 2000
_HELP = text(
    "INSERT INTO sms_outbox (campaign_id, kind, pseudonym, number, state) "
    "VALUES (:campaign, :kind, :pseudonym, :number, :state) ON CONFLICT DO NOTHING"
)


@dataclass(frozen=True)
class OutgoingMessage:
    """A message that is to go out, by its primary key."""

    campaign_id: int
    kind: MessageKind
    pseudonym: bytes
    number: int


def queue(session: Session, campaign: Campaign, kind: MessageKind, pseudonyms: Iterable[bytes]) -> None:
    """Queue one message each; the primary key refuses a second one of a kind."""
    rows = iter(sorted(pseudonyms))
    while batch := list(islice(rows, _BATCH)):
        session.execute(
            insert(SmsOutboxRow),
            [
                {
                    "campaign_id": campaign.id,
                    "kind": kind,
                    "pseudonym": pseudonym,
                    "number": 1,
                    "state": MessageState.QUEUED,
                }
                for pseudonym in batch
            ],
        )


def queue_help(session: Session, campaign_id: int, pseudonym: bytes) -> bool:
    """Queue a help message, unless the client had as many as there are; return whether one was queued."""
    for number in range(1, MAX_HELP + 1):
        values = {
            "campaign": campaign_id,
            "kind": MessageKind.HELP.value,
            "pseudonym": pseudonym,
            "number": number,
            "state": MessageState.QUEUED.value,
        }
        if changed_rows(session.execute(_HELP, values)) == 1:
            return True
    return False


def pseudonyms_of(
    session: Session, campaign: Campaign, kind: MessageKind, states: Iterable[MessageState] = MessageState
) -> set[bytes]:
    """Return the clients that a message of a kind was ever queued for, and stands in one of some states."""
    rows = select(SmsOutboxRow.pseudonym).where(
        SmsOutboxRow.campaign_id == campaign.id,
        SmsOutboxRow.kind == kind,
        SmsOutboxRow.state.in_(list(states)),
    )
    return set(session.scalars(rows))


def next_queued(
    session: Session, campaign: Campaign, kinds: Iterable[MessageKind], now: datetime
) -> OutgoingMessage | None:
    """Return one queued message of some kinds, ``None`` where there is none; others may take it meanwhile.

    One that was put off is none until its time has come.
    """
    row = session.execute(
        select(
            SmsOutboxRow.campaign_id,
            SmsOutboxRow.kind,
            SmsOutboxRow.pseudonym,
            SmsOutboxRow.number,
        )
        .where(
            SmsOutboxRow.campaign_id == campaign.id,
            SmsOutboxRow.state == MessageState.QUEUED,
            SmsOutboxRow.kind.in_(list(kinds)),
            or_(SmsOutboxRow.lease_until.is_(None), SmsOutboxRow.lease_until <= now),
        )
        .order_by(SmsOutboxRow.kind, SmsOutboxRow.pseudonym)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).first()
    if row is None:
        return None
    return OutgoingMessage(row[0], MessageKind(row[1]), *row[2:])


def claim(session: Session, message: OutgoingMessage, until: datetime, reference: bytes) -> bool:
    """Take a queued message in hand until a moment; return whether it was still queued.

    ``reference`` is the keyed digest of what the channel will call it by.
    """
    claimed = {"lease_until": until, "reference": reference}
    return _moved(session, message, (MessageState.QUEUED,), MessageState.CLAIMED, **claimed)


def settle(
    session: Session, message: OutgoingMessage, state: MessageState, receipt: bytes | None = None
) -> bool:
    """Write what became of a claimed message; return whether it was still ours, or given up as uncertain."""
    ours = (MessageState.CLAIMED, MessageState.UNCERTAIN)
    return _moved(session, message, ours, state, lease_until=None, receipt=receipt)


def put_off(session: Session, message: OutgoingMessage, until: datetime) -> bool:
    """Queue a claimed message again, not to go out before a moment; return whether it was still ours."""
    ours = (MessageState.CLAIMED, MessageState.UNCERTAIN)
    return _moved(session, message, ours, MessageState.QUEUED, lease_until=until)


def give_up_claims(session: Session, now: datetime) -> int:
    """Make uncertain what was claimed by somebody whose lease is over; return how many messages that are."""
    changed = session.execute(
        update(SmsOutboxRow)
        .where(SmsOutboxRow.state == MessageState.CLAIMED, SmsOutboxRow.lease_until <= now)
        .values(state=MessageState.UNCERTAIN, lease_until=None)
    )
    return changed_rows(changed)


def give_up_waiting(session: Session) -> None:
    """Make uncertain all that a restored backup says is still to be sent: it may be out since."""
    session.execute(
        update(SmsOutboxRow)
        .where(SmsOutboxRow.state.in_([MessageState.QUEUED, MessageState.CLAIMED]))
        .values(state=MessageState.UNCERTAIN, lease_until=None)
    )


def note_receipt(
    session: Session, campaign: Campaign, reference: bytes | None, receipt: bytes | None, *, delivered: bool
) -> bool:
    """Note the carrier's word on a message, by the digest of either name; return whether there is one.

    A word on one that is uncertain says that it was sent after all. What is delivered stays so.
    """
    named = SmsOutboxRow.reference == reference if reference else SmsOutboxRow.receipt == receipt
    changed = session.execute(
        update(SmsOutboxRow)
        .where(
            SmsOutboxRow.campaign_id == campaign.id,
            named,
            SmsOutboxRow.state.in_(
                [MessageState.CLAIMED, MessageState.SENT, MessageState.UNCERTAIN, MessageState.FAILED]
            ),
        )
        .values(state=MessageState.DELIVERED if delivered else MessageState.FAILED, lease_until=None)
    )
    return changed_rows(changed) == 1


def numbers(session: Session, campaign: Campaign) -> dict[tuple[MessageKind, MessageState], int]:
    """Count a campaign's messages by kind and state."""
    rows = session.execute(
        select(SmsOutboxRow.kind, SmsOutboxRow.state, func.count())
        .where(SmsOutboxRow.campaign_id == campaign.id)
        .group_by(SmsOutboxRow.kind, SmsOutboxRow.state)
    )
    return {(MessageKind(kind), MessageState(state)): number for kind, state, number in rows}


def _moved(
    session: Session,
    message: OutgoingMessage,
    before: Iterable[MessageState],
    state: MessageState,
    **values: object,
) -> bool:
    changed = session.execute(
        update(SmsOutboxRow)
        .where(
            SmsOutboxRow.campaign_id == message.campaign_id,
            SmsOutboxRow.kind == message.kind,
            SmsOutboxRow.pseudonym == message.pseudonym,
            SmsOutboxRow.number == message.number,
            SmsOutboxRow.state.in_(list(before)),
        )
        .values(state=state, **values)
    )
    return changed_rows(changed) == 1
