"""How much a request may bring, and where it is kept: in memory, never in a file."""

from collections.abc import Callable
from io import BytesIO
from typing import IO, Any, TypeVar

from flask import Flask, Request, current_app, request, session
from flask_login import current_user
from werkzeug.exceptions import BadRequest

View = TypeVar("View", bound=Callable[..., Any])


MAX_TYPED = 2 << 20
"""Of a form with files whose session has ended: what is typed in it, which the login page may carry on."""


class _Nowhere(BytesIO):
    """Takes the content of a file that nobody will read, and keeps none of it."""

    def write(self, content: Any, /) -> int:
        return len(content)


class MemoryRequest(Request):
    """A request whose uploads stay in memory: codes, shares, rosters have no business in a temporary file."""

    drops_files = False
    """Whether only the names of its files are of use."""

    def _get_file_stream(
        self,
        total_content_length: int | None,  # noqa: ARG002
        content_type: str | None,  # noqa: ARG002
        filename: str | None = None,  # noqa: ARG002
        content_length: int | None = None,  # noqa: ARG002
    ) -> IO[bytes]:
        return _Nowhere() if self.drops_files else BytesIO()

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
    if size is None:
        return
    if current_user.is_authenticated:
        request.max_content_length = size
        request.max_form_memory_size = size
    elif "_user_id" in session:
        # The cookie is ours, its session over: what was typed beside the files can be kept still.
        request.max_content_length = size
        request.max_form_memory_size = min(size, MAX_TYPED)
        request.drops_files = True  # type: ignore[attr-defined]
