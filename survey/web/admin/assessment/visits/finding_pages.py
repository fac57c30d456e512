"""What was found on the spot: the findings that one may see, and reported against found, unit by unit."""

from fractions import Fraction

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from survey.domain.assessment.scoring.number_words import percentage
from survey.domain.assessment.seats import SeatAct, units_within
from survey.domain.assessment.visits.found_shares import OverReport, is_over, over_reports
from survey.services.assessment.visits import visits
from survey.services.assessment.visits.visit_sources import checked_numbers
from survey.storage.database import transaction
from survey.web.admin.assessment.seat_guard import here, may_here, seat_access
from survey.web.admin.assessment.views.shown_numbers import DASH, WRITTEN
from survey.web.admin.assessment.views.visible_tasks import sees
from survey.web.admin.blueprint import blueprint

from .visit_page import examines
from .visit_words import STATES


@blueprint.get("/a/<assessment_code>/findings")
@seat_access(SeatAct.SEE_FINDINGS)
def findings(assessment_code: str) -> ResponseReturnValue:  # noqa: ARG001 – here() has it
    """Show the findings that one may see, and how many numbers of each unit were reported too well."""
    definition = here().definition
    with transaction() as session:
        known = visits.visits_of(session, here().assessment).values()
        checked = checked_numbers(session, here().assessment)
    units = units_within(here().seats, SeatAct.SEE_FINDINGS, definition)
    lines = over_reports(definition, checked, sees(SeatAct.SEE_FINDINGS), units)
    shown = [
        one
        for one in known
        if one.finding is not None
        and may_here(SeatAct.SEE_FINDINGS, *one.place.task)
        and (one.is_sent or examines(one.place))
    ]
    return render_template(
        "admin/assessment/examining_findings.html",
        assessment=here().assessment,
        definition=definition,
        visits=shown,
        states=STATES,
        lines=[one for one in lines if one.checked],
        unchecked=[one for one in lines if not one.checked],
        share_words=_share_words,
        is_over=lambda one: is_over(definition.indicator[one.place.indicator], one),
        **WRITTEN,
    )


def _share_words(line: OverReport) -> str:
    """Write a share as numbers checked, as a fraction and in percent."""
    share = line.share
    if share is None:
        return DASH
    said = {"number": len(line.checked), "over": line.over, "percent": percentage(share)}
    exact = f"{share.numerator}/{share.denominator}" if share.denominator != 1 else str(Fraction(share))
    return str(_("核验 %(number)s 项，虚报 %(over)s 项，即 %(exact)s（%(percent)s）", **said, exact=exact))
