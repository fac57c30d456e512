"""What this process takes of the machine, in steps: a voter's connection is an open file."""

import os
import secrets
from functools import cache
from pathlib import Path

from survey.domain.operations.health import FILES_STEP, SIZE_STEP, in_steps

_OWN = Path("/proc/self")


def label() -> str:
    """Return a name for this process: several may answer at one address, each with counters of its own."""
    return _label(os.getpid())


@cache
def _label(_process: int) -> str:
    return secrets.token_hex(2)


def memory() -> int | None:
    """Return how many bytes of memory it takes; ``None`` where the system does not say."""
    try:
        pages = int((_OWN / "statm").read_text().split()[1])
    except OSError:
        return None
    return in_steps(pages * os.sysconf("SC_PAGE_SIZE"), SIZE_STEP)


def open_files() -> int | None:
    """Return how many files and connections it has open; ``None`` where the system does not say."""
    try:
        return in_steps(sum(1 for _ in (_OWN / "fd").iterdir()), FILES_STEP)
    except OSError:
        return None
