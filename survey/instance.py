"""An instance on disk: its folder, its secrets, its database, ready for use."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from enum import StrEnum

from flask import Flask
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.orm import Session

from survey import create_app
from survey.config import Settings, read_settings
from survey.domain.errors import BadSetting, NotReady, Unavailable
from survey.secrecy.vault import FILE, drop_session_key, load_session_key, make_session_key, make_vault
from survey.services.custody import ceremonies
from survey.storage import schema
from survey.storage.database import db, named_failures, transaction
from survey.storage.operations import copying
from survey.web.context import vault


class Node(StrEnum):
    """What a node serves: all pages, or those of voters and readers only."""

    OFFICE = "office"
    VOTERS = "voters"


def make_instance(settings: Settings, node: Node | None = None) -> None:
    """Make folder, secrets and database, or bring an existing instance up to date.

    ``node`` says what this node is to serve; without it a new one is the office's, an existing one stays what
    it is. Raises ``BadSetting`` where the database belongs to secrets that are not here: its codes would be
    unknown.
    """
    if not (settings.instance / FILE).exists():
        _require_new_database(settings, node)
    make_folders(settings)
    if node is Node.OFFICE:
        make_session_key(settings.instance)
    elif node is Node.VOTERS:
        drop_session_key(settings.instance)
    if settings.sqlite_file:
        # SQLite gives its journals the mode of the database file.
        settings.sqlite_file.touch(mode=0o600)
    app = create_app(settings, pages=False)
    with _entered(app), _reachable(settings):
        if schema.present_revision() is not None:
            with transaction() as session:
                _require_own(settings, schema.earlier_fingerprint(session), session)
        schema.bring_up_to_date(app)
        with transaction(write=True) as session:
            _take_possession(settings, session)


def _require_new_database(settings: Settings, node: Node | None) -> None:
    if node is Node.VOTERS:
        raise BadSetting(
            f"a node for voters needs the {FILE} of the office's; copy it to {settings.instance} (mode 0600)"
        )
    if settings.sqlite_file and not settings.sqlite_file.exists():
        return
    with _reachable(settings):
        if schema.has_tables(settings.database_url):
            raise BadSetting(
                f"the database belongs to an instance whose {FILE} is not in {settings.instance}; "
                "copy it there from the machine that has it (mode 0600), or name a new database"
            )


def _require_own(settings: Settings, found: bytes | None, session: Session) -> None:
    """Refuse a database that belongs to other secrets; one in which nothing is belongs to nobody."""
    if found not in (None, vault().fingerprint()) and not copying.is_empty(session):
        raise BadSetting(
            f"the database belongs to other secrets than those in {settings.instance / FILE}; copy {FILE} "
            "from the machine that has the right one (mode 0600), or name this instance's own database"
        )


def _take_possession(settings: Settings, session: Session) -> None:
    """Write down to which secrets a database belongs where that is not known, or nothing is in it yet."""
    found = schema.fingerprint(session)
    _require_own(settings, found, session)
    if found != vault().fingerprint():
        schema.set_fingerprint(session, vault().fingerprint())


def serves_office(settings: Settings) -> bool:
    """Return whether this node serves the pages of those who administer, or voters only."""
    return load_session_key(settings.instance) is not None


def make_folders(settings: Settings) -> None:
    """Make the folders of an instance, with its secrets, where they are not there."""
    for folder in (settings.instance, settings.keys):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
    make_vault(settings.instance)


@contextmanager
def ready_app(settings: Settings | None = None, *, pages: bool = False) -> Iterator[Flask]:
    """Give the application inside its context, with its ``pages`` where it is to serve them.

    Raises ``NotReady`` where ``minping init`` is due, and ``BadSetting`` where the database belongs to other
    secrets. Keys of ceremonies that nobody ended are destroyed before and after.
    """
    settings = settings or read_settings()
    app = create_app(settings, pages=pages)
    with _entered(app), _reachable(settings):
        if settings.sqlite_file and not settings.sqlite_file.exists():
            raise NotReady("there is no database yet; run: minping init")
        if schema.present_revision() != schema.newest_revision():
            raise NotReady("the database has another version's tables; run: minping init")
        # Nothing is written, so nothing is committed: what follows is the first that may be lost.
        with named_failures(), Session(db.engine) as session:
            found = schema.fingerprint(session)
            if found is None:
                raise NotReady("the database does not say to which secrets it belongs; run: minping init")
            _require_own(settings, found, session)
        ceremonies.tidy(settings.instance, datetime.now(UTC))
        yield app
        # What a command did may have ended one; if the database is away, the next look finds it.
        with suppress(Unavailable):
            ceremonies.tidy(settings.instance, datetime.now(UTC))


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
