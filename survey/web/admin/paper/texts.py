"""What was written by hand on paper ballots: typed in by one person, confirmed or corrected by another."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from survey.domain.accounts.roles import Permission
from survey.domain.errors import BadAnswer
from survey.domain.paper.answers import as_typed
from survey.services.paper import review
from survey.storage.database import transaction
from survey.web.admin.blueprint import blueprint
from survey.web.admin.current_actor import by
from survey.web.security import access

from .offer_words import bad_answer, offer_word
from .opened import looked, opened


@blueprint.get("/c/<campaign_code>/paper/text")
@access(Permission.REVIEW_PAPER)
def type_text(campaign_code: str) -> ResponseReturnValue:
    """Show one text that is left to whoever is logged in, drawn at random."""
    return _page(campaign_code)


@blueprint.post("/c/<campaign_code>/paper/text")
@access(Permission.REVIEW_PAPER)
def keep_text(campaign_code: str) -> ResponseReturnValue:
    """Note what was typed, and show the next text."""
    item_id, typed = request.form.get("item", ""), request.form.get("text", "")
    said = request.form.get("answer") or as_typed(typed)
    try:
        key, ahead = looked(campaign_code, item_id)
        with transaction(write=True) as session:
            review.answer(session, campaign_code, key, item_id, current_user.account, said, by(), ahead)
    except BadAnswer as error:
        if error.why in review.GONE:
            flash(bad_answer(error), "warn")
            return redirect(url_for("admin.type_text", campaign_code=campaign_code), 303)
        return _page(campaign_code, item_id, typed, bad_answer(error)), 422
    return redirect(url_for("admin.type_text", campaign_code=campaign_code), 303)


def _page(campaign_code: str, item_id: str | None = None, typed: str | None = None, fault: str = "") -> str:
    account = current_user.account
    with transaction() as session:
        campaign, key = opened(session, campaign_code)
        item = review.next_text(session, campaign, key, account, item_id)
        left = item.left if item else review.left(session, campaign, key, account)
    return render_template(
        "admin/paper/text.html",
        campaign=campaign,
        item=item,
        left=left,
        typed=typed if item and item.item == item_id else None,
        fault=fault,
        word=offer_word,
    )
