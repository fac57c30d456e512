"""Opening the box: every ballot is decrypted in memory, added up and forgotten; none is ever written.

A large box is opened by several processes (``parallel_opening``).
"""

import os
from itertools import islice

from sqlalchemy.orm import Session

from survey.domain.ballot.columns import repeated
from survey.domain.definition.campaign import Campaign
from survey.domain.errors import WrongKey
from survey.secrecy.box import BoxKey
from survey.storage import box_rows

from .opener import Opened, Opener, without_copies
from .parallel_opening import CHUNK, open_file_together, open_together

ALONE = 4000
"""Up to so many ballots are opened faster than other processes are started."""


def read_box(session: Session, campaign: Campaign, seed: bytes) -> Opened:
    """Open every ballot of a campaign's box and add it up; the receipts come in order.

    Raises ``WrongKey`` where the seed is not that of the box, ``Unavailable`` where a process is lost.
    """
    if BoxKey(seed).public_bytes() != campaign.public_key:
        raise WrongKey(f"this key does not open the box of {campaign.code}")
    workers = _cores() if box_rows.has_more_than(session, campaign, ALONE) else 1
    if workers == 1:
        opened = _open_alone(session, campaign, seed)
    elif path := box_rows.file_of(session):
        opened = open_file_together(path, campaign.id, campaign.definition, seed, workers)
    else:
        box = box_rows.sealed_ballots(session, campaign)
        opened = open_together(box, campaign.definition, seed, workers)
    opened.order()
    if marks := frozenset(repeated(opened.marks)):
        # Rare and never honest: once more, alone, so that the first of each is counted and its copies not.
        opened = _open_alone(session, campaign, seed, marks)
        opened.order()
    return opened


def _cores() -> int:
    # Where a process may be kept to some of the cores, only those count.
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _open_alone(
    session: Session, campaign: Campaign, seed: bytes, marks: frozenset[int] = frozenset()
) -> Opened:
    """Open every ballot in this process; of those that share a mark of ``marks``, no copies."""
    opener = Opener(campaign.definition, seed)
    add = without_copies(opener, marks) if marks else opener.add
    ballots = box_rows.sealed_ballots(session, campaign)
    while chunk := list(islice(ballots, CHUNK)):
        add(chunk)
    return opener.opened
