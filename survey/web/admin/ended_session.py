"""A session that has ended: the way over the login and back, with what was typed."""

from collections.abc import Sequence
from typing import Any

from flask import current_app, flash, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from survey.web.errors import expired
from survey.web.security import PUBLIC, declared_access

from . import kept_form
from .accounts.account_forms import LoginForm
from .assessment.seat_guard import require_seat
from .blueprint import blueprint
from .kept_form import FIELD
from .refilled_page import refilled

_LOGGED_IN = "_user_id"
_ASKED_BY_SCRIPT = ("admin.session_left", "admin.stay")
"""Nobody sees their answers: what is to be said waits for a page."""
ROWS = frozenset({"admin.change_subject", "admin.setup_part", "admin.new_setup_row", "admin.setup_row"})
"""Their forms may have more rows than are stored, so their own views show them again."""


def to_login(back: str | None) -> ResponseReturnValue:
    """Lead whoever is not logged in to the login, and say why; a form that was just sent goes with it."""
    kept = kept_form.sealed() if request.method == "POST" else None
    if request.endpoint not in _ASKED_BY_SCRIPT:
        _say_why(kept)
    if kept is not None:
        form = LoginForm(formdata=None)
        page = make_response(
            render_template("admin/accounts/login.html", form=form, kept=kept, back=back), 403
        )
        if "HX-Request" in request.headers:
            # htmx shows only what is a success: the login stands in the place of the page.
            page.status_code = 200
            page.headers.extend({"HX-Retarget": "main", "HX-Reselect": "main", "HX-Reswap": "outerHTML"})
        return page
    if "HX-Request" in request.headers:
        return "", 204, {"HX-Redirect": url_for("admin.log_in", next=back)}
    return redirect(url_for("admin.log_in", next=back))


def _say_why(kept: str | None) -> None:
    sent = request.method == "POST" and kept_form.from_ended_session()
    if session.pop(_LOGGED_IN, None) is None and not sent:
        return
    flash(_("登录已经结束（太久没有操作，或者已经退出）。请重新登录。"), "warn")
    if kept is not None:
        flash(
            _("您刚才填写的内容还没有保存，但没有丢失：用同一个账号登录，就会回到那一页，内容还在。"), "warn"
        )
        _name_lost(kept_form.lost_files())
    elif sent:
        flash(
            _(
                "刚才提交的没有生效，也没有保留：密码、口令、投票码、钥匙份额、文件和过长的内容都不保留。登录后请再做一次。"
            ),
            "warn",
        )


def _name_lost(files: Sequence[str]) -> None:
    if files:
        flash(_("一起传的文件没有保留，请重新选择：%(names)s。", names="、".join(files)), "warn")


@blueprint.errorhandler(CSRFError)
def _expired(error: CSRFError) -> ResponseReturnValue:
    """Answer a form whose session is over, in another tab for one, as one that came too late."""
    allowed = declared_access(current_app, request.endpoint or "") or frozenset()
    if PUBLIC in allowed or not kept_form.from_ended_session():
        return expired(error)
    if not current_user.is_authenticated:
        return to_login(page_of(request.path))
    kept = kept_form.sealed() if kept_form.is_of(current_user.account) else None
    if kept is None or "HX-Request" in request.headers:
        return expired(error)
    return offered(kept, request.full_path.rstrip("?")), 400


def offered(kept: str, address: str) -> str:
    """Return the page that leads back to a form, filled in."""
    return render_template("admin/accounts/kept.html", kept=kept, address=address)


def shown_again() -> ResponseReturnValue | None:
    """Answer with the page of a kept form, filled in and not stored; ``None`` lets its own view show it."""
    form = kept_form.opened(request.form.get(FIELD, ""), current_user.account)
    found = _found(request.path)
    allowed = declared_access(current_app, found[1]) if found else None
    if form is None or form.address != request.full_path.rstrip("?"):
        flash(_("登录前填写的内容已经不能再用：太久以前，或属于另一个账号、另一页。"), "bad")
        return redirect(found[0] if found else url_for("admin.home"), 303)
    if found is None or current_user.account.role not in (allowed or ()):
        return redirect(url_for("admin.home"), 303)
    require_seat(found[1], found[2])
    flash(_("这是您登录前填写的内容，还没有保存。请看一遍，再保存。"), "warn")
    _name_lost(form.lost)
    values = form.values
    if request.endpoint in ROWS:
        request.form = ImmutableMultiDict([*values, ("act", "shown")])
        return None
    # The view of a GET: whatever it does, it stores nothing.
    request.method, request.form = "GET", ImmutableMultiDict()
    kept_form.refill(values)
    _path, endpoint, arguments = found
    answer = make_response(current_app.ensure_sync(current_app.view_functions[endpoint])(**arguments))
    if answer.status_code == 200 and answer.mimetype == "text/html":
        answer.set_data(refilled(answer.get_data(as_text=True), request.path, values))
    return answer


def page_of(path: str) -> str | None:
    """Return the page on which a form stands that is sent to a path: the path itself, or one above it."""
    found = _found(path)
    return found[0] if found else None


def _found(path: str) -> tuple[str, str, dict[str, Any]] | None:
    adapter = current_app.create_url_adapter(request)
    while adapter is not None and path.startswith(url_for("admin.home")):
        try:
            endpoint, arguments = adapter.match(path, method="GET")
            if request.endpoint not in ("admin.log_out", "admin.choose_language") and endpoint.startswith(
                "admin."
            ):
                return path, endpoint, dict(arguments)
        except (RequestRedirect, HTTPException):
            pass
        path = path.rstrip("/").rpartition("/")[0]
    return None
