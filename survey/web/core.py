"""The application without its pages: settings, secrets, database. What commands need."""

import sys
from pathlib import Path
from traceback import extract_tb
from types import TracebackType

from flask import Flask, request

from survey.config import Settings, read_settings
from survey.domain.packing import LARGEST_BODY
from survey.secrecy.vault import load_vault
from survey.storage.database import db, engine_options, watch

from . import context
from .security import VOTER, declared_access

PACKAGE = Path(__file__).resolve().parent.parent


class Application(Flask):
    """The application; a failure on a voter's page is logged without its moment and without its message."""

    def log_exception(
        self, exc_info: tuple[type, BaseException, TracebackType] | tuple[None, None, None]
    ) -> None:
        """Log an unforeseen failure.

        When somebody tried to vote, and what an exception quotes of the request, are nobody's business: of a
        voter's page only the kind of failure and the places in the code are written.
        """
        endpoint = request.endpoint
        if endpoint is not None and VOTER not in (declared_access(self, endpoint) or {VOTER}):
            super().log_exception(exc_info)
            return
        kind, _, trace = exc_info
        places = [f"{Path(frame.filename).name}:{frame.lineno}" for frame in extract_tb(trace)]
        sys.stderr.write(
            f"failure on a voter's page: {kind and kind.__name__} at {' < '.join(reversed(places))}\n"
        )


def build_core(config: Settings | None = None) -> Application:
    """Build an application that serves nothing; raises ``NotReady`` where the instance was not made yet."""
    settings = config or read_settings()
    vault = load_vault(settings.instance)
    app = Application(
        "survey",
        instance_path=str(settings.instance),
        template_folder=str(_folder("templates")),
        static_folder=str(_folder("static")),
    )
    app.config.update(
        SECRET_KEY=vault.session_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(settings.database_url),
        MAX_CONTENT_LENGTH=LARGEST_BODY,
        MAX_FORM_MEMORY_SIZE=LARGEST_BODY,
        MAX_FORM_PARTS=10_000,
        SEND_FILE_MAX_AGE_DEFAULT=31_536_000,
        # The session is for administrators: voters' requests never carry it.
        SESSION_COOKIE_PATH="/admin",
        SESSION_COOKIE_NAME="minping_admin",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.base_url.startswith("https:"),
        WTF_CSRF_TIME_LIMIT=None,
        # Behind HTTPS the check would also want a Referer, which our own Referrer-Policy keeps back.
        WTF_CSRF_SSL_STRICT=False,
    )
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    context.attach(app, settings, vault)
    db.init_app(app)
    with app.app_context():
        watch(db.engine)
    return app


def _folder(name: str) -> Path:
    """Return where templates or static files lie: in the package of a wheel, beside it in a checkout."""
    packed = PACKAGE / name
    return packed if packed.is_dir() else PACKAGE.parent / name
