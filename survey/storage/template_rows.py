"""What a unit keeps beside its campaigns: its Word templates, and what it takes the columns of rosters for.

Rows to plain values and back.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from .database import changed_rows
from .tables import RosterColumnsRow, WordTemplateRow


@dataclass(frozen=True)
class WordTemplate:
    """A unit's own template for one kind of document: the file and its name, who brought it and when."""

    unit: str
    kind: str
    name: str
    content: bytes
    changed_by: str
    changed_at: datetime


def find_template(session: Session, unit: str, kind: str) -> WordTemplate | None:
    """Return a unit's own template, if it has one."""
    row = session.scalar(
        select(WordTemplateRow).where(WordTemplateRow.unit == unit, WordTemplateRow.kind == kind)
    )
    if row is None:
        return None
    return WordTemplate(row.unit, row.kind, row.name, row.content, row.changed_by, row.changed_at)


def put_template(session: Session, template: WordTemplate) -> None:
    """Store a template in place of the one there was."""
    session.merge(WordTemplateRow(**vars(template)))
    session.flush()


def drop_template(session: Session, unit: str, kind: str) -> bool:
    """Forget a unit's own template; tell whether there was one."""
    gone = delete(WordTemplateRow).where(WordTemplateRow.unit == unit, WordTemplateRow.kind == kind)
    return changed_rows(session.execute(gone)) > 0


def find_columns(session: Session, unit: str, heads: bytes) -> list[str]:
    """Return as what a unit read the columns under these heads, none where it never did."""
    row = session.scalar(
        select(RosterColumnsRow).where(RosterColumnsRow.unit == unit, RosterColumnsRow.heads == heads)
    )
    return [] if row is None else list(json.loads(row.columns))


def put_columns(session: Session, unit: str, heads: bytes, columns: Sequence[str]) -> None:
    """Store as what a unit read the columns under these heads, in place of what there was."""
    kept = json.dumps(list(columns), ensure_ascii=False)
    session.merge(RosterColumnsRow(unit=unit, heads=heads, columns=kept))
    session.flush()
