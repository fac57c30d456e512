"""What the frame of every organiser's page can do: choose the language."""

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from survey.web.languages import keep_language
from survey.web.security import PUBLIC, access

from .blueprint import blueprint


@blueprint.post("/language")
@access(PUBLIC)
def choose_language() -> ResponseReturnValue:
    """Keep the language chosen for as long as the browser is open, and go back to the page."""
    keep_language(request.form.get("language", ""))
    return redirect(page_within(request.form.get("page", "")), 303)


def page_within(path: str) -> str:
    """Return a path among these pages; anything else leads to the first of them."""
    inside = path.startswith("/admin/") and "\\" not in path and path.isprintable()
    return path if inside else url_for("admin.home")
