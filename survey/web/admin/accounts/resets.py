"""Accounts that sign and were reset after arming: what was done, and the word of whoever vouches for it."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from survey.documents.layout.signer_words import reset_line
from survey.domain.accounts.roles import Permission
from survey.domain.errors import BadConfirmation, BadCredentials
from survey.services.accounts import resets, second_factor
from survey.storage.database import transaction
from survey.web.admin.blueprint import blueprint
from survey.web.admin.current_actor import by
from survey.web.admin.scope import campaign_in_scope
from survey.web.admin.words.times import zone_name
from survey.web.security import access

from .passkey_asking import ask, only_recovery_codes
from .reauthentication import ProofForm, require_proof


@blueprint.get("/c/<campaign_code>/resets")
@access(Permission.READ_CAMPAIGNS)
def resets_page(campaign_code: str) -> ResponseReturnValue:
    """Show which accounts that sign were reset after arming, and who confirmed it."""
    return _page(campaign_code, ProofForm())


@blueprint.post("/c/<campaign_code>/resets")
@access(Permission.CONFIRM_RESETS)
def confirm_resets(campaign_code: str) -> ResponseReturnValue:
    """Vouch for the resets of the accounts that were ticked."""
    form, account = ProofForm(), current_user.account
    with transaction() as session:
        campaign = campaign_in_scope(session, campaign_code)
        known = {one.account.name for one in resets.concerned(session, campaign)}
        purpose = resets.what_is_confirmed(session, campaign)
    names = [name for name in dict.fromkeys(request.form.getlist("account")) if name in known]
    if not second_factor.has(account):
        return _page(campaign_code, form, _("确认须用动态口令或通行密钥，您的账号还没有启用。"), 422)
    if not form.validate() or not names:
        return _page(campaign_code, form, None if form.errors else _("请先勾选要确认的账号。"), 422)
    try:
        require_proof(account, form.password.data or "", form, form.totp.data, purpose)
        with transaction(write=True) as session:
            resets.confirm(session, campaign_code, names, account, request.form.get("upto", 0, int), by())
    except BadCredentials:
        return _page(campaign_code, form, _("密码或动态口令、通行密钥不正确，没有确认。"), 403)
    except BadConfirmation:
        return _page(campaign_code, form, _("这次重设不能由您确认，或者情况已经变了。请看下面的说明。"), 409)
    flash(_("已确认，写入操作日志和计票确认书。"), "good")
    return redirect(url_for("admin.resets_page", campaign_code=campaign_code), 303)


@blueprint.post("/c/<campaign_code>/resets/passkey")
@access(Permission.CONFIRM_RESETS)
def ask_for_confirmation(campaign_code: str) -> ResponseReturnValue:
    """Ask for a passkey that vouches for the resets there are by now, and for nothing else."""
    with transaction() as session:
        purpose = resets.what_is_confirmed(session, campaign_in_scope(session, campaign_code))
    return ask(current_user.account, current_user.secret, purpose)


def _page(
    campaign_code: str, form: ProofForm, refusal: str | None = None, status: int = 200
) -> ResponseReturnValue:
    account = current_user.account
    with transaction() as session:
        campaign = campaign_in_scope(session, campaign_code)
        found = resets.concerned(session, campaign, account)
    only_recovery_codes(form.totp, account)
    zone = campaign.definition.time_zone
    page = render_template(
        "admin/accounts/resets.html",
        campaign=campaign,
        form=form,
        refusal=refusal,
        found=found,
        upto=resets.latest(found),
        waits=any(one.is_open for one in found),
        line=lambda reset, *, signs: reset_line(reset, zone, _, signs=signs),
        zone=zone_name(zone, by().at),
        over=campaign.state not in resets.BEFORE_SIGNING,
        has_factor=second_factor.has(account),
    )
    return page, status
