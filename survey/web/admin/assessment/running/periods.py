"""The periods of a year for the office: what is closed, closing the next one, and each one's papers."""

import json

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from survey.documents.assessment.papers.papers import PAPER_FORMATS, PAPERS, PaperKind, write
from survey.documents.export.files import MEDIA, PERIOD_PAPER
from survey.domain.assessment.facts import Stage
from survey.domain.assessment.seats import SeatAct
from survey.domain.errors import ChangedMeanwhile, WrongStage
from survey.services.assessment import reporting
from survey.services.assessment.assessments import IN_FORCE
from survey.services.assessment.closing import ClosedPeriod, closed_periods, period_named
from survey.services.assessment.running import period_states
from survey.storage.database import transaction
from survey.web.admin.assessment.seat_guard import here, seat_access
from survey.web.admin.attachment import attachment
from survey.web.admin.blueprint import blueprint
from survey.web.admin.current_actor import by
from survey.web.admin.words.times import moment
from survey.web.context import now

from .task_words import correction_words, named_tasks

PERIOD_PAPERS = {
    PaperKind.BULLETIN: _l("通报"),
    PaperKind.WARNINGS: _l("预警通知单"),
    PaperKind.VERIFICATION: _l("查访核验表"),
}
"""The papers of a period; each in every format that papers have."""
JSON = "json"
"""How all units stand, for programs: there is one such file beside the papers."""


@blueprint.get("/a/<assessment_code>/periods")
@seat_access(SeatAct.CLOSE_PERIOD)
def periods(assessment_code: str) -> ResponseReturnValue:
    """Show every period with its state and papers, and what the next close lacks."""
    with transaction() as session:
        year = period_states.year_periods(session, assessment_code, now())
    assessment, definition = year.assessment, year.assessment.definition
    return render_template(
        "admin/assessment/running_periods.html",
        assessment=assessment,
        definition=definition,
        year=year,
        gap=year.gap,
        missing=named_tasks(definition, year.gap.missing) if year.gap else (),
        papers=PERIOD_PAPERS if assessment.stage in IN_FORCE else {},
        formats=PAPER_FORMATS,
        is_running=assessment.stage is Stage.RUNNING,
        corrected=lambda one: correction_words(definition, one),
        day=here().moment,
    )


@blueprint.route("/a/<assessment_code>/periods/<period>/close", methods=["GET", "POST"])
@seat_access(SeatAct.CLOSE_PERIOD)
def close_assessed_period(assessment_code: str, period: str) -> ResponseReturnValue:
    """Show what the close goes without, and close where that was seen."""
    if request.method == "GET":
        return _asked(assessment_code, period)
    try:
        with transaction(write=True) as session:
            closed = period_states.close_as_seen(
                session, assessment_code, period, request.form.get("seen", ""), by()
            )
    except WrongStage:
        return _already(assessment_code, period)
    except ChangedMeanwhile:
        return _asked(assessment_code, period, changed=True)
    flash(_told(closed), "good")
    return redirect(url_for("admin.periods", assessment_code=assessment_code), 303)


@blueprint.get("/a/<assessment_code>/periods/<period>/<paper>.<kind>")
@seat_access(SeatAct.PRINT)
def period_file(assessment_code: str, period: str, paper: str, kind: str) -> ResponseReturnValue:
    """Hand out one of a period's papers, or how all units stand as JSON."""
    asked = next((one for one in PERIOD_PAPERS if one == paper), None)
    is_json = asked is PaperKind.BULLETIN and kind == JSON
    if asked is None or not (is_json or kind in PAPER_FORMATS):
        abort(404)
    with transaction() as session:
        named = period_named(here().assessment, period)
        if is_json:
            standing = reporting.standing_value(session, assessment_code, named)
            content = (json.dumps(standing, ensure_ascii=False, indent=1) + "\n").encode()
        else:
            found = reporting.period_paper(session, assessment_code, named)
            content = write(asked, kind, found.material, found.template)
    name = PERIOD_PAPER.named(
        title=here().definition.title,
        about=PAPERS[asked].name,
        assessment_code=assessment_code,
        period=named,
        paper=asked.value,
        kind=kind,
    )
    return attachment(content, MEDIA[kind], name)


def _asked(assessment_code: str, period: str, *, changed: bool = False) -> ResponseReturnValue:
    """Show what a close goes without, to be confirmed."""
    try:
        with transaction() as session:
            planned = period_states.planned_close(session, assessment_code, period, now())
    except WrongStage:
        return _already(assessment_code, period)
    definition = planned.assessment.definition
    page = render_template(
        "admin/assessment/running_close.html",
        assessment=planned.assessment,
        definition=definition,
        planned=planned,
        named=lambda tasks: named_tasks(definition, tasks),
        changed=changed,
    )
    return page, 409 if changed else 200


def _already(assessment_code: str, period: str) -> ResponseReturnValue:
    """Lead back where the period is closed by now, or where none can be closed."""
    with transaction() as session:
        named = period_named(here().assessment, period)
        closed = closed_periods(session, here().assessment).get(named)
    if closed is None:
        flash(_("现在不能结账：收到第一个数以后才开始，最后一期结账以后就没有了。"), "bad")
    else:
        said = _(
            "%(period)s 已经结账：通报第 %(number)s 期，%(who)s 于 %(when)s 办理。这次没有再动。",
            period=closed.period,
            number=closed.bulletin,
            who=closed.recorded_by,
            when=moment(closed.recorded_at, here().definition.time_zone),
        )
        flash(said, "warn")
    return redirect(url_for("admin.periods", assessment_code=assessment_code), 303)


def _told(closed: list[ClosedPeriod]) -> str:
    last = closed[-1]
    if len(closed) == 1:
        return str(_("%(period)s 已结账，通报第 %(number)s 期。", period=last.period, number=last.bulletin))
    return str(
        _(
            "%(first)s 到 %(last)s 共 %(count)s 期已结账，通报第 %(from_number)s 到 %(number)s 期。",
            first=closed[0].period,
            last=last.period,
            count=len(closed),
            from_number=closed[0].bulletin,
            number=last.bulletin,
        )
    )
