"""Entries of a year: what stands on record, who entered it and why, and reading a file of them."""

from collections.abc import Sequence

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from survey.documents.assessment.row_files import read_rows
from survey.documents.definition.definition_file import parse_definition
from survey.documents.roster.cells import MAX_FILE
from survey.domain.assessment.brought.file_kinds import FileKind, kind_by_heads, kind_of_tables
from survey.domain.assessment.facts import Stage
from survey.domain.assessment.reports.file_rows import FileRow
from survey.domain.assessment.scoring.places import plain
from survey.domain.assessment.seats import SeatAct
from survey.domain.errors import BadNumbers, CellFault, Flaw, InvalidDefinition, WrongStage
from survey.services.assessment import taking
from survey.services.assessment.assessments import TAKING
from survey.services.assessment.reports import entry_files
from survey.services.assessment.running import year_entries
from survey.services.assessment.taking import FileTaken
from survey.storage.database import transaction
from survey.web.admin.assessment.cell_faults import fault_words
from survey.web.admin.assessment.draft import SHOWN
from survey.web.admin.assessment.seat_guard import here, seat_access
from survey.web.admin.assessment.seats import FORM_AROUND
from survey.web.admin.assessment.setup_faults import ToldFault
from survey.web.admin.blueprint import blueprint
from survey.web.admin.current_actor import by
from survey.web.server.bodies import largest_body

from .entry_words import (
    OTHER_KIND,
    act_words,
    cap_words,
    entry_fault_words,
    item_limits,
    signed,
    told_entry_faults,
)

SCORED = (Stage.SCORED, Stage.DECIDED)
"""What is entered now counts only once the year is scored anew."""


@blueprint.get("/a/<assessment_code>/entries")
@seat_access(SeatAct.SEE_ENTRIES)
def entries(assessment_code: str) -> ResponseReturnValue:
    """List entries, vetoes and typed-in values, those taken back too."""
    return _page(assessment_code)


@blueprint.post("/a/<assessment_code>/entries/file")
@largest_body(MAX_FILE + FORM_AROUND)
@seat_access(SeatAct.ENTER)
def take_entry_file(assessment_code: str) -> ResponseReturnValue:
    """Put a file of entries on record whole, or say what is wrong where."""
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return _page(assessment_code, 422, (ToldFault("", "", str(_("请选择文件。"))),))
    name, content = sent.filename, sent.read()
    is_toml = name.lower().endswith(".toml")
    try:
        rows = [] if is_toml else read_rows(name, content)
    except BadNumbers as refused:
        told = [ToldFault(one.place, one.value, fault_words(one)) for one in refused.faults]
        return _page(assessment_code, 422, told)
    try:
        taken, odd = _of_tables(name, content) if is_toml else _of_rows(name, rows)
    except BadNumbers as refused:
        return _page(assessment_code, 422, told_entry_faults(here().definition, refused.faults))
    except InvalidDefinition as refused:
        told = [ToldFault(name, "", entry_fault_words(_as_cell(name, refused)))]
        return _page(assessment_code, 422, told)
    except WrongStage:
        return too_early(assessment_code)
    flash(
        _("记下 %(added)s 条；%(known)s 条早已在案，没有再记。", added=taken.added, known=taken.known), "good"
    )
    tell_odd(odd)
    return redirect(url_for("admin.entries", assessment_code=assessment_code), 303)


def tell_odd(odd: Sequence[CellFault]) -> None:
    """Flash what is odd about what was taken all the same."""
    for one in told_entry_faults(here().definition, odd):
        flash(_("%(place)s：%(words)s", place=one.place, words=one.words), "warn")


def too_early(assessment_code: str) -> ResponseReturnValue:
    """Lead back where nothing can be entered: before the year is issued, or once it is closed."""
    flash(_("现在不能记：还没有下达，或者已经全部办结。"), "bad")
    return redirect(url_for("admin.entries", assessment_code=assessment_code), 303)


def _of_tables(name: str, content: bytes) -> tuple[FileTaken, list[CellFault]]:
    data = _parsed(name, content)
    code = here().assessment.code
    with transaction(write=True) as session:
        return taking.take_acts(session, code, data, by()), entry_files.odd_entries(session, code, data)


def _of_rows(name: str, rows: Sequence[FileRow]) -> tuple[FileTaken, list[CellFault]]:
    if kind_by_heads(rows) is not FileKind.ENTRIES:
        raise BadNumbers([_other_kind(name)])
    code = here().assessment.code
    with transaction(write=True) as session:
        taken = entry_files.take_entry_rows(session, code, rows, by())
        return taken, entry_files.odd_entry_rows(session, code, rows)


def _parsed(name: str, content: bytes) -> dict[str, object]:
    try:
        data = parse_definition(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        said = f"{name} is not UTF-8"
        raise BadNumbers([CellFault(name, "", Flaw.NO_TOML, said, "save it as UTF-8")]) from error
    if kind_of_tables(data) is not FileKind.ENTRIES:
        raise BadNumbers([_other_kind(name)])
    return data


def _other_kind(name: str) -> CellFault:
    said = "holds no entries, vetoes or typed-in values"
    return CellFault(name, "", OTHER_KIND, said, "choose the file of entries")


def _as_cell(name: str, refused: InvalidDefinition) -> CellFault:
    fault = refused.faults[0]
    return CellFault(name, "", fault.flaw, fault.message, "", fault.facts)


def _page(assessment_code: str, status: int = 200, faults: Sequence[ToldFault] = ()) -> ResponseReturnValue:
    with transaction() as session:
        year = year_entries.year_entries(session, assessment_code)
    assessment, definition = year.assessment, year.assessment.definition
    page = render_template(
        "admin/assessment/running_entries.html",
        assessment=assessment,
        definition=definition,
        year=year,
        faults=faults[:SHOWN],
        more=max(0, len(faults) - SHOWN),
        may_enter=assessment.stage in TAKING,
        scored=assessment.stage in SCORED,
        unit=definition.unit_name,
        limits=lambda key: item_limits(definition.item.get(key)),
        caps=cap_words(definition.caps),
        words=lambda act: act_words(definition, act),
        signed=signed,
        plain=plain,
        day=here().moment,
    )
    return page, status
