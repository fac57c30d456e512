"""What the frame of every organiser's page can do: choose the language."""

from flask import redirect, request
from flask.typing import ResponseReturnValue

from survey.web.languages import keep_language
from survey.web.security import PUBLIC, access

from .blueprint import blueprint
from .way_back import page_within


@blueprint.post("/language")
@access(PUBLIC)
def choose_language() -> ResponseReturnValue:
    """Keep the language chosen for as long as the browser is open, and go back to the page."""
    keep_language(request.form.get("language", ""))
    return redirect(page_within(request.form.get("page", "")), 303)
