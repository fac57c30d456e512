"""One look at an instance, for the owner's page and for ``/metrics``: never finer than may be told."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from survey.domain.operations.health import FREE_STEP, SIZE_STEP, Beat, Seen, in_steps
from survey.storage import watching_rows

from . import host_clock

BACKUP = "backup"
RECENT = timedelta(days=1)
_OFFSET_STEP = 0.1


@dataclass(frozen=True)
class Place:
    """Which instance to look at: its folder, its database's file where it has one, what its address is like.

    ``now`` tells the time.
    """

    folder: Path
    file: Path | None
    secure: bool
    local: bool
    version: str
    now: Callable[[], datetime]


def look(session: Session, place: Place, beat: Beat | None) -> Seen:
    """Look at an instance once; ``beat`` is what a worker left last."""
    at = place.now()
    return Seen(
        at=at,
        version=place.version,
        database=watching_rows.name_of(session),
        careless=watching_rows.careless_settings(session),
        size=in_steps(watching_rows.size(session, place.file), SIZE_STEP),
        free=in_steps(_free(place), FREE_STEP),
        jobs=watching_rows.jobs(session, at - RECENT),
        waiting_since=watching_rows.waiting_since(session),
        beat=beat,
        secure=place.secure,
        local=place.local,
        backed_up=watching_rows.last_act(session, BACKUP),
        offset=_offset(session, place.now),
        synchronised=host_clock.follows_a_server(),
        states=watching_rows.states(session),
        held=watching_rows.held(session),
        interrupted=watching_rows.interrupted(session),
    )


def _free(place: Place) -> int:
    """Return the free space where the instance is, or its database's file if that has less."""
    folders = {place.folder, place.file.parent if place.file else place.folder}
    return min(shutil.disk_usage(folder).free for folder in folders)


def _offset(session: Session, now: Callable[[], datetime]) -> float | None:
    """Return by how many seconds the database's clock is ahead of this one; its answer takes some, too."""
    before = now()
    theirs = watching_rows.moment(session)
    if theirs is None:
        return None
    after = now()
    if before <= theirs <= after:
        return 0.0
    apart = (theirs - (before if theirs < before else after)).total_seconds()
    return round(apart / _OFFSET_STEP) * _OFFSET_STEP
