"""Clients of a campaign by text message, where the campaign stands, and who wants no message."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.orm import Session

from survey.domain.definition.campaign import Campaign, State
from survey.domain.sms.messages import MessageKind, MessageState
from survey.storage import campaign_rows, forgetting
from survey.storage.database import changed_rows
from survey.storage.tables import (
    CampaignRow,
    SmsCampaignRow,
    SmsEntryRow,
    SmsOptOutRow,
    SmsOutboxRow,
    SmsReplyRow,
    SmsSeenRow,
)

_BATCH = 2000
_ASKED = 500
"""Digests that one statement asks for: SQLite bounds how many values it takes."""
_OPT_OUT = text("INSERT INTO sms_opt_outs (digest) VALUES (:digest) ON CONFLICT DO NOTHING")

_INVITED = text(
    "SELECT e.pseudonym, e.number, e.rater_group, e.ratee FROM sms_entries e "
    "JOIN sms_outbox o ON o.campaign_id = e.campaign_id AND o.pseudonym = e.pseudonym AND o.kind = :kind "
    "WHERE e.campaign_id = :campaign AND e.pseudonym = :pseudonym AND o.state <> :queued"
)


@dataclass(frozen=True)
class SmsStanding:
    """Where a campaign by text message stands; the moments are as in its row."""

    key_name: str
    left_out: int
    invalid: int
    opted_out: int
    replied: int | None
    send_from: datetime | None
    invited_at: datetime | None
    ended_at: datetime | None
    replies_until: datetime | None
    erase_at: datetime | None
    final: str | None


@dataclass(frozen=True)
class SmsEntry:
    """A client as stored: pseudonym, sealed number, rater group and ratee."""

    pseudonym: bytes
    number: bytes
    group: str
    ratee: str


def standing(session: Session, campaign: Campaign) -> SmsStanding | None:
    """Return where a campaign stands, ``None`` before a list was taken."""
    row = session.execute(
        select(*(getattr(SmsCampaignRow, name) for name in SmsStanding.__dataclass_fields__)).where(
            SmsCampaignRow.campaign_id == campaign.id
        )
    ).first()
    return SmsStanding(*row) if row else None


def begin(session: Session, campaign: Campaign, key_name: str) -> None:
    """Note under which key a campaign's list lies, when the first one is taken."""
    session.execute(
        insert(SmsCampaignRow).values(
            campaign_id=campaign.id, key_name=key_name, left_out=0, invalid=0, opted_out=0
        )
    )


def change(session: Session, campaign: Campaign, **values: object) -> None:
    """Write where a campaign stands."""
    session.execute(update(SmsCampaignRow).where(SmsCampaignRow.campaign_id == campaign.id).values(**values))


def have_all_wait(session: Session, until: datetime) -> None:
    """Have messages of all campaigns that are not over go out from a moment on."""
    session.execute(update(SmsCampaignRow).where(SmsCampaignRow.final.is_(None)).values(send_from=until))


def count_more(session: Session, campaign: Campaign, *, invalid: int = 0, opted_out: int = 0) -> None:
    """Add to the numbers of replies that could not be read, and of those that want no message."""
    if invalid or opted_out:
        change(
            session,
            campaign,
            invalid=SmsCampaignRow.invalid + invalid,
            opted_out=SmsCampaignRow.opted_out + opted_out,
        )


def campaigns_with_lists(session: Session, *, erased: bool = False) -> list[Campaign]:
    """Return the campaigns of which a list was taken and not yet destroyed, or those of which it was."""
    rows = select(CampaignRow.code).join(SmsCampaignRow, SmsCampaignRow.campaign_id == CampaignRow.id)
    rows = rows.where(SmsCampaignRow.final.is_not(None) if erased else SmsCampaignRow.final.is_(None))
    codes = session.scalars(rows.order_by(CampaignRow.id)).all()
    return [campaign_rows.find_campaign(session, code) for code in codes]


def numbers_with_lists(session: Session) -> list[int]:
    """Return the numbers of the campaigns of which a list was taken and not yet destroyed, in order."""
    rows = select(SmsCampaignRow.campaign_id).where(SmsCampaignRow.final.is_(None))
    return list(session.scalars(rows.order_by(SmsCampaignRow.campaign_id)))


def due_for_erasing(session: Session, now: datetime) -> list[str]:
    """Return the codes of the campaigns whose key is to be destroyed by now, and whose box is shaken."""
    rows = (
        select(CampaignRow.code)
        .join(SmsCampaignRow, SmsCampaignRow.campaign_id == CampaignRow.id)
        .where(
            SmsCampaignRow.final.is_(None),
            SmsCampaignRow.erase_at <= now,
            CampaignRow.shaken,
            CampaignRow.state != State.OPEN,
        )
    )
    return list(session.scalars(rows.order_by(CampaignRow.id)))


def add_entries(session: Session, campaign: Campaign, entries: Sequence[SmsEntry]) -> None:
    """Store clients, in the order of their pseudonyms, which says nothing."""
    rows = iter(sorted(entries, key=lambda entry: entry.pseudonym))
    while batch := list(islice(rows, _BATCH)):
        session.execute(
            insert(SmsEntryRow),
            [
                {
                    "campaign_id": campaign.id,
                    "pseudonym": entry.pseudonym,
                    "number": entry.number,
                    "rater_group": entry.group,
                    "ratee": entry.ratee,
                }
                for entry in batch
            ],
        )


def find_entry(session: Session, campaign_id: int, pseudonym: bytes) -> SmsEntry | None:
    """Return a client by pseudonym, ``None`` where the campaign's list has none such."""
    row = session.execute(
        select(SmsEntryRow.pseudonym, SmsEntryRow.number, SmsEntryRow.rater_group, SmsEntryRow.ratee).where(
            SmsEntryRow.campaign_id == campaign_id, SmsEntryRow.pseudonym == pseudonym
        )
    ).first()
    return SmsEntry(*row) if row else None


def find_invited(session: Session, campaign_id: int, pseudonym: bytes) -> SmsEntry | None:
    """Return a client whose invitation left the queue: what was cut off then may have arrived too.

    ``None`` where the list has none such, or nobody asked yet. Every reply asks this.
    """
    values = {
        "campaign": campaign_id,
        "pseudonym": pseudonym,
        "kind": MessageKind.INVITATION.value,
        "queued": MessageState.QUEUED.value,
    }
    row = session.execute(_INVITED, values).first()
    return SmsEntry(bytes(row[0]), bytes(row[1]), row[2], row[3]) if row else None


def entries(session: Session, campaign: Campaign) -> Iterator[SmsEntry]:
    """Go through a campaign's clients in the order of their pseudonyms."""
    rows = session.execute(
        select(SmsEntryRow.pseudonym, SmsEntryRow.number, SmsEntryRow.rater_group, SmsEntryRow.ratee)
        .where(SmsEntryRow.campaign_id == campaign.id)
        .order_by(SmsEntryRow.pseudonym)
    )
    yield from (SmsEntry(*row) for row in rows)


def pseudonyms(session: Session, campaign: Campaign) -> set[bytes]:
    """Return the clients of a campaign."""
    return set(session.scalars(select(SmsEntryRow.pseudonym).where(SmsEntryRow.campaign_id == campaign.id)))


def numbers_by_subject(session: Session, campaign: Campaign) -> dict[tuple[str, str], int]:
    """Count a campaign's clients by rater group and ratee."""
    rows = session.execute(
        select(SmsEntryRow.rater_group, SmsEntryRow.ratee, func.count())
        .where(SmsEntryRow.campaign_id == campaign.id)
        .group_by(SmsEntryRow.rater_group, SmsEntryRow.ratee)
    )
    return {(group, ratee): number for group, ratee, number in rows}


def number_of_entries(session: Session, campaign: Campaign) -> int:
    """Return how many clients are on a campaign's list."""
    return session.scalar(select(func.count()).where(SmsEntryRow.campaign_id == campaign.id)) or 0


def drop_clients(session: Session, campaign: Campaign) -> None:
    """Delete all rows of a campaign's clients, and note that the files have to forget them."""
    forgetting.note(session.connection(), forgetting.SMS)
    for row in (SmsEntryRow, SmsOutboxRow, SmsReplyRow, SmsSeenRow):
        session.execute(delete(row).where(row.campaign_id == campaign.id))


def drop_list(session: Session, campaign: Campaign) -> None:
    """Delete a list with all that belongs to it, as though none was ever taken."""
    drop_clients(session, campaign)
    session.execute(delete(SmsCampaignRow).where(SmsCampaignRow.campaign_id == campaign.id))


def has_opted_out(session: Session, digest: bytes) -> bool:
    """Return whether a number wants no message, by its digest under the instance's key."""
    return session.scalar(select(SmsOptOutRow.digest).where(SmsOptOutRow.digest == digest)) is not None


def opted_out_among(session: Session, digests: Iterable[bytes]) -> set[bytes]:
    """Return those of some digests whose numbers want no message: a list asks in a few statements."""
    found: set[bytes] = set()
    asked = iter(digests)
    while batch := list(islice(asked, _ASKED)):
        found |= set(session.scalars(select(SmsOptOutRow.digest).where(SmsOptOutRow.digest.in_(batch))))
    return found


def opt_out(session: Session, digest: bytes) -> bool:
    """Note for good that a number wants no message; return whether that is new."""
    return changed_rows(session.execute(_OPT_OUT, {"digest": digest})) == 1


def rewrite_opt_outs(session: Session) -> None:
    """Write opt-outs anew in the order of their digests, so that no row tells when it came.

    On PostgreSQL all of them carry one transaction then, and the files have to forget the old rows. Nobody
    adds one meanwhile, and whoever looks sees all of them. SQLite has them in this order, and writes its
    pages anew after every close.
    """
    connection = session.connection()
    if connection.dialect.name != "postgresql":
        return
    session.execute(text("LOCK TABLE sms_opt_outs IN EXCLUSIVE MODE"))
    digests = iter(sorted(session.scalars(select(SmsOptOutRow.digest))))
    session.execute(delete(SmsOptOutRow))
    while batch := list(islice(digests, _BATCH)):
        session.execute(insert(SmsOptOutRow), [{"digest": digest} for digest in batch])
    forgetting.note(connection, forgetting.OPT_OUTS)


def number_of_opt_outs(session: Session) -> int:
    """Return how many numbers want no message."""
    return session.scalar(select(func.count()).select_from(SmsOptOutRow)) or 0
