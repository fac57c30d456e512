"""Who acts, as the services and the log want to know it."""

from flask_login import current_user

from survey.services.audit.audit import By
from survey.web.context import now

RUNNING = ("organiser", "owner")
"""Who sets campaigns up and runs them."""


def by() -> By:
    """Return who is logged in, and the moment."""
    return By(current_user.account.name, now())


def may_run() -> bool:
    """Return whether whoever is logged in may run campaigns."""
    return current_user.account.role in RUNNING
