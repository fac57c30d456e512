"""The application without its pages: settings, secrets, database. What commands need."""

from pathlib import Path
from types import TracebackType

from flask import Flask, request

from survey.config import Settings, read_settings
from survey.domain.ballot.packing import MAX_BODY
from survey.domain.operations.failure import kind_and_places
from survey.secrecy.vault import load_session_key, load_vault
from survey.storage.database import db, engine_options, watch

from . import context
from .office_session import OFFICE, OfficeSession
from .security import VOTER, declared_access

PACKAGE = Path(__file__).resolve().parent.parent


class Application(Flask):
    """The application; a failure is logged without its message, on a voter's page without its moment too."""

    def log_exception(
        self, exc_info: tuple[type, BaseException, TracebackType] | tuple[None, None, None]
    ) -> None:
        """Log an unforeseen failure.

        What an exception quotes of the request, and when somebody tried to vote, are nobody's business: only
        the kind of failure and the places in the code are written.
        """
        from survey.web.server import logs  # takes a moment to load, which commands without pages do without

        endpoint = request.endpoint
        facts = kind_and_places(exc_info[1]) if exc_info[1] else {}
        if endpoint is not None and VOTER not in (declared_access(self, endpoint) or {VOTER}):
            logs.say("failure on a page", level="error", endpoint=endpoint, **facts)
        else:
            logs.say_timeless("failure on a voter's page", **facts)


def build_core(config: Settings | None = None) -> Application:
    """Build an application that serves nothing; raises ``NotReady`` where the instance was not made yet."""
    settings = config or read_settings()
    vault, session_key = load_vault(settings.instance), load_session_key(settings.instance)
    app = Application(
        "survey",
        instance_path=str(settings.instance),
        template_folder=str(_folder("templates")),
        static_folder=str(_folder("static")),
    )
    app.config.update(
        SECRET_KEY=session_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(settings.database_url),
        MAX_CONTENT_LENGTH=MAX_BODY,
        MAX_FORM_MEMORY_SIZE=MAX_BODY,
        MAX_FORM_PARTS=10_000,
        SEND_FILE_MAX_AGE_DEFAULT=31_536_000,
        # The session is for administrators: voters' requests never carry it.
        SESSION_COOKIE_PATH=OFFICE,
        SESSION_COOKIE_NAME="minping_admin",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.base_url.startswith("https:"),
        WTF_CSRF_TIME_LIMIT=None,
        # Behind HTTPS the check would also want a Referer, which our own Referrer-Policy keeps back.
        WTF_CSRF_SSL_STRICT=False,
    )
    app.session_interface = OfficeSession()
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    context.attach(app, settings, vault, session_key)
    db.init_app(app)
    with app.app_context():
        watch(db.engine)
    return app


def _folder(name: str) -> Path:
    """Return where templates or static files lie: in the package of a wheel, beside it in a checkout."""
    packed = PACKAGE / name
    return packed if packed.is_dir() else PACKAGE.parent / name
