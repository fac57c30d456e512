"""The totals of a year, one of them taken apart, and what other weights or bands would make of them."""

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from survey.domain.assessment.periods import last_period
from survey.domain.assessment.seats import SeatAct
from survey.domain.assessment.views.what_if import read_supposed
from survey.domain.errors import BrokenRecord, NotScored
from survey.services.assessment.views import year_views
from survey.services.assessment.views.year_views import YearView
from survey.storage.database import transaction
from survey.web.admin.assessment.seat_guard import may_here, seat_access
from survey.web.admin.blueprint import blueprint
from survey.web.errors import page

from .shown_numbers import WRITTEN, asked_class


@blueprint.get("/a/<assessment_code>/totals")
@seat_access(SeatAct.SEE_SCORES)
def totals(assessment_code: str) -> ResponseReturnValue:
    """Show the totals of a year, class by class, with the parts that they are made of."""
    view = _view(assessment_code)
    class_key = asked_class(view.assessment.definition, request.args.get("class", ""))
    classes = [one for one in view.classes if class_key in ("", one.unit_class.key)]
    return render_template(
        "admin/assessment/totals.html",
        view=view,
        definition=view.assessment.definition,
        classes=classes,
        class_key=class_key,
        **WRITTEN,
    )


@blueprint.get("/a/<assessment_code>/totals/<unit_key>")
@seat_access(SeatAct.SEE_SCORES)
def total_of_unit(assessment_code: str, unit_key: str) -> ResponseReturnValue:
    """Take one unit's total apart: its parts, the tasks in them, the numbers under these."""
    view = _view(assessment_code)
    definition = view.assessment.definition
    return render_template(
        "admin/assessment/total_of_unit.html",
        view=view,
        definition=definition,
        story=view.total(unit_key),
        last=last_period(definition),
        **WRITTEN,
    )


@blueprint.get("/a/<assessment_code>/what-if")
@seat_access(SeatAct.SEE_PROPOSAL)
def what_if(assessment_code: str) -> ResponseReturnValue:
    """Show what other weights or bands would make of a year; what is typed is stored nowhere."""
    view = _view(assessment_code)
    definition = view.assessment.definition
    supposed = read_supposed(definition, request.args)
    return render_template(
        "admin/assessment/what_if.html",
        view=view,
        definition=definition,
        classes=view.supposing(supposed),
        supposed=supposed,
        typed=request.args,
        **WRITTEN,
    )


@blueprint.errorhandler(NotScored)
def _not_scored(error: NotScored) -> ResponseReturnValue:
    return page(409, type(error).__name__, _("还没有计分，计分以后才有总分。"))


@blueprint.errorhandler(BrokenRecord)
def _broken(error: BrokenRecord) -> ResponseReturnValue:
    return page(
        409,
        type(error).__name__,
        _("计分结果与操作日志或它的依据对不上，可能被改写。请停止操作，告诉系统管理员。"),
    )


def _view(assessment_code: str) -> YearView:
    """Return the year on record; who may score sees beforehand what it would be."""
    with transaction() as session:
        return year_views.year_view(session, assessment_code, provisional=may_here(SeatAct.SCORE))
