"""Logging in and out, and choosing a password."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_required, login_user, logout_user

from survey.domain.errors import BadAccount, BadCredentials
from survey.services import accounts
from survey.services.accounts import ROLES
from survey.services.audit import By
from survey.storage.database import transaction
from survey.web.context import now
from survey.web.security import PUBLIC, access

from .accounts import User
from .blueprint import blueprint
from .forms import EmptyForm, LoginForm, PasswordForm


@blueprint.context_processor
def known() -> dict[str, object]:
    """Tell templates who is logged in."""
    return {"current_user": current_user}


@blueprint.get("/link/<secret>")
@access(PUBLIC)
def link(secret: str) -> ResponseReturnValue:
    """Ask before a one-time link is used up: previews of messengers open links too."""
    return render_template("admin/link.html", form=EmptyForm(), secret=secret)


@blueprint.post("/link/<secret>")
@access(PUBLIC)
def use_link(secret: str) -> ResponseReturnValue:
    """Log in by a one-time link."""
    try:
        with transaction(write=True) as session:
            account = accounts.use_link(session, secret, By("login link", now()))
    except BadCredentials:
        return render_template("admin/link.html", form=None, secret=None), 403
    login_user(User(account))
    return redirect(url_for("admin.password" if account.password_hash is None else "admin.home"), 303)


@blueprint.route("/login", methods=["GET", "POST"])
@access(PUBLIC)
def log_in() -> ResponseReturnValue:
    """Log in by name and password."""
    form = LoginForm()
    if not form.validate_on_submit():
        return render_template("admin/login.html", form=form, refused=False)
    name = form.name.data or ""
    try:
        with transaction(write=True) as session:
            account = accounts.log_in(
                session, name, form.password.data or "", form.totp.data, By(name, now())
            )
    except BadCredentials:
        return render_template("admin/login.html", form=form, refused=True), 403
    login_user(User(account))
    return redirect(url_for("admin.home"), 303)


@blueprint.post("/logout")
@access(*ROLES)
@login_required
def log_out() -> ResponseReturnValue:
    """Log out."""
    logout_user()
    return redirect(url_for("admin.log_in"), 303)


@blueprint.route("/password", methods=["GET", "POST"])
@access(*ROLES)
@login_required
def password() -> ResponseReturnValue:
    """Choose a password."""
    form = PasswordForm()
    refusal = None
    if form.validate_on_submit():
        account = current_user.account
        try:
            with transaction(write=True) as session:
                accounts.set_password(session, account, form.password.data or "", By(account.name, now()))
            return redirect(url_for("admin.home"), 303)
        except BadAccount:
            refusal = "这个密码太常见，请用几个互不相关的词组成。"
    return render_template("admin/password.html", form=form, refusal=refusal), 422 if refusal else 200
