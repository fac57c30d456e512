"""The proposal of bands as a committee reads it: ranks, places, ties, vetoes, and what was decided."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from survey.documents.assessment.papers.papers import PAPER_FORMATS
from survey.domain.assessment.committee.band_places import band_places, band_ties
from survey.domain.assessment.seats import SeatAct
from survey.services.assessment.committee import meetings
from survey.storage.database import transaction
from survey.web.admin.assessment.seat_guard import seat_access
from survey.web.admin.assessment.views.shown_numbers import WRITTEN, asked_class
from survey.web.admin.blueprint import blueprint

from .committee_words import LACKING, place_words, tie_words


@blueprint.get("/a/<assessment_code>/proposal")
@seat_access(SeatAct.SEE_PROPOSAL)
def proposal_page(assessment_code: str) -> ResponseReturnValue:
    """Show the proposal class by class, and beside it what was decided."""
    with transaction() as session:
        found = meetings.decided_year(session, assessment_code)
    view = found.view
    definition = view.assessment.definition
    class_key = asked_class(definition, request.args.get("class", ""))
    classes = [one for one in view.classes if class_key in ("", one.unit_class.key)]
    return render_template(
        "admin/assessment/committee_proposal.html",
        found=found,
        view=view,
        definition=definition,
        classes=classes,
        class_key=class_key,
        places={
            one.unit_class.key: [place_words(places) for places in band_places(definition, one)]
            for one in classes
        },
        ties={one.unit_class.key: [tie_words(tie) for tie in band_ties(definition, one)] for one in classes},
        vetoes=view.evidence.vetoes,
        entries=view.evidence.entries,
        lacking=LACKING,
        formats=PAPER_FORMATS,
        **WRITTEN,
    )
