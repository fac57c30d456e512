"""Logging in, by password or by a one-time link, and out."""

from flask import flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from survey.domain.accounts.roles import Permission
from survey.domain.errors import BadCredentials, PasswordsBusy, TooManyAttempts
from survey.services.accounts import accounts, second_factor
from survey.services.accounts.accounts import Account
from survey.services.accounts.second_factor import Given
from survey.services.audit.audit import By
from survey.storage.database import transaction
from survey.web.admin import kept_form
from survey.web.admin.blueprint import blueprint
from survey.web.admin.ended_session import offered
from survey.web.admin.kept_form import FIELD
from survey.web.admin.way_back import page_within
from survey.web.context import now
from survey.web.security import PUBLIC, access

from . import half_login
from .account_forms import LinkForm, LoginForm, SecondStepForm
from .attempts import busy_sentence, counted, room_to_hash, wait_sentence
from .devices import place_of, remember_device
from .login_manager import enter, leave
from .passkey_asking import ask, given, only_recovery_codes

_LINK = "link"


@blueprint.get("/link/<secret>")
@access(PUBLIC)
def link(secret: str) -> ResponseReturnValue:
    """Ask before a one-time link is used up: previews of messengers open links too."""
    account = _account_of(secret)
    return _link_page(secret, account), 200 if account else 403


@blueprint.post("/link/<secret>")
@access(PUBLIC)
def use_link(secret: str) -> ResponseReturnValue:
    """Log in by a one-time link."""
    account = _account_of(secret)
    if account is None:
        return _link_page(secret, None), 403
    try:
        with counted(account.name, _LINK):
            factor = _given_with_link(account, secret)
            with transaction(write=True) as session:
                accounts.use_link(session, secret, By("login link", now()), factor)
    except BadCredentials:
        return _link_page(secret, _account_of(secret), refused=True), 403
    return welcome(account, url_for("admin.home"))


@blueprint.post("/link/<secret>/passkey")
@access(PUBLIC)
def ask_with_link(secret: str) -> ResponseReturnValue:
    """Ask for a passkey of whoever holds this link."""
    account = _account_of(secret)
    return ask(account, _place(secret), _LINK) if account else ("", 403)


@blueprint.route("/login", methods=["GET", "POST"])
@access(PUBLIC)
def log_in() -> ResponseReturnValue:
    """Log in by name and password."""
    form = LoginForm()
    if not form.validate_on_submit():
        return _login_page(form), 422 if form.errors else 200
    name = form.name.data or ""
    try:
        with room_to_hash(place_of(name)), counted(name, place_of(name)) as attempt:
            # A password takes its time: nobody's ballot is to wait for a lock meanwhile.
            with transaction() as session:
                account = accounts.require_password(session, name, form.password.data or "")
            attempt.half = bool(account.passkeys) and not form.totp.data
            if not attempt.half:
                with transaction(write=True) as session:
                    accounts.log_in(session, account, form.totp.data, By(account.name, now()))
    except BadCredentials:
        return _login_page(form, refused=True), 403
    except (TooManyAttempts, PasswordsBusy) as error:
        sentence = busy_sentence if isinstance(error, PasswordsBusy) else wait_sentence
        answer = _login_page(form, wait=sentence(error.seconds))
        return answer, 429, {"Retry-After": str(error.seconds)}
    wanted = request.args.get("next", "")
    if attempt.half:
        half_login.begin(account)
        if FIELD in request.form:
            return second_step_page(SecondStepForm(formdata=None), account)
        return redirect(url_for("admin.second_step", next=wanted or None), 303)
    return arrived(account)


@blueprint.post("/logout")
@access(Permission.KEEP_OWN_ACCOUNT)
def log_out() -> ResponseReturnValue:
    """Log out."""
    leave()
    return redirect(url_for("admin.log_in"), 303)


def welcome(account: Account, path: str) -> ResponseReturnValue:
    """Log somebody in whose secrets were just checked, and redirect to a page."""
    enter(account)
    return remember_device(make_response(redirect(path, 303)), account.name)


def arrived(account: Account) -> ResponseReturnValue:
    """Log somebody in and lead to the page they came from, with what they had typed there."""
    kept = request.form.get(FIELD, "")
    form = kept_form.opened(kept, account) if kept else None
    if form is not None:
        enter(account)
        return remember_device(make_response(offered(kept, form.address)), account.name)
    answer = welcome(account, page_within(request.args.get("next", "")))
    if kept:
        flash(_("登录前填写的内容属于另一个账号，或是太久以前的，没有带过来。"), "warn")
    return answer


def second_step_page(form: SecondStepForm, account: Account, *, refused: bool = False) -> str:
    """Return the page of the second step; what was typed before the login goes on with it."""
    only_recovery_codes(form.totp, account)
    return render_template(
        "admin/accounts/second_step.html", form=form, account=account, refused=refused, **_carried()
    )


def _login_page(form: LoginForm, **said: object) -> str:
    return render_template("admin/accounts/login.html", form=form, **_carried(), **said)


def _carried() -> dict[str, str | None]:
    return {"kept": request.form.get(FIELD), "back": request.args.get("next")}


def _place(secret: str) -> str:
    return f"link {secret}"


def _given_with_link(account: Account, secret: str) -> Given:
    form = LinkForm()
    return given(form, form.totp.data, account, _place(secret), _LINK)


def _account_of(secret: str) -> Account | None:
    try:
        with transaction() as session:
            return accounts.account_of_link(session, secret, now())
    except BadCredentials:
        return None


def _link_page(secret: str, account: Account | None, *, refused: bool = False) -> str:
    form = LinkForm()
    asked = account is not None and second_factor.has(account)
    if account is not None:
        only_recovery_codes(form.totp, account)
    page = "admin/accounts/link.html"
    return render_template(page, form=form, account=account, asked=asked, refused=refused, secret=secret)
