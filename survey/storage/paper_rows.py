"""Waiting paper ballots and the pictures of their lines: sealed rows under random keys, in no order."""

import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from survey.domain.definition.campaign import Campaign

from . import forgetting
from .tables import PaperCropRow, PaperSheetRow

KEY_BYTES = 16
TABLES = (PaperSheetRow.__tablename__, PaperCropRow.__tablename__)
_BATCH = 200

Row = type[PaperSheetRow] | type[PaperCropRow]


def new_key() -> bytes:
    """Make the key of a row to come: random, so that it tells nothing of an order."""
    return secrets.token_bytes(KEY_BYTES)


def sheets(session: Session, campaign: Campaign) -> Iterator[tuple[bytes, bytes]]:
    """Go through a campaign's waiting sheets, key and seal, in the order of their random keys."""
    rows = session.execute(
        select(PaperSheetRow.key, PaperSheetRow.sealed)
        .where(PaperSheetRow.campaign_id == campaign.id)
        .order_by(PaperSheetRow.key)
    )
    yield from ((row.key, row.sealed) for row in rows)


def sheet_keys(session: Session, campaign: Campaign) -> list[bytes]:
    """Return the keys of a campaign's waiting sheets."""
    return list(session.scalars(select(PaperSheetRow.key).where(PaperSheetRow.campaign_id == campaign.id)))


def some_sheets(session: Session, campaign: Campaign, keys: Sequence[bytes]) -> Iterator[tuple[bytes, bytes]]:
    """Go through some of a campaign's waiting sheets, key and seal."""
    for start in range(0, len(keys), _BATCH):
        rows = session.execute(
            select(PaperSheetRow.key, PaperSheetRow.sealed).where(
                PaperSheetRow.campaign_id == campaign.id,
                PaperSheetRow.key.in_(keys[start : start + _BATCH]),
            )
        )
        yield from ((row.key, row.sealed) for row in rows)


def add_sheets(session: Session, campaign: Campaign, sealed: Mapping[bytes, bytes]) -> None:
    """Store new sheets: keys to seals."""
    _add(session, PaperSheetRow, campaign, sealed)


def replace_sheet(session: Session, campaign: Campaign, key: bytes, sealed: bytes) -> None:
    """Store anew what is known of a sheet."""
    session.execute(
        update(PaperSheetRow)
        .where(PaperSheetRow.campaign_id == campaign.id, PaperSheetRow.key == key)
        .values(sealed=sealed)
    )


def drop_sheets(session: Session, campaign: Campaign, keys: Iterable[bytes]) -> None:
    """Delete sheets."""
    _drop(session, PaperSheetRow, campaign, keys)


def add_crops(session: Session, campaign: Campaign, sealed: Mapping[bytes, bytes]) -> None:
    """Store pictures of lines: keys to seals."""
    _add(session, PaperCropRow, campaign, sealed)


def find_crop(session: Session, campaign: Campaign, key: bytes) -> bytes | None:
    """Return one sealed picture, or ``None``."""
    found: bytes | None = session.scalar(
        select(PaperCropRow.sealed).where(PaperCropRow.campaign_id == campaign.id, PaperCropRow.key == key)
    )
    return found


def drop_crops(session: Session, campaign: Campaign, keys: Iterable[bytes]) -> None:
    """Delete pictures of lines."""
    _drop(session, PaperCropRow, campaign, keys)


def note_emptied(session: Session) -> None:
    """Note that the files have to forget what ``empty`` deletes; before the log is written to."""
    forgetting.note(session.connection(), TABLES)


def empty(session: Session, campaign: Campaign) -> None:
    """Delete all that waits."""
    for row in (PaperSheetRow, PaperCropRow):
        session.execute(delete(row).where(row.campaign_id == campaign.id))


def _add(session: Session, row: Row, campaign: Campaign, sealed: Mapping[bytes, bytes]) -> None:
    values = [
        {"campaign_id": campaign.id, "key": key, "sealed": content} for key, content in sorted(sealed.items())
    ]
    if values:
        session.execute(insert(row), values)


def _drop(session: Session, row: Row, campaign: Campaign, keys: Iterable[bytes]) -> None:
    left = sorted(keys)
    for start in range(0, len(left), _BATCH):
        batch = left[start : start + _BATCH]
        session.execute(delete(row).where(row.campaign_id == campaign.id, row.key.in_(batch)))
