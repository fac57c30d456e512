"""Files of ratees' reports: rows to plain values and back, and what a voter's request reads of them."""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from hashlib import sha256

from sqlalchemy import delete, func, insert, literal, select, update
from sqlalchemy.orm import Session

from survey.domain.definition.canonical import digest_of_text

from .database import changed_rows
from .fast_connection import Executor, run
from .tables import StatementFileRow, StatementUploadRow

_LAST_BEGINNING = 2**30


@dataclass(frozen=True)
class StatementFile:
    """The PDF file that is a ratee's report, by what it is known: its name, pages, size and digests.

    ``ratee_name`` is what the ratee was called when the file was given; ``text_bytes`` the most that its text
    takes in an answer, whatever the answer's format.
    """

    ratee: str
    ratee_name: str
    name: str
    pages: int
    size: int
    digest: str
    text_digest: str
    text_bytes: int

    @property
    def has_text(self) -> bool:
        """Return whether any text was drawn out of it: a scanned one has none."""
        return self.text_digest != digest_of_text("")


@dataclass(frozen=True)
class StatementUpload:
    """A file that was brought and waits for somebody to say whose report it is; a PDF has ``content``."""

    number: int
    name: str
    text: str
    content: bytes
    pages: int
    pictures: int
    numbers: int
    ratee: str


_KNOWN = [getattr(StatementFileRow, one.name) for one in fields(StatementFile)]


def files_of(session: Session, campaign_code: str) -> list[StatementFile]:
    """Return the files of a campaign in the order of their ratees' keys, without what is in them."""
    rows = select(*_KNOWN).where(StatementFileRow.campaign == campaign_code).order_by(StatementFileRow.ratee)
    return [StatementFile(*row) for row in session.execute(rows)]


def content_of(session: Session, campaign_code: str, ratee: str) -> bytes | None:
    """Return a ratee's file, if it has one."""
    return session.scalar(
        select(StatementFileRow.content).where(
            StatementFileRow.campaign == campaign_code, StatementFileRow.ratee == ratee
        )
    )


def texts_of(session: Session, campaign_code: str) -> dict[str, str]:
    """Return the texts drawn out of a campaign's files, by ratee."""
    rows = select(StatementFileRow.ratee, StatementFileRow.text).where(
        StatementFileRow.campaign == campaign_code
    )
    return {row.ratee: row.text for row in session.execute(rows)}


def put_file(session: Session, campaign_code: str, file: StatementFile, content: bytes, text: str) -> None:
    """Store a ratee's file in the place of the one there was."""
    drop_file(session, campaign_code, file.ratee)
    session.execute(
        insert(StatementFileRow).values(campaign=campaign_code, content=content, text=text, **vars(file))
    )


def drop_file(session: Session, campaign_code: str, ratee: str) -> bool:
    """Forget a ratee's file; return whether there was one."""
    gone = delete(StatementFileRow).where(
        StatementFileRow.campaign == campaign_code, StatementFileRow.ratee == ratee
    )
    return changed_rows(session.execute(gone)) > 0


def rename_files(session: Session, campaign_code: str, renamed: Mapping[str, str]) -> None:
    """Give files to other keys, all at once: two ratees may have changed theirs for each other's."""
    of_campaign = update(StatementFileRow).where(StatementFileRow.campaign == campaign_code)
    for mark, names in ((" ", renamed), ("", {f" {key}": key for key in renamed.values()})):
        for before, after in names.items():
            session.execute(of_campaign.where(StatementFileRow.ratee == before).values(ratee=mark + after))


def copy_files(session: Session, campaign_code: str, other: str) -> None:
    """Give another campaign the same files."""
    columns = [one for one in StatementFileRow.__table__.columns.keys() if one != "campaign"]  # noqa: SIM118
    # The database copies: nothing of them comes here.
    source = select(literal(other), *(getattr(StatementFileRow, name) for name in columns))
    rows = source.where(StatementFileRow.campaign == campaign_code)
    session.execute(insert(StatementFileRow).from_select(["campaign", *columns], rows))


def drop_all(session: Session, campaign_code: str) -> None:
    """Forget all files of a campaign, and those that wait."""
    session.execute(delete(StatementFileRow).where(StatementFileRow.campaign == campaign_code))
    drop_uploads(session, campaign_code)


def add_uploads(session: Session, campaign_code: str, uploads: Iterable[StatementUpload]) -> None:
    """Keep files that wait, behind those that do already; their numbers are given here.

    They begin anywhere: what was chosen on a page of other files is never taken for a choice of these.
    """
    last = select(func.max(StatementUploadRow.number)).where(StatementUploadRow.campaign == campaign_code)
    first = (session.scalar(last) or secrets.randbelow(_LAST_BEGINNING)) + 1
    for number, one in enumerate(uploads, first):
        values = vars(one) | {"campaign": campaign_code, "number": number}
        session.execute(insert(StatementUploadRow).values(**values))


def number_of_uploads(session: Session, campaign_code: str) -> int:
    """Return how many files wait."""
    rows = select(func.count()).where(StatementUploadRow.campaign == campaign_code)
    return session.scalars(rows).one()


def bytes_of(session: Session, campaign_code: str) -> int:
    """Return how many bytes the files of a campaign take, those that wait among them."""
    held = select(func.coalesce(func.sum(StatementFileRow.size), 0)).where(
        StatementFileRow.campaign == campaign_code
    )
    waiting = select(func.coalesce(func.sum(func.length(StatementUploadRow.content)), 0)).where(
        StatementUploadRow.campaign == campaign_code
    )
    return int(session.scalars(held).one()) + int(session.scalars(waiting).one())


def uploads_of(session: Session, campaign_code: str) -> list[StatementUpload]:
    """Return the files that wait, as they were brought."""
    rows = (
        select(StatementUploadRow)
        .where(StatementUploadRow.campaign == campaign_code)
        .order_by(StatementUploadRow.number)
    )
    names = [one.name for one in fields(StatementUpload)]
    return [StatementUpload(**{name: getattr(row, name) for name in names}) for row in session.scalars(rows)]


def drop_uploads(session: Session, campaign_code: str) -> None:
    """Forget the files that wait."""
    session.execute(delete(StatementUploadRow).where(StatementUploadRow.campaign == campaign_code))


_LISTED = (
    "SELECT statement_files.ratee, statement_files.ratee_name, statement_files.name, statement_files.pages, "
    "statement_files.size, statement_files.digest, statement_files.text_digest, statement_files.text_bytes "
    "FROM statement_files WHERE statement_files.campaign = ? ORDER BY statement_files.ratee"
)
_WHOLE = (
    "SELECT statement_files.{} FROM statement_files "
    "WHERE statement_files.campaign = ? AND statement_files.ratee = ?"
)


def listed(conn: Executor, campaign_code: str) -> list[StatementFile]:
    """Return what ``files_of`` returns, for a voter's request."""
    return [StatementFile(*row) for row in run(conn, _LISTED, campaign_code).fetchall()]


def read_text(conn: Executor, campaign_code: str, ratee: str) -> str | None:
    """Return the text of a ratee's file, for a voter's request."""
    found = run(conn, _WHOLE.format("text"), campaign_code, ratee).fetchone()
    return None if found is None else str(found[0])


def read_content(conn: Executor, campaign_code: str, ratee: str) -> bytes | None:
    """Return a ratee's file, for a voter's request."""
    found = run(conn, _WHOLE.format("content"), campaign_code, ratee).fetchone()
    return None if found is None else bytes(found[0])


def digest_of(content: bytes) -> str:
    """Return ``sha256:`` and the SHA-256 of a file, in hexadecimal."""
    return "sha256:" + sha256(content).hexdigest()
