"""Who may call an endpoint, and the headers of every answer."""

from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import Any, TypeVar
from urllib.parse import urlsplit, urlunsplit

from flask import Flask, Response, request

from survey.domain.accounts.roles import Permission, Role, roles_with

from .context import settings

View = TypeVar("View", bound=Callable[..., Any])


class Visitor(StrEnum):
    """Who calls a view without an account."""

    VOTER = "voter"
    PUBLIC = "public"


VOTER, PUBLIC = Visitor.VOTER, Visitor.PUBLIC


def page_policy(script: Iterable[str] = (), style: Iterable[str] = ()) -> str:
    """Return a page's policy: files of this server, and of what stands in the page that with these hashes."""
    scripts, styles = " ".join(("'self'", *script)), " ".join(("'self'", *style))
    return (
        f"default-src 'none'; script-src {scripts}; style-src {styles}; img-src 'self' data:; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


_POLICY = page_policy()

FRAMING_POLICY = f"{_POLICY}; frame-src 'self'"
"""For the page whose frame holds a specimen."""

SPECIMEN_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "form-action 'none'; base-uri 'none'; frame-ancestors 'self'; sandbox allow-scripts allow-forms"
)
"""For a page that may stand in a frame of these pages and can send nothing anywhere.

Its script turns pages when its form is submitted, so the sandbox lets forms be; ``form-action`` stops what
would be sent.
"""


_YEAR = 365 * 24 * 3600
_ALWAYS = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), microphone=(), geolocation=()"),
)
_ASSETS = frozenset({"static", "voter.asset"})


def access(asked: Permission | Visitor) -> Callable[[View], View]:
    """Declare who may call a view: ``VOTER``, ``PUBLIC`` or the accounts that have a permission."""
    who: frozenset[Role | Visitor] = (
        frozenset({asked}) if isinstance(asked, Visitor) else frozenset(roles_with(asked))
    )

    def declare(view: View) -> View:
        view.access = who  # type: ignore[attr-defined]
        return view

    return declare


def declared_access(app: Flask, endpoint: str) -> frozenset[Role | Visitor] | None:
    """Return who may call an endpoint, roles for accounts, or ``None`` where nothing is declared."""
    return getattr(app.view_functions[endpoint], "access", None)


def require_declarations(app: Flask) -> None:
    """Refuse to start with an endpoint that does not declare who may call it."""
    silent = [name for name in app.view_functions if declared_access(app, name) is None]
    if silent:
        raise RuntimeError(f"endpoints without an access declaration: {', '.join(sorted(silent))}")


def add_headers(response: Response) -> Response:
    """Set the headers of every answer; a view may have chosen its own policy and caching before."""
    response.headers.setdefault("Content-Security-Policy", _POLICY)
    response.headers.extend(_ALWAYS)
    # Style and script, which hold no secret: a sandboxed frame is of no origin, and its page needs them.
    shared = request.endpoint in _ASSETS
    response.headers.add("Cross-Origin-Resource-Policy", "cross-origin" if shared else "same-origin")
    if "Cache-Control" not in response.headers and request.endpoint != "static":
        response.headers["Cache-Control"] = "no-store"
    if settings().base_url.startswith("https:"):
        response.headers["Strict-Transport-Security"] = f"max-age={_YEAR}"
    if response.location is not None:
        response.headers["Location"] = _on_this_server(response.location)
    return response


def _on_this_server(location: str) -> str:
    # The router redirects to the scheme and host that it sees; behind a proxy the browser's are others.
    there = urlsplit(location)
    return urlunsplit(("", "", "/" + there.path.lstrip("/"), there.query, there.fragment))
