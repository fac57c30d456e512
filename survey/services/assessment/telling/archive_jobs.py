"""An assessment's archive (考核档案) made as a job: one ZIP, written file by file onto the disk.

Nothing larger than one paper is in memory at once. A file has its name in the folder only once it is whole,
so a worker that is killed leaves nothing, and the next one begins anew.
"""

import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from sqlalchemy.orm import Session

from survey.domain.assessment.stages import require_stage
from survey.domain.audit.acts import Act
from survey.domain.operations.job import Job, Need
from survey.secrecy.custody import destroy, new_private
from survey.services.accounts.accounts import Account
from survey.services.assessment.assessments import IN_FORCE, current, logged_as
from survey.services.audit import audit
from survey.services.audit.audit import By
from survey.services.operations import download_folder, jobs, working
from survey.storage.database import transaction
from survey.storage.operations import job_rows

from .archive_members import ArchiveMember, csv_row, members

KIND = "year-archive"
LIST = "清单.csv"
HEADS = ("文件", "字节", "SHA-256", "备注")
GONE, DAMAGED = "文件不在", "内容与登记的摘要不符"
_CODE, _DIGEST, _FILES, _LACKING = "assessment", "digest", "files", "lacking"
_CHUNK = 256 * 1024


@dataclass(frozen=True)
class ArchivePlace:
    """What a worker needs: the folders of what is handed out and of evidence; ``stopping`` as of all jobs."""

    folder: Path
    evidence: Path
    now: Callable[[], datetime]
    stopping: Callable[[], bool]


@dataclass(frozen=True)
class ListedMember:
    """What an archive's list says of one file in it: its size and SHA-256, and what is wrong with it."""

    name: str
    size: int
    digest: str
    remark: str = ""


def ask(session: Session, key: str, assessment_code: str, account: Account, at: datetime) -> Job:
    """Ask for an archive; asked for twice with one key, it is made once.

    Raises ``WrongStage`` of a draft, and what ``jobs.ask`` raises.
    """
    assessment = current(session, assessment_code)
    require_stage(assessment_code, assessment.stage, *IN_FORCE, to="archive")
    total = len(members(session, assessment_code, at)) + 1
    needs = frozenset({Need.HANDOUT})
    detail = {_CODE: assessment_code}
    return jobs.ask(
        session, Job(key, KIND, logged_as(assessment_code), account.id, detail, total, at, needs=needs)
    )


def run(key: str, place: ArchivePlace) -> bool:
    """Do a job, unless it has ended or another worker is at it; as ``working.take``."""
    return working.take(key, place.folder, lambda job: _make(job, place))


def _make(job: Job, place: ArchivePlace) -> None:
    assessment_code = str(job.detail[_CODE])
    with transaction() as session:
        wanted = members(session, assessment_code, place.now())
    path = download_folder.new_path(place.folder, job, ".zip")
    try:
        with new_private(path) as out:
            listed = _write(out, assessment_code, wanted, place, working.Progress(job.key, place.stopping))
        detail = {
            _DIGEST: _digest_of(path),
            _FILES: len(listed),
            _LACKING: sum(bool(one.remark) for one in listed),
        }
        with transaction(write=True) as session:
            jobs.finish(session, job, path.name, detail)
    except BaseException:
        if not working.is_done(job, path.name):
            destroy(path)
        raise


def _write(
    out: BinaryIO,
    assessment_code: str,
    wanted: Iterable[ArchiveMember],
    place: ArchivePlace,
    progress: working.Progress,
) -> list[ListedMember]:
    listed = []
    with zipfile.ZipFile(out, "w", allowZip64=True) as packed:
        for done, member in enumerate(wanted):
            progress(done)
            if member.evidence is not None:
                listed.append(_copied(packed, member, place))
            elif (made := _made(packed, member, assessment_code, place)) is not None:
                listed.append(made)
        rows = [HEADS, *((one.name, str(one.size), one.digest, one.remark) for one in listed)]
        with packed.open(_info(LIST, place, zipfile.ZIP_DEFLATED), "w") as into:
            into.write("".join(csv_row(row) for row in rows).encode("utf-8-sig"))
    return listed


def _made(
    packed: zipfile.ZipFile, member: ArchiveMember, assessment_code: str, place: ArchivePlace
) -> ListedMember | None:
    """Write a file that is made for the archive; ``None`` where there is nothing of it yet."""
    if member.make is None:
        return None
    with transaction() as session:
        pieces = iter(member.make(session, assessment_code))
        first = next(pieces, None)
        if first is None:
            return None
        info = _info(member.name, place, zipfile.ZIP_DEFLATED)
        return _packed(packed, info, _joined(first, pieces))


def _joined(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest


def _copied(packed: zipfile.ZipFile, member: ArchiveMember, place: ArchivePlace) -> ListedMember:
    """Copy a file of evidence; one that is gone, or is not what it was, is listed as such."""
    file = member.evidence
    if file is None:
        raise ValueError("a member without a file")
    try:
        with (place.evidence / file.digest).open("rb") as source:
            info = _info(member.name, place, zipfile.ZIP_STORED)
            found = _packed(packed, info, iter(lambda: source.read(_CHUNK), b""))
    except FileNotFoundError:
        return ListedMember(member.name, 0, "", GONE)
    if found.digest == file.digest:
        return found
    return ListedMember(found.name, found.size, found.digest, DAMAGED)


def _packed(packed: zipfile.ZipFile, info: zipfile.ZipInfo, pieces: Iterable[bytes]) -> ListedMember:
    size, digest = 0, sha256()
    with packed.open(info, "w", force_zip64=True) as into:
        for piece in pieces:
            into.write(piece)
            digest.update(piece)
            size += len(piece)
    return ListedMember(info.filename, size, digest.hexdigest())


def _info(name: str, place: ArchivePlace, compression: int) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, (*place.now().timetuple()[:3], 0, 0, 0))
    info.compress_type = compression
    return info


def _digest_of(path: Path) -> str:
    digest = sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return f"sha256:{digest.hexdigest()}"


def hand_over(session: Session, job: Job, by: By) -> None:
    """Note that an archive was fetched to its end; the caller destroys the file then."""
    job_rows.drop_file(session, job.key, None)
    audit.record(
        session,
        by,
        Act.ASSESSMENT_ARCHIVE,
        job.campaign,
        files=job.detail[_FILES],
        digest=job.detail[_DIGEST],
    )
