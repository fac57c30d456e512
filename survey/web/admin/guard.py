"""Who may go on: every request for these pages passes here before its view."""

from urllib.parse import urlsplit

from flask import abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from survey.services.accounts import second_factor
from survey.services.accounts.accounts import Account
from survey.web.security import PUBLIC, declared_access

from . import kept_form
from .assessment.seat_guard import require_seat, require_taking
from .blueprint import blueprint
from .ended_session import page_of, shown_again, to_login

_ALWAYS = ("admin.log_out", "admin.password")
_INSTEAD = {"admin.second_factor": ("admin.add_passkey", "admin.keep_passkey")}
"""What may be set up in the place of what is missing."""


@blueprint.before_request
def require_access() -> ResponseReturnValue | None:
    """Admit whoever may call this endpoint; redirect the others to where they can do something about it."""
    allowed = declared_access(current_app, request.endpoint or "") or frozenset()
    if PUBLIC in allowed:
        return None
    if not current_user.is_authenticated:
        return to_login(_back())
    account: Account = current_user.account
    if not kept_form.are_marked():
        kept_form.mark_forms(account)
    missing = _missing(account)
    if missing and request.endpoint not in (*_ALWAYS, missing, *_INSTEAD.get(missing, ())):
        back = _back()
        return redirect(url_for(missing, next=None if back == url_for("admin.home") else back), 303)
    if account.role not in allowed:
        abort(403)
    require_seat(request.endpoint or "", request.view_args or {})
    if request.method == "POST" and request.endpoint in kept_form.KEEPING and kept_form.FIELD in request.form:
        return shown_again()
    require_taking(request.endpoint or "")
    return None


def _missing(account: Account) -> str | None:
    """Return the page on which an account has to set something up before anything else."""
    if account.password_hash is None:
        return "admin.password"
    return "admin.second_factor" if second_factor.is_missing(account) else None


def _back() -> str | None:
    """Return the page to come back to after the login."""
    if "HX-Request" in request.headers:
        # The login cannot stand in the place of a part of a page: the whole page goes there, and comes back.
        return _page_around()
    if request.method == "GET":
        return request.full_path.rstrip("?")
    return page_of(request.path)


def _page_around() -> str | None:
    """Return the page in which a part was to stand, as far as the request tells."""
    try:
        return urlsplit(request.headers.get("HX-Current-URL", "")).path or None
    except ValueError:
        return None
