"""An instance on disk: its folder, its secrets, its database, ready for use."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from sqlalchemy.exc import OperationalError

from survey import create_app
from survey.config import Settings, read_settings
from survey.domain.errors import BadSetting, NotReady
from survey.secrecy.vault import make_vault
from survey.storage import schema
from survey.storage.database import db


def make_instance(settings: Settings) -> None:
    """Make folder, secrets and database, or bring an existing instance up to date."""
    make_folders(settings)
    if settings.sqlite_file:
        # SQLite gives its journals the mode of the database file.
        settings.sqlite_file.touch(mode=0o600)
    app = create_app(settings, pages=False)
    with _entered(app), _reachable(settings):
        schema.bring_up_to_date(app)


def make_folders(settings: Settings) -> None:
    """Make the folders of an instance, with its secrets, where they are not there."""
    for folder in (settings.instance, settings.keys):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
    make_vault(settings.instance)


@contextmanager
def ready_app(settings: Settings | None = None, *, pages: bool = False) -> Iterator[Flask]:
    """Give the application inside its context, with its ``pages`` where it is to serve them.

    Raises ``NotReady`` where ``minping init`` is due.
    """
    settings = settings or read_settings()
    app = create_app(settings, pages=pages)
    with _entered(app), _reachable(settings):
        if settings.sqlite_file and not settings.sqlite_file.exists():
            raise NotReady("there is no database yet; run: minping init")
        if schema.present_revision() != schema.newest_revision():
            raise NotReady("the database has another version's tables; run: minping init")
        yield app


@contextmanager
def _entered(app: Flask) -> Iterator[None]:
    with app.app_context():
        try:
            yield
        finally:
            db.session.remove()
            db.engine.dispose()


@contextmanager
def _reachable(settings: Settings) -> Iterator[None]:
    try:
        yield
    except OperationalError as error:
        if error.connection_invalidated or "connect" in str(error.orig).lower() or "open" in str(error.orig):
            kind = "SQLite file" if settings.sqlite_file else "PostgreSQL server of MINPING_DATABASE_URL"
            raise BadSetting(f"the {kind} cannot be reached") from error
        raise
