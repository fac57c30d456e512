"""Doubtful lines of paper ballots, one at a time: each of two people looks alone."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from survey.domain.accounts.roles import Permission
from survey.domain.errors import BadAnswer
from survey.services.paper import review
from survey.web.admin.blueprint import blueprint
from survey.web.security import access

from .offer_words import bad_answer, offer_word
from .opened import answer_alone, drawn


@blueprint.get("/c/<campaign_code>/paper/review")
@access(Permission.REVIEW_PAPER)
def review_line(campaign_code: str) -> ResponseReturnValue:
    """Show one line that is left to whoever is logged in, drawn at random."""
    campaign, item, left = drawn(campaign_code, review.next_item)
    return render_template(
        "admin/paper/review.html", campaign=campaign, item=item, left=left, word=offer_word
    )


@blueprint.post("/c/<campaign_code>/paper/review")
@access(Permission.REVIEW_PAPER)
def answer_line(campaign_code: str) -> ResponseReturnValue:
    """Note an answer, and show the next line."""
    item_id = request.form.get("item", "")
    said = request.form.get("answer") or " ".join(request.form.getlist("ticked"))
    try:
        answer_alone(campaign_code, item_id, said)
    except BadAnswer as error:
        flash(bad_answer(error), "warn")
    return redirect(url_for("admin.review_line", campaign_code=campaign_code), 303)
