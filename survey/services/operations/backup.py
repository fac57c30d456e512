"""Backups: the whole instance in one file, except the keys of boxes; taken, checked, kept.

That takes long, so it opens its transactions itself: a backup has its name only when all is in it.
"""

import os
import re
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from sqlalchemy import URL, create_engine
from sqlalchemy.orm import Session

from survey.domain.audit.acts import Act
from survey.domain.definition.campaign import Custody, State
from survey.domain.errors import BadFile, BrokenLog
from survey.secrecy.custody import sync_folder, write_private
from survey.secrecy.paper_key import paper_key_path
from survey.secrecy.vault import load_vault
from survey.services.assessment.examining import sealing
from survey.services.assessment.reports import evidence_files
from survey.services.audit import audit
from survey.services.audit.audit import By
from survey.services.campaigns import statement_files
from survey.services.custody.key_files import key_path
from survey.services.paper.keys import is_missing
from survey.storage import box_rows, schema
from survey.storage.assessment.assessment_checks import damaged_assessments
from survey.storage.assessment.logged_rows import unlogged_assessments
from survey.storage.assessment.reports import evidence_rows
from survey.storage.campaign_rows import list_campaigns
from survey.storage.database import db, named_failures, transaction
from survey.storage.operations import copying

_KEY_NEEDED = (State.ARMED, State.OPEN, State.CLOSED, State.COUNTED)
_PAPER_KEY_NEEDED = (State.ARMED, State.OPEN)
_NAME = re.compile(r"minping-\d{8}T\d{6}Z\.backup")


@dataclass(frozen=True)
class Checked:
    """What a database holds together by: entries and check value of its log, its campaigns, and its faults.

    ``campaigns`` are pairs of code and state; ``faults`` one sentence each.
    """

    entries: int
    value: str
    campaigns: tuple[tuple[str, State], ...]
    faults: tuple[str, ...]

    def as_line(self) -> str:
        """Return in one line how much was checked and how many faults there are."""
        log = f"{self.entries} log entries, check value {self.value}" if self.value else "the log is broken"
        return f"checked: {log}, {len(self.campaigns)} campaigns, {len(self.faults)} faults"


def examine(path: Path) -> Checked:
    """Check a backup: that its pages are whole, and what is in it; raises ``BadFile`` where it is none."""
    copying.read_mark(path)
    engine = create_engine(URL.create("sqlite", database=str(path)), hide_parameters=True)
    try:
        with Session(engine) as session:
            return check(session, {digest for digest, _ in copying.files_in(path)})
    finally:
        engine.dispose()


def check(session: Session, files: Collection[str] | None = None) -> Checked:
    """Check the log's chain, each campaign and each assessment.

    As many ballots as spent codes, report files as they were fixed, all rows of assessments as the log says;
    ``files`` are the digests of what lies beside the database, where that is looked at.
    """
    faults = []
    entries, value = 0, ""
    try:
        entries, value = audit.verify(session)
    except BrokenLog as error:
        faults.append(str(error))
    faults += [
        f"{campaign_code}: ballots and spent codes differ"
        for campaign_code in box_rows.out_of_balance(session)
    ]
    known = list_campaigns(session)
    faults += [
        f"{campaign.code}: report files are not those that were fixed at arming"
        for campaign in known
        if campaign.state is not State.DRAFT
        if not statement_files.is_as_fixed(session, campaign.code, campaign.statements)
    ]
    faults += damaged_assessments(session.connection())
    faults += unlogged_assessments(session.connection())
    named = evidence_rows.named_digests(session.connection()) if files is not None else []
    faults += [f"evidence {digest[:16]} is not there" for digest in named if digest not in (files or ())]
    campaigns = tuple((campaign.code, campaign.state) for campaign in known)
    return Checked(entries, value, campaigns, tuple(faults))


def missing_keys(session: Session, keys: Path) -> list[Path]:
    """Return the files of keys that are still needed and that are not there: no backup holds one."""
    missing = [*sealing.missing_keys(session, keys)]
    for campaign in list_campaigns(session):
        of_box = key_path(keys, campaign.code)
        if campaign.custody is Custody.SERVER and campaign.state in _KEY_NEEDED and not of_box.exists():
            missing.append(of_box)
        # Custody of the box does not matter: whoever scans needs it, and it is on the server alone.
        if campaign.state in _PAPER_KEY_NEEDED and is_missing(session, keys, campaign):
            missing.append(paper_key_path(keys, campaign.code))
    return missing


@dataclass(frozen=True)
class Taken:
    """A backup that was just written: where, its digest, and what was found when it was read again."""

    path: Path
    digest: str
    checked: Checked


def write(instance: Path, target: Path, by: By) -> Taken:
    """Write a backup under a new name, whole or not at all, and note it in the log.

    The instance's own secrets are in it. It is read again before it gets its name. Raises ``BadFile`` where
    the name is taken, has no folder, or the database takes no writes; ``NoSpace`` and ``Unavailable``.
    """
    if not target.parent.is_dir():
        raise BadFile(f"there is no folder {target.parent}")
    _require_new(target)
    with transaction() as session:
        if not box_rows.takes_writes(session):
            raise BadFile(
                "this database can only be read, and its log must know of a backup: take it elsewhere"
            )
    part = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    write_private(part, b"")
    try:
        with named_failures():
            vault = load_vault(instance).as_json()
            folder = evidence_files.evidence_folder(instance)
            copying.write_backup(
                db.engine,
                schema.newest_revision(),
                vault,
                part,
                by.at,
                lambda digests: evidence_files.whole_files(folder, digests),
            )
            checked = examine(part)
            digest = _digest(part)
        # Only now: what the log calls a backup is one.
        with transaction(write=True) as session:
            audit.record(session, by, Act.BACKUP, file=target.name, digest=digest)
        with named_failures():
            _name(part, target)
    finally:
        for left in (part, part.with_name(f"{part.name}-journal")):
            left.unlink(missing_ok=True)
    return Taken(target, digest, checked)


def named_by_moment(folder: Path, at: datetime) -> Path:
    """Return the name that a backup of a moment has in a folder of backups."""
    return folder / f"minping-{at.astimezone(UTC):%Y%m%dT%H%M%SZ}.backup"


def prune(folder: Path, keep: int) -> list[Path]:
    """Remove all but the newest backups that ``named_by_moment`` named; return what was removed."""
    found = sorted(path for path in folder.iterdir() if _NAME.fullmatch(path.name))
    for path in found[:-keep]:
        path.unlink()
    sync_folder(folder)
    return found[:-keep]


def _require_new(target: Path) -> None:
    if os.path.lexists(target):
        raise BadFile(f"{target} exists already; name a new file")


def _digest(path: Path) -> str:
    """Return a file's digest, once all of it is on the disk."""
    found = sha256()
    with path.open("rb") as file:
        os.fsync(file.fileno())
        while block := file.read(1 << 20):
            found.update(block)
    return f"sha256:{found.hexdigest()}"


def _name(part: Path, target: Path) -> None:
    """Give a whole file its name, which nobody else may have taken meanwhile."""
    try:
        target.hardlink_to(part)
    except FileExistsError:
        _require_new(target)
    except OSError:  # a file system without links, as on many a USB stick
        _require_new(target)
        part.rename(target)
    sync_folder(target.parent)
