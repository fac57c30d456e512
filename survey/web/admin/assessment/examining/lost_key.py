"""The key of an assessment that is lost for good: stated by the office, so that the year can go on."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from survey.domain.assessment.seats import SeatAct
from survey.domain.errors import BadYearRecord, ChangedMeanwhile
from survey.secrecy.assessment_key import assessment_key_path
from survey.services.assessment.examining import sealing
from survey.storage.database import transaction
from survey.web.admin.assessment.seat_guard import here, seat_access
from survey.web.admin.blueprint import blueprint
from survey.web.admin.current_actor import by
from survey.web.context import settings

from .record_words import FAULT_WORDS


@blueprint.get("/a/<assessment_code>/lost-key")
@seat_access(SeatAct.HOLD_CONFERENCE)
def lost_key(assessment_code: str) -> ResponseReturnValue:  # noqa: ARG001 – here() has it
    """Show whether the key is missing, what was stated of it, and the form to state that it is lost."""
    return _page()


@blueprint.post("/a/<assessment_code>/lost-key")
@seat_access(SeatAct.HOLD_CONFERENCE)
def state_key_lost(assessment_code: str) -> ResponseReturnValue:
    """Put on record that the key is lost for good."""
    try:
        with transaction(write=True) as session:
            sealing.state_lost(session, settings().keys, assessment_code, request.form, by())
    except BadYearRecord as refused:
        return _page(422, str(FAULT_WORDS[refused.faults["reason"]]))
    except ChangedMeanwhile:
        return _page(409)
    flash(_("已声明。以后密封的用新钥匙，请照样抄存一份。"), "good")
    return redirect(url_for("admin.lost_key", assessment_code=assessment_code), 303)


def _page(status: int = 200, wrong: str = "") -> ResponseReturnValue:
    assessment, keys = here().assessment, settings().keys
    with transaction() as session:
        lost = sealing.is_lost(session, keys, assessment)
        stated = sealing.statements_of_loss(session, assessment)
    page = render_template(
        "admin/assessment/examining_lost_key.html",
        assessment=assessment,
        lost=lost,
        stated=stated,
        file=assessment_key_path(keys, assessment.code).name,
        typed=request.form.get("reason", ""),
        most=sealing.MAX_REASON,
        wrong=wrong,
        changed=status == 409,
        day=here().moment,
    )
    return page, status
