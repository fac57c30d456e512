"""One look at an instance and its machine, for its owner and ``/metrics``: no finer than may be told."""

import ctypes
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from survey.domain.audit.acts import Act
from survey.domain.operations.health import FREE_STEP, SIZE_STEP, Beat, Observation, in_steps
from survey.storage.operations import health_rows

RECENT = timedelta(days=1)
_OFFSET_STEP = 0.1
_UNSYNCHRONISED = 5
_ROOM = 512
"""More than the kernel's answer takes; its first field, all zero, asks for nothing to be changed."""


@dataclass(frozen=True)
class InstancePlace:
    """Which instance to look at: its folder, its database's file where it has one, what its address is like.

    ``now`` tells the time.
    """

    folder: Path
    file: Path | None
    secure: bool
    local: bool
    version: str
    now: Callable[[], datetime]


def look(session: Session, instance: InstancePlace, beat: Beat | None) -> Observation:
    """Look at an instance once; ``beat`` is what a worker left last."""
    at = instance.now()
    return Observation(
        at=at,
        version=instance.version,
        database=health_rows.name_of(session),
        careless=health_rows.careless_settings(session),
        size=in_steps(health_rows.size(session, instance.file), SIZE_STEP),
        free=in_steps(_free(instance), FREE_STEP),
        jobs=health_rows.jobs(session, at - RECENT),
        waiting_since=health_rows.waiting_since(session),
        beat=beat,
        secure=instance.secure,
        local=instance.local,
        backed_up=health_rows.last_act(session, Act.BACKUP),
        offset=_offset(session, instance.now),
        synchronised=follows_a_server(),
        states=health_rows.states(session),
        held=health_rows.held(session),
        interrupted=health_rows.interrupted(session),
    )


def _free(instance: InstancePlace) -> int:
    """Return the free space where the instance is, or its database's file if that has less."""
    folders = {instance.folder, instance.file.parent if instance.file else instance.folder}
    return min(shutil.disk_usage(folder).free for folder in folders)


def _offset(session: Session, now: Callable[[], datetime]) -> float | None:
    """Return by how many seconds the database's clock is ahead of this one; its answer takes some, too."""
    before = now()
    theirs = health_rows.moment(session)
    if theirs is None:
        return None
    after = now()
    if before <= theirs <= after:
        return 0.0
    apart = (theirs - (before if theirs < before else after)).total_seconds()
    return round(apart / _OFFSET_STEP) * _OFFSET_STEP


def follows_a_server() -> bool | None:
    """Return whether the system's clock is kept by a time server; ``None`` where the system does not say.

    Linux knows it whichever programme keeps the time (``adjtimex``); in a container it is the host's clock.
    """
    if not sys.platform.startswith("linux"):
        return None
    try:
        state = ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(_ROOM))
    except (AttributeError, OSError):
        return None
    return None if state < 0 else state != _UNSYNCHRONISED
