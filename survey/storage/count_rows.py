"""Counts, receipts and texts: what stays of the ballots."""

import json
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from sqlalchemy import delete, insert, select, text
from sqlalchemy.orm import Session

from survey.domain.count.disclosure import Count
from survey.domain.count.kept_texts import WrittenText
from survey.domain.count.record import from_record, to_record
from survey.domain.definition.campaign import Campaign
from survey.domain.definition.canonical import canonical_json, digest_of_text

from .database import changed_rows
from .tables import CampaignRow, CountRow, ReceiptRow, SignatureRow, TextRow

_BATCH = 2000

# A million rows, each with parameters of its own, would take ten times as long.
_ADD_RECEIPTS = {
    "sqlite": text(
        "INSERT INTO receipts (campaign_id, receipt, times) "
        "SELECT :campaign, key, value FROM json_each(:batch)"
    ),
    "postgresql": text(
        "INSERT INTO receipts (campaign_id, receipt, times) "
        "SELECT :campaign, key, CAST(value AS integer) FROM json_each_text(CAST(:batch AS json))"
    ),
}


@dataclass(frozen=True)
class Signature:
    """Who signed the count, as what (``teller``, ``scrutineer``), when, and which count by its digest."""

    part: str
    account: str
    signed_at: datetime
    count_digest: str


def add_count(session: Session, campaign: Campaign, count: Count, at: datetime) -> str:
    """Store a count; return the digest that names exactly this one."""
    record, salt = canonical_json(to_record(count)), secrets.token_bytes(16)
    digest = _digest(salt, record)
    session.add(CountRow(campaign_id=campaign.id, record=record, salt=salt, digest=digest, counted_at=at))
    session.flush()
    return digest


def digest_again(session: Session, campaign: Campaign, count: Count) -> str:
    """Return the digest that another count of the same campaign would have in place of the one kept."""
    return _digest(session.get_one(CountRow, campaign.id).salt, canonical_json(to_record(count)))


def _digest(salt: bytes | None, record: str) -> str:
    return digest_of_text(salt.hex() + record if salt else record)


def find_count(session: Session, campaign: Campaign) -> tuple[Count, str, datetime]:
    """Return a campaign's count, its digest and when it was made."""
    row = session.get_one(CountRow, campaign.id)
    return from_record(json.loads(row.record)), row.digest, row.counted_at


def digest_of(session: Session, campaign: Campaign) -> str:
    """Return the digest of a campaign's count, without reading the count."""
    return session.scalars(select(CountRow.digest).where(CountRow.campaign_id == campaign.id)).one()


def counted_at(session: Session, campaign: Campaign) -> datetime:
    """Return when a campaign was counted."""
    return session.scalars(select(CountRow.counted_at).where(CountRow.campaign_id == campaign.id)).one()


def add_receipts(session: Session, campaign: Campaign, counted: Iterable[tuple[str, int]]) -> None:
    """Store the receipts of all ballots opened: each once, in order, with how often it occurred."""
    rows = iter(counted)
    connection = session.connection()
    while batch := dict(islice(rows, _BATCH)):
        connection.execute(
            _ADD_RECEIPTS[connection.dialect.name], {"campaign": campaign.id, "batch": json.dumps(batch)}
        )


def receipts(session: Session, campaign: Campaign) -> Iterator[str]:
    """List all receipts, sorted; one that occurred twice is listed twice."""
    rows = session.execute(
        select(ReceiptRow.receipt, ReceiptRow.times)
        .where(ReceiptRow.campaign_id == campaign.id)
        .order_by(ReceiptRow.receipt)
    )
    for receipt, times in rows:
        for _ in range(times):
            yield receipt


def repeated_receipts(session: Session, campaign: Campaign) -> list[tuple[str, int]]:
    """List the receipts that occurred more than once, sorted, each with how often."""
    rows = session.execute(
        select(ReceiptRow.receipt, ReceiptRow.times)
        .where(ReceiptRow.campaign_id == campaign.id, ReceiptRow.times > 1)
        .order_by(ReceiptRow.receipt)
    )
    return [(receipt, times) for receipt, times in rows]


def find_receipt(session: Session, receipt: str) -> list[tuple[str, int]]:
    """Return the codes of the campaigns in which a receipt was opened, each with how often."""
    rows = session.execute(
        select(CampaignRow.code, ReceiptRow.times)
        .join(CampaignRow, CampaignRow.id == ReceiptRow.campaign_id)
        .where(ReceiptRow.receipt == receipt)
        .order_by(CampaignRow.id)
    )
    return [(campaign_code, times) for campaign_code, times in rows]


def add_texts(session: Session, campaign: Campaign, texts: Iterable[WrittenText]) -> None:
    """Store what was written, each by itself and in random order."""
    shuffled = list(texts)
    secrets.SystemRandom().shuffle(shuffled)
    rows = iter(shuffled)
    while batch := list(islice(rows, _BATCH)):
        session.execute(
            insert(TextRow),
            [{"campaign_id": campaign.id, "key": secrets.token_bytes(16), **vars(text)} for text in batch],
        )


def add_signature(session: Session, campaign: Campaign, signature: Signature) -> None:
    """Store a signature."""
    session.add(SignatureRow(campaign_id=campaign.id, **vars(signature)))
    session.flush()


def drop_signatures(session: Session, campaign: Campaign, account: str | None = None) -> int:
    """Remove the signatures under a campaign's count, or those of one account; return how many there were."""
    gone = delete(SignatureRow).where(SignatureRow.campaign_id == campaign.id)
    if account is not None:
        gone = gone.where(SignatureRow.account == account)
    return changed_rows(session.execute(gone))


def signatures(session: Session, campaign: Campaign) -> list[Signature]:
    """Return the signatures under a campaign's count, scrutineer first."""
    rows = select(SignatureRow).where(SignatureRow.campaign_id == campaign.id).order_by(SignatureRow.part)
    return [
        Signature(row.part, row.account, row.signed_at, row.count_digest) for row in session.scalars(rows)
    ]
