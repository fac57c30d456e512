"""A year in which a unit is visited: planned, found, sent, answered, ruled, each as its people do it."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Any, TypeVar

from PIL import Image
from sqlalchemy.orm import Session

from survey.domain.assessment.facts import NumberKind, TakenNumber
from survey.domain.assessment.visits.visits import Visit, VisitPlace, VisitPlan
from survey.services.assessment import assessments
from survey.services.assessment.reports import evidence_files
from survey.services.assessment.reports.evidence_files import StoredEvidence
from survey.services.assessment.visits import visit_findings, visit_rulings, visits
from survey.services.assessment.visits.visit_findings import TypedAnswer, TypedFinding
from survey.services.audit.audit import By
from survey.storage.assessment import assessment_number_rows
from survey.storage.database import transaction
from survey.web.context import settings
from tests.web.admin.assessment.seated_year import CODE, PERIODS, SEATS, number

PLACE = VisitPlace(PERIODS[1], "t1", "output")
REPORTED = number(*PLACE.task, PLACE.period)
DAY = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
OFFICE, GROUP, REPORTER = (By(SEATS[who].account, DAY) for who in ("office", "group", "reporter"))
PLAN = VisitPlan(GROUP.actor, "抽查五份合同", "组长", date(2026, 12, 1))
FOUND = TypedFinding(found="7000000", why="两户企业重复统计", persons="统计站站长")
Given = TypeVar("Given")


def after(days: int, by: By) -> By:
    """Return somebody some days later."""
    return By(by.actor, by.at + timedelta(days=days))


def written(act: Callable[[Session], Given]) -> Given:
    """Do something in a transaction of its own."""
    with transaction(write=True) as session:
        return act(session)


def planned(places: Sequence[VisitPlace] = (PLACE,), plan: VisitPlan = PLAN, by: By = OFFICE) -> int:
    """Plan visits; return how many are new or changed."""
    return written(lambda session: visits.plan(session, CODE, places, plan, by)).made


def stands(place: VisitPlace = PLACE) -> Visit:
    """Return a visit as it stands."""
    with transaction() as session:
        return visits.visit_at(session, assessments.current(session, CODE), place)


def find(
    typed: TypedFinding = FOUND,
    photos: Sequence[StoredEvidence] = (),
    *,
    send: bool = False,
    seen: int | None = None,
    by: By = GROUP,
) -> Visit:
    """Record a finding; by itself from the page as it stands."""
    last = stands().last if seen is None else seen
    return written(
        lambda session: visit_findings.record_finding(
            session, CODE, PLACE, typed, photos, last, by, send=send
        )
    )


def answer(
    text: str = "", *, agrees: bool = True, by: By = REPORTER, papers: Sequence[StoredEvidence] = ()
) -> Visit:
    """Answer the finding."""
    typed = TypedAnswer(agrees, text)
    return written(lambda session: visit_findings.answer(session, CODE, PLACE, typed, papers, by))


def rule(stand: bool, reason: str = "查实", *, seen: int | None = None, by: By = OFFICE) -> Visit:
    """Rule on the finding; by itself from the page as it stands."""
    last = stands().last if seen is None else seen
    return written(lambda session: visit_rulings.rule(session, CODE, PLACE, stand, reason, last, by))


def answered() -> None:
    """Plan, find, send and answer."""
    planned()
    find(send=True)
    answer()


def taken(kind: NumberKind) -> list[TakenNumber]:
    """Return the numbers of a kind that were ever taken of the task."""
    with transaction() as session:
        found = assessment_number_rows.numbers_of_task(
            session, assessments.current(session, CODE), PLACE.task
        )
    return [one for one in found if one.kind is kind]


def jpeg(colour: str = "red", **saved: Any) -> bytes:
    """Return a small JPEG."""
    return _picture("JPEG", colour, **saved)


def png(colour: str = "red", **saved: Any) -> bytes:
    """Return a small PNG."""
    return _picture("PNG", colour, **saved)


def _picture(kind: str, colour: str, **saved: Any) -> bytes:
    out = BytesIO()
    Image.new("RGB", (24, 16), colour).save(out, kind, **saved)
    return out.getvalue()


def photo(colour: str = "red") -> StoredEvidence:
    """Return a photo that lies in the folder."""
    return evidence_files.store(
        evidence_files.evidence_folder(settings().instance), f"{colour}.jpg", jpeg(colour)
    )
