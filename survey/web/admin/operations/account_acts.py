"""Acts on accounts, for everybody in the unit: who was made, reset, kept out or let in again, and by whom."""

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from survey.domain.accounts.roles import Permission
from survey.services.audit import account_acts, audit
from survey.storage.database import transaction
from survey.web.admin.blueprint import blueprint
from survey.web.admin.current_actor import may
from survey.web.admin.words.audit_log import sentence, shown
from survey.web.security import access


@blueprint.get("/accounts")
@access(Permission.READ_LOG)
def account_acts_page() -> ResponseReturnValue:
    """Show a page of the acts on accounts of one's own unit, and of those that belong to none."""
    sees_all = may(Permission.REACH_EVERY_UNIT)
    name = request.args.get("name", "").strip() or None
    with transaction() as session:
        found = account_acts.read_page(
            session,
            None if sees_all else current_user.account.unit,
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
        sees_all=sees_all,
    )
