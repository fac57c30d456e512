"""Making an instance of a backup, whole or not at all.

That takes long, so it opens its transactions itself. An interrupted restore left an empty instance and is
done again.
"""

import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from survey.domain.audit.acts import Act
from survey.domain.definition.campaign import State
from survey.domain.errors import BadFile, InvalidDefinition
from survey.secrecy.custody import destroy, write_private
from survey.secrecy.vault import Vault, read_vault, renew_session_key, replace_vault
from survey.services.assessment.reports import evidence_files
from survey.services.audit import audit
from survey.services.audit.audit import By
from survey.services.sms import outbox
from survey.storage import campaign_rows, forgetting, schema
from survey.storage.accounts import session_rows
from survey.storage.campaign_rows import list_campaigns
from survey.storage.database import named_failures, transaction
from survey.storage.operations import copying, job_rows
from survey.storage.operations.copying import Mark

_OLDER = "older-backup-"


@dataclass(frozen=True)
class Found:
    """A backup that can be restored: where it is, what it says of itself, the secrets in it."""

    path: Path
    mark: Mark
    vault: Vault


def find(path: Path) -> Found:
    """Read what a backup says of itself; raises ``BadFile`` where this programme cannot restore it."""
    mark = copying.read_mark(path)
    schema.require_known(mark.revision)
    return Found(path, mark, read_vault(mark.secrets))


def restore(instance: Path, backup: Found, by: By) -> list[str]:
    """Fill an empty instance from a backup; return the codes of the campaigns that voters are kept out of.

    Everything is in one transaction, so an interrupted restore left an empty instance and is done again.
    Raises ``BadFile``, ``NoSpace`` and ``Unavailable``.
    """
    with transaction() as session:
        copying.require_empty(session)
    with _of_this_version(backup, instance) as path:
        # First the secrets: without them the codes in the database would open nothing.
        replace_vault(instance, backup.vault)
        folder = evidence_files.evidence_folder(instance)
        for digest, content in copying.files_in(backup.path):
            evidence_files.put(folder, digest, content)
        renew_session_key(instance)
        with transaction(write=True) as session:
            copying.require_empty(session)
            copying.read_backup(session, path)
            if path != backup.path:
                destroy(path)  # before the commit: what was restored whole is not restored again
            job_rows.cancel_unfinished(session)
            outbox.stop_after_restore(session)
            forgetting.clear_all(session.connection())
            schema.set_fingerprint(session, backup.vault.fingerprint())
            session_rows.drop_all_sessions(session)
            try:
                return hold_open_campaigns(session, backup.mark.taken_at, by)
            except (ValueError, KeyError, TypeError, InvalidDefinition) as error:
                raise BadFile(f"{backup.path} holds campaigns that cannot be read") from error


@contextmanager
def _of_this_version(backup: Found, instance: Path) -> Iterator[Path]:
    """Give a backup, or where it is older a migrated copy of it, which is destroyed at the end."""
    for left in instance.glob(f"{_OLDER}*"):
        destroy(left)
    if backup.mark.revision == schema.newest_revision():
        yield backup.path
        return
    copy = instance / f"{_OLDER}{secrets.token_hex(4)}"
    try:
        write_private(copy, b"")
        with named_failures():
            shutil.copyfile(backup.path, copy)
            schema.bring_file_up_to_date(copy, backup.mark.revision)
        yield copy
    finally:
        destroy(copy)


def hold_open_campaigns(session: Session, taken_at: datetime, by: By) -> list[str]:
    """Keep voters out of every campaign that a restored backup says is open; return their codes.

    Ballots cast after the backup are gone, so an owner must decide whether to go on. One that is armed may
    have been opened since: the clock leaves it alone until somebody sets a time anew, or opens it by hand.
    """
    held, waiting, stopped = [], [], []
    for campaign in list_campaigns(session):
        if campaign.state is State.OPEN:
            held.append(campaign.code)
            if campaign.definition.by_sms:
                stopped.append(campaign.code)
        elif campaign.state is State.ARMED and campaign.opens_at is not None:
            waiting.append(campaign.code)
        else:
            continue
        campaign_rows.set_held(session, campaign, held=True)
    facts: dict[str, Any] = {"waiting": waiting} if waiting else {}
    if stopped:
        facts["stopped"] = stopped
    audit.record(session, by, Act.RESTORE, taken_at=taken_at, held=held, **facts)
    return held
