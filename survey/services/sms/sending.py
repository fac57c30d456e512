"""Sending what is queued, at most once: claimed in one transaction, handed over, settled in another.

Who is cut off between leaves a claim; when its lease is over the message is uncertain, and nobody sends it
again by itself.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from sqlalchemy.orm import Session

from survey.domain.definition.campaign import Campaign, State
from survey.domain.errors import BadFile, SmsKeyLost
from survey.domain.sms.incoming import Receipt, Refused, Sent, Unknown
from survey.domain.sms.invitation import message_text
from survey.domain.sms.messages import MessageKind, MessageState, is_within
from survey.secrecy.sms_key import SmsKey
from survey.services.voting import closed_boxes
from survey.storage.database import transaction
from survey.storage.sms import client_rows, outbox_rows, reply_rows
from survey.storage.sms.outbox_rows import OutgoingMessage

from .keys import SmsSecrets, sms_key_of

LEASE = timedelta(minutes=2)
"""How long a sender may have a message in hand: longer than any channel takes to answer."""
PUT_OFF = timedelta(minutes=1)
"""How long a message waits that was refused for now: meanwhile the others have their turn."""

_log = logging.getLogger("minping")
Outcome = Sent | Refused | Unknown


class SmsSender(Protocol):
    """What hands a message to a provider."""

    def send(self, number: str, text: str, reference: str, sub_number: str = "") -> Outcome:
        """Send one message to a number in E.164; replies come to ``sub_number``."""


class Step(StrEnum):
    """What one turn of a sender came to: a message was settled, none is due, or the channel wants a pause."""

    SETTLED = "settled"
    NOTHING = "nothing"
    LATER = "later"


@dataclass(frozen=True)
class ClaimedMessage:
    """A message in a sender's hand."""

    row: OutgoingMessage
    key: SmsKey
    number: str = field(repr=False)
    text: str = field(repr=False)
    reference: str
    sub_number: str


def send_next(channel_name: str, sender: SmsSender, secrets_of: SmsSecrets, now: datetime) -> Step:
    """Send one message of a channel, if one is due. Raises ``Unavailable``; what was claimed stays so."""
    with transaction(write=True) as session:
        claimed = claim_next(session, channel_name, secrets_of, now)
    if claimed is None:
        return Step.NOTHING
    try:
        outcome = sender.send(claimed.number, claimed.text, claimed.reference, claimed.sub_number)
    except Exception as error:  # whatever it was, the message may be out
        outcome = Unknown(type(error).__name__)
    with transaction(write=True) as session:
        settle(session, claimed, outcome, now)
    waits = isinstance(outcome, Refused) and outcome.later and not outcome.of_number
    return Step.LATER if waits else Step.SETTLED


def claim_next(
    session: Session, channel_name: str, secrets_of: SmsSecrets, now: datetime
) -> ClaimedMessage | None:
    """Take the next message of a channel in hand; ``None`` where none is due.

    Whoever opted out since it was queued gets none, and whoever replied no reminder: looked at here, in the
    transaction of the claim.
    """
    for campaign in client_rows.campaigns_with_lists(session):
        rules = campaign.definition.by_sms
        if rules is None or rules.channel != channel_name:
            continue
        try:
            key = sms_key_of(session, secrets_of.keys, campaign)
        except (SmsKeyLost, BadFile) as error:
            _log.error("messages cannot be sent", extra={"facts": {"why": type(error).__name__}})
            continue
        kinds = _kinds_due(session, campaign, now)
        while row := outbox_rows.next_queued(session, campaign, kinds, now):
            reference = key.reference_of(row.kind, row.pseudonym, row.number)
            outbox_rows.claim(session, row, now + LEASE, key.receipt_digest(reference))
            if claimed := _claimed(session, campaign, key, row, reference, secrets_of):
                return claimed
            outbox_rows.settle(session, row, MessageState.REFUSED)
    return None


def _kinds_due(session: Session, campaign: Campaign, now: datetime) -> list[MessageKind]:
    """Return the kinds of message that go out now; help answers at any hour, and after the close."""
    if campaign.state is not State.OPEN:
        return [MessageKind.HELP] if campaign.state is State.CLOSED else []
    if campaign.held:
        return []
    standing = client_rows.standing(session, campaign)
    waits = standing is None or (standing.send_from is not None and now < standing.send_from)
    over = closed_boxes.has_come(campaign.public_key, campaign.closes_at, now)
    if waits or over or not is_within(campaign.definition, now):
        return [MessageKind.HELP]
    return [MessageKind.HELP, MessageKind.INVITATION, MessageKind.REMINDER]


def _claimed(
    session: Session,
    campaign: Campaign,
    key: SmsKey,
    row: OutgoingMessage,
    reference: str,
    secrets_of: SmsSecrets,
) -> ClaimedMessage | None:
    entry = client_rows.find_entry(session, campaign.id, row.pseudonym)
    if entry is None:
        return None
    number = key.decrypt(entry.number, entry.pseudonym)
    if client_rows.has_opted_out(session, secrets_of.opt_out_digest(number)):
        return None
    if row.kind is MessageKind.REMINDER and reply_rows.is_there(session, campaign.id, row.pseudonym):
        return None
    over = campaign.state is not State.OPEN
    text = message_text(campaign.definition, entry.group, entry.ratee, row.kind, over=over)
    sub_number = campaign.definition.sms.extension if campaign.definition.sms else ""
    return ClaimedMessage(row, key, number, text, reference, sub_number)


def settle(session: Session, claimed: ClaimedMessage, outcome: Outcome, now: datetime) -> None:
    """Write what the channel said of a message; one that was refused for now is put off."""
    match outcome:
        case Sent(id=named):
            receipt = claimed.key.receipt_digest(named) if named else None
            outbox_rows.settle(session, claimed.row, MessageState.SENT, receipt)
        case Refused(later=True):
            outbox_rows.put_off(session, claimed.row, now + PUT_OFF)
        case Refused():
            outbox_rows.settle(session, claimed.row, MessageState.REFUSED)
        case _:
            outbox_rows.settle(session, claimed.row, MessageState.UNCERTAIN)


def note_receipts(
    session: Session, channel_name: str, receipts: Sequence[Receipt], secrets_of: SmsSecrets
) -> int:
    """Note the carrier's word on messages of a channel; return how many of them are known."""
    known = 0
    for campaign in client_rows.campaigns_with_lists(session):
        rules = campaign.definition.by_sms
        if rules is None or rules.channel != channel_name:
            continue
        try:
            key = sms_key_of(session, secrets_of.keys, campaign)
        except (SmsKeyLost, BadFile):
            continue
        for receipt in receipts:
            reference = key.receipt_digest(receipt.reference) if receipt.reference else None
            named = key.receipt_digest(receipt.id) if receipt.id else None
            if reference or named:
                known += outbox_rows.note_receipt(
                    session, campaign, reference, named, delivered=receipt.delivered
                )
    return known


def give_up_claims(now: datetime) -> int:
    """Make uncertain what nobody has in hand any more; return how many messages that are."""
    with transaction(write=True) as session:
        return outbox_rows.give_up_claims(session, now)
