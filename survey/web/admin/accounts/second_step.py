"""The second step of logging in, after the password: a passkey, a number or a recovery code."""

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from survey.domain.errors import BadCredentials
from survey.services.accounts import accounts
from survey.services.audit.audit import By
from survey.storage.database import transaction
from survey.web.admin.blueprint import blueprint
from survey.web.context import now
from survey.web.security import PUBLIC, access

from . import half_login
from .account_forms import SecondStepForm
from .attempts import counted
from .devices import place_of
from .half_login import HalfLogin
from .login import arrived, second_step_page
from .passkey_asking import ask, given

_PURPOSE = "login"


@blueprint.route("/login/second", methods=["GET", "POST"])
@access(PUBLIC)
def second_step() -> ResponseReturnValue:
    """Ask for the second factor of somebody whose password was right."""
    half = half_login.find()
    if half is None:
        return redirect(url_for("admin.log_in", next=request.args.get("next")), 303)
    form = SecondStepForm()
    refused = False
    if form.validate_on_submit():
        try:
            _finish(half, form)
            return arrived(half.account)
        except BadCredentials:
            refused = True
    page = second_step_page(form, half.account, refused=refused)
    return page, 403 if refused else 422 if form.errors else 200


@blueprint.post("/login/second/passkey")
@access(PUBLIC)
def ask_at_login() -> ResponseReturnValue:
    """Ask for a passkey of somebody whose password was right, and of nobody else."""
    half = half_login.find()
    return ask(half.account, half.place, _PURPOSE) if half else ("", 403)


def _finish(half: HalfLogin, form: SecondStepForm) -> None:
    name = half.account.name
    # The password was the first attempt, and stays counted until this one succeeds.
    with counted(name, place_of(name), attempts=2):
        factor = given(form, form.totp.data, half.account, half.place, _PURPOSE)
        with transaction(write=True) as session:
            accounts.log_in(session, half.account, factor, By(name, now()))
