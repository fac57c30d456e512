"""The sample's year, brought to where a test begins, and everything that the database then holds."""

from typing import Any

from sqlalchemy import select

from survey.documents.assessment.row_files import read_rows
from survey.domain.assessment.reports.file_rows import FileRow
from survey.services.assessment import assessments, closing, taking
from survey.services.assessment.assessments import Assessment
from survey.services.assessment.taking import FileTaken
from survey.storage.database import db, transaction
from survey.storage.tables import Base
from tests.builders import BY
from tests.kept_state import kept
from tests.sample_year import SAMPLE, SAMPLE_CODE, sample


def rows_of(name: str) -> list[FileRow]:
    """Return the rows of a file of the sample."""
    return read_rows(name, (SAMPLE / name).read_bytes())


def rows(head: str, *lines: str) -> list[FileRow]:
    """Return the rows of a CSV file as it would come."""
    return read_rows("rows.csv", "\n".join([head, *lines]).encode())


def values(*lines: str) -> list[FileRow]:
    """Return rows of numbers: period, unit, indicator, value."""
    return rows("period,unit,indicator,value", *lines)


@kept
def loaded() -> Assessment:
    """Load the sample as a draft."""
    with transaction(write=True) as session:
        return assessments.load(session, sample("assessment.toml"), rows_of("targets.csv"), BY, "甲局")


@kept
def issued() -> Assessment:
    """Load the sample and issue it."""
    loaded()
    with transaction(write=True) as session:
        return assessments.issue(session, SAMPLE_CODE, BY)


def accept(*lines: str, reason: str = "") -> FileTaken:
    """Take numbers over."""
    return take_values(values(*lines), reason=reason)


def take_values(given: list[FileRow], *, accept: bool = True, reason: str = "") -> FileTaken:
    """Take rows of values."""
    with transaction(write=True) as session:
        return taking.take_numbers(session, SAMPLE_CODE, given, BY, accept=accept, reason=reason)


def take_all() -> list[FileTaken]:
    """Take every file of the sample."""
    with transaction(write=True) as session:
        return [
            taking.take_numbers(session, SAMPLE_CODE, rows_of("values.csv"), BY, accept=True),
            taking.take_findings(session, SAMPLE_CODE, rows_of("verified.csv"), BY),
            taking.take_acts(session, SAMPLE_CODE, sample("entries.toml"), BY),
        ]


def close(period: str) -> list[closing.ClosedPeriod]:
    """Close a period."""
    with transaction(write=True) as session:
        return closing.close_period(session, SAMPLE_CODE, period, BY)


def current() -> Assessment:
    """Return the sample as it stands."""
    with transaction() as session:
        return assessments.current(session, SAMPLE_CODE)


@kept
def everything() -> dict[str, Any]:
    """Return all rows of all tables."""
    with db.engine.connect() as connection:
        return {
            table.name: sorted(map(repr, connection.execute(select(table))))
            for table in Base.metadata.sorted_tables
        }
