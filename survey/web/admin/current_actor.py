"""Who acts, as the services and the log want to know it, and what they may do."""

from flask_login import current_user

from survey.domain.accounts import roles
from survey.domain.accounts.roles import Permission
from survey.services.accounts.accounts import Account
from survey.services.audit.audit import By
from survey.web.context import now


def by() -> By:
    """Return who is logged in, and the moment."""
    return By(current_user.account.name, now())


def may(permission: Permission, account: Account | None = None) -> bool:
    """Check whether an account has a permission; by itself, whoever is logged in."""
    return roles.may((account or current_user.account).role, permission)
