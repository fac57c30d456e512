"""Reports for those who fill them in: what is due, saved as typed, submitted, signed off, or as Excel."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.datastructures import FileStorage

from survey.documents.export.files import REPORT_BOOK
from survey.documents.roster.cells import MAX_FILE
from survey.domain.assessment.facts import UnitTask
from survey.domain.assessment.indicators import Reporter
from survey.domain.assessment.reports.submitted_report import (
    ReportState,
    ReportSubject,
    TypedNumber,
    place_of,
)
from survey.domain.assessment.seats import SeatAct, SeatPart, may_act
from survey.domain.errors import BadNumbers, ReasonMissing, UnfitEvidence, UnknownEvidence
from survey.services.assessment.reports import evidence_files, report_queue, typed_reports
from survey.services.assessment.reports.due_reports import (
    DueReport,
    ReportProgress,
    begun_periods,
    due_report,
    progress_of,
    require_begun,
)
from survey.services.assessment.reports.report_forms import report_template
from survey.services.assessment.reports.typed_reports import ReportSaved
from survey.storage.database import transaction
from survey.web.admin.assessment.seat_guard import here, may_here, seat_access
from survey.web.admin.attachment import named_attachment
from survey.web.admin.blueprint import blueprint
from survey.web.admin.current_actor import by
from survey.web.admin.office_form import row_number
from survey.web.context import now, settings
from survey.web.server.bodies import largest_body

from .report_page import (
    listed_numbers,
    may_sign_off,
    report_address,
    require_reporter,
    shown_report,
    subject_from,
)
from .report_words import UNFIT, subject_name

MAX_SENT = 64 * 1024 * 1024
"""Of a report with the files that are brought with it at once."""
FORM_AROUND = 64 * 1024
_UNIT = "/a/<assessment_code>/reports/<period>/unit/<unit_key>"
_INDICATOR = "/a/<assessment_code>/reports/<period>/indicator/<indicator_key>"


@dataclass(frozen=True)
class ListedReports:
    """The reports of a period that one fills in or signs off, each with how far it has come."""

    period: str
    reports: list[tuple[ReportProgress, str, str]]


@blueprint.get("/a/<assessment_code>/reports")
@seat_access(SeatAct.SEE_NUMBERS)
def reports(assessment_code: str) -> ResponseReturnValue:  # noqa: ARG001 – here() has it
    """List what one has to report or to sign off, the latest period first."""
    assessment = here().assessment
    listed = []
    with transaction() as session:
        subjects = list(_own_subjects())
        for period in begun_periods(assessment, now()) if assessment.targets else []:
            found = [
                (
                    one,
                    subject_name(assessment.definition, one.subject),
                    report_address("admin.report", period, one.subject),
                )
                for one in progress_of(session, assessment, period, subjects)
            ]
            if found:
                listed.append(ListedReports(period, found))
    return render_template(
        "admin/assessment/reports.html", assessment=assessment, listed=listed, State=ReportState
    )


def _own_subjects() -> Iterator[ReportSubject]:
    """Give the subjects that one reports or signs off, as defined."""
    definition = here().definition
    for unit in definition.units:
        if _reports(unit.key) or may_here(SeatAct.SIGN_OFF, unit.key):
            yield ReportSubject(unit=unit.key)
    for indicator in definition.indicators:
        if indicator.source is not Reporter.UNIT and _reports(None, indicator.key):
            yield ReportSubject(indicator=indicator.key)


@blueprint.get(_UNIT)
@blueprint.get(_INDICATOR)
@seat_access(SeatAct.SEE_NUMBERS)
def report(
    assessment_code: str,  # noqa: ARG001 – here() has it
    period: str,
    unit_key: str | None = None,
    indicator_key: str | None = None,
) -> ResponseReturnValue:
    """Show a report: a card for each number."""
    return shown_report(period, subject_from(unit_key, indicator_key))


@blueprint.post(_UNIT)
@blueprint.post(_INDICATOR)
@largest_body(MAX_SENT)
@seat_access(SeatAct.REPORT)
def send_report(
    assessment_code: str, period: str, unit_key: str | None = None, indicator_key: str | None = None
) -> ResponseReturnValue:
    """Save what is typed as it is typed, with the files; submit it where that was asked for."""
    subject = subject_from(unit_key, indicator_key)
    due = _due(period, subject)
    typed = list(_typed(due))
    unfit = list(_take_files(due))
    refused: BadNumbers | None = None
    saved = ReportSaved()
    submits = request.form.get("act") == "submit" and not unfit
    if submits:
        try:
            with transaction(write=True) as session:
                saved = typed_reports.submit(session, assessment_code, period, subject, typed, by())
        except BadNumbers as error:
            refused = error
    if not submits or refused:
        with transaction(write=True) as session:
            saved = typed_reports.save(session, assessment_code, period, subject, typed, by())
    if refused or unfit or saved.conflicts:
        status = 409 if saved.conflicts else 422
        return shown_report(period, subject, status, refused=refused, conflicts=saved.conflicts, unfit=unfit)
    _tell(saved)
    return redirect(report_address("admin.report", period, subject), 303)


@blueprint.post(f"{_UNIT}/sign-off")
@seat_access(SeatAct.SIGN_OFF)
def sign_off(assessment_code: str, period: str, unit_key: str) -> ResponseReturnValue:
    """Sign off what a unit submitted, or return it to whoever filled it in."""
    subject = ReportSubject(unit=unit_key)
    listed = listed_numbers(request.form.get("listed", ""))
    there = [one.number for one in _due(period, subject, signs=True).in_state(ReportState.SUBMITTED)]
    if request.form.get("act") == "return":
        waiting = [number for number in there if number in listed]
        try:
            with transaction(write=True) as session:
                done = report_queue.give_back(
                    session, assessment_code, waiting, request.form.get("reason", ""), by(), of_unit=unit_key
                )
        except ReasonMissing:
            flash(_("请写明退回的原因。"), "bad")
        else:
            flash(_("退回了 %(number)s 项，填报人会看到原因。", number=done.moved), "good")
    else:
        with transaction(write=True) as session:
            number = typed_reports.approve(session, assessment_code, period, subject, by(), listed)
        flash(_("审签了 %(number)s 项，已报考核办。", number=number), "good")
    if left := len(set(there) - set(listed)):
        flash(_("刚才又来了 %(number)s 项，没有动，请看过再办。", number=left), "warn")
    return redirect(report_address("admin.report", period, subject), 303)


@blueprint.get(f"{_UNIT}/template.xlsx")
@blueprint.get(f"{_INDICATOR}/template.xlsx")
@seat_access(SeatAct.REPORT)
def report_book(
    assessment_code: str, period: str, unit_key: str | None = None, indicator_key: str | None = None
) -> ResponseReturnValue:
    """Hand out a report's Excel template."""
    subject = subject_from(unit_key, indicator_key)
    due = _due(period, subject)
    with transaction() as session:
        content = report_template(
            session, assessment_code, due.period, unit=subject.unit, indicator=subject.indicator
        )
    definition = due.assessment.definition
    return named_attachment(
        content,
        REPORT_BOOK,
        title=definition.title,
        about=f"{subject_name(definition, subject)} {due.period}",
        assessment_code=assessment_code,
        key=subject.key,
        period=due.period,
    )


@blueprint.post(f"{_UNIT}/workbook")
@blueprint.post(f"{_INDICATOR}/workbook")
@largest_body(MAX_FILE + FORM_AROUND)
@seat_access(SeatAct.REPORT)
def take_report_book(
    assessment_code: str, period: str, unit_key: str | None = None, indicator_key: str | None = None
) -> ResponseReturnValue:
    """Take a workbook's numbers as if they were typed, or say what is wrong with which cell."""
    from survey.documents.assessment.report_file import read_report

    subject = subject_from(unit_key, indicator_key)
    _due(period, subject)
    sent = request.files.get("book")
    if sent is None or not sent.filename:
        flash(_("请选择文件。"), "bad")
        return redirect(report_address("admin.report", period, subject), 303)
    try:
        read = read_report(sent.read(), sent.filename)
        with transaction(write=True) as session:
            check, saved = typed_reports.take_workbook(session, assessment_code, period, subject, read, by())
    except BadNumbers as refused:
        cells = (*refused.faults, *refused.warnings)
        return shown_report(period, subject, 422, in_workbook=cells)
    said = ngettext(
        "从工作簿读入 %(num)s 个数，还没有上报。", "从工作簿读入 %(num)s 个数，还没有上报。", saved.changed
    )
    flash(str(said), "good")
    places = {place: place_of((one.unit, one.indicator)) for place, one in check.numbers.items()}
    odd_cells = {places[one.place]: one.place for one in check.warnings if one.place in places}
    return shown_report(period, subject, conflicts=saved.conflicts, odd_cells=odd_cells)


def _reports(unit: str | None, indicator: str | None = None) -> bool:
    """Check whether one reports a unit's own numbers, or those of an indicator of a lead or of the office."""
    definition = here().definition
    part = SeatPart.REPORTER
    if indicator is not None:
        lead = definition.indicator[indicator].source is Reporter.LEAD
        part = SeatPart.LEAD if lead else SeatPart.OFFICE
    seats = [seat for seat in here().seats if seat.part is part]
    return may_act(seats, SeatAct.REPORT, unit, indicator)


def _due(period: str, subject: ReportSubject, *, signs: bool = False) -> DueReport:
    """Return a report that one fills in, or signs off; for others there is none."""
    with transaction() as session:
        due = due_report(session, here().assessment.code, period, subject)
    require_begun(due.assessment, due.period, now())
    if signs and may_sign_off(subject):
        return due
    require_reporter(due)
    return due


def _typed(due: DueReport) -> Iterator[TypedNumber]:
    """Give what was typed into the fields that were on the page."""
    for one in due.numbers:
        place = place_of(one.task)
        revision = request.form.get(f"revision.{place}", type=int)
        if revision is None:
            continue
        value, note, reason = (
            request.form.get(f"{field}.{place}", now_typed)
            for field, now_typed in zip(("value", "note", "reason"), one.typed.texts, strict=True)
        )
        yield TypedNumber(*one.task, value=value, note=note, reason=reason, revision=revision)


def _take_files(due: DueReport) -> Iterator[str]:
    """Take the files that were brought, and away those that are to go; give what is wrong with any."""
    code, folder = due.assessment.code, evidence_files.evidence_folder(settings().instance)
    own = {file.number for one in due.numbers for file in one.files}
    tasks = [one.task for one in due.numbers]
    gone = request.form.get("remove", type=row_number)
    if gone in own and gone is not None:
        try:
            with transaction(write=True) as session:
                evidence_files.remove(session, code, gone, tasks, folder, by())
        except UnknownEvidence:
            yield str(_("附件已经随数上报，要留作依据，不能移除。"))
    for one in due.numbers:
        for sent in request.files.getlist(f"file.{place_of(one.task)}"):
            if sent.filename:
                yield from _take_file(due, one.task, sent, folder)


def _take_file(due: DueReport, task: UnitTask, sent: FileStorage, folder: Path) -> Iterator[str]:
    name = sent.filename or ""
    try:
        evidence_files.bring(folder, due.assessment.code, due.period, task, name, sent.read(), by())
    except UnfitEvidence as error:
        yield f"{name}：{UNFIT[error.why]}"
    except UnknownEvidence:
        yield name + "：" + str(_("这个数已经上报，附件不能再改。"))


def _tell(saved: ReportSaved) -> None:
    if not saved.submitted:
        flash(_("已保存，还没有上报。"), "good")
    else:
        flash(ngettext("上报了 %(num)s 项。", "上报了 %(num)s 项。", saved.submitted), "good")
    if saved.left:
        flash(
            _("有 %(number)s 项没有上报：不在您的页面上，或刚有变动。请看过再上报。", number=saved.left),
            "warn",
        )
