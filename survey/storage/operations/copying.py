"""Copying a whole database into a file and back, every table in the order of its primary key.

Ballots and codes have random keys, so their order in a backup says nothing about the order of casting.
"""

import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import (
    URL,
    Connection,
    Engine,
    LargeBinary,
    Table,
    create_engine,
    func,
    insert,
    inspect,
    select,
    text,
)
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.orm import Session

from survey.domain.definition.campaign import State
from survey.domain.definition.canonical import digest_of_text
from survey.domain.definition.reader import read_definition
from survey.domain.errors import BadFile, InvalidDefinition

from ..assessment.assessment_checks import damaged_assessments
from ..assessment.reports.evidence_rows import named_digests
from ..draft_rows import read_document
from ..tables import Base, BeatRow, CampaignRow, InstanceRow, JobFileRow

_BATCH = 1000
_BATCH_OF_FILES = 4
"""Rows that hold a whole file, which may be several MiB, in a column ``content``."""
_MARK = "minping_backup"
_FILES = "minping_files"
_PIECE = 1 << 20
_FORMAT = 1

_Files = Callable[[Collection[str]], Iterable[tuple[str, bytes]]]
_Reading = Callable[[Connection, Table], Iterator[list[dict[str, Any]]]]


def _batches(source: Connection, table: Table) -> Iterator[list[dict[str, Any]]]:
    ordered = select(table).order_by(*table.primary_key.columns)
    holds_files = isinstance(getattr(table.columns.get("content"), "type", None), LargeBinary)
    number = _BATCH_OF_FILES if holds_files else _BATCH
    rows = iter(source.execute(ordered, execution_options={"yield_per": number}).mappings())
    while batch := [dict(row) for row in islice(rows, number)]:
        yield batch


def _checked_batches(source: Connection, table: Table) -> Iterator[list[dict[str, Any]]]:
    try:
        yield from _batches(source, table)
    except (SQLAlchemyError, TypeError, ValueError) as error:
        raise BadFile(f"the backup's table {table.name} cannot be read; nothing was restored") from error


def write_backup(
    engine: Engine,
    revision: str,
    secrets: str,
    target: Path,
    at: datetime,
    files: _Files = lambda _digests: (),
) -> None:
    """Write a consistent copy of the database into a new SQLite file.

    ``secrets`` are the instance's own (without them restored codes would be worthless); the private keys of
    boxes are never in a backup. ``files`` gives those files beside the database that its rows name.
    """
    copy = create_engine(URL.create("sqlite", database=str(target)), hide_parameters=True)
    try:
        with _snapshot(engine) as source, copy.begin() as out:
            Base.metadata.create_all(out)
            _copy(source, out)
            _copy_files(source, out, files)
            out.execute(
                text(f"CREATE TABLE {_MARK} (format INTEGER, revision TEXT, secrets TEXT, taken_at TEXT)")
            )
            out.execute(
                text(f"INSERT INTO {_MARK} VALUES (:format, :revision, :secrets, :at)"),  # noqa: S608
                {
                    "format": _FORMAT,
                    "revision": revision,
                    "secrets": secrets,
                    "at": at.astimezone(UTC).isoformat(),
                },
            )
    finally:
        copy.dispose()


def _copy_files(source: Connection, out: Connection, files: _Files) -> None:
    """Add the files that rows of evidence name, in pieces: a row of SQLite is read as a whole."""
    out.execute(text(f"CREATE TABLE {_FILES} (digest TEXT, piece INTEGER, content BLOB)"))
    for digest, content in files(named_digests(source)):
        for piece, start in enumerate(range(0, len(content), _PIECE)):
            out.execute(
                text(f"INSERT INTO {_FILES} VALUES (:digest, :piece, :content)"),  # noqa: S608
                {"digest": digest, "piece": piece, "content": content[start : start + _PIECE]},
            )


def files_in(path: Path) -> Iterator[tuple[str, bytes]]:
    """Give the files that a backup holds beside its tables, each with its digest; older ones hold none.

    Raises ``BadFile`` where they cannot be read, or are not what their digests name.
    """
    try:
        with closing(sqlite3.connect(f"{_address(path)}?mode=ro", uri=True)) as found:
            if not found.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (_FILES,)).fetchone():
                return
            digests = found.execute(f"SELECT DISTINCT digest FROM {_FILES} ORDER BY digest")  # noqa: S608
            for (digest,) in digests.fetchall():
                pieces = found.execute(
                    f"SELECT content FROM {_FILES} WHERE digest = ? ORDER BY piece",  # noqa: S608
                    (digest,),
                )
                content = b"".join(piece for (piece,) in pieces)
                if sha256(content).hexdigest() != digest:
                    raise BadFile(f"{path} holds a file that is not what its digest names")
                yield digest, content
    except (sqlite3.Error, TypeError) as error:
        raise BadFile(f"the files in {path} cannot be read") from error


@dataclass(frozen=True)
class Mark:
    """What a backup says of itself: the revision of its tables, the instance's secrets, when it was taken."""

    revision: str
    secrets: str
    taken_at: datetime


def read_mark(path: Path) -> Mark:
    """Read what a backup says of itself; raises ``BadFile`` where the file is none."""
    if not path.is_file():
        raise BadFile(f"there is no file {path}")
    try:
        with closing(sqlite3.connect(f"{_address(path)}?mode=ro", uri=True)) as found:
            require_plain(found, {_MARK, _FILES, *Base.metadata.tables})
            damage = found.execute("PRAGMA integrity_check").fetchone()[0]
            form, revision, secrets, at = found.execute(f"SELECT * FROM {_MARK}").fetchone()  # noqa: S608
            taken_at = datetime.fromisoformat(at)
    except (sqlite3.Error, TypeError, ValueError) as error:
        raise BadFile(f"{path} is no backup of Minping") from error
    if damage != "ok" or form != _FORMAT:
        raise BadFile(f"{path} is damaged, or of another version")
    return Mark(revision, secrets, taken_at)


def _address(path: Path) -> str:
    return f"file:{quote(str(path))}"


def is_empty(session: Session) -> bool:
    """Return whether nothing is in a database, of any revision, but to which secrets it belongs."""
    there = set(inspect(session.connection()).get_table_names())
    return not any(
        session.scalar(select(func.count()).select_from(table)) for table in _copied() if table.name in there
    )


def require_empty(session: Session) -> None:
    """Refuse with ``BadFile`` a database that is in use."""
    if not is_empty(session):
        raise BadFile("this instance is in use; restore into a new one (MINPING_INSTANCE)")


def read_backup(session: Session, path: Path) -> None:
    """Copy a backup of this version's tables into an empty, migrated database, in this one transaction.

    Raises ``BadFile`` where it does not hold what it should.
    """
    read_only = {"mode": "ro", "uri": "true"}
    copy = create_engine(URL.create("sqlite", database=_address(path), query=read_only), hide_parameters=True)
    try:
        with copy.connect() as source:
            _copy(source, session.connection(), _checked_batches)
            require_readable(session.connection())
            _restart_sequences(session.connection())
    except OperationalError:
        raise  # a full disk or a lost server is no fault of the file
    except (SQLAlchemyError, ValueError, TypeError, LookupError) as error:
        # Without the cause's message: it could quote a row.
        kind = type(error).__name__
        raise BadFile(f"{path} does not hold what a backup does ({kind}); nothing was restored") from None
    finally:
        copy.dispose()


@contextmanager
def _snapshot(engine: Engine) -> Iterator[Connection]:
    """Read everything as of one moment."""
    level = {"isolation_level": "REPEATABLE READ"} if engine.dialect.name == "postgresql" else {}
    with engine.connect().execution_options(**level) as connection, connection.begin():
        yield connection


def _copied() -> list[Table]:
    """Return the tables that backups hold.

    The fingerprint goes with the secrets, a file that a job made with whoever fetches it, a beat with its
    worker: those three are not among them.
    """
    left_out = {row.__table__ for row in (InstanceRow, JobFileRow, BeatRow)}
    return [table for table in Base.metadata.sorted_tables if table not in left_out]


def _copy(source: Connection, out: Connection, read: _Reading = _batches) -> None:
    for table in _copied():
        for batch in read(source, table):
            out.execute(insert(table), batch)


def _restart_sequences(out: Connection) -> None:
    if out.dialect.name != "postgresql":
        return
    for table in Base.metadata.sorted_tables:
        column = table.autoincrement_column
        if column is None:
            continue
        out.execute(
            text(
                f"SELECT setval(pg_get_serial_sequence('{table.name}', '{column.name}'), "  # noqa: S608
                f"COALESCE((SELECT MAX({column.name}) FROM {table.name}), 0) + 1, false)"
            )
        )


def require_plain(found: sqlite3.Connection, known: Collection[str]) -> None:
    """Refuse a file that holds anything but tables of known names, and their indexes.

    A view in the place of a table can go on for ever, a trigger or a generated column runs what its writer
    wanted. Raises ``BadFile``; reading a damaged file raises what ``sqlite3`` raises.
    """
    found.execute("PRAGMA trusted_schema = OFF")
    found.execute("PRAGMA cell_size_check = ON")
    for kind, name, table, sql in found.execute("SELECT type, name, tbl_name, sql FROM sqlite_master"):
        words = str(sql or "").upper()
        plain = kind == "table" and name in known and words.startswith("CREATE TABLE")
        index = kind == "index" and table in known
        if not (plain or index) or "GENERATED ALWAYS" in words or " AS (" in words:
            raise BadFile(f"the backup holds something that no backup of Minping has: {kind} {name!r:.60}")


def require_readable(connection: Connection) -> None:
    """Refuse with ``BadFile`` campaigns and assessments that this programme could never have written."""
    for damage in damaged_assessments(connection):
        raise BadFile(f"the backup holds an assessment that cannot be read: {damage}")
    columns = CampaignRow.code, CampaignRow.definition, CampaignRow.digest, CampaignRow.state
    corrected = CampaignRow.corrected, CampaignRow.wording
    for campaign_code, defined, digest, state, now, wording in connection.execute(
        select(*columns, *corrected)
    ):
        try:
            if state in list(State) and all(
                isinstance(said, str)
                and digest_of_text(said) == named
                and read_definition(read_document(said)).code == campaign_code
                for said, named in ((defined, digest), *([(now, wording)] if now or wording else []))
            ):
                continue
        except (InvalidDefinition, ValueError, TypeError, LookupError, AttributeError, RecursionError):
            pass
        raise BadFile(f"the backup holds a campaign that cannot be read: {campaign_code!r:.60}")
