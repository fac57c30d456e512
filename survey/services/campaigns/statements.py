"""Bringing ratees' reports in as files: looked through, then given to whom they belong, all or none."""

import copy
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from survey.documents.statements.brought import BroughtStatement, read_statements
from survey.documents.statements.faults import StatementFault
from survey.domain.audit.acts import Act
from survey.domain.errors import BadStatements, UnknownStatement
from survey.domain.statements.statement_names import owners
from survey.services.audit import audit
from survey.services.audit.audit import By
from survey.services.operations.beside import beside
from survey.storage import statement_rows
from survey.storage.statement_rows import StatementFile, StatementUpload

from . import drafts, statement_files

__all__ = ["StatementFile", "StatementUpload"]

MAX_TOTAL = 64 * 1024 * 1024
"""Bytes of all files of a campaign: sixty of a usual size. Each backup holds them, a trial run again."""


@dataclass(frozen=True)
class StatementsHeld:
    """What a campaign has of files: each ratee's, those that wait, and how many bytes all of them take."""

    files: Mapping[str, StatementFile]
    waiting: Sequence[StatementUpload]
    taken: int
    as_fixed: bool = True


def look(files: Sequence[tuple[str, bytes]]) -> tuple[list[BroughtStatement], list[StatementFault]]:
    """Look files through, given as pairs of name and content, in a process beside this one.

    Returns what can be used, and all that is wrong; takes its time, so before any lock is held.
    """
    return beside(read_statements, files)


def held(session: Session, campaign_code: str, fixed: str | None = None) -> StatementsHeld:
    """Return what a campaign has; ``fixed`` is the digest of its files, once it is armed."""
    files = statement_rows.files_of(session, campaign_code)
    return StatementsHeld(
        {file.ratee: file for file in files},
        statement_rows.uploads_of(session, campaign_code),
        statement_rows.bytes_of(session, campaign_code),
        fixed is None or statement_files.fixed_digest(files) == fixed,
    )


def let_wait(
    session: Session, campaign_code: str, brought: Sequence[BroughtStatement], ratee: str = ""
) -> None:
    """Keep files that were looked through until it is said whose they are; each is proposed to its owner.

    They take the place of those that wait. ``ratee`` is whose a single file is, if that was said already.
    Raises ``BadStatements`` where the campaign has no room for them, and what ``drafts.require_writable``
    raises.
    """
    drafts.require_writable(session, campaign_code)
    ratees = statement_files.named_ratees(drafts.find(session, campaign_code).document)
    statement_rows.drop_uploads(session, campaign_code)
    size = sum(len(one.content) for one in brought)
    if statement_rows.bytes_of(session, campaign_code) + size > MAX_TOTAL:
        raise BadStatements({}, too_large=True)
    uploads = []
    for one in brought:
        of = owners(one.name, ratees)
        if len(brought) == 1 and ratee in {known.key for known in ratees}:
            of = (ratee,)
        uploads.append(StatementUpload(number=0, ratee=of[0] if len(of) == 1 else "", **vars(one)))
    statement_rows.add_uploads(session, campaign_code, uploads)


def discard(session: Session, campaign_code: str) -> None:
    """Forget the files that wait."""
    drafts.require_writable(session, campaign_code)
    statement_rows.drop_uploads(session, campaign_code)


def give(session: Session, campaign_code: str, chosen: Mapping[int, str], version: int, by: By) -> int:
    """Give each file that waits to a ratee, or to nobody where ``chosen`` says ""; return how many were.

    A PDF file becomes the ratee's file, the text of a Word file its report in the draft. Raises
    ``BadStatements`` where a file has no choice, an unknown ratee, or a ratee gets two of a kind, and
    ``ChangedMeanwhile`` as saving a draft does; then nothing is stored.
    """
    drafts.require_writable(session, campaign_code)
    draft = drafts.find(session, campaign_code)
    waiting = statement_rows.uploads_of(session, campaign_code)
    ratees = {one.key: one for one in statement_files.named_ratees(draft.document)}
    _require_fit(waiting, chosen, set(ratees))
    document = copy.deepcopy(draft.document)
    given = {}
    for one in waiting:
        if not (key := chosen[one.number]):
            continue
        if one.content:
            given[key] = statement_files.put(session, campaign_code, ratees[key], one).digest
        else:
            next(row for row in document["ratees"] if row.get("key") == key)["statement"] = one.text
    statement_rows.drop_uploads(session, campaign_code)
    drafts.save(session, campaign_code, document, version, by)
    if given:
        audit.record(session, by, Act.STATEMENTS, campaign_code, files=given)
    return sum(bool(key) for key in chosen.values())


def _require_fit(waiting: Sequence[StatementUpload], chosen: Mapping[int, str], ratees: set[str]) -> None:
    if chosen.keys() - {one.number for one in waiting}:
        raise BadStatements({})
    times = Counter((chosen.get(one.number), bool(one.content)) for one in waiting)
    faults = {}
    for one in waiting:
        key = chosen.get(one.number)
        if key is None or (key and key not in ratees):
            faults[one.number] = "unknown"
        elif key and times[key, bool(one.content)] > 1:
            faults[one.number] = "twice"
    if faults:
        raise BadStatements(faults)


def remove(session: Session, campaign_code: str, ratee: str, by: By) -> None:
    """Take a ratee's file away; raises ``UnknownStatement`` where there is none."""
    drafts.require_writable(session, campaign_code)
    if not statement_rows.drop_file(session, campaign_code, ratee):
        raise UnknownStatement
    audit.record(session, by, Act.STATEMENTS, campaign_code, files={ratee: None})


def content(session: Session, campaign_code: str, ratee: str) -> bytes:
    """Return a ratee's file; raises ``UnknownStatement`` where there is none."""
    found = statement_rows.content_of(session, campaign_code, ratee)
    if found is None:
        raise UnknownStatement
    return found
