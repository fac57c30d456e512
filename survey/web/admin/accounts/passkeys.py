"""One's own passkeys: adding and removing them, and having one confirm what changes how one logs in."""

import json

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from survey.domain.accounts.roles import Permission
from survey.domain.errors import BadCredentials, LastSecondFactor
from survey.services.accounts import passkeys, second_factor, sessions
from survey.storage.database import transaction
from survey.web.admin.blueprint import blueprint
from survey.web.admin.current_actor import by
from survey.web.admin.way_back import way_back
from survey.web.context import now
from survey.web.security import access

from .account_forms import FirstSecretsForm, NewPasskeyForm, SecretsForm
from .me import APP, CODES, codes_page
from .passkey_asking import ask, only_recovery_codes, signed, site
from .reauthentication import require_password, require_proof

_ADD, _REMOVE = "passkey-add", "passkey-remove"
_CONFIRMED = (APP, CODES, _ADD, _REMOVE)


@blueprint.post("/me/passkey/<act>")
@access(Permission.KEEP_OWN_ACCOUNT)
def ask_to_confirm(act: str) -> ResponseReturnValue:
    """Ask for a passkey that confirms one act on one's own account."""
    if act not in _CONFIRMED:
        abort(404)
    return ask(current_user.account, current_user.secret, act)


@blueprint.route("/me/passkeys/new", methods=["GET", "POST"])
@access(Permission.KEEP_OWN_ACCOUNT)
def add_passkey() -> ResponseReturnValue:
    """Ask for password and second factor, then let the browser make a passkey."""
    if site() is None:
        abort(404)
    form = _secrets_form()
    if form.validate_on_submit() and _is_proved(form, _ADD):
        return _making()
    return render_template("admin/accounts/passkey_new.html", form=form), 422 if form.errors else 200


@blueprint.post("/me/passkeys")
@access(Permission.KEEP_OWN_ACCOUNT)
def keep_passkey() -> ResponseReturnValue:
    """Keep the passkey that the browser has made just after its holder proved who they are."""
    form, account = NewPasskeyForm(), current_user.account
    if not form.validate():
        return _not_kept()
    made = signed(form.passkey.data, account, current_user.secret, passkeys.REGISTERING)
    try:
        with transaction(write=True) as stored:
            codes = second_factor.add_passkey(stored, account, made, form.label.data or _("通行密钥"), by())
            sessions.end_others(stored, account, current_user.secret)
    except BadCredentials:
        return _not_kept()
    flash(_("通行密钥已添加，下次登录可以用它。"), "good")
    if codes:
        return codes_page(codes)
    return redirect(way_back() or url_for("admin.me"), 303)


def _not_kept() -> ResponseReturnValue:
    return render_template("admin/accounts/passkey_not_kept.html", back=way_back()), 422


@blueprint.route("/me/passkeys/<key>/remove", methods=["GET", "POST"])
@access(Permission.KEEP_OWN_ACCOUNT)
def remove_passkey(key: str) -> ResponseReturnValue:
    """Remove a passkey, which takes password and second factor."""
    account = current_user.account
    with transaction() as stored:
        found = passkeys.find(stored, account, key)
    if found is None:
        abort(404)
    form = _secrets_form()
    if form.validate_on_submit() and _is_proved(form, _REMOVE):
        try:
            with transaction(write=True) as stored:
                second_factor.remove_passkey(stored, account, key, by())
                sessions.end_others(stored, account, current_user.secret)
            flash(_("通行密钥已删除。"), "good")
        except LastSecondFactor:
            flash(_("这是您唯一的第二重验证，不能删除。请先启用动态口令，或添加另一个通行密钥。"), "bad")
        return redirect(url_for("admin.me"), 303)
    page = render_template("admin/accounts/passkey_remove.html", form=form, passkey_listed=found)
    return page, 422 if form.errors else 200


def _secrets_form() -> SecretsForm | FirstSecretsForm:
    account = current_user.account
    if not second_factor.has(account):
        return FirstSecretsForm()
    form = SecretsForm()
    only_recovery_codes(form.totp, account)
    return form


def _is_proved(form: SecretsForm | FirstSecretsForm, purpose: str) -> bool:
    """Check password, and second factor where there is one; tell the form where they do not fit."""
    account = current_user.account
    try:
        if isinstance(form, SecretsForm):
            require_proof(account, form.password.data or "", form, form.totp.data, purpose)
        else:
            require_password(account, form.password.data or "")
    except BadCredentials:
        form.password.errors = [_("密码或第二重验证不正确，什么都没有改变。")]
        return False
    return True


def _making() -> ResponseReturnValue:
    good_at = site()
    if good_at is None:
        abort(404)
    with transaction(write=True) as stored:
        options = passkeys.begin(stored, good_at, current_user.account, current_user.secret, now())
    return render_template(
        "admin/accounts/passkey_make.html",
        form=NewPasskeyForm(formdata=None),
        options=json.dumps(options),
        back=way_back(),
    )
