"""The score records of a year: all of them with who made and signed them, each one opened, and its papers."""

from flask import abort, render_template
from flask.typing import ResponseReturnValue

from survey.documents.assessment.papers.papers import PAPER_FORMATS, PaperKind, write
from survey.documents.export.files import MEDIA, PROPOSAL, SCORE_SHEETS, SUMMARY
from survey.domain.assessment.committee.record_gaps import gaps_of
from survey.domain.assessment.seats import SeatAct
from survey.services.assessment import reporting, score_records
from survey.services.assessment.committee import record_signing
from survey.services.assessment.views import year_views
from survey.storage.assessment import score_record_rows
from survey.storage.database import transaction
from survey.web.admin.assessment.seat_guard import here, require_act, seat_access
from survey.web.admin.assessment.views.shown_numbers import WRITTEN
from survey.web.admin.attachment import attachment
from survey.web.admin.blueprint import blueprint

from .committee_words import gap_words

RECORD_PAPERS = {
    PaperKind.SCORE_SHEETS: (SCORE_SHEETS, SeatAct.SEE_SCORES),
    PaperKind.SUMMARY: (SUMMARY, SeatAct.SEE_SCORES),
    PaperKind.PROPOSAL: (PROPOSAL, SeatAct.SEE_PROPOSAL),
}
"""The papers of a record that are handed out here: what each is called, and what it asks for."""


@blueprint.get("/a/<assessment_code>/records")
@seat_access(SeatAct.SEE_SCORES)
def score_records_page(assessment_code: str) -> ResponseReturnValue:  # noqa: ARG001 – here() has it
    """List all score records with number, digest, reason, signatures, who made them and when."""
    assessment = here().assessment
    with transaction() as session:
        found = score_record_rows.records(session, assessment.id)
        waiting = record_signing.waiting_signature(session, assessment, found[-1]) if found else None
    return render_template(
        "admin/assessment/committee_records.html",
        assessment=assessment,
        definition=assessment.definition,
        records=found[::-1],
        waiting=waiting,
        parts=record_signing.PART_WORDS,
        **WRITTEN,
    )


@blueprint.get("/a/<assessment_code>/records/<int:number>")
@seat_access(SeatAct.SEE_SCORES)
def score_record(assessment_code: str, number: int) -> ResponseReturnValue:
    """Show one score record: its totals, what it goes without, who made and signed it, its papers."""
    with transaction() as session:
        view = year_views.record_view(session, assessment_code, number)
        last = score_records.last_record(session, view.assessment)
        waiting = record_signing.waiting_signature(session, view.assessment, last)
    definition = view.assessment.definition
    return render_template(
        "admin/assessment/committee_record.html",
        view=view,
        record=view.record,
        last=last,
        definition=definition,
        waiting=waiting if last.number == number else None,
        gaps=gap_words(definition, gaps_of(definition, view.outcome)),
        parts=record_signing.PART_WORDS,
        formats=PAPER_FORMATS,
        **WRITTEN,
    )


@blueprint.get("/a/<assessment_code>/records/<int:number>/<paper>.<kind>")
@seat_access(SeatAct.SEE_SCORES)
def record_paper(assessment_code: str, number: int, paper: str, kind: str) -> ResponseReturnValue:
    """Hand out a paper of one score record."""
    if kind not in PAPER_FORMATS or paper not in RECORD_PAPERS:
        abort(404)
    asked = PaperKind(paper)
    file, act = RECORD_PAPERS[asked]
    require_act(act)
    with transaction() as session:
        found = reporting.year_paper(session, assessment_code, record_number=number)
    content = write(asked, kind, found.material, found.template)
    name = file.named(
        title=here().definition.title, assessment_code=assessment_code, number=number, kind=kind
    )
    return attachment(content, MEDIA[kind], name)
