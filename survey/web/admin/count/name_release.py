"""An owner frees the place of an account that does not decide on written names: why, and proof."""

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from wtforms import StringField
from wtforms.validators import ValidationError

from survey.domain.accounts.roles import Permission
from survey.domain.decisions.name_tellers import MAX_REASON_LENGTH, require_reason
from survey.domain.errors import BadCredentials, BadReason, CannotRelease
from survey.domain.operations.shell_line import shell_line
from survey.services.accounts import accounts, second_factor
from survey.services.count import name_tellers
from survey.storage.database import transaction
from survey.web.admin.accounts.passkey_asking import ask, only_recovery_codes
from survey.web.admin.accounts.reauthentication import ProofForm, require_proof
from survey.web.admin.blueprint import blueprint
from survey.web.admin.current_actor import by
from survey.web.admin.scope import campaign_in_scope
from survey.web.security import access

_REFUSALS = {
    "no-place": _l("这个账号现在不占认定人的位置，不用解除。"),
    "decided": _l("所有写法都已认定，不用等谁，所以不用解除。"),
    "free": _l("还有空位：请另一人直接在“另荐人选”页承担认定，不用解除谁。"),
    "used-up": _l(
        "还有空位，但先后已有五人认定，不用解除谁：请认定过的人回来承担，或请能登录服务器的人准许另一人。"
    ),
    "party": _l("您自己是认定人，或曾经是，不能解除别人。请另一位系统管理员来做。"),
    "reset": _l("规则冻结以后，您的账号由他人设立、重设或恢复过，不能解除别人。请另一位系统管理员来做。"),
    "resetter": _l("您重设过认定人的账号，还没有人确认，不能解除别人。请另一位系统管理员来做。"),
}
_FAULTS = {
    "empty": _l("请填写理由。"),
    "too-long": _l("理由最多 %(number)s 个字。"),
    "unreadable": _l("有看不见的字符，请删去后重新输入。"),
}


class ReleaseForm(ProofForm):
    """Why a place is freed, with password and second factor."""

    reason = StringField(_l("理由"))

    def validate_reason(self, field: StringField) -> None:
        """Check the reason before the proof is used up."""
        try:
            require_reason(field.data or "")
        except BadReason as error:
            raise ValidationError(str(_FAULTS[error.why]) % {"number": MAX_REASON_LENGTH}) from error


@blueprint.get("/c/<campaign_code>/names/tellers/<int:number>")
@access(Permission.RELEASE_NAME_TELLERS)
def release_page(campaign_code: str, number: int) -> ResponseReturnValue:
    """Show what a release does, or why there can be none."""
    return _page(campaign_code, number, ReleaseForm())


@blueprint.post("/c/<campaign_code>/names/tellers/<int:number>")
@access(Permission.RELEASE_NAME_TELLERS)
def release_teller(campaign_code: str, number: int) -> ResponseReturnValue:
    """Free the place of an account; what it chose stays."""
    form, account = ReleaseForm(), current_user.account
    if not second_factor.has(account):
        return _page(campaign_code, number, form, _("解除须用动态口令或通行密钥，您的账号还没有启用。"), 422)
    if not form.validate():
        return _page(campaign_code, number, form, status=422)
    try:
        purpose = _purpose(campaign_code, number)
        require_proof(account, form.password.data or "", form, form.totp.data, purpose)
        with transaction(write=True) as session:
            campaign_in_scope(session, campaign_code)
            name = accounts.numbered(session, number).name
            name_tellers.release(session, campaign_code, name, form.reason.data or "", account, by())
    except BadCredentials:
        return _page(campaign_code, number, form, _("密码或动态口令、通行密钥不正确，没有解除。"), 403)
    except CannotRelease:
        return _page(campaign_code, number, form, status=409)
    flash(_("已解除 %(name)s 的认定，写入操作日志和计票确认书。", name=name), "good")
    return redirect(url_for("admin.names", campaign_code=campaign_code), 303)


@blueprint.post("/c/<campaign_code>/names/tellers/<int:number>/passkey")
@access(Permission.RELEASE_NAME_TELLERS)
def ask_for_release(campaign_code: str, number: int) -> ResponseReturnValue:
    """Ask for a passkey that releases this account once, and does nothing else."""
    return ask(current_user.account, current_user.secret, _purpose(campaign_code, number))


def _purpose(campaign_code: str, number: int) -> str:
    with transaction() as session:
        campaign = campaign_in_scope(session, campaign_code)
        return name_tellers.what_is_released(session, campaign, accounts.numbered(session, number).name)


def _command(obstacle: str | None, name: str, campaign_code: str) -> str:
    """Return what is run on the server where no owner can, empty where that helps nobody either."""
    options = ("--campaign", campaign_code, "--reason", _("理由"))
    if obstacle == "used-up":
        return shell_line("minping admin admit-teller", _("账号"), *options)
    if obstacle in ("party", "reset", "resetter"):
        return shell_line("minping admin release-teller", name, *options)
    return ""


def _page(
    campaign_code: str, number: int, form: ReleaseForm, refusal: str | None = None, status: int = 200
) -> ResponseReturnValue:
    account = current_user.account
    with transaction() as session:
        campaign = campaign_in_scope(session, campaign_code)
        person = accounts.numbered(session, number)
        name_tellers.require_names(campaign)
        if person.name not in name_tellers.places(session, campaign).tellers:
            # Of other accounts this page says nothing.
            abort(404)
        obstacle = name_tellers.obstacle(session, campaign, person.name, account)
    only_recovery_codes(form.totp, account)
    page = render_template(
        "admin/count/name_release.html",
        campaign=campaign,
        person=person,
        form=form,
        refusal=refusal,
        obstacle=str(_REFUSALS[obstacle]) if obstacle else "",
        command=_command(obstacle, person.name, campaign_code),
        longest=MAX_REASON_LENGTH,
        has_factor=second_factor.has(account),
    )
    return page, status
