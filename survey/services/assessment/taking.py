"""Taking files of numbers, findings, points and entries: whole or not at all, and the same one only once."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from survey.domain.assessment.definition import AssessmentDefinition
from survey.domain.assessment.facts import NumberKind, SheetPoints, Stage, TakenNumber, Targets
from survey.domain.assessment.periods import periods_of
from survey.domain.assessment.reports.entries_file import read_entries
from survey.domain.assessment.reports.file_heads import by_column
from survey.domain.assessment.reports.file_rows import FileRow
from survey.domain.assessment.reports.number_rows import read_findings, read_points, read_values
from survey.domain.assessment.reports.row_checks import period_written
from survey.domain.assessment.reports.superseded import SiftedRows, sift_numbers, sift_points
from survey.domain.assessment.stages import require_stage
from survey.domain.assessment.totals.act_differences import missing_acts
from survey.domain.audit.acts import Act
from survey.domain.errors import BadNumbers, CellFault
from survey.services.audit import audit
from survey.services.audit.audit import By
from survey.storage.assessment import assessment_entry_rows, assessment_number_rows, assessment_rows
from survey.storage.assessment.assessment_rows import Assessment, locked_assessment
from survey.storage.assessment.assessment_tables import TakenNumberRow
from survey.storage.assessment.logged_rows import TAKEN, last_row, rows_digest

from .assessments import TAKING, in_force, logged_as

_Reading = Callable[[AssessmentDefinition, Targets, Sequence[FileRow]], list[TakenNumber]]


@dataclass(frozen=True)
class FileTaken:
    """What came of a file: how many of its rows are new on record, and how many were there as they are.

    ``corrected`` is how many of the new ones are numbers of periods that are closed; ``bulletin_ahead`` tells
    whether a bulletin is still to come that could show them. ``superseded`` names those that were left out,
    as something else has taken their place since: it is an older file.
    """

    added: int
    known: int
    corrected: int = 0
    bulletin_ahead: bool = True
    superseded: tuple[str, ...] = ()


def take_numbers(
    session: Session,
    assessment_code: str,
    rows: Sequence[FileRow],
    by: By,
    *,
    accept: bool,
    reason: str = "",
) -> FileTaken:
    """Put a file of values on record, as reported or (``accept``) as taken over by the office.

    With a ``reason``, which is put on record, values hold again whose place others had taken. Raises
    ``WrongStage``, and ``BadNumbers`` with all faults: nothing of the file is stored then.
    """
    assessment = _taking(session, assessment_code)
    numbers = _read(session, assessment, rows, read_values)
    kind = NumberKind.ACCEPTED if accept else NumberKind.REPORTED
    return record_numbers(session, assessment, (replace(one, kind=kind) for one in numbers), by, reason)


def take_findings(
    session: Session, assessment_code: str, rows: Sequence[FileRow], by: By, reason: str = ""
) -> FileTaken:
    """Put a file of what was found on the spot on record, and take back what it says so of.

    ``reason`` as for values.

    Raises ``WrongStage``, and ``BadNumbers`` with all faults: nothing of the file is stored then.
    """
    assessment = _taking(session, assessment_code)
    known = assessment_number_rows.findings_of(session, assessment)
    numbers = _read(session, assessment, rows, partial(read_findings, known=known))
    return record_numbers(session, assessment, numbers, by, reason)


def _read(
    session: Session, assessment: Assessment, rows: Sequence[FileRow], read: _Reading
) -> list[TakenNumber]:
    """Read rows each under the version that holds for its period.

    A file that grows from month to month has rows of tasks which an amendment took away since: these were
    asked for then, and the same file can be taken again.
    """
    under: dict[int, tuple[Assessment, list[FileRow]]] = {}
    versions: dict[str, Assessment] = {}
    for row in by_column(rows):
        written = row.text("period")
        if written not in versions:
            period = period_written(assessment.definition, written)
            versions[written] = in_force(session, assessment, period) if period else assessment
        known = versions[written]
        under.setdefault(known.version, (known, []))[1].append(row)
    found: list[TakenNumber] = []
    faults: list[CellFault] = []
    for known, some in under.values() or [(assessment, [])]:
        try:
            found += read(known.definition, known.targets, some)
        except BadNumbers as refused:
            faults += refused.faults
    if faults:
        raise BadNumbers(faults)
    return found


def record_numbers(
    session: Session,
    assessment: Assessment,
    numbers: Iterable[TakenNumber],
    by: By,
    reason: str = "",
    *,
    typed: bool = False,
) -> FileTaken:
    """Append those of some checked numbers that say something new; the assessment's lock must be held.

    Those of an older file are left out unless there is a ``reason`` for them to hold again; what is
    ``typed`` is none.
    """
    by_period: dict[str, list[TakenNumber]] = {}
    for one in numbers:
        by_period.setdefault(one.period, []).append(one)
    found = SiftedRows[TakenNumber]()
    for period, given in by_period.items():
        on_record = assessment_number_rows.numbers_of_period(session, assessment, period)
        found.add(sift_numbers(given, on_record, reason, typed=typed))
    new = found.new
    assessment_number_rows.add_numbers(session, assessment, new, by.actor, by.at)
    closed = assessment_number_rows.closed_periods(session, assessment)
    corrected = sum(one.period in closed and one.kind is not NumberKind.REPORTED for one in new)
    note_taken(session, assessment, len(new), by, kind=_logged(new), reason=reason)
    ahead = len(closed) < len(periods_of(assessment.definition))
    return FileTaken(len(new), found.known, corrected, ahead, tuple(found.superseded))


def _logged(new: Sequence[TakenNumber]) -> str:
    """Return what the log calls a file; one of findings may take some back, and that in its first row."""
    if not new:
        return ""
    return NumberKind.VERIFIED if new[0].kind is NumberKind.WITHDRAWN else new[0].kind


def take_points(
    session: Session, assessment_code: str, rows: Sequence[FileRow], by: By, reason: str = ""
) -> FileTaken:
    """Put a file of sheets' points on record; ``reason`` as for values, but only the log keeps it.

    Raises ``WrongStage``, and ``BadNumbers`` with all faults: nothing of the file is stored then.
    """
    assessment = _taking(session, assessment_code)
    given = read_points(assessment.definition, assessment.targets, rows)
    return record_points(session, assessment, given, by, reason)


def record_points(
    session: Session, assessment: Assessment, given: Iterable[SheetPoints], by: By, reason: str = ""
) -> FileTaken:
    """Append those of some checked points that say something new; the assessment's lock must be held."""
    found = sift_points(given, assessment_entry_rows.all_points_of(session, assessment), reason)
    assessment_entry_rows.add_points(session, assessment, found.new, by.actor, by.at)
    note_taken(session, assessment, len(found.new), by, kind="sheets", reason=reason)
    return FileTaken(len(found.new), found.known, superseded=tuple(found.superseded))


def take_acts(session: Session, assessment_code: str, data: Mapping[str, Any], by: By) -> FileTaken:
    """Put a file of entries, vetoes and typed-in values on record, and take back those that it says so of.

    Raises ``WrongStage``, and ``BadNumbers`` with all faults: nothing of the file is stored then.
    """
    assessment = _taking(session, assessment_code)
    given = list(read_entries(assessment.definition, data))
    on_record = assessment_entry_rows.acts_of(session, assessment)
    missing = missing_acts(on_record, given)
    for number in missing.going:
        assessment_entry_rows.take_back(session, assessment, number, by.actor, by.at)
    for act, taken_back in missing.new:
        number = assessment_entry_rows.add_act(session, assessment, act, by.actor, by.at)
        if taken_back:
            assessment_entry_rows.take_back(session, assessment, number, by.actor, by.at)
    changed = len(missing.new) + len(missing.going)
    at_once = sum(taken_back for _, taken_back in missing.new)
    note_taken(session, assessment, changed + at_once, by, kind="entries")
    return FileTaken(changed, len(given) - changed)


def _taking(session: Session, assessment_code: str) -> Assessment:
    assessment = locked_assessment(session, assessment_code)
    require_stage(assessment_code, assessment.stage, *TAKING, to="take a file for")
    return assessment


def note_taken(
    session: Session, assessment: Assessment, rows: int, by: By, *, kind: str, reason: str = ""
) -> None:
    """Put the rows appended last into the log by their digest, and begin the year with the first of them."""
    if not rows:
        return
    table = TAKEN.get(kind, TakenNumberRow)
    connection = session.connection()
    last = last_row(connection, table, assessment.id)
    first = last - rows + 1
    if assessment.stage is Stage.ISSUED:
        assessment_rows.set_stage(session, assessment, Stage.RUNNING)
    audit.record(
        session,
        by,
        Act.ASSESSMENT_TAKE,
        logged_as(assessment.code),
        kind=kind,
        first=first,
        rows=rows,
        content=rows_digest(connection, table, assessment.id, first, last),
        **({"reason": reason} if reason else {}),
    )
