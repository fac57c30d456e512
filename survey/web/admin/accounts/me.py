"""One's own account: password, second factor, and where one is logged in."""

from datetime import datetime

from flask import flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from markupsafe import Markup

from survey.documents.layout import qr
from survey.domain.accounts.roles import Permission
from survey.domain.errors import BadAccount, BadCredentials
from survey.services.accounts import accounts, passkeys, passwords, second_factor, sessions
from survey.services.accounts.second_factor import Given
from survey.services.audit.audit import By
from survey.storage.database import transaction
from survey.web.admin.blueprint import blueprint
from survey.web.admin.way_back import way_back
from survey.web.admin.words.audit_log import ZONE
from survey.web.context import now
from survey.web.security import access

from .account_forms import ROLE_NAMES, ConfirmForm, FirstPasswordForm, NumberForm, PasswordForm, ReplacingForm
from .attempts import confirming, room_to_hash
from .login_manager import leave
from .passkey_asking import Asked, given, only_recovery_codes

APP, CODES = "second-factor", "recovery-codes"
"""What a passkey can confirm here."""
_NEW_SECRET = "second-factor"  # noqa: S105


@blueprint.get("/me")
@access(Permission.KEEP_OWN_ACCOUNT)
def me() -> ResponseReturnValue:
    """Show one's own account."""
    account = current_user.account
    with transaction() as stored:
        listed = sessions.list_of(stored, account, current_user.secret, now())
        left = second_factor.recovery_codes_left(stored, account)
        keys = passkeys.list_of(stored, account)
    return render_template(
        "admin/accounts/me.html",
        account=account,
        role=ROLE_NAMES[account.role],
        sessions=listed,
        left=left,
        passkeys=keys,
        room=len(keys) < passkeys.MAX_PASSKEYS,
        has_factor=second_factor.has(account),
        day=_day,
        ago=_ago,
    )


@blueprint.route("/me/password", methods=["GET", "POST"])
@access(Permission.KEEP_OWN_ACCOUNT)
def password() -> ResponseReturnValue:
    """Choose a password; everybody else who is logged in with the old one is out."""
    account = current_user.account
    form = PasswordForm() if account.password_hash else FirstPasswordForm()
    if form.validate_on_submit():
        try:
            with room_to_hash():
                _require_present(form)
                hashed = passwords.hash_password(form.password.data or "", account.name)
            with transaction(write=True) as stored:
                accounts.set_password(stored, account, hashed, _by())
                sessions.end_others(stored, account, current_user.secret)
            flash(_("密码已保存。"), "good")
            return redirect(way_back() or url_for("admin.home"), 303)
        except BadCredentials:
            form.present.errors = [_("现在的密码不正确。")]
        except BadAccount:
            form.password.errors = [_("这个密码太常见，请用几个互不相关的词组成。")]
    return render_template("admin/accounts/password.html", form=form), 422 if form.errors else 200


@blueprint.route("/me/second-factor", methods=["GET", "POST"], endpoint="second_factor")
@access(Permission.KEEP_OWN_ACCOUNT)
def set_up_second_factor() -> ResponseReturnValue:
    """Set up an authenticator app, in the place of a former one where there is one."""
    account = current_user.account
    form = ReplacingForm() if second_factor.has(account) else NumberForm()
    # Until a number confirms it, the secret is kept by the browser that shows it anyway.
    secret = session.setdefault(_NEW_SECRET, second_factor.new_secret())
    if form.validate_on_submit():
        try:
            with confirming(account):
                return _enrol(form, secret)
        except BadCredentials:
            form.number.errors = [_("数字不正确或已经用过。请等验证器换一个数字，再填一次。")]
    if isinstance(form, ReplacingForm):
        only_recovery_codes(form.present, account)
    picture = Markup(qr.svg(second_factor.address(account, secret)))  # noqa: S704
    page = render_template(
        "admin/accounts/second_factor.html",
        form=form,
        secret=secret,
        picture=picture,
        account=account,
        back=way_back(),
    )
    return page, 422 if form.errors else 200


def _enrol(form: NumberForm, secret: str) -> ResponseReturnValue:
    account = current_user.account
    factor = _given(form, form.present.data, APP) if isinstance(form, ReplacingForm) else None
    with transaction(write=True) as stored:
        if isinstance(form, ReplacingForm):
            second_factor.require_fresh(stored, account, factor, _by())
        codes = second_factor.enrol(stored, account, secret, form.number.data or "", _by())
        sessions.end_others(stored, account, current_user.secret)
    session.pop(_NEW_SECRET, None)
    return codes_page(codes)


def codes_page(recovery_codes: list[str]) -> str:
    """Return the page that shows recovery codes, once, and leads on to where their reader came from."""
    return render_template(
        "admin/accounts/recovery_codes.html",
        codes=recovery_codes,
        onwards=way_back() or url_for("admin.home"),
    )


@blueprint.route("/me/recovery-codes", methods=["GET", "POST"])
@access(Permission.KEEP_OWN_ACCOUNT)
def recovery_codes() -> ResponseReturnValue:
    """Make new recovery codes, which are shown once."""
    account = current_user.account
    if not second_factor.has(account):
        return redirect(url_for("admin.second_factor"), 303)
    form = ConfirmForm()
    if form.validate_on_submit():
        try:
            with confirming(account):
                factor = _given(form, form.totp.data, CODES)
                with transaction(write=True) as stored:
                    second_factor.require_fresh(stored, account, factor, _by())
                    codes = second_factor.renew_recovery_codes(stored, account, _by())
            return codes_page(codes)
        except BadCredentials:
            form.totp.errors = [_("动态口令不正确或已经用过。")]
    only_recovery_codes(form.totp, account)
    return render_template("admin/accounts/new_recovery_codes.html", form=form), 422 if form.errors else 200


@blueprint.post("/me/sessions/<key>")
@access(Permission.KEEP_OWN_ACCOUNT)
def end_session(key: str) -> ResponseReturnValue:
    """Log out in one other browser."""
    with transaction(write=True) as stored:
        sessions.end_listed(stored, current_user.account, key, _by())
    flash(_("已在那台设备上退出。"), "good")
    return redirect(url_for("admin.me"), 303)


@blueprint.post("/me/sessions")
@access(Permission.KEEP_OWN_ACCOUNT)
def end_sessions() -> ResponseReturnValue:
    """Log out everywhere, here too."""
    with transaction(write=True) as stored:
        sessions.end_all(stored, current_user.account, _by())
    leave()
    return redirect(url_for("admin.log_in"), 303)


def _require_present(form: FirstPasswordForm) -> None:
    """Check the present password, where there is one: an unattended computer is not enough."""
    if isinstance(form, PasswordForm):
        account = current_user.account
        with confirming(account), transaction() as stored:
            accounts.require_password(stored, account.name, form.present.data or "")


def _given(form: Asked, typed: str | None, purpose: str) -> Given:
    return given(form, typed, current_user.account, current_user.secret, purpose)


def _by() -> By:
    return By(current_user.account.name, now())


def _day(moment: datetime) -> str:
    return f"{moment.astimezone(ZONE):%Y-%m-%d}"


def _ago(moment: datetime) -> str:
    minutes = int((now() - moment).total_seconds()) // 60
    if minutes < 1:
        return str(_("不到 1 分钟前"))
    if minutes < 60:
        return str(ngettext("%(num)s 分钟前", "%(num)s 分钟前", minutes))
    return str(ngettext("%(num)s 小时前", "%(num)s 小时前", minutes // 60))
