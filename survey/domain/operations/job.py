"""Long work of an administrator: what it is and how far it has come."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class JobState(StrEnum):
    """Where a job stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"


class Need(StrEnum):
    """What a job asks of the node whose worker does it; most nodes have neither."""

    KEY = "key"
    """The key of the campaign's box."""
    HANDOUT = "handout"
    """The folder out of which the office hands files."""


UNFINISHED = (JobState.WAITING, JobState.RUNNING)


@dataclass(frozen=True)
class Job:
    """One piece of long work.

    ``detail`` says what was asked for, and what may be known of the result; never a code, a share or a key.
    ``file`` names what it made, in the hand-out folder or in the database, until it was fetched or is too
    old; ``fault`` why it failed, or why there is no file any more. ``needs`` says which nodes can do it, all
    of them where it is empty. ``part_of`` is the key of the job that this one is a part of.
    """

    key: str
    kind: str
    campaign: str
    account_id: int
    detail: Mapping[str, Any]
    total: int
    made_at: datetime
    state: JobState = JobState.WAITING
    done: int = 0
    file: str | None = None
    fault: str | None = None
    needs: frozenset[Need] = frozenset()
    part_of: str | None = None

    @property
    def unfinished(self) -> bool:
        """Return whether it waits or runs."""
        return self.state in UNFINISHED
