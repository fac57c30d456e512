"""The list of assessments that one may open, and each one's page: where it stands, what is to do."""

from dataclasses import dataclass

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy.orm import Session

from survey.domain.accounts.roles import Permission
from survey.domain.assessment.seats import PART_WORDS, SeatAct, may_act
from survey.services.assessment import seating
from survey.services.assessment.assessments import Assessment, current
from survey.services.assessment.overview import missing_for, overview
from survey.services.assessment.reports import report_queue
from survey.services.assessment.seating import OpenAssessment
from survey.storage.database import transaction
from survey.web.admin.blueprint import blueprint
from survey.web.security import access

from .seat_guard import here, may_here, seat_access
from .seat_words import part_name, reach_words
from .stage_words import STAGES, missing_words, next_page, next_words, phases
from .telling.next_links import NextLink
from .waiting_links import waiting_links


@dataclass(frozen=True)
class ListedWork:
    """An assessment in the list, one's seats in it, and what waits for one there, in words."""

    open: OpenAssessment
    waits: list[NextLink]


@blueprint.get("/a")
@access(Permission.HOLD_SEATS)
def list_assessments() -> ResponseReturnValue:
    """List the assessments in which one has a seat, and what is to do in each."""
    with transaction() as session:
        found = [
            ListedWork(one, _waits(session, current(session, one.listed.code)))
            for one in seating.open_assessments(session, current_user.account)
        ]
    return render_template("admin/assessment/list.html", found=found, stages=STAGES, parts=PART_WORDS)


@blueprint.get("/a/<assessment_code>")
@seat_access(SeatAct.OPEN)
def assessment(assessment_code: str) -> ResponseReturnValue:
    """Show where an assessment stands, what is missing for the next step, and what waits for one."""
    with transaction() as session:
        found = overview(session, assessment_code)
        waits = waiting_links(session, found.assessment, here().seats, current_user.account)
        accepts = may_here(SeatAct.ACCEPT)
        waiting = report_queue.waiting_counts(session, found.assessment) if accepts else []
    definition = found.assessment.definition
    missing = found.missing if may_here(SeatAct.SET_UP) else ()
    return render_template(
        "admin/assessment/assessment.html",
        assessment=found.assessment,
        definition=definition,
        closed=found.closed if may_here(SeatAct.SEE_STANDING) else (),
        versions=len(found.versions),
        phases=phases(found.assessment.stage),
        next_step=next_words(found.assessment.stage, found.missing),
        next_page=next_page(found.assessment.stage, found.missing),
        missing=[missing_words(definition, one) for one in missing],
        waits=waits,
        waiting=waiting,
        seats=[(part_name(seat.part), reach_words(definition, seat)) for seat in here().seats],
    )


def _waits(session: Session, assessment: Assessment) -> list[NextLink]:
    """Return what waits for whoever is logged in; for the office also what the next step lacks."""
    seats = seating.seats_of(session, current_user.account, assessment)
    found = waiting_links(session, assessment, seats, current_user.account)
    if may_act(seats, SeatAct.SET_UP):
        missing = missing_for(session, assessment)
        found += [(missing_words(assessment.definition, one), "") for one in missing]
        found = found or [(next_words(assessment.stage, missing), "")]
    return found
