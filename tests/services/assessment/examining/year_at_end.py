"""A small year at its end, with the draft of the campaign that its total reads, and acts on it."""

from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from survey.domain.assessment.examining.analysis import TEXTS
from survey.domain.assessment.examining.conference import Conference
from survey.domain.assessment.examining.statement import PARTS
from survey.domain.assessment.facts import Stage
from survey.services.assessment import assessments
from survey.services.assessment.assessments import Assessment
from survey.services.assessment.examining import analyses, conferences, unit_statements
from survey.services.campaigns import drafts
from survey.storage.assessment import assessment_rows
from survey.storage.database import transaction
from tests.builders import BY, a_definition
from tests.services.assessment.scored_year import YEAR, year_data

OFFICE = "甲局"
CAMPAIGN = "small"
STATEMENT = {f"{part}_{what}": f"{part} 的 {what} <b>&" for part in PARTS for what in ("heading", "text")}
"""A whole statement, with signs that pages must not take for their own."""
ANALYSIS = dict.fromkeys(TEXTS, "看过") | {"points.leaders": "91.5", "band": "good"}
CONFERENCE = {
    "day": "2026-12-25",
    "place": "一号会议室",
    "due": "120",
    "present": "118",
    "minutes": "纪要〔2026〕9号",
}
CLASSES = {"classes": ["town"], "campaigns": [CAMPAIGN]}

T = TypeVar("T")


def written(act: Callable[[Session], T]) -> T:
    """Do something in a transaction that writes."""
    with transaction(write=True) as session:
        return act(session)


def read(act: Callable[[Session], T]) -> T:
    """Look something up."""
    with transaction() as session:
        return act(session)


def at_end(stage: Stage = Stage.EXAMINING) -> Assessment:
    """Bring the year to a stage, and write its campaign's draft."""
    with transaction(write=True) as session:
        assessments.load(session, year_data(), None, BY, OFFICE)
        made = assessments.issue(session, YEAR, BY)
        assessment_rows.set_stage(session, made, stage)
        drafts.create(session, a_definition(), OFFICE, BY)
    return year()


def year() -> Assessment:
    return read(lambda session: assessments.current(session, YEAR))


def stage_is(stage: Stage) -> None:
    """Bring the year to another stage."""
    written(lambda session: assessment_rows.set_stage(session, year(), stage))


def hold(
    key: str = "1", seen: int = 0, chosen: dict[str, list[str]] | None = None, **typed: str
) -> Conference:
    return written(
        lambda session: conferences.record_conference(
            session, YEAR, key, CONFERENCE | typed, CLASSES if chosen is None else chosen, seen, BY
        )
    )


def analyse(unit: str = "t1", seen: int = 0, *, submit: bool = True, **typed: str) -> int:
    return written(
        lambda session: analyses.save_analysis(session, YEAR, unit, ANALYSIS | typed, seen, BY, submit=submit)
    ).number


def hand_in(unit: str = "t1", seen: int = 0, *, hand_in: bool = True, **typed: str) -> int:
    return written(
        lambda session: unit_statements.save_statement(
            session, YEAR, unit, STATEMENT | typed, seen, BY, hand_in=hand_in
        )
    ).number


def give_back(seen: int, unit: str = "t1", reason: str = "数字不对") -> int:
    return written(
        lambda session: unit_statements.give_back(session, YEAR, unit, {"reason": reason}, seen, BY)
    ).number


def draft() -> Any:
    return read(lambda session: drafts.find(session, CAMPAIGN))


def on_ballot(ratee: str = "c1") -> str:
    """Return what the draft has as a ratee's statement."""
    return next(row.get("statement", "") for row in draft().document["ratees"] if row["key"] == ratee)
