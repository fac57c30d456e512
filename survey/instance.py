"""An instance on disk: its folder, its secrets, its database, ready for use."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from sqlalchemy.exc import DatabaseError, OperationalError

from survey import create_app
from survey.config import Settings, read_settings
from survey.domain.errors import BadSetting, NotReady
from survey.secrecy.vault import FILE, make_vault
from survey.storage import schema
from survey.storage.database import db


def make_instance(settings: Settings) -> None:
    """Make folder, secrets and database, or bring an existing instance up to date.

    Raises ``BadSetting`` where the database belongs to secrets that are not here: its codes would be unknown.
    """
    if not (settings.instance / FILE).exists():
        _require_new_database(settings)
    make_folders(settings)
    if settings.sqlite_file:
        # SQLite gives its journals the mode of the database file.
        settings.sqlite_file.touch(mode=0o600)
    app = create_app(settings, pages=False)
    with _entered(app), _reachable(settings):
        schema.bring_up_to_date(app)


def _require_new_database(settings: Settings) -> None:
    if settings.sqlite_file and not settings.sqlite_file.exists():
        return
    with _reachable(settings):
        if schema.has_tables(settings.database_url):
            raise BadSetting(
                f"the database belongs to an instance whose {FILE} is not in {settings.instance}; "
                "copy it there from the machine that has it (mode 0600), or name a new database"
            )


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


_REFUSALS = (
    ("password", "refuses this user or password; mend MINPING_DATABASE_URL"),
    ("certificate", "shows a certificate that is not believed; mend sslrootcert in MINPING_DATABASE_URL"),
    ("pg_hba", "does not let this machine or user in; add a line to its pg_hba.conf"),
    ("does not exist", "has no such database, or no such user; make it, or mend MINPING_DATABASE_URL"),
    (
        "resolve",
        "has a name that cannot be found; mend MINPING_DATABASE_URL (%40 for @ in a password, %2F for /)",
    ),
    ("invalid", "cannot be asked so; mend what follows the ? in MINPING_DATABASE_URL"),
)
"""What PostgreSQL's driver says of a failed connection, and what to do; its own words may hold a password."""


@contextmanager
def _reachable(settings: Settings) -> Iterator[None]:
    try:
        yield
    except OperationalError as error:
        said = str(error.orig).lower()
        if settings.sqlite_file and ("open" in said or "connect" in said):
            raise BadSetting("the SQLite file cannot be reached") from error
        if not settings.sqlite_file and (
            error.connection_invalidated or "connect" in said or "resolve" in said or "open" in said
        ):
            why = next(
                (why for word, why in _REFUSALS if word in said), "cannot be reached; see that it runs"
            )
            raise BadSetting(f"the PostgreSQL server of MINPING_DATABASE_URL {why}") from error
        raise
    except DatabaseError as error:
        if settings.sqlite_file and any(word in str(error.orig) for word in ("not a database", "malformed")):
            raise BadSetting(
                f"{settings.sqlite_file} is damaged, or no database; keep it, "
                "and restore a backup into a new instance"
            ) from error
        raise
