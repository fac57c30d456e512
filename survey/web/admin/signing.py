"""Signing a count: two accounts one after the other, each in a login of its own."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user, login_required
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from wtforms import PasswordField, RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from survey.domain.campaign import Campaign, State
from survey.domain.errors import BadCredentials, BrokenLog, NoSecondFactor
from survey.domain.findings import AGAINST_SIGNING
from survey.services import audit, certifying, counting, protocol, signing
from survey.services.accounts import ROLES, Account, get_account
from survey.services.audit import By
from survey.services.publishing import COUNTED
from survey.storage.database import transaction
from survey.web.context import now
from survey.web.security import access

from .blueprint import blueprint
from .findings import told
from .proof import require_proof
from .scope import campaign_in_scope


class SignForm(FlaskForm):
    """In which part one signs, with password and second factor."""

    part = RadioField(
        _l("签字身份"),
        choices=[
            SelectChoice(certifying.TELLER, _l("计票人")),
            SelectChoice(certifying.SCRUTINEER, _l("监票人")),
        ],
        validators=[InputRequired(_l("请选择签字身份。"))],
    )
    password = PasswordField(_l("密码"), validators=[InputRequired(_l("请填写密码。")), Length(max=200)])
    totp = StringField(_l("动态口令"), validators=[InputRequired(_l("请填写动态口令。"))])


@blueprint.get("/c/<code>/sign")
@access(*ROLES)
@login_required
def sign_page(code: str) -> ResponseReturnValue:
    """Show what is signed, what stands against it, and who has signed."""
    return _page(code, SignForm())


@blueprint.post("/c/<code>/sign")
@access(certifying.SIGNER)
@login_required
def sign(code: str) -> ResponseReturnValue:
    """Sign; with the second signature the count is certified."""
    form = SignForm()
    if not form.validate():
        return _page(code, form, status=422)
    account = current_user.account
    by = By(account.name, now())
    try:
        with transaction(write=True) as session:
            campaign_in_scope(session, code)
            signer = _reloaded(get_account(session, account.id))
            require_proof(session, signer, form.password.data or "", form.totp.data or "", by)
            signing.sign(session, code, signer, form.part.data, by)
            state = campaign_in_scope(session, code).state
    except NoSecondFactor:
        return _page(code, form, _("签字须用第二因素。请先在“我的账号”中启用动态口令。"), 403)
    except BadCredentials:
        return _page(code, form, _("密码或动态口令不正确，或者同一人不能签两次；没有签字。"), 403)
    flash(
        _("两人已签字，计票结果已确认。") if state is State.CERTIFIED else _("已签字，等待另一人签字。"),
        "good",
    )
    return redirect(url_for("admin.sign_page", code=code), 303)


@blueprint.post("/c/<code>/sign/withdraw")
@access(certifying.SIGNER)
@login_required
def withdraw_signature(code: str) -> ResponseReturnValue:
    """Take one's own waiting signature back."""
    account = current_user.account
    with transaction(write=True) as session:
        campaign_in_scope(session, code)
        signing.withdraw(session, code, account, By(account.name, now()))
    flash(_("已撤回签字。"), "good")
    return redirect(url_for("admin.sign_page", code=code), 303)


def _reloaded(account: Account | None) -> Account:
    """Take the account as it is now, not as it was when the page was opened."""
    if account is None:
        raise BadCredentials("this account is gone")
    return account


def _page(code: str, form: SignForm, refusal: str | None = None, status: int = 200) -> ResponseReturnValue:
    with transaction() as session:
        campaign = campaign_in_scope(session, code)
        counted = _counted(session, campaign) if campaign.state in COUNTED else {}
    return render_template(
        "admin/sign.html", campaign=campaign, form=form, refusal=refusal, **counted
    ), status


def _counted(session: Session, campaign: Campaign) -> dict[str, object]:
    standing = counting.standing(session, campaign)
    against = [found for found in standing.findings if found.kind in AGAINST_SIGNING]
    return {
        "accounting": standing.count.accounting,
        "digest": standing.digest,
        "signatures": standing.signatures,
        "waiting": signing.waiting(session, campaign),
        "certified": protocol.last(protocol.acts(session, campaign.code), "certify"),
        "against": [told(found, campaign.definition) for found in against],
        "broken": not _holds(session),
    }


def _holds(session: Session) -> bool:
    try:
        audit.verify(session)
    except BrokenLog:
        return False
    return True
