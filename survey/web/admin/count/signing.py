"""Signing a count: two accounts one after the other, each in a login of its own, or one account alone."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from sqlalchemy.orm import Session
from wtforms import PasswordField, RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from survey.domain.accounts.roles import Permission
from survey.domain.audit.acts import Act
from survey.domain.count.certificate import PARTS
from survey.domain.count.discrepancies import AGAINST_SIGNING
from survey.domain.definition.campaign import Campaign, State
from survey.domain.errors import BadCredentials, BrokenLog, UnconfirmedReset
from survey.services.accounts import resets, second_factor, signers
from survey.services.audit import audit, protocol
from survey.services.count import certifying, counting
from survey.services.results.publishing import COUNTED
from survey.services.sms.accounting import told_numbers
from survey.storage.database import transaction
from survey.web.admin.accounts.account_forms import ROLE_NAMES
from survey.web.admin.accounts.passkey_asking import PasskeyField, ask, only_recovery_codes, unless_signed
from survey.web.admin.accounts.people import address_of_new_signer
from survey.web.admin.accounts.reauthentication import require_proof
from survey.web.admin.blueprint import blueprint
from survey.web.admin.current_actor import by
from survey.web.admin.office_form import OfficeForm
from survey.web.admin.scope import campaign_in_scope
from survey.web.admin.words.discrepancies import told
from survey.web.security import access


class SignForm(OfficeForm):
    """In which part one signs, with password and second factor."""

    part = RadioField(
        _l("签字身份"),
        choices=[SelectChoice(part, _l(name)) for part, name in PARTS.items()],
        validators=[InputRequired(_l("请选择签字身份。"))],
    )
    password = PasswordField(_l("密码"), validators=[InputRequired(_l("请填写密码。")), Length(max=200)])
    totp = StringField(_l("动态口令"), validators=[unless_signed(_l("请填写动态口令。"))])
    passkey = PasskeyField()


@blueprint.get("/c/<campaign_code>/sign")
@access(Permission.READ_CAMPAIGNS)
def sign_page(campaign_code: str) -> ResponseReturnValue:
    """Show what is signed, what stands against it, and who has signed."""
    return _page(campaign_code, SignForm())


@blueprint.post("/c/<campaign_code>/sign")
@access(Permission.SIGN)
def sign(campaign_code: str) -> ResponseReturnValue:
    """Sign; with the last signature that is asked for the count is certified."""
    form = SignForm()
    account = current_user.account
    if not second_factor.has(account):
        return _page(campaign_code, form, _("签字须用动态口令或通行密钥，您的账号还没有启用。"), 403)
    if not form.validate():
        return _page(campaign_code, form, status=422)
    purpose = _purpose(campaign_code)
    try:
        require_proof(account, form.password.data or "", form, form.totp.data, purpose)
    except BadCredentials:
        return _page(campaign_code, form, _("密码或动态口令、通行密钥不正确，没有签字。"), 403)
    try:
        with transaction(write=True) as session:
            certifying.sign(session, campaign_code, account, form.part.data, by())
            campaign = campaign_in_scope(session, campaign_code)
    except UnconfirmedReset as error:
        return _page(campaign_code, form, _unconfirmed(error), 409)
    if campaign.state is not State.CERTIFIED:
        said = _("已签字，等待另一人签字。")
    elif campaign.definition.signatures == 1:
        said = _("已签字，计票结果已确认。")
    else:
        said = _("两人已签字，计票结果已确认。")
    flash(said, "good")
    return redirect(url_for("admin.sign_page", campaign_code=campaign_code), 303)


@blueprint.post("/c/<campaign_code>/sign/passkey")
@access(Permission.SIGN)
def ask_for_signature(campaign_code: str) -> ResponseReturnValue:
    """Ask for a passkey that signs this count and nothing else."""
    return ask(current_user.account, current_user.secret, _purpose(campaign_code))


@blueprint.post("/c/<campaign_code>/sign/withdraw")
@access(Permission.SIGN)
def withdraw_signature(campaign_code: str) -> ResponseReturnValue:
    """Take one's own waiting signature back."""
    with transaction(write=True) as session:
        campaign_in_scope(session, campaign_code)
        certifying.withdraw(session, campaign_code, current_user.account, by())
    flash(_("已撤回签字。"), "good")
    return redirect(url_for("admin.sign_page", campaign_code=campaign_code), 303)


def _unconfirmed(error: UnconfirmedReset) -> str:
    return str(
        _(
            "没有签字：规则冻结以后，%(actor)s 重设过 %(name)s 的账号，还没有人确认。",
            actor=error.actor,
            name=error.name,
        )
    )


def _purpose(campaign_code: str) -> str:
    with transaction() as session:
        return certifying.what_is_signed(session, campaign_in_scope(session, campaign_code))


def _page(
    campaign_code: str, form: SignForm, refusal: str | None = None, status: int = 200
) -> ResponseReturnValue:
    with transaction() as session:
        campaign = campaign_in_scope(session, campaign_code)
        counted = _counted(session, campaign) if campaign.state in COUNTED else {}
    only_recovery_codes(form.totp, current_user.account)
    return render_template(
        "admin/count/sign.html",
        campaign=campaign,
        form=form,
        refusal=refusal,
        parts=PARTS,
        role=ROLE_NAMES[current_user.account.role],
        **counted,
    ), status


def _counted(session: Session, campaign: Campaign) -> dict[str, object]:
    standing = counting.standing(session, campaign)
    signing = signers.signers_of(session, campaign)
    reset = [one for one in resets.concerned(session, campaign, current_user.account) if one.signs]
    against = [found for found in standing.findings if found.kind in AGAINST_SIGNING]
    return {
        "accounting": standing.count.accounting,
        "sms": told_numbers(session, campaign),
        "digest": standing.digest,
        "signatures": standing.signatures,
        "waiting": certifying.waiting(session, campaign),
        "certified": protocol.last(protocol.acts(session, campaign.code), Act.CERTIFY),
        "against": [told(found, campaign.definition) for found in against],
        "broken": not _holds(session),
        "reset": reset,
        "unconfirmed": {one.account.name for one in reset if one.is_open},
        "signers": signing,
        "lacking": max(campaign.definition.signatures - len(signing), 0),
        "new_signer": address_of_new_signer(campaign),
    }


def _holds(session: Session) -> bool:
    try:
        audit.verify(session)
    except BrokenLog:
        return False
    return True
