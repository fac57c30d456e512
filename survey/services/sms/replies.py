"""Taking replies: read in memory, checked, sealed and kept in one transaction; the text is kept nowhere.

What asks for no messages has a transaction of its own before it, which nothing in the others can undo.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from sqlalchemy.orm import Session

from survey.domain.definition.campaign import Campaign, State
from survey.domain.errors import BadFile, SmsKeyLost, Unavailable, UnreadableReply
from survey.domain.sms.incoming import Incoming
from survey.domain.sms.invitation import lines_of, posted_of, scales_of
from survey.domain.sms.long_reply import long_key
from survey.domain.sms.opt_out import is_opt_out
from survey.domain.sms.reading import read_reply
from survey.secrecy.sms_key import SmsKey
from survey.services.voting import casting
from survey.storage.database import transaction
from survey.storage.fast_connection import share_lock
from survey.storage.sms import client_rows, outbox_rows, reply_rows
from survey.storage.sms.client_rows import SmsEntry

from .keys import SmsSecrets, sms_key_of

CLOCKS_DIFFER = timedelta(minutes=10)
"""How far a carrier's clock may be ahead of ours; a time beyond it counts as none."""


class Taken(StrEnum):
    """What became of a message that came in. For tests and counts: it belongs in no log, and in no answer."""

    KEPT = "kept"
    OLDER = "older"
    SEEN = "seen"
    INVALID = "invalid"
    LATE = "late"
    OPTED_OUT = "opted-out"
    FOREIGN = "foreign"
    WAITS = "waits"


@dataclass(frozen=True)
class _Addressee:
    """The campaign that a message belongs to, its key, and the client on its list."""

    campaign: Campaign
    key: SmsKey
    entry: SmsEntry


def keep(channel_name: str, incoming: Sequence[Incoming], now: datetime, secrets_of: SmsSecrets) -> None:
    """Keep messages that came in over a channel, committed when this returns: who brought them is told then.

    Raises ``Unavailable`` where some cannot be taken now, once the others are committed: all are to come
    again, and what was taken before is known by its digest.
    """
    asking = [_asks_for_none(one) for one in incoming]
    taken: list[Taken] = []
    for wanted in (True, False):
        some = [one for one, asks in zip(incoming, asking, strict=True) if asks is wanted]
        if some:
            with transaction(write=True) as session:
                taken += take(session, channel_name, some, now, secrets_of)
    if Taken.WAITS in taken:
        raise Unavailable("a reply cannot be taken: a campaign is held, or its sms key is not there", "sms")


def take(
    session: Session,
    channel_name: str,
    incoming: Sequence[Incoming],
    now: datetime,
    secrets_of: SmsSecrets,
) -> list[Taken]:
    """Take messages that came in over a channel, in this one transaction; return what became of each.

    Whoever acknowledges them does so after the commit: taken twice, a message changes nothing. What ``WAITS``
    cannot be taken now, changed nothing and is to come again: its campaign is held after a restore, or the
    SMS key is not there.
    """
    # A close waits for this transaction, or came before it: so they are read once their locks are shared.
    for campaign_id in client_rows.numbers_with_lists(session):
        share_lock(session, campaign_id)
    campaigns = [
        campaign
        for campaign in client_rows.campaigns_with_lists(session)
        if campaign.definition.by_sms and campaign.definition.by_sms.channel == channel_name
    ]
    return [_take_one(session, campaigns, one, now, secrets_of) for one in incoming]


def _take_one(
    session: Session, campaigns: Sequence[Campaign], message: Incoming, now: datetime, secrets_of: SmsSecrets
) -> Taken:
    if _asks_for_none(message):
        return _opt_out(session, campaigns, message, secrets_of)
    try:
        found = _addressee(session, campaigns, message, secrets_of)
    except (Unavailable, BadFile):
        return Taken.WAITS
    if found is None:
        return Taken.FOREIGN
    sent = _sent_at(message, now)
    at = sent or now
    mark = _mark(found.key, message, now)
    if not reply_rows.see(session, found.campaign.id, mark):
        return Taken.SEEN
    if _is_late(session, found.campaign, at, now):
        if not _may_be_kept(session, found.campaign, sent):
            outbox_rows.queue_help(session, found.campaign.id, found.entry.pseudonym)
        return Taken.LATE
    sealed = _sealed(found, message)
    if sealed is None:
        client_rows.count_more(session, found.campaign, invalid=1)
        outbox_rows.queue_help(session, found.campaign.id, found.entry.pseudonym)
        return Taken.INVALID
    kept = reply_rows.put(session, found.campaign.id, found.entry.pseudonym, at, mark, sealed)
    return Taken.KEPT if kept else Taken.OLDER


def _asks_for_none(message: Incoming) -> bool:
    return long_key(message) is None and is_opt_out(message.text)


def _opt_out(
    session: Session, campaigns: Sequence[Campaign], message: Incoming, secrets_of: SmsSecrets
) -> Taken:
    """Note that a number wants no message, whether it is on a list or not; counted where it is on one."""
    new = client_rows.opt_out(session, secrets_of.opt_out_digest(message.number))
    try:
        found = _addressee(session, campaigns, message, secrets_of)
    except (Unavailable, BadFile):
        found = None  # what matters is that nothing more is sent
    if new and found:
        client_rows.count_more(session, found.campaign, opted_out=1)
    return Taken.OPTED_OUT


def _addressee(
    session: Session, campaigns: Sequence[Campaign], message: Incoming, secrets_of: SmsSecrets
) -> _Addressee | None:
    """Find whose reply this is: of somebody whom a campaign of this sub-number has asked.

    The longest sub-number that fits comes first, and of two that are the same the campaign that is open. Who
    was not asked yet answers another campaign's message.
    """
    for campaign in sorted(campaigns, key=_precedence):
        rules = campaign.definition.by_sms
        if rules is None or not message.is_to(rules.extension) or campaign.state is State.ARMED:
            continue
        try:
            key = sms_key_of(session, secrets_of.keys, campaign)
        except SmsKeyLost as error:
            raise Unavailable("a reply cannot be taken: an sms key is not there", "sms key") from error
        entry = client_rows.find_entry(session, campaign.id, key.pseudonym_of(message.number))
        if entry is not None and outbox_rows.is_invited(session, campaign.id, entry.pseudonym):
            if campaign.held:
                raise Unavailable("a reply cannot be taken: its campaign is held", "held")
            return _Addressee(campaign, key, entry)
    return None


def _precedence(campaign: Campaign) -> tuple[int, bool]:
    extension = campaign.definition.by_sms.extension if campaign.definition.by_sms else ""
    return -len(extension), campaign.state is not State.OPEN


def _mark(key: SmsKey, message: Incoming, now: datetime) -> bytes:
    """Return what a message is known by when it comes again.

    A provider that gives no name sends the same time and text. One that gives no time either: each counts as
    it arrives, since 1, 3 and 1 again are three answers. All parts of a long message are one.
    """
    if long := long_key(message):
        return key.seen_digest("long", *map(str, long))
    if message.id:
        return key.seen_digest("id", message.number, message.id)
    return key.seen_digest("text", message.number, (message.at or now).isoformat(), message.text)


def _sent_at(message: Incoming, now: datetime) -> datetime | None:
    """Return the carrier's time, ``None`` where there is none that can be.

    One from the future would hold against all that come after it.
    """
    if message.at is None:
        return None
    try:
        at = message.at.astimezone(UTC)
    except (OverflowError, ValueError):
        return None
    return at if at <= now + CLOCKS_DIFFER else None


def _may_be_kept(session: Session, campaign: Campaign, sent: datetime | None) -> bool:
    """Return whether a late reply may be one that was kept and comes again.

    The shake forgot which these are.
    """
    standing = client_rows.standing(session, campaign)
    if not campaign.shaken or standing is None or standing.ended_at is None:
        return False
    return sent is None or sent < min(standing.ended_at, campaign.closes_at or standing.ended_at)


def _is_late(session: Session, campaign: Campaign, at: datetime, now: datetime) -> bool:
    """Return whether a reply came too late: sent at the end or after it, or when nothing is waited for."""
    if campaign.closes_at is not None and at >= campaign.closes_at:
        return True
    if campaign.state is State.OPEN:
        return False
    standing = client_rows.standing(session, campaign)
    if standing is None or standing.ended_at is None or standing.replies_until is None:
        return True
    return campaign.shaken or at >= standing.ended_at or now >= standing.replies_until


def _sealed(found: _Addressee, message: Incoming) -> bytes | None:
    """Read a reply and seal its ballot; ``None`` where it is not exactly one grade for each line.

    A part of a long message is invalid without the others: only what no reply is as long as is divided.
    """
    definition, entry = found.campaign.definition, found.entry
    lines = lines_of(definition, entry.group, entry.ratee)
    if long_key(message) is not None:
        return None
    try:
        positions = read_reply(message.text, scales_of(lines))
    except UnreadableReply:
        return None
    return casting.seal_reply(found.campaign, entry.group, posted_of(lines, positions))
