"""Backups: the whole instance in one file, except the keys of boxes; taken, checked, kept.

That takes long, so it opens its transactions itself: a backup has its name only when all is in it.
"""

import os
import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from survey.domain.errors import BadFile
from survey.secrecy.custody import sync_folder, write_private
from survey.secrecy.vault import load_vault
from survey.services.audit import audit
from survey.services.audit.audit import By
from survey.storage import balance, copying, schema
from survey.storage.database import db, named_failures, transaction

from .backup_check import Checked, examine

_NAME = re.compile(r"minping-\d{8}T\d{6}Z\.backup")


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
        if not balance.takes_writes(session):
            raise BadFile(
                "this database can only be read, and its log must know of a backup: take it elsewhere"
            )
    part = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    write_private(part, b"")
    try:
        with named_failures():
            vault = load_vault(instance).as_json()
            copying.write_backup(db.engine, schema.newest_revision(), vault, part, by.at)
            checked = examine(part)
            digest = _digest(part)
        # Only now: what the log calls a backup is one.
        with transaction(write=True) as session:
            audit.record(session, by, "backup", file=target.name, digest=digest)
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
