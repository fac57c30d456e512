"""Conferences of a year's end: their list, each as a record to print, and the office's form."""

from collections.abc import Mapping

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectMultipleField, StringField
from wtforms.widgets import CheckboxInput

from survey.domain.assessment.examining.conference import Conference, campaigns_of
from survey.domain.assessment.seats import SeatAct
from survey.domain.errors import BadYearRecord, ChangedMeanwhile, UnknownYearRecord, WrongStage
from survey.services.assessment.examining import conferences as held
from survey.storage.database import transaction
from survey.web.admin.assessment.seat_guard import here, may_here, seat_access
from survey.web.admin.blueprint import blueprint
from survey.web.admin.current_actor import by
from survey.web.admin.office_form import OfficeForm
from survey.web.admin.words.times import moment

from .record_words import mark, number_in, typed_in
from .year_end import own_units


class _Ticks(SelectMultipleField):
    """Boxes to tick; what is known is asked by the domain."""

    option_widget = CheckboxInput()
    validate_choice = False


class ConferenceForm(OfficeForm):
    """A conference as the office records it."""

    day = StringField(_l("日期"), render_kw={"type": "date"})
    place = StringField(_l("地点"))
    due = StringField(_l("应到人数"), render_kw={"inputmode": "numeric", "autocomplete": "off"})
    present = StringField(_l("实到人数"), render_kw={"inputmode": "numeric", "autocomplete": "off"})
    minutes = StringField(_l("会议纪要文号"))
    classes = _Ticks(_l("哪些考核类别参加"), validate_choice=False)
    units = _Ticks(_l("或者单独为哪些单位召开"), validate_choice=False)
    campaigns = _Ticks(_l("会上进行了哪些民主测评"), validate_choice=False)


class VoidForm(OfficeForm):
    """Why a conference does not count."""

    void = StringField(_l("作废的原因"))


@blueprint.get("/a/<assessment_code>/conferences")
@seat_access(SeatAct.SEE_YEAR_END)
def conferences(assessment_code: str) -> ResponseReturnValue:  # noqa: ARG001 – here() has it
    """List the conferences that were held for one's units; the office sees the void ones too."""
    known = _known()
    definition, own = here().definition, set(own_units())
    seen = [one for one in known.values() if _may_see(one)]
    covered = {unit for one in known.values() for unit in one.covered(definition)}
    return render_template(
        "admin/assessment/examining_conferences.html",
        assessment=here().assessment,
        found=seen,
        fresh=held.next_key(known),
        takes=_takes(),
        about=_about,
        missing=[one.label for one in definition.units if one.key in own - covered],
    )


@blueprint.get("/a/<assessment_code>/conferences/<number>")
@seat_access(SeatAct.SEE_YEAR_END)
def conference(assessment_code: str, number: str) -> ResponseReturnValue:
    """Show a conference as a record to print."""
    return _record(assessment_code, number, VoidForm())


@blueprint.route("/a/<assessment_code>/conferences/<number>/edit", methods=["GET", "POST"])
@seat_access(SeatAct.HOLD_CONFERENCE)
def record_conference(assessment_code: str, number: str) -> ResponseReturnValue:
    """Record a conference, or correct one; what was recorded before stays on record."""
    known = _known()
    before = known.get(number)
    if before is None and number != held.next_key(known):
        raise UnknownYearRecord(number)
    form = ConferenceForm(data=_as_typed(before) if before else None)
    _offer(form)
    if request.method == "GET" or not form.validate_on_submit():
        return _form(form, number, before)
    chosen = {name: request.form.getlist(name) for name in ("classes", "units", "campaigns")}
    seen = number_in(request.form.get("seen"))
    try:
        with transaction(write=True) as session:
            held.record_conference(session, assessment_code, number, typed_in(form), chosen, seen, by())
    except BadYearRecord as refused:
        mark(form, refused.faults)
        return _form(form, number, before, 422)
    except ChangedMeanwhile:
        if not seen:
            # What somebody else recorded under this number stays theirs: this one gets the next.
            return _form(form, held.next_key(_known()), None, 409)
        return _form(form, number, before, 409)
    except WrongStage:
        return _form(form, number, before, 409, too_late=True)
    flash(_("已记录第 %(number)s 次考核大会。", number=number), "good")
    return redirect(url_for("admin.conferences", assessment_code=assessment_code), 303)


@blueprint.post("/a/<assessment_code>/conferences/<number>/void")
@seat_access(SeatAct.HOLD_CONFERENCE)
def void_conference(assessment_code: str, number: str) -> ResponseReturnValue:
    """Declare a conference void with a reason; what was recorded of it stays."""
    form = VoidForm()
    seen = number_in(request.form.get("seen"))
    try:
        with transaction(write=True) as session:
            held.declare_void(session, assessment_code, number, typed_in(form), seen, by())
    except BadYearRecord as refused:
        mark(form, refused.faults)
        return _record(assessment_code, number, form, 422)
    except ChangedMeanwhile:
        flash(_("刚才有人改过这条记录，没有作废。请看过再办。"), "warn")
        return redirect(url_for("admin.conference", assessment_code=assessment_code, number=number), 303)
    flash(_("已作废第 %(number)s 次考核大会的记录，原来的内容还在。", number=number), "good")
    return redirect(url_for("admin.conferences", assessment_code=assessment_code), 303)


def _known() -> dict[str, Conference]:
    with transaction() as session:
        return held.conferences(session, here().assessment)


def _takes() -> bool:
    return here().assessment.stage in held.HOLDING


def _may_see(one: Conference) -> bool:
    if may_here(SeatAct.HOLD_CONFERENCE):
        return True
    return bool(set(one.covered(here().definition)) & set(own_units()))


def _about(one: Conference) -> str:
    """Name for whom a conference was held."""
    definition = here().definition
    labels = [known.label for known in definition.classes if known.key in one.classes]
    labels += [known.label for known in definition.units if known.key in one.units]
    return str(_("、")).join(labels)


def _as_typed(one: Conference) -> Mapping[str, object]:
    return {
        "day": one.day,
        "place": one.place,
        "due": str(one.due),
        "present": str(one.present),
        "minutes": one.minutes,
        "classes": list(one.classes),
        "units": list(one.units),
        "campaigns": list(one.campaigns),
    }


def _offer(form: ConferenceForm) -> None:
    definition = here().definition
    form.classes.choices = [(one.key, one.label) for one in definition.classes]
    form.units.choices = [(one.key, one.label) for one in definition.units]
    parts = {one.campaign: one.label for one in definition.components if one.campaign}
    form.campaigns.choices = [
        (key, str(_("%(part)s（%(campaign)s）", part=parts[key], campaign=key)))
        for key in campaigns_of(definition)
    ]


def _form(
    form: ConferenceForm,
    number: str,
    before: Conference | None,
    status: int = 200,
    *,
    too_late: bool = False,
) -> ResponseReturnValue:
    page = render_template(
        "admin/assessment/examining_conference_form.html",
        assessment=here().assessment,
        form=form,
        number=number,
        before=before,
        changed=status == 409 and not too_late,
        takes=_takes(),
        too_late=too_late,
    )
    return page, 422 if form.errors and status == 200 else status


def _record(assessment_code: str, number: str, form: VoidForm, status: int = 200) -> ResponseReturnValue:
    one = _known().get(number)
    if one is None or not _may_see(one):
        raise UnknownYearRecord(f"{assessment_code} {number}")
    definition = here().definition
    parts = {known.campaign: known.label for known in definition.components if known.campaign}
    page = render_template(
        "admin/assessment/examining_conference.html",
        assessment=here().assessment,
        definition=definition,
        one=one,
        about=_about(one),
        parts=parts,
        form=form,
        takes=_takes(),
        at=moment(one.record.recorded_at, definition.time_zone),
    )
    return page, status
