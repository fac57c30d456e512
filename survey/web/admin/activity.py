"""Until when somebody stays logged in: asked by a page before it warns, and moved on while somebody types."""

from flask import jsonify
from flask.typing import ResponseReturnValue
from flask_login import current_user

from survey.domain.accounts.roles import Permission
from survey.web.context import now
from survey.web.security import access

from .blueprint import blueprint


@blueprint.get("/session")
@access(Permission.KEEP_OWN_ACCOUNT)
def session_left() -> ResponseReturnValue:
    """Return how many seconds are left; asking is no activity."""
    return _left()


@blueprint.post("/session")
@access(Permission.KEEP_OWN_ACCOUNT)
def stay() -> ResponseReturnValue:
    """Count as activity, like any request, and return how many seconds are left."""
    return _left()


def _left() -> ResponseReturnValue:
    return jsonify(seconds=max(0, int((current_user.until - now()).total_seconds())))
