"""Sealed replies under their pseudonyms, and which messages were taken already."""

from datetime import datetime

from sqlalchemy import bindparam, delete, func, select, text
from sqlalchemy.orm import Session

from survey.domain.definition.campaign import Campaign
from survey.storage import forgetting
from survey.storage.database import changed_rows
from survey.storage.tables import Moment, SmsEntryRow, SmsReplyRow, SmsSeenRow

_SEE = text("INSERT INTO sms_seen (campaign_id, digest) VALUES (:campaign, :digest) ON CONFLICT DO NOTHING")
# One statement: of two replies of one number the later holds, whichever transaction is first.
_PUT = text(
    "INSERT INTO sms_replies (campaign_id, pseudonym, at, mark, sealed) "
    "VALUES (:campaign, :pseudonym, :at, :mark, :sealed) "
    "ON CONFLICT (campaign_id, pseudonym) DO UPDATE "
    "SET at = excluded.at, mark = excluded.mark, sealed = excluded.sealed "
    "WHERE (sms_replies.at, sms_replies.mark) < (excluded.at, excluded.mark)"
).bindparams(bindparam("at", type_=Moment()))


def see(session: Session, campaign_id: int, digest: bytes) -> bool:
    """Note that a message was taken; return whether it is new."""
    return changed_rows(session.execute(_SEE, {"campaign": campaign_id, "digest": digest})) == 1


def put(
    session: Session, campaign_id: int, pseudonym: bytes, at: datetime, mark: bytes, sealed: bytes
) -> bool:
    """Keep a sealed reply unless a later one is kept; return whether it was kept.

    Of two of the same time the one with the larger mark holds.
    """
    values = {
        "campaign": campaign_id,
        "pseudonym": pseudonym,
        "at": at,
        "mark": mark,
        "sealed": sealed,
    }
    return changed_rows(session.execute(_PUT, values)) == 1


def pseudonyms(session: Session, campaign: Campaign) -> set[bytes]:
    """Return the clients of whom a reply is kept."""
    return set(session.scalars(select(SmsReplyRow.pseudonym).where(SmsReplyRow.campaign_id == campaign.id)))


def is_there(session: Session, campaign_id: int, pseudonym: bytes) -> bool:
    """Return whether a reply of a client is kept."""
    rows = select(SmsReplyRow.pseudonym)
    own = (SmsReplyRow.campaign_id == campaign_id) & (SmsReplyRow.pseudonym == pseudonym)
    return session.scalar(rows.where(own)) is not None


def number_by_group(session: Session, campaign: Campaign) -> dict[str, int]:
    """Count the replies kept, by rater group."""
    rows = session.execute(
        select(SmsEntryRow.rater_group, func.count())
        .join(
            SmsReplyRow,
            (SmsReplyRow.campaign_id == SmsEntryRow.campaign_id)
            & (SmsReplyRow.pseudonym == SmsEntryRow.pseudonym),
        )
        .where(SmsEntryRow.campaign_id == campaign.id)
        .group_by(SmsEntryRow.rater_group)
    )
    return dict(list(rows))


def take_out(session: Session, campaign: Campaign) -> dict[str, list[bytes]]:
    """Return the sealed replies by rater group and delete them with their pseudonyms and the seen-keys.

    Needs the campaign's lock held alone. Noted in this transaction: the files have to forget the rows.
    """
    rows = session.execute(
        select(SmsEntryRow.rater_group, SmsReplyRow.sealed)
        .join(
            SmsReplyRow,
            (SmsReplyRow.campaign_id == SmsEntryRow.campaign_id)
            & (SmsReplyRow.pseudonym == SmsEntryRow.pseudonym),
        )
        .where(SmsEntryRow.campaign_id == campaign.id)
    )
    found: dict[str, list[bytes]] = {}
    for group, sealed in rows:
        found.setdefault(group, []).append(sealed)
    forgetting.note(session.connection(), forgetting.SMS)
    for row in (SmsReplyRow, SmsSeenRow):
        session.execute(delete(row).where(row.campaign_id == campaign.id))
    return found
