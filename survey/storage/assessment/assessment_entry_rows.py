"""Points that scorers gave, and what is put on record by hand: appended, never changed."""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from survey.domain.assessment.facts import EnteredValue, PointEntry, RecordedAct, SheetPoints, UnitVeto
from survey.domain.assessment.reports.number_text import fraction_of
from survey.domain.assessment.totals.act_differences import NumberedAct
from survey.domain.definition.canonical import canonical_json

from .assessment_rows import Assessment
from .assessment_tables import RecordedActRow, SheetPointsRow
from .readable_rows import readable

_KINDS: dict[str, type[PointEntry | UnitVeto | EnteredValue]] = {
    "entry": PointEntry,
    "veto": UnitVeto,
    "entered": EnteredValue,
}


def add_points(
    session: Session, assessment: Assessment, points: Sequence[SheetPoints], by: str, at: datetime
) -> None:
    """Append points under the next numbers; the assessment's lock must be held."""
    if not points:
        return
    row = SheetPointsRow
    last = session.scalar(select(func.max(row.number)).where(row.assessment_id == assessment.id)) or 0
    common = {"assessment_id": assessment.id, "recorded_by": by, "recorded_at": at}
    session.execute(
        insert(row),
        [
            {**common, **vars(one), "number": number, "points": str(one.points)}
            for number, one in enumerate(points, last + 1)
        ],
    )


def points_of(session: Session, assessment: Assessment) -> tuple[SheetPoints, ...]:
    """Return the points that hold: the last that a scorer gave a unit on a line."""
    given = all_points_of(session, assessment)
    return tuple({(one.sheet, one.unit, one.scorer, one.line): one for one in given}.values())


def all_points_of(session: Session, assessment: Assessment) -> Iterator[SheetPoints]:
    """Give all points that were ever given, in the order in which they were."""
    row = SheetPointsRow
    rows = session.execute(
        select(row.sheet, row.unit, row.scorer, row.line, row.points)
        .where(row.assessment_id == assessment.id)
        .order_by(row.number)
    )
    with readable(f"points of {assessment.code}"):
        for sheet, unit, scorer, line, points in rows:
            yield SheetPoints(sheet, unit, scorer, line, fraction_of(points))


def add_act(session: Session, assessment: Assessment, act: RecordedAct, by: str, at: datetime) -> int:
    """Append an act under the next number; return it. The assessment's lock must be held."""
    kind = next(kind for kind, made in _KINDS.items() if isinstance(act, made))
    content = {key: str(value) if isinstance(value, Fraction) else value for key, value in vars(act).items()}
    return _append(session, assessment, kind, canonical_json(content), None, by, at)


def take_back(
    session: Session, assessment: Assessment, number: int, by: str, at: datetime, reason: str = ""
) -> int:
    """Append that an act holds no more; return the number of that. The assessment's lock must be held."""
    content = canonical_json({"reason": reason} if reason else {})
    return _append(session, assessment, "taken-back", content, number, by, at)


def _append(
    session: Session,
    assessment: Assessment,
    kind: str,
    content: str,
    takes_back: int | None,
    by: str,
    at: datetime,
) -> int:
    row = RecordedActRow
    last = session.scalar(select(func.max(row.number)).where(row.assessment_id == assessment.id)) or 0
    session.execute(
        insert(row).values(
            assessment_id=assessment.id,
            number=last + 1,
            kind=kind,
            content=content,
            takes_back=takes_back,
            recorded_by=by,
            recorded_at=at,
        )
    )
    return last + 1


def acts_of(session: Session, assessment: Assessment) -> list[NumberedAct]:
    """Return all acts on record, in the order in which they were recorded."""
    row = RecordedActRow
    rows = session.execute(
        select(row.number, row.kind, row.content, row.takes_back)
        .where(row.assessment_id == assessment.id)
        .order_by(row.number)
    ).all()
    gone = {one.takes_back for one in rows if one.takes_back is not None}
    with readable(f"an entry of {assessment.code}"):
        return [
            NumberedAct(one.number, read_act(one.kind, one.content), one.number in gone)
            for one in rows
            if one.takes_back is None
        ]


def standing_acts(acts: Iterable[NumberedAct]) -> tuple[RecordedAct, ...]:
    """Return the acts that hold."""
    return tuple(one.act for one in acts if not one.taken_back)


_READ: dict[str, Any] = {"points": fraction_of, "value": fraction_of, "decided_on": date.fromisoformat}


def read_act(kind: str, content: str) -> RecordedAct:
    """Return the act that a row holds."""
    said = {key: _READ.get(key, str)(value) for key, value in json.loads(content).items()}
    return _KINDS[kind](**said)
