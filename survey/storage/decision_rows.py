"""What was decided beside a count: entries are added and read, never changed."""

import json
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey.domain.decisions.entries import Content, Entry, from_record, to_record
from survey.domain.definition.campaign import Campaign
from survey.domain.definition.canonical import canonical_json

from .tables import DecisionRow


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
