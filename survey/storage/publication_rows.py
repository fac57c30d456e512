"""What is decided and published of a count: entries and editions, added and read."""

import json
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from survey.domain.decisions.entries import Content, Entry, from_record, to_record
from survey.domain.definition.campaign import Campaign, Publication
from survey.domain.definition.canonical import canonical_json
from survey.domain.publication.edition import Edition, choices_of, to_content

from .tables import DecisionRow, EditionRow


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
