"""Counts, receipts, texts and names that are not on a list: what stays of the ballots."""

import json
import secrets
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.orm import Session

from survey.domain.count.accounting import Accounting
from survey.domain.count.disclosure import Count
from survey.domain.count.kept_texts import WrittenText
from survey.domain.count.late import Late
from survey.domain.count.record import from_record, read_accounting, read_late, to_record
from survey.domain.decisions.written_names import NameChoice, Person, WrittenName
from survey.domain.definition.campaign import Campaign
from survey.domain.definition.canonical import canonical_json, digest_of_text

from . import forgetting
from .database import changed_rows
from .tables import (
    CampaignRow,
    CountRow,
    NameChoiceRow,
    NameTellerRow,
    ReceiptRow,
    SignatureRow,
    TextRow,
    WrittenNameRow,
)

_BATCH = 2000
NAME_TABLES = ("written_names", "name_choices", "name_tellers")
"""Names that are not on a list to tick, and what was decided on them: what the shredding deletes."""

# The cells of a thousand ratees are a megabyte; the database takes two values out of it without them.
_ACCOUNTING = {
    "sqlite": text(
        "SELECT json_extract(record, '$.accounting'), json_extract(record, '$.late') "
        "FROM counts WHERE campaign_id = :campaign"
    ),
    "postgresql": text(
        "SELECT CAST(record AS json) ->> 'accounting', CAST(record AS json) ->> 'late' "
        "FROM counts WHERE campaign_id = :campaign"
    ),
}

# A million rows, each with parameters of its own, would take many times as long.
_ADD_RECEIPTS = {
    "sqlite": text(
        "INSERT INTO receipts (campaign_id, receipt, times) "
        "SELECT :campaign, value, :times FROM json_each(:batch)"
    ),
    "postgresql": text(
        "INSERT INTO receipts (campaign_id, receipt, times) "
        "SELECT :campaign, value, :times FROM json_array_elements_text(CAST(:batch AS json))"
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


def count_digest(session: Session, campaign: Campaign) -> str:
    """Return the digest of a campaign's count."""
    return session.scalars(select(CountRow.digest).where(CountRow.campaign_id == campaign.id)).one()


def record_length(session: Session, campaign: Campaign) -> int:
    """Return how many characters a campaign's count has as it is stored."""
    length = select(func.length(CountRow.record)).where(CountRow.campaign_id == campaign.id)
    characters: int = session.scalars(length).one()
    return characters


def find_accounting(session: Session, campaign: Campaign) -> tuple[Accounting, Late]:
    """Return the ballot accounting of a campaign's count and its late codes, without reading its cells."""
    connection = session.connection()
    row = connection.execute(_ACCOUNTING[connection.dialect.name], {"campaign": campaign.id}).one()
    accounting, late = (json.loads(text or "[]") for text in row)
    return read_accounting(accounting), read_late(late)


def counted_at(session: Session, campaign: Campaign) -> datetime:
    """Return when a campaign was counted."""
    return session.scalars(select(CountRow.counted_at).where(CountRow.campaign_id == campaign.id)).one()


def add_receipts(session: Session, campaign: Campaign, receipts: Iterable[str], times: int = 1) -> None:
    """Store receipts of ballots opened, each of which is named once and occurred so many times."""
    rows = iter(receipts)
    connection = session.connection()
    while batch := list(islice(rows, _BATCH)):
        connection.execute(
            _ADD_RECEIPTS[connection.dialect.name],
            {"campaign": campaign.id, "batch": json.dumps(batch), "times": times},
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


def add_names(session: Session, campaign: Campaign, times: Mapping[tuple[str, str], int]) -> None:
    """Store how often each wording was written, by section and wording, under random keys."""
    rows = {
        secrets.token_bytes(16): {"section": section, "wording": wording, "times": number}
        for (section, wording), number in times.items()
    }
    if rows:
        # In the order of their keys, so that places in the file say nothing either.
        ordered = [{"campaign_id": campaign.id, "key": key, **rows[key]} for key in sorted(rows)]
        session.execute(insert(WrittenNameRow), ordered)


def find_names(session: Session, campaign: Campaign) -> list[WrittenName]:
    """Return all wordings of a campaign, in the order of their random keys."""
    rows = (
        select(WrittenNameRow).where(WrittenNameRow.campaign_id == campaign.id).order_by(WrittenNameRow.key)
    )
    return [WrittenName(row.key.hex(), row.section, row.wording, row.times) for row in session.scalars(rows)]


def find_name_choices(session: Session, campaign: Campaign) -> list[NameChoice]:
    """Return what accounts chose for the wordings of a campaign."""
    rows = select(NameChoiceRow).where(NameChoiceRow.campaign_id == campaign.id)
    return [
        NameChoice(row.key.hex(), row.account, Person(row.name, row.post)) for row in session.scalars(rows)
    ]


def set_name_choice(session: Session, campaign: Campaign, choice: NameChoice) -> None:
    """Store what an account chose for a wording, in the place of what it chose before."""
    session.merge(
        NameChoiceRow(
            campaign_id=campaign.id,
            key=bytes.fromhex(choice.key),
            account=choice.account,
            name=choice.person.name,
            post=choice.person.post,
        )
    )
    session.flush()


def name_tellers(session: Session, campaign: Campaign) -> dict[str, bool]:
    """Map the accounts that ever decided on a campaign's wordings, sorted, to whether each was released."""
    rows = select(NameTellerRow).where(NameTellerRow.campaign_id == campaign.id)
    return {row.account: row.released for row in session.scalars(rows.order_by(NameTellerRow.account))}


def set_name_teller(session: Session, campaign: Campaign, account: str, *, released: bool) -> None:
    """Note that an account decides on a campaign's wordings, or was released from it."""
    session.merge(NameTellerRow(campaign_id=campaign.id, account=account, released=released))
    session.flush()


def set_named(session: Session, campaign: Campaign, record: list[dict[str, Any]]) -> None:
    """Keep what came of the wordings, as it was signed."""
    row = update(CountRow).where(CountRow.campaign_id == campaign.id)
    session.execute(row.values(written_names=canonical_json(record)))


def find_named(session: Session, campaign: Campaign) -> list[dict[str, Any]] | None:
    """Return what came of the wordings as it was signed; ``None`` before."""
    record = session.scalar(select(CountRow.written_names).where(CountRow.campaign_id == campaign.id))
    found: list[dict[str, Any]] | None = None if record is None else json.loads(record)
    return found


def named_digest(session: Session, campaign: Campaign) -> str:
    """Return the digest of what came of the wordings; salted as the count's, since few names are guessed."""
    row = session.get_one(CountRow, campaign.id, populate_existing=True)
    return _digest(row.salt, row.written_names or "")


def destroy_names(session: Session, campaign: Campaign) -> None:
    """Delete wordings, choices and who made them; the files are to forget them."""
    for table in (WrittenNameRow, NameChoiceRow, NameTellerRow):
        session.execute(delete(table).where(table.campaign_id == campaign.id))
    forgetting.note(session.connection(), NAME_TABLES)
