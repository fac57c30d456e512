"""The set-up pages that are plain forms: show, edit rows, save."""

from collections.abc import Callable

from flask import abort, flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user, login_required

from survey.domain.accounts.roles import Permission
from survey.domain.errors import ChangedMeanwhile
from survey.services.audit.audit import By
from survey.services.campaigns import drafts
from survey.services.campaigns.drafts import Document
from survey.storage.database import transaction
from survey.web.admin.blueprint import blueprint
from survey.web.admin.setup.fields.points import set_points
from survey.web.admin.setup.fields.rating_options import set_rating_options
from survey.web.admin.setup.fields.subject import SetupPage
from survey.web.admin.setup.fields.subjects import BASICS, SUBJECTS, next_of
from survey.web.admin.setup.fields.tables import act
from survey.web.context import now
from survey.web.security import access

from .sheet import SetupSheet, sheet, show

Again = Callable[[int], ResponseReturnValue]

ONWARD = ("next", "missing")
"""The buttons that lead on: to the page that follows, or to the first on which something is missing."""
TEMPLATES = {"scales": "scales", "basics": "basics", "rules": "rules"}


def by() -> By:
    """Return who acts, and when."""
    return By(current_user.account.name, now())


def posted_version() -> int:
    """Return the version of the draft that a form began with."""
    said = request.form.get("version", "")
    return int(said) if said.isdecimal() and len(said) < 10 else -1


@blueprint.get("/c/<campaign_code>/setup/")
@access(Permission.READ_CAMPAIGNS)
@login_required
def setup(campaign_code: str) -> ResponseReturnValue:
    """Go to the first set-up page on which something is missing, or to the checks."""
    with transaction() as session:
        found = sheet(session, campaign_code)
    first = next((step[2] for step in found.steps("") if step[3]), found.address("check"))
    return redirect(found.address(BASICS.key) if found.frozen else first, 303)


@blueprint.get("/c/<campaign_code>/setup/<subject>")
@access(Permission.READ_CAMPAIGNS)
@login_required
def setup_subject(campaign_code: str, subject: str) -> ResponseReturnValue:
    """Show one subject of a campaign's definition."""
    with transaction() as session:
        found = sheet(session, campaign_code)
    return _page(found, _subject(subject))


@blueprint.post("/c/<campaign_code>/setup/<subject>")
@access(Permission.SET_UP)
@login_required
def change_subject(campaign_code: str, subject: str) -> ResponseReturnValue:
    """Save one subject, add, move or take away a row of its form, or show what was typed as it is."""
    chosen = _subject(subject)
    with transaction() as session:
        found = sheet(session, campaign_code)
    if found.frozen:
        return refused(found, subject)
    found.working = chosen.take(found.draft.document, request.form)
    word, _space, rest = request.form.get("act", "save").partition(" ")
    if word not in ("save", *ONWARD):
        path, _space, more = rest.partition(" ")
        if word == "points":
            set_points(found.working, path, more)
        elif word == "rating":
            set_rating_options(found.working, path, more)
        elif word != "shown":
            found.fresh = act(chosen.parts, found.working, word, path, more)
        found.unsaved = True
        return _page(found, chosen)
    document = chosen.finish(found.draft.document, found.working)
    return saved(found, document, chosen, lambda status: _page(found, chosen, status), word)


def saved(
    found: SetupSheet, document: Document, subject: SetupPage, again: Again, word: str
) -> ResponseReturnValue:
    """Save a draft and go on as the button's ``word`` says; after another's save, show it ``again``."""
    try:
        with transaction(write=True) as session:
            drafts.save(session, found.code, document, posted_version(), by())
    except ChangedMeanwhile:
        found.unsaved = True
        return again(409)
    with transaction() as session:
        found = sheet(session, found.code)
    wrong = len(found.wrongs_on(subject.key, *(("person",) if subject.key == "ratees" else ())))
    if wrong:
        flash(_("已保存。本页还有 %(number)s 处要填或要改。", number=wrong), "warn")
    else:
        flash(_("已保存。"), "good")
    onward = {} if wrong else {"next": next_of(subject.key), "missing": found.lacking()}
    return redirect(found.address(onward.get(word, subject.key)), 303)


def refused(found: SetupSheet, key: str) -> ResponseReturnValue:
    """Go back to a page whose campaign was armed meanwhile."""
    flash(_("活动已经就绪（或只是试投），测评内容不能再改，您填写的没有保存。"), "bad")
    return redirect(found.address(key), 303)


def _subject(key: str) -> SetupPage:
    found = SUBJECTS.get(key)
    if found is None or key in ("ratees", "matrix"):
        abort(404)
    return found


def _page(found: SetupSheet, subject: SetupPage, status: int = 200) -> ResponseReturnValue:
    template = TEMPLATES.get(subject.key, "rows")
    return show(template, found, subject.key, status)
