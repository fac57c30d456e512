"""Logging in, by password or by a one-time link, and out."""

from flask import make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from survey.domain.errors import BadCredentials, PasswordsBusy, TooManyAttempts
from survey.services import accounts, second_factor
from survey.services.accounts import ROLES, Account
from survey.services.audit import By
from survey.storage.database import transaction
from survey.web.context import now
from survey.web.security import PUBLIC, access

from .account_forms import LinkForm, LoginForm
from .accounts import enter, leave
from .attempts import busy_sentence, counted, room_to_hash, wait_sentence
from .blueprint import blueprint
from .devices import place_of, remember_device
from .frame import page_within

_LINK = "link"


@blueprint.get("/link/<secret>")
@access(PUBLIC)
def link(secret: str) -> ResponseReturnValue:
    """Ask before a one-time link is used up: previews of messengers open links too."""
    account = _account_of(secret)
    return _link_page(account), 200 if account else 403


@blueprint.post("/link/<secret>")
@access(PUBLIC)
def use_link(secret: str) -> ResponseReturnValue:
    """Log in by a one-time link."""
    account = _account_of(secret)
    if account is None:
        return _link_page(None), 403
    try:
        with counted(account.name, _LINK), transaction(write=True) as session:
            accounts.use_link(session, secret, By("login link", now()), LinkForm().totp.data)
    except BadCredentials:
        return _link_page(_account_of(secret), refused=True), 403
    return _welcome(account, url_for("admin.home"))


@blueprint.route("/login", methods=["GET", "POST"])
@access(PUBLIC)
def log_in() -> ResponseReturnValue:
    """Log in by name and password."""
    form = LoginForm()
    if not form.validate_on_submit():
        return render_template("admin/login.html", form=form), 422 if form.errors else 200
    name = form.name.data or ""
    try:
        with room_to_hash(place_of(name)), counted(name, place_of(name)):
            # A password takes its time: nobody's ballot is to wait for a lock meanwhile.
            with transaction() as session:
                account = accounts.require_password(session, name, form.password.data or "")
            with transaction(write=True) as session:
                accounts.log_in(session, account, form.totp.data, By(name, now()))
    except BadCredentials:
        return render_template("admin/login.html", form=form, refused=True), 403
    except (TooManyAttempts, PasswordsBusy) as error:
        sentence = busy_sentence if isinstance(error, PasswordsBusy) else wait_sentence
        answer = render_template("admin/login.html", form=form, wait=sentence(error.seconds))
        return answer, 429, {"Retry-After": str(error.seconds)}
    return _welcome(account, page_within(request.args.get("next", "")))


@blueprint.post("/logout")
@access(*ROLES)
def log_out() -> ResponseReturnValue:
    """Log out."""
    leave()
    return redirect(url_for("admin.log_in"), 303)


def _welcome(account: Account, path: str) -> ResponseReturnValue:
    enter(account)
    return remember_device(make_response(redirect(path, 303)), account.name)


def _account_of(secret: str) -> Account | None:
    try:
        with transaction() as session:
            return accounts.account_of_link(session, secret, now())
    except BadCredentials:
        return None


def _link_page(account: Account | None, *, refused: bool = False) -> str:
    asked = account is not None and second_factor.has(account)
    return render_template("admin/link.html", form=LinkForm(), account=account, asked=asked, refused=refused)
