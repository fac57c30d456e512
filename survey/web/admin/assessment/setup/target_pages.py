"""The targets of a draft: by indicator or by unit, with the plan of the months on a page of its own."""

from collections import Counter
from collections.abc import Sequence

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from survey.documents.assessment.form.typed_rows import Places
from survey.documents.assessment.form.typed_tasks import HAS, NUMBERS, TypedTask, task_typed, with_tasks
from survey.documents.assessment.setup.setup_sheets import TARGET_SHEET
from survey.domain.assessment.facts import UnitTask
from survey.domain.assessment.reports.file_rows import FileCell
from survey.domain.assessment.seats import SeatAct
from survey.domain.assessment.targets_reader import PLAN
from survey.domain.errors import BadNumbers
from survey.web.admin.assessment.seat_guard import here, seat_access
from survey.web.admin.blueprint import blueprint

from .part_pages import page
from .saving import NOTHING, FormRefusal, draft_document, save, told
from .setup_steps import TARGETS_KEY, lacking_tasks, path_of

TASKS_AT_ONCE = 100
_HEADS = {column.path: column.head for column in TARGET_SHEET.columns}


def _head(column: str) -> str:
    if column in PLAN:
        return str(_("%(number)s 月", number=PLAN.index(column) + 1))
    return str(_(_HEADS[column]))


@blueprint.get("/a/<assessment_code>/setup/targets")
@seat_access(SeatAct.SET_UP)
def setup_targets(assessment_code: str) -> ResponseReturnValue:  # noqa: ARG001
    """List indicators and units, with how many tasks each has and how many of them lack a number."""
    draft_document()
    assessment = here().assessment
    definition, lacking = assessment.definition, lacking_tasks(assessment)
    given = Counter(key for task in assessment.targets for key in _sides(task))
    short = Counter(key for task in lacking for key in _sides(task))
    by_unit = {
        one.key: sum(one.class_key in asked.classes for asked in definition.indicators)
        for one in definition.units
    }
    return page(
        "targets",
        TARGETS_KEY,
        indicators=[
            (
                one,
                given["indicator", one.key],
                sum(len(definition.units_of[key]) for key in one.classes),
                short["indicator", one.key],
            )
            for one in definition.indicators
        ],
        units=[
            (
                one,
                given["unit", one.key],
                by_unit[one.key],
                short["unit", one.key],
            )
            for one in definition.units
        ],
    )


@blueprint.route("/a/<assessment_code>/setup/targets/i/<indicator_key>", methods=["GET", "POST"])
@seat_access(SeatAct.SET_UP)
def setup_indicator_targets(assessment_code: str, indicator_key: str) -> ResponseReturnValue:  # noqa: ARG001
    """Show which units have an indicator, with their targets, and take them as they were typed."""
    return _tasks("indicator", indicator_key, NUMBERS)


@blueprint.route("/a/<assessment_code>/setup/targets/u/<unit_key>", methods=["GET", "POST"])
@seat_access(SeatAct.SET_UP)
def setup_unit_targets(assessment_code: str, unit_key: str) -> ResponseReturnValue:  # noqa: ARG001
    """Show the tasks of a unit, with their targets, and take them as they were typed."""
    return _tasks("unit", unit_key, NUMBERS)


@blueprint.route("/a/<assessment_code>/setup/targets/i/<indicator_key>/plan", methods=["GET", "POST"])
@seat_access(SeatAct.SET_UP)
def setup_indicator_plan(assessment_code: str, indicator_key: str) -> ResponseReturnValue:  # noqa: ARG001
    """Show what the units are to reach by each month, and take it as it was typed."""
    return _tasks("indicator", indicator_key, PLAN)


def _sides(task: UnitTask) -> tuple[tuple[str, str], tuple[str, str]]:
    return ("unit", task[0]), ("indicator", task[1])


def _tasks(side: str, key: str, columns: Sequence[str]) -> ResponseReturnValue:
    draft_document()
    assessment = here().assessment
    tasks, last, number = _listed(side, key, columns)
    # Another may have added tasks since the form was made: what is not in it stays as it is.
    typed = [
        _typed(side, task, columns)
        if _is_sent(side, task, columns)
        else task_typed(*task, assessment.targets.get(task), columns)
        for task in tasks
    ]
    refusal = NOTHING
    if request.method == "POST":
        found = _save([(f"{_name(side, one.task)}.", one) for one in typed], columns)
        if found is None:
            return _saved(side, key, number, last)
        refusal = found
    definition, lacking = assessment.definition, lacking_tasks(assessment)
    rows = [
        (
            _name(side, one.task),
            definition.unit_name(one.unit)
            if side == "indicator"
            else definition.indicator_name(one.indicator),
            definition.indicator[one.indicator].measure,
            one,
            one.task in lacking,
        )
        for one in typed
    ]
    names = definition.indicator_name(key) if side == "indicator" else definition.unit_name(key)
    keys = list(definition.indicator if side == "indicator" else definition.unit)
    after = keys[keys.index(key) + 1 : keys.index(key) + 2]
    return page(
        "tasks",
        TARGETS_KEY,
        refusal,
        {
            f"{field}.{column}": f"{label} {_head(column)}"
            for field, label, *_rest in rows
            for column in columns
        },
        side=side,
        name=names,
        indicator=definition.indicator[key] if side == "indicator" else None,
        rows=rows,
        columns=[(column, _head(column)) for column in columns],
        is_plan=columns is PLAN,
        plan_path=url_for("admin.setup_indicator_plan", assessment_code=assessment.code, indicator_key=key)
        if side == "indicator"
        else "",
        tasks_path=_path(side, key),
        follows=bool(after),
        last=last,
        current=number,
        has=HAS,
    )


def _listed(side: str, key: str, columns: Sequence[str]) -> tuple[list[UnitTask], int, int]:
    """Return the tasks of a page, how many pages there are, and which one this is.

    A plan has only whoever has the task. What this request's form has is on its page, too, whatever was
    added before it since the form was made.
    """
    assessment = here().assessment
    definition = assessment.definition
    found = [
        (unit.key, indicator.key)
        for unit in definition.units
        for indicator in definition.indicators
        if key == (indicator.key if side == "indicator" else unit.key)
        and unit.class_key in indicator.classes
        and (columns is not PLAN or (unit.key, indicator.key) in assessment.targets)
    ]
    last = max(1, -(-len(found) // TASKS_AT_ONCE))
    asked = request.args.get("page", "1")
    number = max(1, min(int(asked), last)) if asked.isdecimal() and len(asked) < 5 else 1
    window = range(TASKS_AT_ONCE * (number - 1), TASKS_AT_ONCE * number)
    shown = [task for at, task in enumerate(found) if at in window or _is_sent(side, task, columns)]
    return shown, last, number


def _name(side: str, task: UnitTask) -> str:
    return task[0] if side == "indicator" else task[1]


def _is_sent(side: str, task: UnitTask, columns: Sequence[str]) -> bool:
    """Return whether this request's form has any field of a task."""
    return any(f"{_name(side, task)}.{column}" in request.form for column in (HAS, *columns))


def _typed(side: str, task: UnitTask, columns: Sequence[str]) -> TypedTask:
    name, form = _name(side, task), request.form
    has = columns is PLAN or f"{name}.{HAS}" in form
    return TypedTask(*task, has, {column: form.get(f"{name}.{column}", "").strip() for column in columns})


def _save(typed: list[tuple[str, TypedTask]], columns: Sequence[str]) -> FormRefusal | None:
    assessment = here().assessment
    places: Places = {
        f"{prefix}{column}": FileCell(f"{prefix}{column}", "")
        for prefix, _one in typed
        for column in (HAS, *columns)
    }
    try:
        targets = with_tasks(assessment.definition, assessment.targets, typed)
    except BadNumbers as refused:
        return told(list(refused.faults), places)
    return save(draft_document(), targets, places)


def _path(side: str, key: str) -> str:
    code = here().assessment.code
    if side == "unit":
        return url_for("admin.setup_unit_targets", assessment_code=code, unit_key=key)
    return url_for("admin.setup_indicator_targets", assessment_code=code, indicator_key=key)


def _saved(side: str, key: str, number: int, last: int) -> ResponseReturnValue:
    definition, button = here().definition, request.form.get("act")
    flash(_("已保存。"), "good")
    if button == "next" and number < last:
        return redirect(f"{request.path}?page={number + 1}", 303)
    if button == "plan" and side == "indicator":
        code = here().assessment.code
        return redirect(url_for("admin.setup_indicator_plan", assessment_code=code, indicator_key=key), 303)
    keys = list(definition.indicator if side == "indicator" else definition.unit)
    if button == "next" and key != keys[-1]:
        return redirect(_path(side, keys[keys.index(key) + 1]), 303)
    return redirect(path_of(here().assessment.code, TARGETS_KEY), 303)
