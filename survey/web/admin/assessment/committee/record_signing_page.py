"""Signing a score record: two accounts one after the other, each in a login of its own."""

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from wtforms import HiddenField
from wtforms.fields.choices import SelectChoice

from survey.domain.assessment.committee.record_gaps import gaps_of
from survey.domain.assessment.seats import SeatAct
from survey.domain.count.certificate import SigningPart
from survey.domain.errors import BadCredentials, NotScored, WrongStage
from survey.services.accounts import second_factor
from survey.services.assessment import signing
from survey.services.assessment.committee import record_signing, scoring
from survey.services.assessment.views import year_views
from survey.storage.database import transaction
from survey.web.admin.accounts.passkey_asking import ask, only_recovery_codes
from survey.web.admin.accounts.reauthentication import require_proof
from survey.web.admin.assessment.seat_guard import here, seat_access
from survey.web.admin.assessment.views.shown_numbers import WRITTEN
from survey.web.admin.blueprint import blueprint
from survey.web.admin.count.signing import SignForm
from survey.web.admin.current_actor import by

from .committee_words import change_words, gap_words


class SignRecordForm(SignForm):
    """In which part one signs which score record, with password and second factor."""

    record = HiddenField()


@blueprint.get("/a/<assessment_code>/sign")
@seat_access(SeatAct.SIGN_RECORD)
def sign_record_page(assessment_code: str) -> ResponseReturnValue:
    """Show what is signed, its number, digest and totals, and who has signed."""
    return _page(assessment_code, _form())


@blueprint.post("/a/<assessment_code>/sign")
@seat_access(SeatAct.SIGN_RECORD)
def sign_score_record(assessment_code: str) -> ResponseReturnValue:
    """Sign; with the second signature the record is signed."""
    form, account = _form(), current_user.account
    if _has_signed(form.record.data or ""):
        flash(_("您已签字，不用再签。"), "good")
        return redirect(url_for("admin.sign_record_page", assessment_code=assessment_code), 303)
    if not second_factor.has(account):
        return _page(assessment_code, form, _("签字须用动态口令或通行密钥，您的账号还没有启用。"), 409)
    if not form.validate():
        return _page(assessment_code, form, status=422)
    try:
        require_proof(account, form.password.data or "", form, form.totp.data, _purpose())
        with transaction(write=True) as session:
            both = record_signing.sign_part(
                session,
                assessment_code,
                account,
                SigningPart(form.part.data),
                by(),
                seen=form.record.data or "",
            )
    except BadCredentials:
        return _page(assessment_code, form, _("密码或动态口令、通行密钥不正确，没有签字。"), 422)
    except (WrongStage, NotScored):
        refusal = _("没有签字：您看这一页以后情况有变化，请看现在的计分结果和签字情况。")
        return _page(assessment_code, form, refusal, 409)
    flash(_("两人已签字，计分结果已确认。") if both else _("已签字，等待另一人签字。"), "good")
    return redirect(url_for("admin.sign_record_page", assessment_code=assessment_code), 303)


@blueprint.post("/a/<assessment_code>/sign/passkey")
@seat_access(SeatAct.SIGN_RECORD)
def ask_for_record_signature(assessment_code: str) -> ResponseReturnValue:  # noqa: ARG001 – here() has it
    """Ask for a passkey that signs this score record and nothing else."""
    if not (purpose := _purpose()):
        abort(404)
    return ask(current_user.account, current_user.secret, purpose)


@blueprint.post("/a/<assessment_code>/sign/withdraw")
@seat_access(SeatAct.SIGN_RECORD)
def withdraw_record_signature(assessment_code: str) -> ResponseReturnValue:
    """Take one's own waiting signature back."""
    with transaction(write=True) as session:
        done = record_signing.withdraw_part(session, assessment_code, current_user.account, by())
    if done:
        flash(_("已撤回签字。"), "good")
    else:
        flash(_("没有等待中的您的签字，什么都没有改变。"), "warn")
    return redirect(url_for("admin.sign_record_page", assessment_code=assessment_code), 303)


def _form() -> SignRecordForm:
    form = SignRecordForm()
    words = record_signing.PART_WORDS
    form.part.choices = [SelectChoice(part, _(words[part])) for part in SigningPart]
    return form


def _purpose() -> str:
    """Return what a passkey signs; empty where nothing waits for a signature."""
    with transaction() as session:
        record = signing.record_to_sign(session, here().assessment)
        return record_signing.what_is_signed(here().assessment, record) if record else ""


def _has_signed(seen: str) -> bool:
    """Check whether one's signature stands already under the record that the form was about."""
    with transaction() as session:
        return record_signing.has_signed(session, here().assessment, current_user.account, seen)


def _page(
    assessment_code: str, form: SignRecordForm, refusal: str = "", status: int = 200
) -> ResponseReturnValue:
    only_recovery_codes(form.totp, current_user.account)
    try:
        with transaction() as session:
            view = year_views.year_view(session, assessment_code)
            record = view.record
            waiting = record_signing.waiting_signature(session, view.assessment, record) if record else None
            came = scoring.came_since(session, view.assessment, record) if record else ()
            names = [current_user.account.name, *([waiting.account.name] if waiting else [])]
            resets = record_signing.reset_since(session, view.assessment, names)
            stands = signing.record_to_sign(session, here().assessment) is not None
    except NotScored:
        page = render_template(
            "admin/assessment/committee_sign_early.html", definition=here().definition, **WRITTEN
        )
        return page, 200 if status == 200 else 409
    definition = view.assessment.definition
    form.record.data = record.digest if record else ""
    page = render_template(
        "admin/assessment/committee_sign.html",
        view=view,
        record=record,
        definition=definition,
        form=form,
        refusal=refusal,
        waiting=waiting,
        free=next((part for part in SigningPart if waiting and part is not waiting.part), None),
        stands=stands and not view.is_outdated,
        came=[change_words(definition, one) for one in came[:60]],
        gaps=gap_words(definition, gaps_of(definition, view.outcome)),
        resets=resets,
        parts=record_signing.PART_WORDS,
        **WRITTEN,
    )
    return page, status
