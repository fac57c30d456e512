"""An assessment's set-up: what it asks of whom, the files to change it by, and issuing it."""

from collections.abc import Mapping, Sequence

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from survey.documents.assessment.papers.papers import PAPER_FORMATS, PaperKind, write
from survey.documents.definition.definition_file import write_toml
from survey.documents.export.files import ASSESSMENT_DEFINITION, COMMITMENTS, MEDIA, SETUP
from survey.domain.assessment.facts import Stage
from survey.domain.assessment.indicators import Rhythm
from survey.domain.assessment.seats import SeatAct
from survey.domain.errors import BadNumbers, ChangedMeanwhile, InvalidDefinition, WrongStage
from survey.services.assessment import assessments, reporting, setting_up
from survey.services.assessment.setting_up import SetupDraft
from survey.storage.database import transaction
from survey.web.admin.attachment import attachment, named_attachment
from survey.web.admin.blueprint import blueprint
from survey.web.admin.current_actor import by
from survey.web.server.bodies import largest_body

from .seat_guard import here, seat_access
from .setup.setup_steps import setup_steps
from .setup_faults import ToldFault, told_cells
from .setup_upload import LARGEST, sent_setup

RHYTHMS: Mapping[Rhythm, object] = {
    Rhythm.MONTH: _l("每月"),
    Rhythm.QUARTER: _l("每季度"),
    Rhythm.YEAR: _l("年终一次"),
}
SHOWN = 200
"""As many faults stand on the page; the others wait until these are mended."""


@blueprint.get("/a/<assessment_code>/setup")
@seat_access(SeatAct.SET_UP)
def assessment_draft(assessment_code: str) -> ResponseReturnValue:
    """Show how many numbers each has to give, what is missing, and the files."""
    return _page(assessment_code)


@blueprint.post("/a/<assessment_code>/setup")
@largest_body(LARGEST)
@seat_access(SeatAct.SET_UP)
def replace_assessment_draft(assessment_code: str) -> ResponseReturnValue:
    """Put a workbook or a definition file in the place of the draft, or say what is wrong where."""
    sent = sent_setup()
    if sent.faults:
        return _page(assessment_code, 422, sent.faults)
    try:
        with transaction(write=True) as session:
            setting_up.replace_draft(
                session, assessment_code, sent.data, sent.rows, by(), read=request.form.get("draft", "")
            )
    except (InvalidDefinition, BadNumbers) as refused:
        return _page(assessment_code, 422, sent.refused(refused))
    except WrongStage:
        return _already(assessment_code)
    except ChangedMeanwhile:
        return _page(assessment_code, 409, changed=True)
    flash(_("已换成新的设置。"), "good")
    return redirect(url_for("admin.assessment_draft", assessment_code=assessment_code), 303)


@blueprint.post("/a/<assessment_code>/issue")
@seat_access(SeatAct.SET_UP)
def issue_assessment(assessment_code: str) -> ResponseReturnValue:
    """Freeze definition and targets once the assessment's code was typed."""
    if request.form.get("typed", "").strip() != assessment_code:
        return _page(assessment_code, 422, wrong=True)
    try:
        with transaction(write=True) as session:
            assessments.issue(session, assessment_code, by(), read=request.form.get("draft", ""))
    except WrongStage:
        return _already(assessment_code)
    except ChangedMeanwhile:
        return _page(assessment_code, 409, changed=True)
    except BadNumbers:
        return _page(assessment_code, 422)
    flash(_("已下达。请打印目标责任书，请各单位签字。"), "good")
    return redirect(url_for("admin.assessment_draft", assessment_code=assessment_code), 303)


@blueprint.get("/a/<assessment_code>/setup.xlsx")
@seat_access(SeatAct.SET_UP)
def setup_workbook(assessment_code: str) -> ResponseReturnValue:
    """Hand the set-up out as a workbook."""
    from survey.documents.assessment.setup.setup_workbook import write_setup

    with transaction() as session:
        document = assessments.document_of(session, here().assessment)
    content = write_setup(document, here().assessment.targets)
    return named_attachment(content, SETUP, title=here().definition.title, assessment_code=assessment_code)


@blueprint.get("/a/<assessment_code>/setup.toml")
@seat_access(SeatAct.SET_UP)
def assessment_definition(assessment_code: str) -> ResponseReturnValue:
    """Hand the definition out as a file, without targets."""
    with transaction() as session:
        document = assessments.document_of(session, here().assessment)
    title = here().definition.title
    return named_attachment(
        write_toml(document), ASSESSMENT_DEFINITION, title=title, assessment_code=assessment_code
    )


@blueprint.get("/a/<assessment_code>/commitments.<kind>")
@seat_access(SeatAct.PRINT)
def commitments(assessment_code: str, kind: str) -> ResponseReturnValue:
    """Hand out the units' letters of commitment, to be signed."""
    if kind not in PAPER_FORMATS:
        abort(404)
    with transaction() as session:
        found = reporting.commitments_paper(session, assessment_code)
    content = write(PaperKind.COMMITMENTS, kind, found.material, found.template)
    title = here().definition.title
    return attachment(
        content, MEDIA[kind], COMMITMENTS.named(title=title, assessment_code=assessment_code, kind=kind)
    )


def _already(assessment_code: str) -> ResponseReturnValue:
    """Lead back where somebody else was faster, or where a targetless draft cannot go on."""
    if here().assessment.stage is Stage.DRAFT and not here().assessment.targets:
        flash(_("还没有年度目标，不能下达。"), "bad")
    else:
        flash(_("已经下达，不能再改草稿。要改目标的，走目标调整。"), "bad")
    return redirect(url_for("admin.assessment_draft", assessment_code=assessment_code), 303)


def _page(
    assessment_code: str,
    status: int = 200,
    faults: Sequence[ToldFault] = (),
    *,
    wrong: bool = False,
    changed: bool = False,
) -> ResponseReturnValue:
    with transaction() as session:
        found = setting_up.draft_overview(session, assessment_code)
    rhythms = _rhythms(found)
    page = render_template(
        "admin/assessment/draft.html",
        assessment=found.assessment,
        definition=found.assessment.definition,
        found=found,
        steps=setup_steps(found.assessment),
        is_draft=found.assessment.stage is Stage.DRAFT,
        rhythms=[(one, RHYTHMS[one]) for one in rhythms],
        faults=faults[:SHOWN],
        more=max(0, len(faults) - SHOWN),
        lacking=_lacking(found),
        wrong=wrong,
        changed=changed,
        typed="" if changed else request.form.get("typed", ""),
        formats=PAPER_FORMATS,
    )
    return page, status


def _rhythms(found: SetupDraft) -> list[Rhythm]:
    """Return how often anybody gives a number, the most often first."""
    asked = found.asked
    given = [one.own for one in asked.units] + [one.numbers for one in asked.leads] + [asked.office]
    return [rhythm for rhythm in Rhythm if any(numbers.get(rhythm) for numbers in given)]


def _lacking(found: SetupDraft) -> list[tuple[str, list[tuple[str, list[str]]]]]:
    """Return what tasks lack, in words, each with the units and their indicators that lack it."""
    definition = found.assessment.definition
    grouped: dict[str, dict[str, list[str]]] = {}
    for fault, told in zip(found.lacking, told_cells(found.lacking), strict=True):
        unit, _comma, indicator = fault.place.partition(", ")
        units = grouped.setdefault(told.words, {})
        label = definition.unit[unit].label
        units.setdefault(label, []).append(definition.indicator[indicator].label)
    return [(words, list(units.items())) for words, units in grouped.items()]
