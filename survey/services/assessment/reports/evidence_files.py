"""Files that prove numbers: stored once by their SHA-256 beside the database, named by numbers in it.

A file is on the disk before anything names it, so nobody is told of one that is not there. One that is
refused goes at once; one that is taken away goes a day later, as a backup may be under way that names it.
"""

import fcntl
import os
import re
import unicodedata
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path, PurePosixPath

from sqlalchemy.orm import Session

from survey.documents.assessment.evidence_format import evidence_format
from survey.domain.assessment.facts import UnitTask
from survey.domain.assessment.reports.submitted_report import EvidenceFile, EvidenceFormat, SubmittedNumber
from survey.domain.assessment.stages import require_stage
from survey.domain.audit.acts import Act
from survey.domain.errors import BadFile, FileGone, UnfitEvidence, UnknownEvidence
from survey.secrecy.custody import new_private
from survey.services.assessment.assessments import TAKING, current, in_force, logged_as
from survey.services.assessment.closing import period_named
from survey.services.audit import audit
from survey.services.audit.audit import By
from survey.storage.assessment.assessment_rows import Assessment, locked_assessment
from survey.storage.assessment.reports import evidence_rows, report_rows
from survey.storage.database import transaction

from .due_reports import require_begun

FOLDER = "evidence"
MAX_FILES = 10
"""Files of one number, beside those with which it was submitted before."""
MAX_NAME = 120
MAX_REMOVED = 256 * 1024 * 1024
"""Bytes that an account brought within a day and that were taken away again: they take room for that day."""
_DIGEST = re.compile(r"[0-9a-f]{64}")
_STRAY = timedelta(days=1)


@dataclass(frozen=True)
class StoredEvidence:
    """A file that lies in the folder: what it is called, what it is, its size and SHA-256."""

    name: str
    format: EvidenceFormat
    size: int
    digest: str


def evidence_folder(instance: Path) -> Path:
    """Return the folder of these files in an instance, made where it is not there."""
    folder = instance / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def bring(
    folder: Path, assessment_code: str, said: str, task: UnitTask, name: str, content: bytes, by: By
) -> EvidenceFile:
    """Store a file and have it prove a number; it opens its transactions itself.

    Nothing of a file that is refused stays, or is written where that is known before. Raises as ``store`` and
    ``add`` do.
    """
    digest = sha256(content).hexdigest()
    with transaction() as session:
        assessment = current(session, assessment_code)
        _require_taking(assessment)
        _same_file(session, assessment, said, task, digest, by)
    with _alone(folder):
        was_there = (folder / digest).exists()
        stored = store(folder, name, content)
        try:
            with transaction(write=True) as session:
                return add(session, assessment_code, said, task, stored, by)
        except Exception:
            if not was_there and digest not in _all_named():
                (folder / digest).unlink(missing_ok=True)
            raise


def store(folder: Path, name: str, content: bytes) -> StoredEvidence:
    """Check a file by what is in it and put it into the folder, whole or not at all.

    Raises ``UnfitEvidence``, and ``NoSpace`` where the disk is full.
    """
    found = evidence_format(content)
    digest = sha256(content).hexdigest()
    put(folder, digest, content)
    return StoredEvidence(_named(name, found), found, len(content), digest)


def put(folder: Path, digest: str, content: bytes) -> None:
    """Write a file under its digest where it is not there whole; raises ``NoSpace`` and ``BadFile``."""
    path = folder / digest
    with suppress(FileGone, FileNotFoundError):
        read(folder, digest)
        os.utime(path)  # a sweep may be about to take it for a stray; where it did, it is written
        return
    path.unlink(missing_ok=True)
    try:
        with new_private(path) as out:
            out.write(content)
    except BadFile:
        if not path.exists():
            raise  # else somebody brought the same file at the same moment


def read(folder: Path, digest: str) -> bytes:
    """Return a file; raises ``FileGone`` where it is not there, or is not what its name says."""
    try:
        content = (folder / digest).read_bytes() if _DIGEST.fullmatch(digest) else b""
    except OSError as error:
        raise FileGone(f"there is no file {digest}") from error
    if sha256(content).hexdigest() != digest:
        raise FileGone(f"the file {digest} is damaged")
    return content


def add(
    session: Session, assessment_code: str, said: str, task: UnitTask, stored: StoredEvidence, by: By
) -> EvidenceFile:
    """Have a stored file prove a number that is still to be submitted; the same one is there once.

    Raises ``WrongStage``, ``UnknownPeriod`` also of one that has not begun, ``UnknownEvidence`` where the
    number is no task or is submitted, and ``UnfitEvidence`` where it has as many new files as it may have, or
    too much of what the same account brought was taken away within a day.
    """
    assessment = _locked(session, assessment_code)
    same = _same_file(session, assessment, said, task, stored.digest, by)
    if same is not None:
        return same
    file = EvidenceFile(
        number=evidence_rows.next_number(session, assessment),
        period=period_named(assessment, said),
        unit=task[0],
        indicator=task[1],
        **vars(stored),
        added_by=by.actor,
        added_at=by.at,
    )
    evidence_rows.add_file(session, assessment, file)
    audit.record(session, by, Act.EVIDENCE, logged_as(assessment_code), **_facts(file))
    return file


def remove(
    session: Session, assessment_code: str, number: int, tasks: Collection[UnitTask], folder: Path, by: By
) -> EvidenceFile:
    """Take a file from a number that is still to be submitted, and is of one of some tasks.

    Its content stays for a day more. Raises ``WrongStage``, and ``UnknownEvidence`` where there is no such
    file, its number is submitted, or it proved a number that was: what was submitted keeps its evidence.
    """
    assessment = _locked(session, assessment_code)
    file = find(session, assessment_code, number)
    if file.task not in tasks:
        raise UnknownEvidence(f"file {number} of {assessment_code} belongs to another number")
    before = _require_open(session, assessment, file.period, file.task)
    if before is not None and before.is_proved_by(file.digest):
        raise UnknownEvidence(f"file {number} of {assessment_code} proved a number that was submitted")
    with suppress(FileNotFoundError):
        os.utime(folder / file.digest, (by.at.timestamp(), by.at.timestamp()))
    evidence_rows.drop_file(session, assessment, number)
    audit.record(session, by, Act.EVIDENCE_REMOVED, logged_as(assessment_code), **_facts(file))
    return file


def find(session: Session, assessment_code: str, number: int) -> EvidenceFile:
    """Return a file by its number; raises ``UnknownEvidence``."""
    file = evidence_rows.find_file(session, current(session, assessment_code), number)
    if file is None:
        raise UnknownEvidence(f"{assessment_code} has no file {number}")
    return file


def was_submitted(session: Session, assessment_code: str, file: EvidenceFile) -> bool:
    """Return whether a number was submitted with a file; until then the file is a draft, as the number is."""
    submitted = report_rows.submitted_of(
        session, current(session, assessment_code), file.period, unit=file.unit, indicator=file.indicator
    ).get(file.task)
    return submitted is not None and submitted.is_proved_by(file.digest)


def whole_files(folder: Path, digests: Collection[str]) -> Iterator[tuple[str, bytes]]:
    """Give the files of some digests that lie whole in the folder, each with its digest."""
    for digest in digests:
        with suppress(FileGone):
            yield digest, read(folder, digest)


def sweep(folder: Path, now: datetime) -> None:
    """Remove files that nothing has named for a day; it opens its transaction itself."""
    with _alone(folder):
        named = _all_named()
        for path in sorted(folder.iterdir()):
            if path.name not in named and datetime.fromtimestamp(path.stat().st_mtime, UTC) < now - _STRAY:
                path.unlink(missing_ok=True)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keep others, in whichever process, from bringing and sweeping: what goes, they may be naming."""
    held = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
    finally:
        os.close(held)


def _all_named() -> set[str]:
    with transaction() as session:
        return set(evidence_rows.named_digests(session.connection()))


def _locked(session: Session, assessment_code: str) -> Assessment:
    assessment = locked_assessment(session, assessment_code)
    _require_taking(assessment)
    return assessment


def _require_taking(assessment: Assessment) -> None:
    require_stage(assessment.code, assessment.stage, *TAKING, to="take evidence for")


def _same_file(
    session: Session, assessment: Assessment, said: str, task: UnitTask, digest: str, by: By
) -> EvidenceFile | None:
    """Return the file of a number with the same content; refuse, as ``add``, one that may not be added."""
    period = period_named(assessment, said)
    require_begun(in_force(session, assessment, period), period, by.at)
    before = _require_open(session, assessment, period, task)
    known = evidence_rows.files_of_task(session, assessment, period, task)
    for one in known:
        if one.digest == digest:
            return one
    # What was submitted cannot be taken away: it does not keep the right one from being brought.
    if sum(before is None or not before.is_proved_by(one.digest) for one in known) >= MAX_FILES:
        raise UnfitEvidence("many", f"a number has at most {MAX_FILES} files")
    require_room(session, by)
    return None


def require_room(session: Session, by: By) -> None:
    """Refuse with ``UnfitEvidence`` whoever had too much taken away again within a day."""
    if evidence_rows.removed_bytes(session, by.actor, by.at - _STRAY) >= MAX_REMOVED:
        raise UnfitEvidence("removed", f"{by.actor} brought too much that was taken away again")


def _require_open(
    session: Session, assessment: Assessment, period: str, task: UnitTask
) -> SubmittedNumber | None:
    """Return what was submitted last of a number that is still to be submitted, or is to be anew."""
    submitted = report_rows.submitted_of(session, assessment, period).get(task)
    if task not in in_force(session, assessment, period).targets:
        raise UnknownEvidence(f"{' '.join(task)} is no task of {assessment.code}")
    if submitted is not None and not submitted.is_open:
        raise UnknownEvidence(f"{' '.join(task)} of {period} is submitted; its files stay as they are")
    return submitted


def _facts(file: EvidenceFile) -> dict[str, str | int]:
    return {
        "period": file.period,
        "unit": file.unit,
        "indicator": file.indicator,
        "name": file.name,
        "size": file.size,
        "digest": file.digest,
    }


def _named(name: str, found: EvidenceFormat) -> str:
    """Return a file's own name without folders and signs that do not show, with the ending of what it is."""
    own = PurePosixPath(name.replace("\\", "/")).name
    plain = "".join(sign for sign in own if unicodedata.category(sign)[0] != "C").strip()
    stem = plain.rpartition(".")[0] or plain or "file"
    return f"{stem[:MAX_NAME]}.{found}"
