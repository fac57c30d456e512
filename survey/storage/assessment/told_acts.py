"""Entries, vetoes and typed-in values with who put them on record, and who took them back why."""

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.domain.assessment.facts import RecordedAct

from .assessment_entry_rows import read_act
from .assessment_rows import Assessment
from .assessment_tables import RecordedActRow
from .readable_rows import readable


@dataclass(frozen=True)
class TakenBackAct:
    """Who took an act back, when, and why; a file says no reason."""

    by: str
    at: datetime
    reason: str


@dataclass(frozen=True)
class ToldAct:
    """An act as it stands on record, and what became of it; ``None`` while it holds."""

    number: int
    act: RecordedAct
    by: str
    at: datetime
    taken_back: TakenBackAct | None


def told_acts(session: Session, assessment: Assessment) -> list[ToldAct]:
    """Return all acts on record, in the order in which they were recorded."""
    row = RecordedActRow
    rows = session.execute(
        select(row.number, row.kind, row.content, row.takes_back, row.recorded_by, row.recorded_at)
        .where(row.assessment_id == assessment.id)
        .order_by(row.number)
    ).all()
    with readable(f"an entry of {assessment.code}"):
        gone = {
            one.takes_back: TakenBackAct(
                one.recorded_by, one.recorded_at, json.loads(one.content).get("reason", "")
            )
            for one in rows
            if one.takes_back is not None
        }
        return [
            ToldAct(
                one.number,
                read_act(one.kind, one.content),
                one.recorded_by,
                one.recorded_at,
                gone.get(one.number),
            )
            for one in rows
            if one.takes_back is None
        ]
