"""How much a request may bring, and where it is kept: in memory, never in a file."""

from collections.abc import Callable
from io import BytesIO
from typing import IO, Any, TypeVar

from flask import Flask, Request, current_app, request
from flask_login import current_user
from werkzeug.exceptions import BadRequest

View = TypeVar("View", bound=Callable[..., Any])


class MemoryRequest(Request):
    """A request whose uploads stay in memory: codes, shares, rosters have no business in a temporary file."""

    def _get_file_stream(
        self,
        total_content_length: int | None,  # noqa: ARG002
        content_type: str | None,  # noqa: ARG002
        filename: str | None = None,  # noqa: ARG002
        content_length: int | None = None,  # noqa: ARG002
    ) -> IO[bytes]:
        return BytesIO()

    def _load_form_data(self) -> None:
        """Read the form; a part without a name is no form, and nothing behind expects one."""
        super()._load_form_data()
        if None in self.form or None in self.files:
            raise BadRequest


def largest_body(size: int) -> Callable[[View], View]:
    """Allow a view a larger body than others, from whoever is logged in."""

    def declare(view: View) -> View:
        view.largest_body = size  # type: ignore[attr-defined]
        return view

    return declare


def attach(app: Flask) -> None:
    """Make an application keep bodies in memory, and heed what views declare."""
    app.request_class = MemoryRequest
    # Before anything looks at the form, the check against forged requests included.
    app.url_value_preprocessor(_allow)


def _allow(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    size = getattr(current_app.view_functions.get(endpoint or ""), "largest_body", None)
    if size is not None and current_user.is_authenticated:
        request.max_content_length = size
        request.max_form_memory_size = size
