"""The small year, decided, as it is when units are told of it; letters and tasks as somebody types them."""

from datetime import UTC, datetime
from typing import Any

from survey.domain.assessment.examining.year_record import YearRecord
from survey.domain.assessment.telling.open_ends import NotesEnd
from survey.services.assessment import assessments
from survey.services.assessment.assessments import Assessment
from survey.services.assessment.telling import closing_year, letters, mending
from survey.services.assessment.telling.letters import TypedLetter
from survey.services.audit.audit import By
from survey.storage.database import transaction
from tests.builders import BY
from tests.services.assessment.scored_year import UNITS, YEAR, decide, signed

LETTER = {"good": "招商成绩突出", "mend": "粮食产量未达标", "asked": "逐项整改", "mend_by": "2027-03-31"}
TASK = {"what": "补齐粮食缺口", "ground": "letter", "mend_by": "2027-03-31", "responsible": "张三"}
LATER = By("考核办", datetime(2027, 2, 1, 1, 0, tzinfo=UTC))


def decided() -> None:
    """Bring the year to where all bands are decided."""
    signed()
    for unit in UNITS:
        decide(unit)


def year() -> Assessment:
    with transaction() as session:
        return assessments.current(session, YEAR)


def typed_letter(seen: int = 0, tells: tuple[str, ...] = ("rank", "band"), **texts: str) -> TypedLetter:
    return TypedLetter(LETTER | texts, tells, seen)


def send(unit: str, seen: int = 0, by: By = BY, **texts: str) -> YearRecord:
    with transaction(write=True) as session:
        return letters.send(session, YEAR, unit, typed_letter(seen, **texts), by)


def set_task(unit: str = "t1", **typed: str) -> YearRecord:
    with transaction(write=True) as session:
        return mending.set_task(session, YEAR, unit, TASK | typed, BY)


def close() -> None:
    with transaction(write=True) as session:
        closing_year.close_assessment(session, YEAR, NotesEnd.NONE, BY)


def answer(text: str, unit: str = "t1", number: int = 1, by: By = LATER) -> YearRecord:
    with transaction(write=True) as session:
        return mending.answer(session, YEAR, unit, number, {"text": text}, by)


def rule(seen: int, unit: str = "t1", number: int = 1, **given: Any) -> YearRecord:
    said = {"reason": given.pop("reason", "")}
    with transaction(write=True) as session:
        return mending.rule(session, YEAR, unit, number, said, seen=seen, by=LATER, **given)


def extend(seen: int, until: str, reason: str = "等雨季过去", number: int = 1, by: By = LATER) -> YearRecord:
    with transaction(write=True) as session:
        typed = {"until": until, "reason": reason}
        return mending.extend(session, YEAR, "t1", number, typed, seen=seen, by=by)
