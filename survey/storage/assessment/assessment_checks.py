"""Whether stored assessments are what this programme could have written, and what their digests name."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from typing import Any

from sqlalchemy import Connection, select

from survey.domain.assessment.definition_reader import read_assessment
from survey.domain.assessment.examining.year_record import YearRecordKind
from survey.domain.assessment.facts import Stage
from survey.domain.assessment.reports.number_text import fraction_of
from survey.domain.assessment.seats import SeatPart
from survey.domain.assessment.targets_reader import assessment_digest, read_targets_document
from survey.domain.definition.canonical import digest_of_text

from .assessment_entry_rows import read_act
from .assessment_number_rows import read_number_row
from .assessment_rows import parsed_document
from .assessment_tables import (
    AssessmentRow,
    AssessmentVersionRow,
    ClosedPeriodRow,
    RecordedActRow,
    ScoreRecordRow,
    SeatRow,
    SheetPointsRow,
    TakenNumberRow,
    YearRecordRow,
)
from .readable_rows import UNREADABLE

_AT_ONCE = 1000


def damaged_assessments(connection: Connection) -> list[str]:
    """List what does not hold: a line for each version, closed period and record that is not as it was."""
    row = AssessmentRow
    found = []
    for number, assessment_code, stage in connection.execute(
        select(row.id, row.code, row.stage).order_by(row.id)
    ).all():
        damaged = [
            *([] if stage in list(Stage) else ["the stage"]),
            *_damaged_versions(connection, number, assessment_code),
            *_damaged_contents(connection, number),
            *_unreadable_rows(connection, number),
            *_damaged_seats(connection, number),
        ]
        found += [f"assessment {assessment_code!s:.60}: {what} is not as it was" for what in damaged]
    return found


def _damaged_versions(connection: Connection, number: int, assessment_code: str) -> Iterator[str]:
    row = AssessmentVersionRow
    for version, defined, listed, digest in connection.execute(
        select(row.version, row.definition, row.targets, row.digest)
        .where(row.assessment_id == number)
        .order_by(row.version)
    ):
        if not _is_version(assessment_code, defined, listed, digest):
            yield f"version {version}"


def _is_version(assessment_code: str, defined: str, listed: str, digest: str) -> bool:
    try:
        document = parsed_document(defined)
        definition = read_assessment(document)
        targets = read_targets_document(definition, json.loads(listed))
        return definition.code == assessment_code and assessment_digest(document, targets) == digest
    except UNREADABLE:
        return False


def _damaged_seats(connection: Connection, number: int) -> Iterator[str]:
    row = SeatRow
    for account_id, part, keys in connection.execute(
        select(row.account_id, row.part, row.keys).where(row.assessment_id == number)
    ):
        if part not in list(SeatPart) or not _are_keys(keys):
            yield f"the seat of account {account_id}"


def _are_keys(text: str) -> bool:
    try:
        keys = json.loads(text)
    except (ValueError, TypeError, RecursionError):
        return False
    return isinstance(keys, list) and all(isinstance(key, str) for key in keys)


def _damaged_contents(connection: Connection, number: int) -> Iterator[str]:
    closed, record = ClosedPeriodRow, ScoreRecordRow
    texts = {
        "period": select(closed.period, closed.content, closed.digest).where(closed.assessment_id == number),
        "record": select(record.number, record.content, record.digest).where(record.assessment_id == number),
    }
    for what, wanted in texts.items():
        for name, content, digest in connection.execute(wanted):
            if not isinstance(content, str) or digest_of_text(content) != digest:
                yield f"{what} {name}"


def _unreadable_rows(connection: Connection, number: int) -> Iterator[str]:
    """Name the first row of each kind that cannot be read; no digest beside them names these rows."""
    taken, given, act, said = TakenNumberRow, SheetPointsRow, RecordedActRow, YearRecordRow
    readers: dict[str, tuple[Any, Callable[..., object]]] = {
        "number": (
            select(taken.number, taken.kind, taken.value, taken.detail).where(taken.assessment_id == number),
            lambda kind, value, detail: read_number_row(0, kind, ("", "", ""), value, detail),
        ),
        "points": (
            select(given.number, given.points).where(given.assessment_id == number),
            fraction_of,
        ),
        "act": (
            select(act.number, act.kind, act.content).where(
                act.assessment_id == number, act.takes_back.is_(None)
            ),
            read_act,
        ),
        "year record": (
            select(said.number, said.kind, said.content).where(said.assessment_id == number),
            lambda kind, content: (YearRecordKind(kind), dict(json.loads(content))),
        ),
    }
    for what, (wanted, read) in readers.items():
        with closing(connection.execute(wanted.execution_options(yield_per=_AT_ONCE))) as rows:
            unreadable = next((row for row, *columns in rows if not _can(read, columns)), None)
        if unreadable is not None:
            yield f"{what} {unreadable}"


def _can(read: Callable[..., object], columns: Sequence[Any]) -> bool:
    try:
        read(*columns)
    except UNREADABLE:
        return False
    return True
