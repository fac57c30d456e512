"""Taking replies: read in memory, checked, sealed and committed before anybody is told; no text is kept.

What asks for no messages has a transaction of its own before, which nothing in the others can undo.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from time import sleep

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

MOST = 64
"""Messages of one transaction: what it locks is for ballots, and for a close, too."""
_PAUSE_SECONDS = 0.005
"""Between two transactions of one request: others look for SQLite's lock every two milliseconds."""
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
class Brought:
    """Messages that one request of a provider brought over a channel, and when it came."""

    channel_name: str
    incoming: Sequence[Incoming]
    now: datetime
    secrets_of: SmsSecrets


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
    (error,) = keep_all([Brought(channel_name, incoming, now, secrets_of)])
    if error is not None:
        raise error


def keep_all(brought: Sequence[Brought]) -> list[Unavailable | None]:
    """Keep what several requests brought, as ``keep`` does, and return what is to be raised to each of them.

    Raises where nothing can be said of any of them: all are to come again. More than ``MOST`` messages take
    several transactions; what those before the failing one kept is known by its digest.
    """
    waits: set[int] = set()
    for asking in (True, False):
        some = [
            (place, one)
            for place, request in enumerate(brought)
            for one in request.incoming
            if _asks_for_none(one) is asking
        ]
        # One order for all: transactions that wait for each other's numbers would not end.
        some.sort(key=lambda found: (found[1].number, found[1].id))
        for first in range(0, len(some), MOST):
            if first:
                sleep(_PAUSE_SECONDS)
            with transaction(write=True) as session:
                waits |= _keep_some(session, brought, some[first : first + MOST])
    return [
        Unavailable("a reply cannot be taken: a campaign is held, or its sms key is not there", "sms")
        if place in waits
        else None
        for place in range(len(brought))
    ]


def _keep_some(
    session: Session, brought: Sequence[Brought], some: Sequence[tuple[int, Incoming]]
) -> set[int]:
    """Take some messages, each with the place of its request; return the places of those that wait."""
    secrets_of = {brought[place].channel_name: brought[place].secrets_of for place, _ in some}
    intakes = {name: Intake(session, name, found) for name, found in secrets_of.items()}
    waits = set()
    for place, one in some:
        request = brought[place]
        if intakes[request.channel_name].take(one, request.now) is Taken.WAITS:
            waits.add(place)
    _write_numbers(session, intakes.values())
    return waits


def _write_numbers(session: Session, intakes: Iterable["Intake"]) -> None:
    """Add what was counted to the campaigns' numbers: last, since many wait for these rows.

    One order for all channels, for another transaction may have met them the other way round.
    """
    counted = [one for intake in intakes for one in intake.counted()]
    for campaign, invalid, opted_out in sorted(counted, key=lambda one: one[0].id):
        client_rows.count_more(session, campaign, invalid=invalid, opted_out=opted_out)


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
    intake = Intake(session, channel_name, secrets_of)
    taken = [intake.take(one, now) for one in incoming]
    _write_numbers(session, [intake])
    return taken


class Intake:
    """What one transaction takes over a channel; what all messages have in common is looked up once."""

    def __init__(self, session: Session, channel_name: str, secrets_of: SmsSecrets) -> None:
        # A close waits for this transaction, or came before it: so they are read once their locks are shared.
        for campaign_id in client_rows.numbers_with_lists(session):
            share_lock(session, campaign_id)
        self._session = session
        self._secrets = secrets_of
        self._campaigns = sorted(
            (
                campaign
                for campaign in client_rows.campaigns_with_lists(session)
                if campaign.definition.by_sms and campaign.definition.by_sms.channel == channel_name
            ),
            key=_precedence,
        )
        self._keys: dict[int, SmsKey] = {}
        self._invalid: Counter[int] = Counter()
        self._opted_out: Counter[int] = Counter()

    def take(self, message: Incoming, now: datetime) -> Taken:
        """Take one message that came at a moment; return what became of it."""
        if _asks_for_none(message):
            return self._opt_out(message)
        try:
            found = self._addressee(message)
        except (Unavailable, BadFile):
            return Taken.WAITS
        return Taken.FOREIGN if found is None else self._take_from(found, message, now)

    def counted(self) -> list[tuple[Campaign, int, int]]:
        """Return of each campaign how many could not be read, and how many numbers opted out."""
        return [
            (campaign, self._invalid[campaign.id], self._opted_out[campaign.id])
            for campaign in self._campaigns
        ]

    def _take_from(self, found: _Addressee, message: Incoming, now: datetime) -> Taken:
        session, campaign, pseudonym = self._session, found.campaign, found.entry.pseudonym
        sent = _sent_at(message, now)
        at = sent or now
        mark = _mark(found.key, message, now)
        if not reply_rows.see(session, campaign.id, mark):
            return Taken.SEEN
        if _is_late(session, campaign, at, now):
            if not _may_be_kept(session, campaign, sent):
                outbox_rows.queue_help(session, campaign.id, pseudonym)
            return Taken.LATE
        sealed = _sealed(found, message)
        if sealed is None:
            self._invalid[campaign.id] += 1
            outbox_rows.queue_help(session, campaign.id, pseudonym)
            return Taken.INVALID
        kept = reply_rows.put(session, campaign.id, pseudonym, at, mark, sealed)
        return Taken.KEPT if kept else Taken.OLDER

    def _opt_out(self, message: Incoming) -> Taken:
        """Note that a number wants no message, whether it is on a list or not; counted where it is on one."""
        new = client_rows.opt_out(self._session, self._secrets.opt_out_digest(message.number))
        try:
            found = self._addressee(message)
        except (Unavailable, BadFile):
            found = None  # what matters is that nothing more is sent
        if new and found:
            self._opted_out[found.campaign.id] += 1
        return Taken.OPTED_OUT

    def _addressee(self, message: Incoming) -> _Addressee | None:
        """Find whose reply this is: of somebody whom a campaign of this sub-number has asked.

        The longest sub-number that fits comes first, and of two that are the same the campaign that is open.
        Who was not asked yet answers another campaign's message.
        """
        for campaign in self._campaigns:
            rules = campaign.definition.by_sms
            if rules is None or not message.is_to(rules.extension) or campaign.state is State.ARMED:
                continue
            key = self._key_of(campaign)
            entry = client_rows.find_invited(self._session, campaign.id, key.pseudonym_of(message.number))
            if entry is not None:
                if campaign.held:
                    raise Unavailable("a reply cannot be taken: its campaign is held", "held")
                return _Addressee(campaign, key, entry)
        return None

    def _key_of(self, campaign: Campaign) -> SmsKey:
        if campaign.id not in self._keys:
            try:
                self._keys[campaign.id] = sms_key_of(self._session, self._secrets.keys, campaign)
            except SmsKeyLost as error:
                raise Unavailable("a reply cannot be taken: an sms key is not there", "sms key") from error
        return self._keys[campaign.id]


def _asks_for_none(message: Incoming) -> bool:
    return long_key(message) is None and is_opt_out(message.text)


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
