"""Planning visits, for the office: who looks at which numbers of which unit, when, and what came of it."""

from collections import Counter
from datetime import date

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField, IntegerField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange

from survey.documents.export.files import MEDIA, VISIT_FORM
from survey.domain.assessment.seats import SeatAct
from survey.domain.assessment.visits.visits import (
    DAYS_TO_ANSWER,
    Visit,
    VisitPlace,
    VisitPlan,
    VisitState,
    day_in,
)
from survey.domain.errors import BadYearRecord, VisitMoved
from survey.services.assessment.reporting import period_paper
from survey.services.assessment.views import period_views
from survey.services.assessment.visits import visits
from survey.services.assessment.visits.visit_sources import suggestions_of
from survey.storage.database import transaction
from survey.web.admin.assessment.examining.record_words import FAULT_WORDS
from survey.web.admin.assessment.seat_guard import here, seat_access
from survey.web.admin.assessment.views.shown_numbers import WRITTEN
from survey.web.admin.attachment import attachment
from survey.web.admin.blueprint import blueprint
from survey.web.admin.current_actor import by
from survey.web.admin.office_form import OfficeForm
from survey.web.context import now

from .visit_words import REASONS, STATES, fault_sentence, moved_words, put_faults

PAPERS = ("xlsx", "docx", "pdf")


class PlanForm(OfficeForm):
    """Visits of one unit that are to be planned."""

    indicators = SelectMultipleField(
        _l("查访哪些指标"),
        validate_choice=False,
        validators=[InputRequired(fault_sentence("indicators", "missing"))],
    )
    group = SelectField(
        _l("由谁查访"),
        validate_choice=False,
        validators=[InputRequired(fault_sentence("group", "missing"))],
    )
    day = DateField(_l("查访日期"), validators=[InputRequired(fault_sentence("day", "not-day"))])
    sample = TextAreaField(
        _l("看什么（抽查的样本）"),
        validators=[Length(max=visits.MAX_SAMPLE, message=FAULT_WORDS["too-long"])],
    )
    asked_by = StringField(
        _l("由谁询问"), validators=[Length(max=visits.MAX_ASKED_BY, message=FAULT_WORDS["too-long"])]
    )
    days = IntegerField(
        _l("单位几天内说明"),
        default=DAYS_TO_ANSWER,
        validators=[NumberRange(1, visits.MOST_DAYS, message=fault_sentence("days", "not-number"))],
    )


@blueprint.get("/a/<assessment_code>/visits")
@seat_access(SeatAct.PLAN_VISITS)
def visit_plans(assessment_code: str) -> ResponseReturnValue:
    """List the visits with how far each has come, and the units to plan more of."""
    definition = here().definition
    with transaction() as session:
        period = period_views.period_to_show(session, assessment_code)
        view = period_views.period_view(session, assessment_code, request.args.get("period") or period)
        planned = list(visits.visits_of(session, here().assessment).values())
        suggested = Counter(one.target.unit for one in suggestions_of(session, view) if one.reasons)
    counts: dict[str, Counter[VisitState]] = {}
    for one in planned:
        counts.setdefault(one.plan.group, Counter())[one.state] += 1
    return render_template(
        "admin/assessment/examining_visits.html",
        assessment=here().assessment,
        definition=definition,
        view=view,
        visits=sorted(planned, key=lambda one: (one.plan.day, one.place.about)),
        counts=counts,
        states=STATES,
        suggested=suggested,
        today=day_in(definition.time_zone, now()),
        may_be_ruled=_may_be_ruled,
        papers=PAPERS,
        **WRITTEN,
    )


def _may_be_ruled(visit: Visit) -> bool:
    return visit.may_be_ruled(day_in(here().definition.time_zone, now()))


@blueprint.route("/a/<assessment_code>/visits/<period>/u/<unit_key>", methods=["GET", "POST"])
@seat_access(SeatAct.PLAN_VISITS)
def plan_visits(assessment_code: str, period: str, unit_key: str) -> ResponseReturnValue:
    """Plan visits of one unit, chosen from its numbers with what speaks for looking at each."""
    form = PlanForm()
    with transaction() as session:
        view = period_views.period_view(session, assessment_code, period)
        period_views.require_then(view, unit=unit_key)
        listed = [one for one in suggestions_of(session, view) if one.target.unit == unit_key]
        known = visits.visits_of(session, here().assessment)
        groups = visits.groups_of(session, here().assessment, unit_key)
    form.group.choices = [(one.name, one.name) for one in groups]
    more: list[str] = []
    status = 200
    if request.method == "POST":
        places = [VisitPlace(view.period, unit_key, key) for key in form.indicators.data or ()]
        if form.validate():
            try:
                with transaction(write=True) as session:
                    done = visits.plan(session, assessment_code, places, _wanted(form), by())
            except BadYearRecord as refused:
                more = put_faults(form, refused.faults)
            except VisitMoved:
                more, status = [_("选中的指标里，有的核验结果已经送单位，计划不能再改。")], 409
            else:
                flash(_("计划了 %(number)s 项查访。", number=done.made + done.known), "good")
                return redirect(url_for("admin.visit_plans", assessment_code=assessment_code), 303)
        status = status if status == 409 else 422
    page = render_template(
        "admin/assessment/examining_plan.html",
        assessment=here().assessment,
        definition=view.assessment.definition,
        view=view,
        unit=view.assessment.definition.unit[unit_key],
        form=form,
        more=more,
        groups=groups,
        listed=listed,
        known={place.indicator: one for place, one in known.items() if _is_of(place, view.period, unit_key)},
        states=STATES,
        reasons=REASONS,
        **WRITTEN,
    )
    return page, status


def _is_of(place: VisitPlace, period: str, unit: str) -> bool:
    return (place.period, place.unit) == (period, unit)


def _wanted(form: PlanForm) -> VisitPlan:
    return VisitPlan(
        form.group.data or "",
        form.sample.data or "",
        form.asked_by.data or "",
        form.day.data or date.min,
        form.days.data or 0,
    )


@blueprint.post("/a/<assessment_code>/visits/<period>/c/<unit_key>/<indicator_key>/drop")
@seat_access(SeatAct.PLAN_VISITS)
def drop_visit(assessment_code: str, period: str, unit_key: str, indicator_key: str) -> ResponseReturnValue:
    """Take a visit off the plan, before anything was found."""
    try:
        with transaction(write=True) as session:
            visits.drop(session, assessment_code, VisitPlace(period, unit_key, indicator_key), by())
    except VisitMoved as moved:
        flash(moved_words(moved), "bad")
    else:
        flash(_("这项查访已从计划中去掉。"), "good")
    return redirect(url_for("admin.visit_plans", assessment_code=assessment_code), 303)


@blueprint.get("/a/<assessment_code>/visits/<period>/form.<kind>")
@seat_access(SeatAct.PLAN_VISITS)
def visit_form(assessment_code: str, period: str, kind: str) -> ResponseReturnValue:
    """Hand out the forms for checks on the spot, one a unit, to be filled in by hand."""
    from survey.documents.assessment.papers.papers import PaperKind, write

    if kind not in PAPERS:
        abort(404)
    with transaction() as session:
        paper = period_paper(session, assessment_code, period)
    content = write(PaperKind.VERIFICATION, kind, paper.material, paper.template)
    name = VISIT_FORM.named(
        title=here().definition.title, assessment_code=assessment_code, period=period, kind=kind
    )
    return attachment(content, MEDIA[kind], name)
