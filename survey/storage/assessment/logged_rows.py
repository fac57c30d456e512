"""What the log says of an assessment's rows, and whether they still are those that it speaks of.

A digest in the log is made with a salt that is kept beside the assessment, and nowhere in the log: points and
decisions have few possible values, and whoever reads the log could try them all out.
"""

import hmac
import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Select, func, select

from survey.domain.audit.acts import Act
from survey.domain.count.certificate import SigningPart
from survey.domain.definition.canonical import canonical_json
from survey.domain.errors import BrokenRecord
from survey.storage.tables import AuditRow

from .assessment_rows import logged_as
from .assessment_tables import (
    AssessmentEditionRow,
    AssessmentRow,
    AssessmentVersionRow,
    BandDecisionRow,
    ClosedPeriodRow,
    RecordedActRow,
    ScoreRecordRow,
    SheetPointsRow,
    TakenNumberRow,
    YearRecordRow,
)
from .readable_rows import UNREADABLE, readable

NumberedRows = (
    type[TakenNumberRow]
    | type[SheetPointsRow]
    | type[RecordedActRow]
    | type[BandDecisionRow]
    | type[YearRecordRow]
)
"""A table of rows that are appended under numbers, and never changed."""
TAKEN: dict[str, NumberedRows] = {"sheets": SheetPointsRow, "entries": RecordedActRow}
"""The tables that files are taken into, by what the log calls the file; all others hold numbers."""
_CALLED: dict[NumberedRows, str] = {
    TakenNumberRow: "number",
    SheetPointsRow: "points",
    RecordedActRow: "act",
    BandDecisionRow: "decision",
    YearRecordRow: "year record",
}
_AT_ONCE = 1000


def last_row(connection: Connection, table: NumberedRows, assessment_id: int) -> int:
    """Return the number of the row that was appended last; 0 before the first."""
    rows = select(func.max(table.number)).where(table.assessment_id == assessment_id)
    return connection.scalar(rows) or 0


def rows_digest(
    connection: Connection, table: NumberedRows, assessment_id: int, first: int, last: int
) -> str:
    """Return the digest by which the log names some rows as they are stored, one after the other."""
    wanted = _rows(table, assessment_id).where(table.number >= first, table.number <= last)
    with closing(connection.execute(wanted)) as rows:
        return _digest(_salt(connection, assessment_id), rows)


def _rows(table: NumberedRows, assessment_id: int) -> Select[Any]:
    columns = [column for column in table.__table__.columns if column.name != "assessment_id"]
    wanted = select(*columns).where(table.assessment_id == assessment_id)
    return wanted.order_by(table.number).execution_options(yield_per=_AT_ONCE)


def _salt(connection: Connection, assessment_id: int) -> bytes:
    salt = connection.scalar(select(AssessmentRow.salt).where(AssessmentRow.id == assessment_id))
    return str(salt).encode()


def _digest(salt: bytes, rows: Iterable[Any]) -> str:
    found = hmac.new(salt, digestmod=sha256)
    for row in rows:
        said = [_moment(value) if isinstance(value, datetime) else value for value in row]
        # One line a row, and no line has a break in it: no two lists of rows look alike.
        found.update(json.dumps(said, ensure_ascii=False).encode() + b"\n")
    return "sha256:" + found.hexdigest()


def _moment(value: datetime) -> str:
    return value.astimezone(UTC).isoformat()


@dataclass
class _Logged:
    """What the log says of an assessment, gathered from its first entry to its last.

    ``taken`` is by table: first and last number and the digest of each taking. ``others`` maps what a row is
    called to the row as it has to be.
    """

    taken: dict[NumberedRows, list[tuple[int, int, str]]] = field(default_factory=dict)
    others: dict[str, Any] = field(default_factory=dict)


def unlogged(
    connection: Connection, assessment_id: int, assessment_code: str, *, numbers: bool = True
) -> Iterator[str]:
    """Name what is not as the log says: rows that were changed, added or taken out behind it.

    Of an assessment there are many numbers; without ``numbers`` they are left out. Raises ``BrokenRecord``
    where the log itself cannot be read.
    """
    logged = _gathered(connection, assessment_code)
    for table, called in _CALLED.items():
        if numbers or table is not TakenNumberRow:
            yield from _unlogged_rows(connection, table, called, assessment_id, logged.taken.get(table, []))
    stored = _stored(connection, assessment_id)
    for name in dict.fromkeys((*logged.others, *stored)):
        if logged.others.get(name) != stored.get(name):
            yield name


def unlogged_assessments(connection: Connection) -> list[str]:
    """List what of all assessments is not as the log says, a line for each."""
    row = AssessmentRow
    found = []
    for number, assessment_code in connection.execute(select(row.id, row.code).order_by(row.id)).all():
        try:
            changed = list(unlogged(connection, number, assessment_code))
        except BrokenRecord as error:
            found.append(str(error))
        else:
            said = f"assessment {assessment_code!s:.60}"
            found += [f"{said}: {what} is not what the log names" for what in changed]
    return found


def _unlogged_rows(
    connection: Connection,
    table: NumberedRows,
    called: str,
    assessment_id: int,
    takings: list[tuple[int, int, str]],
) -> Iterator[str]:
    """Name the first rows of a table that differ from the log; those after them hang on these.

    They are read in one go: a year has thousands of takings, and pages that are read often ask.
    """
    salt, after = _salt(connection, assessment_id), 0
    with closing(connection.execute(_rows(table, assessment_id))) as found:
        rows = iter(found)
        for first, last, digest in takings:
            # A row that is missing or too many shifts those after it, and a digest holds their numbers.
            if first != after + 1 or _digest(salt, islice(rows, max(0, last - after))) != digest:
                yield f"{called} {first}" if first == last else f"{called} {first} to {last}"
                return
            after = last
        if next(rows, None) is not None:
            yield f"{called} {after + 1}"


def _gathered(connection: Connection, assessment_code: str) -> _Logged:
    entry = AuditRow
    rows = connection.execute(
        select(entry.act, entry.actor, entry.at, entry.detail)
        .where(entry.campaign == logged_as(assessment_code))
        .order_by(entry.number)
    )
    logged = _Logged()
    with readable(f"the log of {assessment_code}"):
        for act, actor, at, detail in rows:
            if act in _TOLD:
                _TOLD[act](logged, json.loads(detail), actor, at)
    return logged


def _told_version(logged: _Logged, facts: dict[str, Any], *_: Any) -> None:
    why = {name: facts[name] for name in ("reason", "document", "approver", "since") if name in facts}
    said = canonical_json(why) if why else ""
    logged.others[f"version {facts.get('version', 0)}"] = facts["definition"], said


def _told_file(logged: _Logged, facts: dict[str, Any], *_: Any) -> None:
    table = TAKEN.get(facts["kind"], TakenNumberRow)
    first = facts["first"]
    taking = first, first + facts["rows"] - 1, facts["content"]
    logged.taken.setdefault(table, []).append(taking)


def _told_closing(logged: _Logged, facts: dict[str, Any], *_: Any) -> None:
    said = facts["bulletin"], facts["version"], facts["numbers"]
    logged.others[f"period {facts['period']}"] = said


def _told_record(logged: _Logged, facts: dict[str, Any], actor: str, at: datetime) -> None:
    logged.others[f"record {facts['record']}"] = facts["digest"], facts["reason"], actor, at
    logged.others[f"signatures of record {facts['record']}"] = []


def _told_signatures(logged: _Logged, facts: dict[str, Any], _: str, at: datetime) -> None:
    # The one that waited for the other was given before this entry, which says when.
    given = facts.get("signed_at", {})
    logged.others[f"signatures of record {facts['record']}"] = [
        {
            "part": part.value,
            "account": facts[part.value][0],
            "made": facts[part.value][1],
            "at": given.get(part.value, _moment(at)),
        }
        for part in SigningPart
    ]


def _told_decision(logged: _Logged, facts: dict[str, Any], *_: Any) -> None:
    taking = facts["number"], facts["number"], facts["content"]
    logged.taken.setdefault(BandDecisionRow, []).append(taking)


def _told_year_record(logged: _Logged, facts: dict[str, Any], *_: Any) -> None:
    taking = facts["number"], facts["number"], facts["content"]
    logged.taken.setdefault(YearRecordRow, []).append(taking)


def _told_edition(logged: _Logged, facts: dict[str, Any], actor: str, at: datetime) -> None:
    name = f"edition {facts['edition']}"
    if "columns" not in facts:
        logged.others[name] = (*logged.others.get(name, ())[:-1], at)
        return
    content = {key: facts[key] for key in ("record", "columns", "follow", "note", "decisions")}
    logged.others[name] = facts["publication"], content, actor, at, None


_TOLD: dict[str, Callable[[_Logged, dict[str, Any], str, datetime], None]] = {
    Act.ASSESSMENT_LOAD: _told_version,
    Act.ASSESSMENT_AMEND: _told_version,
    Act.ASSESSMENT_TAKE: _told_file,
    Act.ASSESSMENT_CLOSE: _told_closing,
    Act.ASSESSMENT_SCORE: _told_record,
    Act.ASSESSMENT_SIGN: _told_signatures,
    Act.ASSESSMENT_DECIDE: _told_decision,
    Act.ASSESSMENT_PUBLISH: _told_edition,
    Act.YEAR_RECORD: _told_year_record,
}


def _stored(connection: Connection, assessment_id: int) -> dict[str, Any]:
    """Return the rows that the log says something of one by one, as ``_gathered`` writes them."""
    version, closed, record = AssessmentVersionRow, ClosedPeriodRow, ScoreRecordRow
    edition = AssessmentEditionRow
    wanted: dict[str, tuple[Any, ...]] = {
        "version": (version.version, version.digest, version.amendment),
        "period": (closed.period, closed.bulletin, closed.version, closed.digest),
        "record": (record.number, record.digest, record.reason, record.recorded_by, record.recorded_at),
        "signatures of record": (record.number, record.signatures),
        "edition": (
            *(edition.number, edition.level, edition.content),
            *(edition.recorded_by, edition.published_at, edition.withdrawn_at),
        ),
    }
    found: dict[str, Any] = {}
    for name, columns in wanted.items():
        of_assessment = columns[0].class_.assessment_id == assessment_id
        for row in connection.execute(select(*columns).where(of_assessment)):
            found[f"{name} {row[0]}"] = _AS_LOGGED.get(name, tuple)(row[1:])
    return found


def _signatures(row: tuple[Any, ...]) -> Any:
    return _parsed(row[0])


def _edition(row: tuple[Any, ...]) -> tuple[Any, ...]:
    return row[0], _parsed(row[1]), *row[2:]


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except UNREADABLE:
        return None


_AS_LOGGED: dict[str, Callable[[tuple[Any, ...]], Any]] = {
    "signatures of record": _signatures,
    "edition": _edition,
}
"""How columns are written to be compared, where not just as they are."""
