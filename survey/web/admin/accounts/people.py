"""The accounts of others, for an owner."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm import Session

from survey.domain.accounts.roles import Permission, Role
from survey.domain.definition.campaign import Campaign
from survey.domain.errors import BadAccount, LastOwner
from survey.services.accounts import accounts
from survey.services.accounts.accounts import Account
from survey.services.audit.audit import By
from survey.storage.database import transaction
from survey.web.addresses import public_address
from survey.web.admin.blueprint import blueprint
from survey.web.context import now
from survey.web.security import access

from .account_forms import ROLE_NAMES, PersonForm


@blueprint.route("/people", methods=["GET", "POST"])
@access(Permission.MANAGE_PEOPLE)
def list_people() -> ResponseReturnValue:
    """List the accounts; make a new one and show its login link once."""
    form = PersonForm(unit=request.args.get("unit", ""), role=request.args.get("role", Role.ORGANISER.value))
    if form.validate_on_submit():
        try:
            with transaction(write=True) as session:
                made = accounts.create(
                    session, form.name.data or "", form.role.data, None, _by(), form.unit.data or ""
                )
            return _link_page(made.account, made.link_secret or "")
        except BadAccount:
            form.name.errors = [
                _("已有这个账号，或看上去同名的账号；单位与已有的只差看不出的字；或有不能用的字。请改一改。")
            ]
    with transaction() as session:
        everybody = accounts.list_accounts(session)
    units = sorted({account.unit for account in everybody} - {""})
    page = render_template(
        "admin/accounts/people.html", form=form, people=everybody, units=units, role_names=ROLE_NAMES
    )
    return page, 422 if form.errors else 200


def address_of_new_signer(campaign: Campaign) -> str:
    """Return where an owner adds an account that may sign a campaign's count; unit and role are filled in."""
    return url_for("admin.list_people", unit=campaign.unit, role=Role.SCRUTINEER, _anchor="new-person")


@blueprint.get("/people/<int:number>")
@access(Permission.MANAGE_PEOPLE)
def person(number: int) -> ResponseReturnValue:
    """Show one account, and what can be done for it."""
    with transaction() as session:
        account = accounts.numbered(session, number)
    return render_template("admin/accounts/person.html", person=account, role_names=ROLE_NAMES)


@blueprint.post("/people/<int:number>/disable")
@access(Permission.MANAGE_PEOPLE)
def disable_person(number: int) -> ResponseReturnValue:
    """Keep an account out at once."""
    try:
        with transaction(write=True) as session:
            account = accounts.numbered(session, number)
            accounts.disable(session, account, _by())
        flash(_("%(name)s 已停用，已在所有设备上退出。", name=account.name), "good")
    except LastOwner:
        flash(_("这是最后一位系统管理员，不能停用。请先另设一位系统管理员。"), "bad")
    return _to_person(number)


@blueprint.post("/people/<int:number>/enable")
@access(Permission.MANAGE_PEOPLE)
def enable_person(number: int) -> ResponseReturnValue:
    """Enable a disabled account again."""
    with transaction(write=True) as session:
        account = accounts.numbered(session, number)
        accounts.enable(session, account, _by())
    flash(_("%(name)s 已恢复使用。", name=account.name), "good")
    return _to_person(number)


@blueprint.post("/people/<int:number>/link")
@access(Permission.MANAGE_PEOPLE)
def link_person(number: int) -> ResponseReturnValue:
    """Make a login link for somebody who forgot the password, and show it once."""
    with transaction(write=True) as session:
        account = _somebody_else(session, number)
        secret = accounts.replace_password(session, account, _by())
    return _link_page(account, secret)


@blueprint.post("/people/<int:number>/second-factor")
@access(Permission.MANAGE_PEOPLE)
def reset_person(number: int) -> ResponseReturnValue:
    """Take the second factor away from somebody who lost it."""
    with transaction(write=True) as session:
        account = _somebody_else(session, number)
        accounts.reset_second_factor(session, account, _by())
    flash(_("%(name)s 的第二重验证已重置，已在所有设备上退出。", name=account.name), "good")
    return _to_person(number)


def _somebody_else(session: Session, number: int) -> Account:
    """Return another one's account: for one's own there is the page that asks for the present secrets."""
    account = accounts.numbered(session, number)
    if account.id == current_user.account.id:
        abort(409)
    return account


def _link_page(account: Account, secret: str) -> ResponseReturnValue:
    link = public_address("admin.link", secret=secret)
    return render_template("admin/accounts/person_link.html", person=account, link=link)


def _to_person(number: int) -> ResponseReturnValue:
    return redirect(url_for("admin.person", number=number), 303)


def _by() -> By:
    return By(current_user.account.name, now())
