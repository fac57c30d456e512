"""Statements taken over onto ballots: which are there, which differ, and the office's button."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from survey.domain.accounts.roles import Permission
from survey.domain.assessment.seats import SeatAct
from survey.domain.errors import ChangedMeanwhile, UnknownCampaign, WrongState
from survey.services.assessment.examining import ballot_statements
from survey.storage.database import transaction
from survey.web.admin.assessment.seat_guard import here, seat_access
from survey.web.admin.blueprint import blueprint
from survey.web.admin.current_actor import by, may
from survey.web.admin.scope import in_scope

from .record_words import number_in
from .statement_words import BALLOT_STATES


@blueprint.get("/a/<assessment_code>/ballot-statements")
@seat_access(SeatAct.HOLD_CONFERENCE)
def statements_on_ballots(assessment_code: str) -> ResponseReturnValue:  # noqa: ARG001 – here() has it
    """Show whose statement stands on the ballots of the total's campaigns, and whose does not."""
    return _page()


@blueprint.post("/a/<assessment_code>/ballot-statements")
@seat_access(SeatAct.HOLD_CONFERENCE)
def take_onto_ballot(assessment_code: str) -> ResponseReturnValue:
    """Write the chosen statements into a campaign's draft."""
    campaign_code, units = request.form.get("campaign", ""), request.form.getlist("unit")
    if not _may_write():
        raise UnknownCampaign(campaign_code)
    if not units:
        return _page(422, _("没有选中要带上测评票的述职报告。"))
    version = number_in(request.form.get("version"))
    try:
        with transaction(write=True) as session:
            number = ballot_statements.take_onto_ballot(
                session, assessment_code, campaign_code, units, version, by()
            )
    except ChangedMeanwhile:
        return _page(409, _("刚才有人改过这个活动的设置，什么都没有带上。请看过下面的情况再办。"))
    except WrongState:
        return _page(409, _("这个活动已经冻结，测评票不能再改。"))
    if number:
        flash(_("%(number)s 份述职报告已写进测评票的草稿，请到活动里预览。", number=number), "good")
    else:
        flash(_("测评票上已经是这些内容，没有再改。"), "good")
    return redirect(url_for("admin.statements_on_ballots", assessment_code=assessment_code), 303)


def _may_write() -> bool:
    """Check whether one may change campaigns of the assessment's unit: a seat alone does not reach these."""
    return may(Permission.SET_UP) and in_scope(here().assessment.unit)


def _page(status: int = 200, wrong: str = "") -> ResponseReturnValue:
    assessment, definition = here().assessment, here().definition
    with transaction() as session:
        found = ballot_statements.on_ballots(session, assessment)
    page = render_template(
        "admin/assessment/examining_ballot_statements.html",
        assessment=assessment,
        definition=definition,
        found=found,
        states=BALLOT_STATES,
        taken=ballot_statements.TAKEN,
        may_write=_may_write(),
        parts={one.campaign: one.label for one in definition.components if one.campaign},
        wrong=wrong,
    )
    return page, status
