"""What is missing where a period is closed, or the year is scored: it is done all the same, and told."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy.orm import Session

from survey.domain.assessment.totals.score_record import ScoreRecord
from survey.services.assessment.assessments import current
from survey.services.assessment.overview import NAMED, MissingKind, MissingThing, not_accepted
from survey.storage.assessment.assessment_rows import Assessment
from survey.storage.assessment.reports.waiting_numbers import waiting_numbers


def gaps_of_periods(session: Session, assessment_code: str, periods: Iterable[str]) -> list[str]:
    """List of which tasks that are due in some periods the office has taken no number over, a line a period.

    Raises ``UnknownAssessment``.
    """
    assessment = current(session, assessment_code)
    missing = {period: not_accepted(session, assessment, period) for period in periods}
    return [
        str(MissingThing(MissingKind.NUMBERS, period, tuple(tasks)))
        for period, tasks in missing.items()
        if tasks
    ]


def waiting_line(session: Session, assessment: Assessment) -> str:
    """Return how many numbers are handed in and wait for the office; empty where none does."""
    waiting = waiting_numbers(session, assessment)
    return f"handed in, not accepted: {_named(map(' '.join, waiting))}" if waiting else ""


def gaps_of_record(record: ScoreRecord) -> list[str]:
    """List what a score record rests on too little: tasks not reported, parts without value, no totals.

    Raises ``BrokenRecord``.
    """
    units: list[dict[str, Any]] = record.content()["outcome"]
    return [*_not_reported(units), *_without_value(units), *_without_total(units)]


def _not_reported(units: Sequence[dict[str, Any]]) -> Iterator[str]:
    tasks = [
        f"{unit['unit']} {task['indicator']}"
        for unit in units
        for task in unit["indicators"]
        if task["actual"] is None
    ]
    if tasks:
        yield f"not accepted by the year's end, 0 points: {_named(tasks)}"


def _without_value(units: Sequence[dict[str, Any]]) -> Iterator[str]:
    found: dict[tuple[str, str], list[str]] = {}
    for unit in units:
        for part in unit["components"]:
            if part["value"] is None:
                found.setdefault((part["component"], part["why"]), []).append(unit["unit"])
    for (component, why), missing in found.items():
        yield f"component {component} without a value, {why}: {_named(missing)}"


def _without_total(units: Sequence[dict[str, Any]]) -> Iterator[str]:
    missing = [unit["unit"] for unit in units if unit["total"] is None]
    if missing:
        yield f"totals withheld: {_named(missing)}"


def _named(missing: Iterable[str]) -> str:
    names = list(missing)
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return f"{len(names)} ({', '.join(names[:NAMED])}{more})"
