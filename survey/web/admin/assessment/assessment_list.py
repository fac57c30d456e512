"""The list of assessments that one may open, and each one's page: where it stands, what is missing."""

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_login import current_user

from survey.domain.accounts.roles import Permission
from survey.domain.assessment.seats import PART_WORDS, SeatAct
from survey.services.assessment import seating
from survey.services.assessment.overview import overview
from survey.storage.database import transaction
from survey.web.admin.blueprint import blueprint
from survey.web.security import access

from .seat_guard import here, may_here, seat_access
from .stage_words import NEXT_STEPS, STAGES, missing_words, phases


@blueprint.get("/a")
@access(Permission.HOLD_SEATS)
def list_assessments() -> ResponseReturnValue:
    """List the assessments in which one has a seat, and what is to do in each."""
    with transaction() as session:
        found = seating.open_assessments(session, current_user.account)
    return render_template(
        "admin/assessment/list.html", found=found, stages=STAGES, next_steps=NEXT_STEPS, parts=PART_WORDS
    )


@blueprint.get("/a/<assessment_code>")
@seat_access(SeatAct.OPEN)
def assessment(assessment_code: str) -> ResponseReturnValue:
    """Show where an assessment stands, what is missing for the next step, and one's own pages."""
    with transaction() as session:
        found = overview(session, assessment_code)
    definition = found.assessment.definition
    shown = found.missing if may_here(SeatAct.SET_UP) else ()
    return render_template(
        "admin/assessment/assessment.html",
        assessment=found.assessment,
        found=found,
        phases=phases(found.assessment.stage),
        next_step=NEXT_STEPS[found.assessment.stage],
        missing=[missing_words(definition, one) for one in shown],
        seats=here().seats,
        parts=PART_WORDS,
    )
