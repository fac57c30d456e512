"""Many rows at once as lines of a text, and an assessment begun without a file."""

from collections.abc import Mapping

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from survey.documents.assessment.form.form_parts import PARTS
from survey.documents.assessment.form.part_changes import names_in
from survey.documents.assessment.form.pasted_lines import COLUMNS, first_document, pasted_lines, with_lines
from survey.documents.assessment.form.typed_rows import Places
from survey.documents.assessment.setup.setup_reading import SetupFile
from survey.domain.accounts.roles import Permission
from survey.domain.assessment.indicators import Rhythm
from survey.domain.assessment.seats import SeatAct
from survey.domain.definition.names import clean, unclear
from survey.domain.errors import AssessmentExists, InvalidDefinition
from survey.services.assessment import setting_up
from survey.storage.database import transaction
from survey.web.admin.assessment.draft import RHYTHMS
from survey.web.admin.assessment.seat_guard import here, seat_access
from survey.web.admin.assessment.setup_faults import told_cells
from survey.web.admin.blueprint import blueprint
from survey.web.admin.current_actor import by
from survey.web.context import now
from survey.web.security import access

from .part_pages import page
from .saving import NOTHING, draft_document, save
from .setup_steps import path_of

BASICS = ("title", "code", "year", "office", "periods")


@blueprint.route("/a/<assessment_code>/setup/<setup_part>/many", methods=["GET", "POST"])
@seat_access(SeatAct.SET_UP)
def paste_setup_rows(assessment_code: str, setup_part: str) -> ResponseReturnValue:
    """Add a row for each line of a text that is pasted."""
    document = draft_document()
    part = PARTS[setup_part] if setup_part in COLUMNS else abort(404)
    text, errors, refusal = "", list[str](), NOTHING
    if request.method == "POST":
        text, places = request.form.get("lines", ""), Places()
        lines = pasted_lines(clean_lines(text))
        found = save(with_lines(document, part, lines, places), here().assessment.targets, places)
        if found is None:
            said = ngettext("添加了 %(num)s 行。", "添加了 %(num)s 行。", len(lines))
            flash(said, "good")
            return redirect(path_of(assessment_code, part.key), 303)
        refusal, errors = found, _by_line(found.faults, part.key)
    classes = [row.label for row in names_in(document).lists["classes"]]
    return page("many", part.key, refusal, text=text, errors=errors, classes=classes)


@blueprint.route("/new-assessment/form", methods=["GET", "POST"])
@access(Permission.ASSESS)
def begin_directly() -> ResponseReturnValue:
    """Begin an assessment with what cannot be left open: its name, its units and its indicators."""
    typed = {name: request.form.get(name, "") for name in (*BASICS, "units", "indicators")}
    if request.method == "GET":
        typed |= {"year": str(now().year), "periods": str(Rhythm.MONTH)}
        return _begin(typed, {})
    places = Places()
    data = first_document(
        {name: clean(typed[name]) for name in BASICS},
        pasted_lines(clean_lines(typed["units"])),
        pasted_lines(clean_lines(typed["indicators"])),
        places,
    )
    try:
        if faults := list(unclear(data)):
            raise InvalidDefinition(faults)
        with transaction(write=True) as session:
            made = setting_up.begin(session, data, None, by(), current_user.account.unit)
    except InvalidDefinition as refused:
        known = SetupFile(data, (), places)
        told: dict[str, list[str]] = {}
        for one in told_cells([known.fault(fault) for fault in refused.faults]):
            told.setdefault(one.place, []).append(one.words)
        return _begin(typed, told)
    except AssessmentExists:
        return _begin(typed, {"code": [str(_("已经有这个代号的考核，请换一个。"))]})
    flash(_("已建成草稿。请从左边的各部分接着填，填好年度目标就可以下达。"), "good")
    return redirect(path_of(made.code, "indicators"), 303)


def clean_lines(text: str) -> str:
    """Return pasted lines without signs that nobody sees; tabs and ends of lines stay."""
    return "\n".join("\t".join(clean(part) for part in line.split("\t")) for line in text.splitlines())


def _by_line(faults: Mapping[str, list[str]], name: str) -> list[str]:
    """Return what is wrong in which line of a field, and in the field as a whole."""
    found = []
    part = PARTS.get(name)
    heads = {one.path: one.head for one in (*part.line_columns, *part.own)} if part else {}
    for place, words in faults.items():
        field, *rest = place.split(" ")
        if field == name:
            number, column = (*rest, "", "")[:2]
            where = str(_("第 %(number)s 行：", number=number)) if number else ""
            head = str(_("%(what)s：", what=_(heads[column]))) if column in heads else ""
            found += [f"{where}{head}{said}" for said in words]
    return list(dict.fromkeys(found))


def _begin(typed: Mapping[str, str], faults: Mapping[str, list[str]]) -> ResponseReturnValue:
    made = render_template(
        "admin/assessment/new_directly.html",
        typed=typed,
        errors={name: _by_line(faults, name) for name in typed},
        rhythms=[(str(one), RHYTHMS[one]) for one in (Rhythm.MONTH, Rhythm.QUARTER)],
        back=url_for("admin.new_assessment"),
    )
    return made, 422 if faults else 200
