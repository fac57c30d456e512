"""Drafts: definitions as organisers are writing them, rows to plain documents and back."""

import json
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from survey.domain.definition.canonical import canonical_json

from .database import changed_rows
from .tables import DraftRow

Document = dict[str, Any]
"""A definition in the shape of the definition file, whole or not."""

_MOMENTS = ("opens_at", "closes_at")


@dataclass(frozen=True)
class Draft:
    """A definition that is being written; ``version`` grows with every save, 0 where nothing was saved."""

    code: str
    unit: str
    document: Document
    version: int
    changed_at: datetime | None


def find_draft(session: Session, campaign_code: str) -> Draft | None:
    """Return the draft of a campaign, if anybody is writing one."""
    row = session.scalar(select(DraftRow).where(DraftRow.code == campaign_code))
    return None if row is None else _draft(row)


def list_drafts(session: Session) -> list[Draft]:
    """Return all drafts, those changed last first."""
    rows = select(DraftRow).order_by(DraftRow.changed_at.desc(), DraftRow.code)
    return [_draft(row) for row in session.scalars(rows)]


def add_draft(session: Session, campaign_code: str, unit: str, document: Document, at: datetime) -> None:
    """Store the first version of a draft."""
    content = canonical_json(document)
    session.add(DraftRow(code=campaign_code, unit=unit, content=content, version=1, changed_at=at))
    session.flush()


def change_draft(
    session: Session, campaign_code: str, document: Document, at: datetime, *, version: int | None = None
) -> bool:
    """Store another version of a draft, if there is one and it still has ``version``; tell whether it was."""
    statement = update(DraftRow).where(DraftRow.code == campaign_code)
    if version is not None:
        statement = statement.where(DraftRow.version == version)
    changed = session.execute(
        statement.values(content=canonical_json(document), version=DraftRow.version + 1, changed_at=at)
    )
    return changed_rows(changed) == 1


def drop_draft(session: Session, campaign_code: str) -> None:
    """Forget a draft."""
    session.execute(delete(DraftRow).where(DraftRow.code == campaign_code))


def read_document(text: str) -> Document:
    """Read a stored document: decimals as written, date-times as such where they can be read."""
    document: Document = json.loads(text, parse_float=Decimal, parse_constant=Decimal)
    campaign = document.get("campaign", {})
    for key in _MOMENTS:
        if isinstance(campaign.get(key), str):
            campaign[key] = _moment(campaign[key])
    return document


def _moment(text: str) -> datetime | str:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return text


def _draft(row: DraftRow) -> Draft:
    return Draft(row.code, row.unit, read_document(row.content), row.version, row.changed_at)
