"""What voters wrote, for its moderators and, once decided, for others."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, case, false, func, select, update
from sqlalchemy.orm import Session

from survey.domain.definition.campaign import Campaign
from survey.domain.publication.moderation import Moderation, Text, subjects

from .database import changed_rows
from .tables import TextRow


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
        # PostgreSQL cannot even compare with a NUL, which nothing has.
        rows = rows.where(TextRow.subject == subject if "\0" not in subject else false())
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
