"""Analyses of units: the group's form, all of them to read and print, and points taken over by the office."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import pgettext
from sqlalchemy.orm import Session
from wtforms import SelectField, StringField, TextAreaField

from survey.domain.assessment.composite_rules import Component
from survey.domain.assessment.examining.analysis import TEXTS, AnalysisVersion, entered_parts
from survey.domain.assessment.seats import SeatAct
from survey.domain.errors import BadNumbers, BadYearRecord, ChangedMeanwhile, WrongStage
from survey.services.assessment.examining import analyses as written
from survey.services.assessment.examining import talk_counts, unit_statements
from survey.storage.assessment import assessment_number_rows
from survey.storage.database import transaction
from survey.web.admin.assessment.seat_guard import here, may_here, seat_access
from survey.web.admin.assessment.views.shown_numbers import asked_class
from survey.web.admin.blueprint import blueprint
from survey.web.admin.current_actor import by
from survey.web.admin.office_form import OfficeForm
from survey.web.admin.words.times import moment

from .record_words import mark, number_in, typed_in
from .statement_words import STATEMENT_STATES
from .year_end import VISITS_PAGES, own_classes, own_units, page_of

TEXT_WORDS: dict[str, object] = {
    "checked": _l("核实的情况"),
    "team": _l("对领导班子的评价"),
    "head": _l("对主要负责人的评价"),
    "good": _l("值得肯定的"),
    "but": _l("存在的不足"),
    "to_do": _l("下一步建议"),
}


class AnalysisForm(OfficeForm):
    """What a group makes of a unit."""

    checked = TextAreaField(TEXT_WORDS["checked"], render_kw={"rows": 6})
    team = TextAreaField(TEXT_WORDS["team"], render_kw={"rows": 6})
    head = TextAreaField(TEXT_WORDS["head"], render_kw={"rows": 6})
    good = TextAreaField(TEXT_WORDS["good"], render_kw={"rows": 4})
    but = TextAreaField(TEXT_WORDS["but"], render_kw={"rows": 4})
    to_do = TextAreaField(TEXT_WORDS["to_do"], render_kw={"rows": 4})
    band = SelectField(_l("建议等次"), validate_choice=False)


@blueprint.get("/a/<assessment_code>/analyses")
@seat_access(SeatAct.SEE_ANALYSES)
def analyses(assessment_code: str) -> ResponseReturnValue:  # noqa: ARG001 – here() has it
    """Show the submitted analyses of one's units, one below the other, to read and to print."""
    assessment, definition = here().assessment, here().definition
    own = set(own_units(SeatAct.SEE_ANALYSES))
    class_key = asked_class(definition, request.args.get("class", ""))
    with transaction() as session:
        found = written.analyses(session, assessment)
        values = written.taken_over(session, assessment) if may_here(SeatAct.ENTER) else {}
    shown = [one for one in definition.units if one.key in own and class_key in ("", one.class_key)]
    return render_template(
        "admin/assessment/examining_analyses.html",
        assessment=assessment,
        definition=definition,
        shown=[(one, found[one.key]) for one in shown],
        missing=[one.label for one in shown if found[one.key].submitted is None],
        values=values,
        is_taken_over=written.is_taken_over,
        classes=own_classes(own),
        class_key=class_key,
        takes=_takes(),
        **_writing(),
    )


@blueprint.route("/a/<assessment_code>/analyses/<unit_key>", methods=["GET", "POST"])
@seat_access(SeatAct.ANALYSE)
def analysis(assessment_code: str, unit_key: str) -> ResponseReturnValue:
    """Write a unit's analysis: kept as a draft, or submitted."""
    with transaction() as session:
        last = written.analyses(session, here().assessment)[unit_key].last
    form = _form_of(last)
    if request.method == "GET" or not form.validate_on_submit():
        return _form_page(unit_key, form, last)
    submit = request.form.get("act") == "submit"
    seen = number_in(request.form.get("seen"))
    try:
        with transaction(write=True) as session:
            written.save_analysis(
                session, assessment_code, unit_key, typed_in(form), seen, by(), submit=submit
            )
    except BadYearRecord as refused:
        mark(form, refused.faults)
        return _form_page(unit_key, form, last, 422)
    except ChangedMeanwhile:
        return _form_page(unit_key, form, last, 409)
    except WrongStage:
        return _form_page(unit_key, form, last, 409, too_late=True)
    if submit:
        flash(_("已提交。以后再改，每一稿都会留下。"), "good")
        return redirect(url_for("admin.analyses", assessment_code=assessment_code), 303)
    flash(_("草稿已保存，还没有提交。"), "good")
    return redirect(url_for("admin.analysis", assessment_code=assessment_code, unit_key=unit_key), 303)


@blueprint.get("/a/<assessment_code>/analyses/<unit_key>/versions")
@seat_access(SeatAct.SEE_ANALYSES)
def analysis_versions(assessment_code: str, unit_key: str) -> ResponseReturnValue:  # noqa: ARG001
    """Show all versions of a unit's analysis, the newest first; drafts to its group alone."""
    drafts_too = may_here(SeatAct.ANALYSE, unit_key)
    with transaction() as session:
        found = written.analyses(session, here().assessment)[unit_key]
    return render_template(
        "admin/assessment/examining_versions.html",
        assessment=here().assessment,
        definition=here().definition,
        unit=here().definition.unit[unit_key],
        versions=[one for one in reversed(found.versions) if one.submitted or drafts_too],
        **_writing(),
    )


@blueprint.post("/a/<assessment_code>/analyses/<unit_key>/points")
@seat_access(SeatAct.ENTER)
def take_points_over(assessment_code: str, unit_key: str) -> ResponseReturnValue:
    """Make the points that a submitted analysis proposes typed-in values, once."""
    seen = number_in(request.form.get("seen"))
    try:
        with transaction(write=True) as session:
            number = written.take_points_over(session, assessment_code, unit_key, seen, by())
    except ChangedMeanwhile:
        flash(_("考核组刚才提交了新的一稿，没有采用。请看过再办。"), "warn")
    except BadNumbers:
        flash(
            _(
                "没有采用：其中有的分已按别的文件录入，或者这一稿的分采用后又撤回了。请先在录入的分里撤回，或请考核组重新提交。"
            ),
            "warn",
        )
    else:
        label = here().definition.unit[unit_key].label
        if number:
            flash(
                _("已采用“%(unit)s”建议的 %(number)s 项分，录入了得分。", unit=label, number=number), "good"
            )
        else:
            flash(_("“%(unit)s”建议的分已经采用过，没有再录。", unit=label), "good")
    return redirect(
        url_for("admin.analyses", assessment_code=assessment_code, _anchor=f"unit-{unit_key}"), 303
    )


def _takes() -> bool:
    return here().assessment.stage in written.ANALYSING


def _writing() -> dict[str, object]:
    definition = here().definition
    return {
        "texts": TEXT_WORDS,
        "parts": entered_parts(definition),
        "at": lambda time: moment(time, definition.time_zone),
    }


def _form_of(last: AnalysisVersion | None) -> AnalysisForm:
    definition = here().definition
    parts = entered_parts(definition)
    fields = {points_field(one): StringField(one.label, render_kw=_POINTS) for one in parts}
    made = type("_Form", (AnalysisForm,), fields)
    data = {}
    if last:
        points = {points_field(one): last.points.get(one.key, "") for one in parts}
        data = {**last.texts, **points, "band": last.band}
    form: AnalysisForm = made(data=data)
    form.band.choices = [("", _("（不建议）")), *((one.key, one.label) for one in definition.composite.bands)]
    return form


_POINTS = {"inputmode": "decimal", "autocomplete": "off"}


def points_field(part: Component) -> str:
    """Return what the field of a part's proposed points is called."""
    return f"points.{part.key}"


def _form_page(
    unit: str, form: AnalysisForm, last: AnalysisVersion | None, status: int = 200, *, too_late: bool = False
) -> ResponseReturnValue:
    definition = here().definition
    with transaction() as session:
        known = _known_of(session, unit)
    page = render_template(
        "admin/assessment/examining_analysis_form.html",
        assessment=here().assessment,
        unit=definition.unit[unit],
        form=form,
        fields=[points_field(one) for one in entered_parts(definition)],
        limits=TEXTS,
        last=last,
        changed=status == 409 and not too_late,
        takes=_takes(),
        too_late=too_late,
        known=known,
        at=lambda time: moment(time, definition.time_zone),
    )
    return page, 422 if form.errors and status == 200 else status


def _known_of(session: Session, unit: str) -> list[tuple[str, str, str]]:
    """Return what else is known of a unit: what it is, what there is, and the page that has it."""
    assessment = here().assessment
    code = assessment.code
    _record, talks = talk_counts.counts(session, assessment).get(unit, (None, None))
    findings = assessment_number_rows.findings_of(session, assessment)
    number = sum(about[1] == unit for about in findings)
    statement = unit_statements.statement_of(session, assessment, unit)
    known = []
    if may_here(SeatAct.SEE_SCORES):
        known.append((_("综合得分"), _("总分和各项"), url_for("admin.totals", assessment_code=code)))
    if may_here(SeatAct.SEE_NUMBERS, unit):
        known.append((_("亮灯图"), _("各指标进度"), url_for("admin.standing_now", assessment_code=code)))
    known.append((_("查访核验"), _("核验数 %(number)s 个", number=number), page_of(*VISITS_PAGES)))
    known.append(
        (_("个别谈话"), _("%(number)s 人", number=talks.total if talks else 0), page_of("admin.talks"))
    )
    path = url_for("admin.unit_statement", assessment_code=code, unit_key=unit)
    known.append((pgettext("year-end", "述职报告"), str(STATEMENT_STATES[statement.state]), path))
    return [(str(word), str(said), path) for word, said, path in known]
