"""Publishing an outcome for its office: columns ticked one by one, previewed, published, withdrawn."""

from collections.abc import Mapping, Sequence

from flask import abort, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from survey.domain.assessment.definition import AssessmentDefinition
from survey.domain.assessment.reports.submitted_report import typed_text
from survey.domain.assessment.seats import SeatAct
from survey.domain.assessment.totals.publication_columns import all_columns
from survey.domain.definition.campaign import Publication
from survey.domain.errors import BadEdition, ChangedMeanwhile, NotScored, ReasonMissing, WrongStage
from survey.domain.publication.edition import MAX_NOTE_LENGTH
from survey.services.assessment import publishing
from survey.services.assessment.telling import edition_preview
from survey.services.assessment.telling.edition_preview import ChosenEdition, EditionPreview
from survey.storage.database import transaction
from survey.web.admin.assessment.seat_guard import here, seat_access
from survey.web.admin.blueprint import blueprint
from survey.web.admin.current_actor import by
from survey.web.admin.office_form import row_number
from survey.web.public.outcomes import named_columns, outcome_address, outcome_html
from survey.web.security import FRAMING_POLICY, SPECIMEN_POLICY

LEVELS = (Publication.PUBLIC, Publication.LINK)
WRONG: Mapping[str, object] = {
    "level": _l("请选择公布给谁看。"),
    "columns": _l("请至少勾选一栏。"),
    "note": _l("说明最多 %(most)s 个字。", most=MAX_NOTE_LENGTH),
    "early": _l("现在的结果还没有签字，或者还有单位没有定等次，不能这样公布。"),
}
_CHOSEN = ("level", "column", "note")
"""The fields that say what was chosen, from the form over the preview to publishing."""


@blueprint.get("/a/<assessment_code>/publish")
@seat_access(SeatAct.PUBLISH)
def outcome_editions(assessment_code: str) -> ResponseReturnValue:  # noqa: ARG001 – here() has it
    """Show what is published, all editions, and the form for another; back from the preview as it was."""
    return _page(request.args)


@blueprint.get("/a/<assessment_code>/publish/preview")
@seat_access(SeatAct.PUBLISH)
def preview_outcome(assessment_code: str) -> ResponseReturnValue:  # noqa: ARG001 – here() has it
    """Show what was chosen as readers will see it, and what they can work out from it."""
    return _previewed(request.args)


@blueprint.get("/a/<assessment_code>/publish/specimen")
@seat_access(SeatAct.PUBLISH)
def outcome_specimen(assessment_code: str) -> ResponseReturnValue:
    """Show the page that stands in the frame of the preview."""
    try:
        with transaction() as session:
            found = edition_preview.preview(session, assessment_code, _chosen(request.args), by())
    except (BadEdition, NotScored):
        abort(404)
    answer = make_response(outcome_html(found.opened, found.page, {}))
    answer.headers["Content-Security-Policy"] = SPECIMEN_POLICY
    return answer


@blueprint.post("/a/<assessment_code>/publish")
@seat_access(SeatAct.PUBLISH)
def publish_outcome(assessment_code: str) -> ResponseReturnValue:
    """Publish what was previewed, once what follows from it is acknowledged."""
    typed = request.form
    try:
        with transaction(write=True) as session:
            edition = edition_preview.publish_seen(
                session,
                assessment_code,
                _chosen(typed),
                by(),
                seen=typed.get("seen", ""),
                follow="told" in typed,
                outdated="outdated" in typed,
            )
    except BadEdition as refused:
        return _page(typed, refused)
    except NotScored as refused:
        return _page(typed, BadEdition("early", str(refused)))
    except ChangedMeanwhile:
        return _previewed(typed, 409, changed=True)
    except ReasonMissing:
        return _previewed(typed, 422, unticked=True)
    flash(_("第 %(number)s 版已公布。", number=edition.number), "good")
    return redirect(url_for("admin.outcome_editions", assessment_code=assessment_code), 303)


@blueprint.post("/a/<assessment_code>/publish/withdraw")
@seat_access(SeatAct.PUBLISH)
def withdraw_outcome(assessment_code: str) -> ResponseReturnValue:
    """Withdraw the edition that stood on the page."""
    number = request.form.get("edition", 0, type=row_number)
    with transaction(write=True) as session:
        done = edition_preview.withdraw(session, assessment_code, number, by())
    if done:
        flash(_("已撤回，现在没有人能打开，链接也作废了。"), "good")
    else:
        flash(_("没有撤回：这一版已经不是正在公布的版本，请看下面的列表。"), "warn")
    return redirect(url_for("admin.outcome_editions", assessment_code=assessment_code), 303)


@blueprint.get("/a/<assessment_code>/published")
@seat_access(SeatAct.SEE_PUBLISHED)
def published_outcome(assessment_code: str) -> ResponseReturnValue:
    """Show what is published to everybody who has a seat: those columns and nothing else."""
    with transaction() as session:
        found = publishing.open_edition(session, assessment_code)
        shown = publishing.published_page(session, found) if found else None
    return render_template(
        "admin/assessment/telling_published.html",
        assessment=here().assessment,
        found=found,
        shown=shown,
        columns=named_columns(shown.definition, found.edition.columns) if found and shown else [],
        moment=here().moment,
    )


def _chosen(typed: "MultiDict[str, str]") -> ChosenEdition:
    """Return what was chosen; raises ``BadEdition`` where it is no level."""
    level = typed.get("level", "")
    if level not in LEVELS:
        raise BadEdition("level", "no level is chosen")
    return ChosenEdition(
        Publication(level), typed.getlist("column"), typed_text(typed.get("note", ""), MAX_NOTE_LENGTH + 1)
    )


def _previewed(
    typed: "MultiDict[str, str]", status: int = 200, *, changed: bool = False, unticked: bool = False
) -> ResponseReturnValue:
    try:
        with transaction() as session:
            found = edition_preview.preview(session, here().assessment.code, _chosen(typed), by())
    except BadEdition as refused:
        return _page(typed, refused)
    except NotScored as refused:
        return _page(typed, BadEdition("early", str(refused)))
    answer = make_response(
        render_template(
            "admin/assessment/telling_preview.html",
            assessment=here().assessment,
            found=found,
            given=[(name, value) for name in _CHOSEN for value in typed.getlist(name)],
            asked={name: typed.getlist(name) for name in _CHOSEN},
            sentence=_sentence(found),
            names=_names(found.page.definition, found.edition.follow),
            ticked=set(typed),
            changed=changed,
            unticked=unticked,
        ),
        status,
    )
    answer.headers["Content-Security-Policy"] = FRAMING_POLICY
    return answer


def _names(definition: AssessmentDefinition, columns: Sequence[str]) -> str:
    named = named_columns(definition, columns)
    return str(_("、")).join(str(_("“%(name)s”", name=name)) for _column, name in named)


def _sentence(found: EditionPreview) -> str:
    """Return what readers can work out, and from what, in a sentence; empty where nothing follows."""
    shown = [name for _column, name in named_columns(found.page.definition, found.edition.columns)]
    follow = _names(found.page.definition, found.edition.follow)
    if not follow:
        return ""
    joined = str(_("、")).join(shown)
    return str(_("公布%(shown)s后，%(follow)s可以被推算出来。", shown=joined, follow=follow))


def _page(typed: "MultiDict[str, str]", refused: BadEdition | None = None) -> ResponseReturnValue:
    code, definition = here().assessment.code, here().definition
    with transaction() as session:
        can, came = _publishable(session, code)
        found = publishing.open_edition(session, code)
        editions = publishing.all_editions(session, here().assessment)
    page = render_template(
        "admin/assessment/telling_publish.html",
        assessment=here().assessment,
        columns=named_columns(definition, all_columns(definition)),
        named=lambda columns: [name for _column, name in named_columns(definition, columns)],
        can=can,
        came=came,
        found=found,
        address=outcome_address(found) if found else "",
        editions=editions,
        moment=here().moment,
        typed=typed,
        ticked=typed.getlist("column"),
        wrong=WRONG.get(refused.why, refused.why) if refused else "",
        wrong_field=refused.why if refused else "",
        most=MAX_NOTE_LENGTH,
    )
    return page, 422 if refused else 200


def _publishable(session: Session, assessment_code: str) -> tuple[bool, str]:
    """Return whether there is a signed record to be published, and what came on record since."""
    try:
        return True, publishing.came_since_signing(session, assessment_code)
    except (NotScored, WrongStage):
        return False, ""
