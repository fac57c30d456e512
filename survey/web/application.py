"""Wiring: settings, database, blueprints, headers and errors make one application."""

from pathlib import Path

from flask import Flask
from flask_wtf import CSRFProtect

from survey.config import Settings, read_settings
from survey.domain.packing import LARGEST_BODY
from survey.secrecy.vault import load_vault
from survey.storage import schema
from survey.storage.database import db, engine_options, watch

from . import admin, context, errors, health, metrics, public, voter
from .security import PUBLIC, access, add_headers, require_declarations

PACKAGE = Path(__file__).resolve().parent.parent


def build(config: Settings | None = None) -> Flask:
    """Build the application from settings; raises ``NotReady`` where the instance was not made yet."""
    settings = config or read_settings()
    vault = load_vault(settings.instance)
    app = Flask(
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
    )
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    context.attach(app, settings, vault)
    db.init_app(app)
    with app.app_context():
        watch(db.engine)
    schema.attach(app)
    csrf = CSRFProtect(app)
    for part in (voter, public, admin, health):
        app.register_blueprint(part.blueprint)
    csrf.exempt(voter.blueprint)
    access(PUBLIC)(app.view_functions["static"])
    admin.start(app)
    errors.attach(app)
    metrics.attach(app)
    app.after_request(add_headers)
    require_declarations(app)
    return app


def _folder(name: str) -> Path:
    """Return where templates or static files lie: in the package of a wheel, beside it in a checkout."""
    packed = PACKAGE / name
    return packed if packed.is_dir() else PACKAGE.parent / name
