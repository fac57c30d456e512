"""What was written by hand on paper ballots: typed in by one person, confirmed or corrected by another."""

from functools import partial

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from survey.domain.accounts.roles import Permission
from survey.domain.errors import BadAnswer
from survey.domain.paper.answers import as_typed
from survey.services.paper import review
from survey.web.admin.blueprint import blueprint
from survey.web.security import access

from .offer_words import bad_answer, offer_word
from .opened import answer_alone, drawn


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
        answer_alone(campaign_code, item_id, said)
    except BadAnswer as error:
        if error.why in review.GONE:
            flash(bad_answer(error), "warn")
            return redirect(url_for("admin.type_text", campaign_code=campaign_code), 303)
        return _page(campaign_code, item_id, typed, bad_answer(error)), 422
    return redirect(url_for("admin.type_text", campaign_code=campaign_code), 303)


def _page(campaign_code: str, item_id: str | None = None, typed: str | None = None, fault: str = "") -> str:
    campaign, item, left = drawn(campaign_code, partial(review.next_text, item_id=item_id))
    return render_template(
        "admin/paper/text.html",
        campaign=campaign,
        item=item,
        left=left,
        typed=typed if item and item.item == item_id else None,
        fault=fault,
        word=offer_word,
    )
