"""Amendments for the office: every version in words, and another one, first shown, then made."""

from collections.abc import Sequence

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from survey.domain.assessment.reports.row_checks import MAX_NOTE
from survey.domain.assessment.reports.submitted_report import typed_text
from survey.domain.assessment.seats import SeatAct
from survey.domain.errors import (
    BadNumbers,
    ChangedMeanwhile,
    InvalidDefinition,
    UnknownPeriod,
    WrongStage,
)
from survey.services.assessment import assessments
from survey.services.assessment.assessments import Amendment, PlannedAmendment
from survey.services.assessment.running import amended_versions
from survey.storage.database import transaction
from survey.web.admin.assessment.draft import SHOWN
from survey.web.admin.assessment.seat_guard import here, seat_access
from survey.web.admin.assessment.setup_faults import ToldFault, told_cells
from survey.web.admin.assessment.setup_upload import SentSetup
from survey.web.admin.blueprint import blueprint
from survey.web.admin.current_actor import by
from survey.web.admin.office_form import OfficeForm
from survey.web.server.bodies import largest_body

from .amended_words import told_changes, told_refusal
from .carried_files import LARGEST, CarriedFiles, carried_files, sent_files
from .task_words import named_tasks

_MAX_LINE = 200
_NOTHING = _l("文件和现在的设置、目标完全一样，没有要调整的。")


def _cleaned(typed: str | None) -> str:
    return typed_text(typed or "", MAX_NOTE + 1)


class AmendmentForm(OfficeForm):
    """Why definition or targets are changed, by whose decision, and from which period on."""

    reason = TextAreaField(
        _l("调整原因"),
        filters=[_cleaned],
        validators=[
            DataRequired(_l("请写明调整的原因。")),
            Length(max=MAX_NOTE, message=_l("最多 2000 个字。")),
        ],
        render_kw={"rows": 3},
    )
    document = StringField(
        _l("依据的文件"),
        filters=[_cleaned],
        validators=[
            DataRequired(_l("请写明依据的文件，如文号。")),
            Length(max=_MAX_LINE, message=_l("最多 200 个字。")),
        ],
    )
    approver = StringField(
        _l("批准人"),
        filters=[_cleaned],
        validators=[Length(max=_MAX_LINE, message=_l("最多 200 个字。"))],
    )
    since = SelectField(_l("从哪一期起"), validate_choice=True)

    @property
    def why(self) -> Amendment:
        """Return what was typed."""
        reason, document, approver = (
            self.reason.data or "",
            self.document.data or "",
            self.approver.data or "",
        )
        return Amendment(reason, document, approver, self.since.data or "")


@blueprint.get("/a/<assessment_code>/amendments")
@seat_access(SeatAct.SET_UP)
def amendments(assessment_code: str) -> ResponseReturnValue:
    """List the versions, each with what it changed and why, and show the form for another one."""
    return _page(assessment_code)


@blueprint.post("/a/<assessment_code>/amendments")
@largest_body(LARGEST)
@seat_access(SeatAct.SET_UP)
def make_amendment(assessment_code: str) -> ResponseReturnValue:
    """Show what files would change, or make the amendment where that was seen."""
    with transaction() as session:
        open_from = assessments.amendable_periods(session, here().assessment)
    if not open_from:
        return _too_late(assessment_code)
    form = _form(open_from)
    confirms = request.form.get("act") == "amend"
    files = carried_files() if confirms else sent_files()
    sent = files.read() if files else SentSetup(faults=(_no_file(),))
    if not form.validate() or sent.faults or files is None or request.form.get("act") == "back":
        faults = sent.faults if request.form.get("act") != "back" else ()
        return _page(assessment_code, 422 if faults or form.errors else 200, form, faults, files=files)
    try:
        if confirms:
            return _made(assessment_code, files, sent, form.why)
        with transaction() as session:
            planned = amended_versions.planned_amendment(
                session, assessment_code, sent.data, sent.rows, form.why
            )
    except InvalidDefinition as refused:
        return _page(assessment_code, 422, form, told_refusal(sent, refused), files=files)
    except BadNumbers as refused:
        return _page(assessment_code, 422, form, told_cells(refused.faults), files=files)
    except WrongStage:
        return _page(assessment_code, 422, form, (ToldFault("", "", str(_NOTHING)),), files=files)
    except UnknownPeriod:
        form.since.errors = [_l("这一期刚才已经结账，请另选一期。")]
        return _page(assessment_code, 422, form, files=files)
    except ChangedMeanwhile:
        return _page(assessment_code, 409, form, files=None, changed=True)
    return _shown(planned, files, form)


def _made(assessment_code: str, files: CarriedFiles, sent: SentSetup, why: Amendment) -> ResponseReturnValue:
    """Make an amendment that was seen; one that was sent twice is made once."""
    if files.base != here().assessment.digest and _is_made(why):
        flash(_("这次调整已经办好了，没有再办一次。"), "warn")
        return redirect(url_for("admin.amendments", assessment_code=assessment_code), 303)
    with transaction(write=True) as session:
        made = assessments.amend(session, assessment_code, sent.data, sent.rows, why, by(), read=files.base)
    said = _(
        "第 %(number)s 次目标调整已生效。有变动的单位，请重新打印目标责任书签字。",
        number=made.version,
    )
    flash(said, "good")
    return redirect(url_for("admin.amendments", assessment_code=assessment_code), 303)


def _is_made(why: Amendment) -> bool:
    with transaction() as session:
        return assessments.versions_of(session, here().assessment)[-1].amendment == why


def _form(open_from: Sequence[str]) -> AmendmentForm:
    form = AmendmentForm()
    form.since.choices = list(open_from)
    return form


def _no_file() -> ToldFault:
    return ToldFault("", "", str(_("请选择改好的工作簿、定义文件，或只选目标文件。")))


def _too_late(assessment_code: str) -> ResponseReturnValue:
    flash(_("现在不能调整：还没有下达，或者各期都已结账。"), "bad")
    return redirect(url_for("admin.amendments", assessment_code=assessment_code), 303)


def _shown(planned: PlannedAmendment, files: CarriedFiles, form: AmendmentForm) -> ResponseReturnValue:
    """Show what an amendment would change, and ask."""
    before = planned.before.definition
    gone = [task for task in planned.before.targets if task not in planned.targets]
    new = [task for task in planned.targets if task not in planned.before.targets]
    return render_template(
        "admin/assessment/running_amendment.html",
        assessment=planned.before,
        definition=before,
        planned=planned,
        form=form,
        files=files,
        changes=told_changes(before, planned.definition, planned.changes[:SHOWN]),
        more=max(0, len(planned.changes) - SHOWN),
        gone=named_tasks(before, gone),
        gone_number=len(gone),
        new_number=len(new),
    )


def _page(
    assessment_code: str,
    status: int = 200,
    form: AmendmentForm | None = None,
    faults: Sequence[ToldFault] = (),
    *,
    files: CarriedFiles | None = None,
    changed: bool = False,
) -> ResponseReturnValue:
    with transaction() as session:
        year = amended_versions.year_versions(session, assessment_code)
    definition = year.assessment.definition
    page = render_template(
        "admin/assessment/running_amendments.html",
        assessment=year.assessment,
        definition=definition,
        year=year,
        form=form or _form(year.open_from),
        faults=faults[:SHOWN],
        more=max(0, len(faults) - SHOWN),
        files=files if not faults else None,
        changed=changed,
        told=lambda one: told_changes(one.before.definition, one.held.definition, one.changes[:SHOWN]),
        shown=SHOWN,
        day=here().moment,
    )
    return page, status
