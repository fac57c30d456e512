"""What a unit takes the columns of its rosters for: remembered once one was taken in, offered next time."""

from hashlib import sha256

from sqlalchemy.orm import Session

from survey.documents.roster.mapping import RosterMapping, columns_in_order, with_columns
from survey.storage import template_rows


def remembered(session: Session, unit: str, mapping: RosterMapping) -> RosterMapping:
    """Return a mapping with the columns that the unit chose for the same heads before, or as it is."""
    texts, _columns = columns_in_order(mapping)
    chosen = template_rows.find_columns(session, unit, _digest(texts))
    return with_columns(mapping, chosen) if len(chosen) == len(texts) else mapping


def remember(session: Session, unit: str, mapping: RosterMapping) -> None:
    """Keep what the columns were, for the unit: by a digest of the heads, with nothing out of the file."""
    texts, columns = columns_in_order(mapping)
    if texts:
        template_rows.put_columns(session, unit, _digest(texts), columns)


def _digest(texts: list[str]) -> bytes:
    return sha256("\n".join(texts).encode()).digest()
