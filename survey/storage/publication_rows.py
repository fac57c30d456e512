"""What may be read beside a count: editions, decisions, and what voters wrote."""

import json
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, case, func, select, update
from sqlalchemy.orm import Session

from survey.domain.decisions.entries import Content, Entry, from_record, to_record
from survey.domain.definition.campaign import Campaign, Publication
from survey.domain.definition.canonical import canonical_json
from survey.domain.publication.edition import Edition, choices_of, to_content
from survey.domain.publication.moderation import Moderation, Text, subjects

from .database import changed_rows
from .tables import DecisionRow, EditionRow, TextRow


def add_edition(session: Session, campaign: Campaign, edition: Edition, by: str) -> None:
    """Store an edition."""
    session.add(
        EditionRow(
            campaign_id=campaign.id,
            number=edition.number,
            level=edition.level,
            content=canonical_json(to_content(edition)),
            recorded_by=by,
            published_at=edition.published_at,
        )
    )
    session.flush()


def editions(session: Session, campaign: Campaign) -> list[Edition]:
    """Return all editions of a campaign, the first one first."""
    rows = select(EditionRow).where(EditionRow.campaign_id == campaign.id).order_by(EditionRow.number)
    return [_edition(row) for row in session.scalars(rows)]


def set_withdrawn(session: Session, campaign: Campaign, number: int, at: datetime) -> None:
    """Note when an edition was withdrawn."""
    session.execute(
        update(EditionRow)
        .where(EditionRow.campaign_id == campaign.id, EditionRow.number == number)
        .values(withdrawn_at=at)
    )


def _edition(row: EditionRow) -> Edition:
    content = json.loads(row.content)
    choice, personal = choices_of(content)
    return Edition(
        number=row.number,
        level=Publication(row.level),
        choice=choice,
        personal=personal,
        note=content["note"],
        decisions=content["decisions"],
        published_at=row.published_at,
        withdrawn_at=row.withdrawn_at,
    )


def add_entry(
    session: Session, campaign: Campaign, subject: str, content: Content, by: str, at: datetime
) -> Entry:
    """Append an entry under the next number; the campaign's lock must be held."""
    last = session.scalar(select(func.max(DecisionRow.number)).where(DecisionRow.campaign_id == campaign.id))
    entry = Entry((last or 0) + 1, subject, content, by, at)
    session.add(
        DecisionRow(
            campaign_id=campaign.id,
            number=entry.number,
            kind=entry.kind,
            subject=subject,
            content=canonical_json(to_record(content)),
            recorded_by=by,
            recorded_at=at,
        )
    )
    session.flush()
    return entry


def entries_of(session: Session, campaign: Campaign) -> list[Entry]:
    """Return all entries of a campaign, in the order in which they were recorded."""
    rows = select(DecisionRow).where(DecisionRow.campaign_id == campaign.id).order_by(DecisionRow.number)
    return [
        Entry(
            row.number,
            row.subject,
            from_record(row.kind, json.loads(row.content)),
            row.recorded_by,
            row.recorded_at,
        )
        for row in session.scalars(rows)
    ]


def find_texts(
    session: Session,
    campaign: Campaign,
    statuses: Sequence[Moderation],
    subject: str | None = None,
    *,
    first: int = 0,
    most: int | None = None,
) -> list[Text]:
    """Return texts of these statuses, about one subject or all.

    Subjects in the order of the ballot; within one the order of random keys, which is that of no voter.
    """
    places = {name: place for place, name in enumerate(subjects(campaign.definition))}
    order = case(places, value=TextRow.subject, else_=len(places)) if places else TextRow.subject
    rows = select(TextRow).where(_own(campaign), TextRow.status.in_(statuses))
    if subject is not None:
        rows = rows.where(TextRow.subject == subject)
    rows = rows.order_by(order, TextRow.kind, TextRow.key)
    return [_text(row) for row in session.scalars(rows.offset(first).limit(most))]


def count_texts(session: Session, campaign: Campaign) -> dict[tuple[str, Moderation], int]:
    """Return how many texts there are by subject and status."""
    rows = (
        select(TextRow.subject, TextRow.status, func.count())
        .where(TextRow.campaign_id == campaign.id)
        .group_by(TextRow.subject, TextRow.status)
    )
    return {(subject, Moderation(status)): number for subject, status, number in session.execute(rows)}


def find_text(session: Session, campaign: Campaign, key: bytes) -> Text | None:
    """Return one text."""
    row = session.scalar(select(TextRow).where(_own(campaign), TextRow.key == key))
    return _text(row) if row else None


def set_status(
    session: Session,
    campaign: Campaign,
    keys: Sequence[bytes],
    before: Sequence[Moderation],
    status: Moderation,
    redacted: str | None = None,
) -> int:
    """Give texts that have one of the statuses ``before`` another one; return how many had."""
    result = session.execute(
        update(TextRow)
        .where(_own(campaign), TextRow.key.in_(keys), TextRow.status.in_(before))
        .values(status=status, redacted=redacted)
    )
    return changed_rows(result)


def _own(campaign: Campaign) -> ColumnElement[bool]:
    return TextRow.campaign_id == campaign.id


def _text(row: TextRow) -> Text:
    return Text(row.key.hex(), row.kind, row.subject, row.text, Moderation(row.status), row.redacted)
