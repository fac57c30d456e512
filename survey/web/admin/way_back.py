"""Where a step in between leads on to: a page among these that its own address names, and no other."""

from flask import request, url_for


def page_within(path: str) -> str:
    """Return a path among these pages; anything else leads to the first of them."""
    inside = path.startswith("/admin/") and "\\" not in path and path.isprintable()
    return path if inside else url_for("admin.home")


def way_back() -> str | None:
    """Return the page that the request's address names as the next one; ``None`` for any other place."""
    wanted = request.args.get("next", "")
    return wanted if wanted and page_within(wanted) == wanted else None
