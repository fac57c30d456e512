"""Acts on accounts, for everybody in the unit: who was made, reset, kept out or let in again, and by whom."""

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from survey.services.accounts.accounts import ROLES
from survey.services.audit import account_acts, audit
from survey.storage.database import transaction
from survey.web.admin.blueprint import blueprint
from survey.web.admin.scope import OWNER
from survey.web.admin.words.audit_log import sentence, shown
from survey.web.security import access


@blueprint.get("/accounts")
@access(*ROLES)
def account_acts_page() -> ResponseReturnValue:
    """Show a page of the acts on accounts of one's own unit, and of those that belong to none."""
    reader = current_user.account
    name = request.args.get("name", "").strip() or None
    with transaction() as session:
        found = account_acts.read_page(
            session,
            None if reader.role == OWNER else reader.unit,
            name,
            request.args.get("page", 1, int),
        )
    return render_template(
        "admin/operations/account_acts.html",
        found=found,
        name=name,
        sentence=sentence,
        shown=shown,
        check_value=audit.check_value,
        sees_all=reader.role == OWNER,
    )
