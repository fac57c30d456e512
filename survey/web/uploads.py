"""Pages that take files: the only ones that may be sent more than a ballot."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, current_app, request
from flask_login import current_user

View = TypeVar("View", bound=Callable[..., Any])

_FORM_AROUND = 64 * 1024


def takes(most: int) -> Callable[[View], View]:
    """Declare that a view takes files of so many bytes altogether, from whoever is logged in."""

    def declare(view: View) -> View:
        view.takes = most  # type: ignore[attr-defined]
        return view

    return declare


def attach(app: Flask) -> None:
    """Raise the limit for those pages; before anything reads the form, so before the token is looked for."""
    app.before_request(_raise_limit)


def _raise_limit() -> None:
    view = current_app.view_functions.get(request.endpoint or "")
    most = getattr(view, "takes", 0)
    if most and request.method == "POST" and current_user.is_authenticated:
        request.max_content_length = most + _FORM_AROUND
        request.max_form_memory_size = most
