"""One visit on the spot: what the group found, what the unit answers, how the office rules."""

from collections.abc import Callable

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from survey.documents.export.files import MEDIA, FileName
from survey.domain.assessment.seats import SeatAct
from survey.domain.assessment.visits.visits import (
    OPEN_STATES,
    VisitPart,
    VisitPlace,
    day_in,
)
from survey.domain.errors import BadYearRecord, FileGone, UnfitEvidence, UnknownYearRecord, VisitMoved
from survey.services.assessment.reports import evidence_files
from survey.services.assessment.visits import visit_findings, visit_rulings, visits
from survey.services.assessment.visits.visit_findings import TypedAnswer, TypedFinding
from survey.storage.database import transaction
from survey.web.admin.assessment.reports.reporting import MAX_SENT
from survey.web.admin.assessment.seat_guard import here, may_here, seat_access
from survey.web.admin.assessment.views.shown_numbers import WRITTEN
from survey.web.admin.attachment import attachment
from survey.web.admin.blueprint import blueprint
from survey.web.admin.current_actor import by
from survey.web.admin.office_form import OfficeForm, row_number
from survey.web.context import now, settings
from survey.web.server.bodies import largest_body

from .brought_files import BroughtFiles, brought_papers, brought_photos
from .visit_page import (
    AGREES,
    EXPLAINS,
    AnswerForm,
    FindingForm,
    RulingForm,
    SentForm,
    examines,
    may_see,
    shown_visit,
    visible_visit,
    visit_address,
)
from .visit_words import STATES, moved_words, put_faults

_VISIT = "/a/<assessment_code>/findings/<period>/<unit_key>/<indicator_key>"
_STANDS = "stands"


@blueprint.get("/a/<assessment_code>/my-visits")
@seat_access(SeatAct.VERIFY)
def my_visits(assessment_code: str) -> ResponseReturnValue:  # noqa: ARG001 – here() has it
    """List the visits of one's own units, those that are to be made first."""
    with transaction() as session:
        found = visits.visits_of(session, here().assessment).values()
    own = [one for one in found if may_here(SeatAct.VERIFY, one.place.unit, one.place.indicator)]
    own.sort(key=lambda one: (one.state not in OPEN_STATES, one.plan.day, one.place.about))
    return render_template(
        "admin/assessment/examining_my_visits.html",
        assessment=here().assessment,
        definition=here().definition,
        visits=own,
        states=STATES,
        me=by().actor,
        today=day_in(here().definition.time_zone, now()),
        **WRITTEN,
    )


@blueprint.get(_VISIT)
@seat_access(SeatAct.SEE_FINDINGS)
def visit(assessment_code: str, period: str, unit_key: str, indicator_key: str) -> ResponseReturnValue:  # noqa: ARG001
    """Show a visit: to its unit once the finding was sent to it."""
    return shown_visit(VisitPlace(period, unit_key, indicator_key))


@blueprint.post(f"{_VISIT}/found")
@largest_body(MAX_SENT)
@seat_access(SeatAct.VERIFY)
def record_visit(assessment_code: str, period: str, unit_key: str, indicator_key: str) -> ResponseReturnValue:
    """Put on record what was found, with photos; send it to the unit where that was asked for."""
    place, form = VisitPlace(period, unit_key, indicator_key), FindingForm()
    visible_visit(place)
    photos = brought_photos("photos")
    sends = request.form.get("act") == "send"
    typed = TypedFinding(
        form.found.data or "",
        bool(form.agrees.data),
        form.why.data or "",
        form.persons.data or "",
        beside=request.form.get("beside", ""),
    )
    seen = request.form.get("seen", 0, type=row_number)

    def act() -> None:
        with transaction(write=True) as session:
            visit_findings.record_finding(
                session, assessment_code, place, typed, photos.stored, seen, by(), send=sends
            )

    done = _("核验情况已送单位说明。") if sends else _("核验情况已保存，还没有送单位。")
    return _done(place, form, photos, VisitPart.FINDING, act, done)


@blueprint.post(f"{_VISIT}/send")
@seat_access(SeatAct.SEE_FINDINGS)
def send_visit(assessment_code: str, period: str, unit_key: str, indicator_key: str) -> ResponseReturnValue:
    """Send a finding to its unit: the office, or the group whose unit it is."""
    place, form = VisitPlace(period, unit_key, indicator_key), OfficeForm()
    _require_examiner(place)
    seen = request.form.get("seen", 0, type=row_number)

    def act() -> None:
        with transaction(write=True) as session:
            visit_findings.send_finding(session, assessment_code, place, seen, by())

    return _done(place, form, BroughtFiles(), VisitPart.FINDING, act, _("核验情况已送单位说明。"))


@blueprint.post(f"{_VISIT}/answer")
@largest_body(MAX_SENT)
@seat_access(SeatAct.ANSWER_FINDING)
def answer_visit(assessment_code: str, period: str, unit_key: str, indicator_key: str) -> ResponseReturnValue:
    """Put on record what the unit answers, with papers."""
    place, form = VisitPlace(period, unit_key, indicator_key), AnswerForm()
    visible_visit(place)
    papers = brought_papers("papers")
    typed = TypedAnswer(form.agrees.data == AGREES, form.text.data or "")

    def act() -> None:
        if form.agrees.data not in (AGREES, EXPLAINS):
            raise BadYearRecord({"agrees": "missing"})
        with transaction(write=True) as session:
            visit_findings.answer(session, assessment_code, place, typed, papers.stored, by())

    return _done(place, form, papers, VisitPart.ANSWER, act, _("说明已报考核办。"))


@blueprint.post(f"{_VISIT}/ruling")
@seat_access(SeatAct.PLAN_VISITS)
def rule_visit(assessment_code: str, period: str, unit_key: str, indicator_key: str) -> ResponseReturnValue:
    """Have a finding stand, so that its number counts, or take it back."""
    place, form = VisitPlace(period, unit_key, indicator_key), RulingForm()
    stands = request.form.get("act") == _STANDS
    seen = request.form.get("seen", 0, type=row_number)

    def act() -> None:
        with transaction(write=True) as session:
            visit_rulings.rule(session, assessment_code, place, stands, form.reason.data or "", seen, by())

    done = _("核验成立，从现在起按核验数计分。") if stands else _("核验已撤回。")
    return _done(place, form, BroughtFiles(), VisitPart.FINDING, act, done)


@blueprint.post(f"{_VISIT}/files/<int(max=999999999):number>/remove")
@seat_access(SeatAct.SEE_FINDINGS)
def remove_visit_file(
    assessment_code: str, period: str, unit_key: str, indicator_key: str, number: int
) -> ResponseReturnValue:
    """Take a photo, or a paper of an answer, away while it is not sent."""
    place = VisitPlace(period, unit_key, indicator_key)
    with transaction() as session:
        file = visit_findings.find_file(session, assessment_code, number)
    own = SeatAct.VERIFY if file.part is VisitPart.FINDING else SeatAct.ANSWER_FINDING
    if file.place != place or not may_here(own, unit_key, indicator_key):
        raise UnknownYearRecord(f"{assessment_code} has no file {number} of this visit")
    folder = evidence_files.evidence_folder(settings().instance)

    def act() -> None:
        with transaction(write=True) as session:
            visit_findings.remove_file(session, assessment_code, place, number, folder, by())

    return _done(place, OfficeForm(), BroughtFiles(), file.part, act, _("附件已移除。"))


@blueprint.get("/a/<assessment_code>/visit-files/<int(max=999999999):number>")
@seat_access(SeatAct.SEE_FINDINGS)
def visit_file(assessment_code: str, number: int) -> ResponseReturnValue:
    """Hand out a file of a visit to whoever may see it: to be kept, never shown in place."""
    with transaction() as session:
        file = visit_findings.find_file(session, assessment_code, number)
        known = visits.visit_at(session, here().assessment, file.place)
    # One that is not theirs is told like one that there is not: else numbers would tell of photos not sent.
    if not (may_here(SeatAct.SEE_FINDINGS, *file.place.task) and may_see(known, file.part)):
        raise UnknownYearRecord(f"{assessment_code} has no file {number} of a visit")
    try:
        content = evidence_files.read(evidence_files.evidence_folder(settings().instance), file.digest)
    except FileGone as error:
        raise UnknownYearRecord(str(error)) from error
    name = FileName(file.name, f"visit-{file.number}.{file.format}")
    return attachment(content, MEDIA[file.format], name)


def _done(
    place: VisitPlace,
    form: OfficeForm,
    files: BroughtFiles,
    part: VisitPart,
    act: Callable[[], None],
    done: str,
) -> ResponseReturnValue:
    """Do what a form of a visit's page asks for, or show the page again with what was typed."""
    sent = SentForm(form, list(files.unfit))
    if not files.unfit:
        try:
            act()
        except BadYearRecord as refused:
            sent.more += put_faults(form, refused.faults)
        except UnfitEvidence as error:
            sent.more.append(files.words(error))
        except VisitMoved as moved:
            sent.moved = moved_words(moved)
        else:
            flash(done, "good")
            return redirect(visit_address(place), 303)
    if files.stored:
        try:
            with transaction(write=True) as session:
                code = here().assessment.code
                visit_findings.keep_files(session, code, place, part, files.stored, by())
        except UnfitEvidence as error:
            sent.more = list(dict.fromkeys([*sent.more, files.words(error)]))
    return shown_visit(place, sent)


def _require_examiner(place: VisitPlace) -> None:
    if not examines(place):
        raise UnknownYearRecord(f"{here().assessment.code} has no such page")
