"""Tasks that units are to mend (整改): set by the office, answered by the unit, closed or returned."""

from collections.abc import Mapping
from datetime import date

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from survey.documents.assessment.papers.papers import PaperKind, write
from survey.documents.export.files import MEDIA, MENDING_LIST
from survey.domain.assessment.facts import Stage
from survey.domain.assessment.seats import SeatAct, units_within
from survey.domain.assessment.telling.mending_task import (
    MAX_WHAT,
    MendingState,
    MendingTask,
    TaskFilter,
    extended_to,
)
from survey.domain.errors import BadYearRecord, ChangedMeanwhile, TaskClosed, UnknownAssessment
from survey.services.assessment.telling import mending
from survey.services.assessment.telling.mending import FOLLOWING, MENDING, today_in
from survey.storage.database import transaction
from survey.web.admin.assessment.seat_guard import here, may_here, seat_access
from survey.web.admin.attachment import attachment
from survey.web.admin.blueprint import blueprint
from survey.web.admin.current_actor import by
from survey.web.admin.office_form import row_number
from survey.web.context import now

from .telling_words import FILTERS, STATES, day_words, fault_texts, ground_name, reminder_of

FORMATS = ("xlsx", "docx", "pdf")
_RULED = {
    "closes": _l("已销号。"),
    "returns": _l("已退回，单位会看到原因。"),
    "extends": _l("已延期，单位会看到原因。"),
}
_TASK = "/a/<assessment_code>/tasks/<unit_key>/<int:number>"


@blueprint.get("/a/<assessment_code>/tasks")
@seat_access(SeatAct.SEE_LETTERS)
def mending_tasks(assessment_code: str) -> ResponseReturnValue:
    """List tasks, by where they stand and by unit; a unit sees its own."""
    assessment, definition = here().assessment, here().definition
    wanted, unit = _wanted(), _asked_unit()
    own = units_within(here().seats, SeatAct.SEE_LETTERS, definition)
    with transaction() as session:
        found = mending.tasks_of(session, assessment, [unit] if unit else own)
    today = today_in(definition, now())
    paths = {
        one: url_for(
            "admin.mending_tasks", assessment_code=assessment_code, state=one.value, unit=unit or None
        )
        for one in FILTERS
    }
    return render_template(
        "admin/assessment/telling_tasks.html",
        assessment=assessment,
        filters=[(word, paths[one], one is wanted) for one, word in FILTERS.items()],
        wanted=wanted.value,
        units=[definition.unit[key] for key in own],
        unit=unit,
        shown=[task for task in found if wanted.takes(task, today)],
        today=today,
        can=assessment.stage in MENDING,
        reminders=_reminders(found, today)
        if may_here(SeatAct.TELL) and assessment.stage in FOLLOWING
        else [],
        **_words(),
    )


@blueprint.get("/a/<assessment_code>/tasks/<unit_key>/new")
@seat_access(SeatAct.TELL)
def set_task(assessment_code: str, unit_key: str) -> ResponseReturnValue:  # noqa: ARG001 – here() has it
    """Show the form for another task of a unit, with what it missed and has no task for."""
    return _form(unit_key, request.args)


@blueprint.post("/a/<assessment_code>/tasks/<unit_key>/new")
@seat_access(SeatAct.TELL)
def send_task(assessment_code: str, unit_key: str) -> ResponseReturnValue:
    """Set a unit a task."""
    try:
        with transaction(write=True) as session:
            mending.set_task(session, assessment_code, unit_key, request.form, by())
    except BadYearRecord as refused:
        return _form(unit_key, request.form, refused.faults)
    flash(_("已立项，单位可以看到了。"), "good")
    return redirect(url_for("admin.mending_tasks", assessment_code=assessment_code, unit=unit_key), 303)


@blueprint.get(_TASK)
@seat_access(SeatAct.SEE_LETTERS)
def mending_task(assessment_code: str, unit_key: str, number: int) -> ResponseReturnValue:  # noqa: ARG001
    """Show one task with all that was said of it."""
    return _page(unit_key, number)


@blueprint.post(f"{_TASK}/answer")
@seat_access(SeatAct.ANSWER_TASKS)
def answer_task(assessment_code: str, unit_key: str, number: int) -> ResponseReturnValue:
    """Put on record what the unit did about a task."""
    said = request.form.get("text", "")
    try:
        with transaction(write=True) as session:
            mending.answer(session, assessment_code, unit_key, number, request.form, by())
    except BadYearRecord as refused:
        return _page(unit_key, number, 422, faults=refused.faults, asked="answer", said=said)
    except TaskClosed:
        return _page(unit_key, number, 409, closed=True, asked="answer", said=said)
    flash(_("整改情况已报考核办。"), "good")
    return _back(unit_key, number)


@blueprint.post(f"{_TASK}/ruling")
@seat_access(SeatAct.TELL)
def rule_task(assessment_code: str, unit_key: str, number: int) -> ResponseReturnValue:
    """Close a task (销号), return it, or give it a later day, with a reason."""
    said, wish = (request.form.get(name, "") for name in ("reason", "act"))
    if wish not in _RULED:
        return _page(unit_key, number, 422, asked="ruling", said=said)
    read = request.form.get("seen", -1, type=row_number)
    try:
        with transaction(write=True) as session:
            if wish == "extends":
                mending.extend(session, assessment_code, unit_key, number, request.form, seen=read, by=by())
            else:
                closes = wish == "closes"
                mending.rule(
                    session,
                    assessment_code,
                    unit_key,
                    number,
                    request.form,
                    closes=closes,
                    seen=read,
                    by=by(),
                )
    except BadYearRecord as refused:
        return _page(unit_key, number, 422, faults=refused.faults, asked="ruling", said=said)
    except TaskClosed:
        return _page(unit_key, number, 409, closed=True, asked="ruling", said=said)
    except ChangedMeanwhile:
        return _page(unit_key, number, 409, changed=True, asked="ruling", said=said)
    flash(str(_RULED[wish]), "good")
    return _back(unit_key, number)


@blueprint.get("/a/<assessment_code>/tasks.<kind>")
@seat_access(SeatAct.SEE_LETTERS)
def task_list_file(assessment_code: str, kind: str) -> ResponseReturnValue:
    """Hand out the list of tasks that one may see (整改台账)."""
    if kind not in FORMATS:
        abort(404)
    unit = _asked_unit()
    units = [unit] if unit else units_within(here().seats, SeatAct.SEE_LETTERS, here().definition)
    with transaction() as session:
        found = mending.tasks_paper(session, assessment_code, units, now())
    name = MENDING_LIST.named(title=here().definition.title, assessment_code=assessment_code, kind=kind)
    return attachment(write(PaperKind.MENDING, kind, found.material, found.template), MEDIA[kind], name)


def _wanted() -> TaskFilter:
    said = request.args.get("state", "")
    return TaskFilter(said) if said in list(TaskFilter) else TaskFilter.ALL


def _asked_unit() -> str:
    """Return the unit that is asked for; another's is as good as none: raises ``UnknownAssessment``."""
    unit = request.args.get("unit", "")
    if unit and (unit not in here().definition.unit or not may_here(SeatAct.SEE_LETTERS, unit)):
        raise UnknownAssessment(here().assessment.code)
    return unit


def _reminders(tasks: list[MendingTask], today: date) -> list[str]:
    """Return a text for each unit that has tasks which wait for it."""
    waiting: dict[str, list[MendingTask]] = {}
    for task in tasks:
        if task.state in (MendingState.OPEN, MendingState.RETURNED):
            waiting.setdefault(task.unit, []).append(task)
    return [reminder_of(here().definition, unit, own, today) for unit, own in waiting.items()]


def _back(unit_key: str, number: int) -> ResponseReturnValue:
    code = here().assessment.code
    return redirect(
        url_for("admin.mending_task", assessment_code=code, unit_key=unit_key, number=number), 303
    )


def _words() -> dict[str, object]:
    definition = here().definition
    return {
        "states": STATES,
        "ground": lambda ground: ground_name(definition, ground),
        "label": lambda unit: definition.unit[unit].label if unit in definition.unit else unit,
        "day_words": day_words,
        "moment": here().moment,
        "extended_to": extended_to,
    }


def _form(
    unit_key: str, typed: Mapping[str, str], faults: Mapping[str, str] | None = None
) -> ResponseReturnValue:
    assessment = here().assessment
    if assessment.stage not in MENDING:
        early = assessment.stage is not Stage.CLOSED
        flash(_("年终考核开始以后，才能立整改事项。") if early else _("考核已办结，不再立整改事项。"), "warn")
        return redirect(url_for("admin.mending_tasks", assessment_code=assessment.code), 303)
    with transaction() as session:
        grounds = mending.grounds_of(session, assessment, unit_key)
        proposals = mending.proposals(session, assessment, unit_key)
    unit = assessment.definition.unit[unit_key]
    page = render_template(
        "admin/assessment/telling_task_form.html",
        assessment=assessment,
        unit=unit_key,
        label=unit.label,
        head=unit.head,
        grounds=[(key, ground_name(assessment.definition, key)) for key in grounds],
        proposals=proposals,
        typed=typed,
        faults=fault_texts(faults or {}),
        most=MAX_WHAT,
    )
    return page, 422 if faults else 200


def _page(
    unit_key: str,
    number: int,
    status: int = 200,
    *,
    faults: Mapping[str, str] | None = None,
    changed: bool = False,
    closed: bool = False,
    asked: str = "",
    said: str = "",
) -> ResponseReturnValue:
    assessment, definition = here().assessment, here().definition
    with transaction() as session:
        task = mending.task_of(session, assessment, unit_key, number)
    today = today_in(definition, now())
    waits = assessment.stage in FOLLOWING and task.state in (MendingState.OPEN, MendingState.RETURNED)
    words = _words() | {"label": definition.unit[unit_key].label}
    page = render_template(
        "admin/assessment/telling_task.html",
        assessment=assessment,
        task=task,
        today=today,
        can=assessment.stage in FOLLOWING,
        until=request.form.get("until", ""),
        reminder=reminder_of(definition, unit_key, [task], today) if waits else "",
        faults=fault_texts(faults or {}),
        changed=changed,
        closed=closed,
        asked=asked,
        said=said,
        **words,
    )
    return page, status
