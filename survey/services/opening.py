"""Opening the box: every ballot is decrypted in memory, added up and forgotten; none is ever written.

A large box is opened by several processes. They get the key and the sealed ballots through pipes, and give
back totals, receipts and texts the same way: nothing touches a file.
"""

import os
from collections.abc import Iterable, Iterator
from itertools import cycle, islice, pairwise
from multiprocessing import get_context
from multiprocessing.connection import Connection

from sqlalchemy.orm import Session

from survey.domain.campaign import Campaign, Definition
from survey.domain.errors import Unavailable, WrongKey
from survey.domain.tally import Tally
from survey.secrecy.box import BoxKey
from survey.storage import box_rows

from .opener import Opened, Opener, work

ALONE = 10_000
"""Up to so many ballots are opened faster than other processes are started."""
_CHUNK = 250


def read_box(session: Session, campaign: Campaign, seed: bytes) -> Opened:
    """Open every ballot of a campaign's box and add it up.

    Raises ``WrongKey`` where the seed is not that of the box, ``Unavailable`` where a process is lost.
    """
    if BoxKey(seed).public_bytes() != campaign.public_key:
        raise WrongKey(f"this key does not open the box of {campaign.code}")
    workers = _workers(box_rows.size(session, campaign))
    opened = _open_all(session, campaign, seed, workers)
    ordered = sorted(opened.marks)
    repeated = frozenset(mark for mark, following in pairwise(ordered) if mark == following)
    if repeated:
        # Rare and never honest: once more, alone, so that the first of each is counted and its copies not.
        opened = _open_all(session, campaign, seed, 1, repeated)
    return opened


def _workers(ballots: int) -> int:
    if ballots <= ALONE:
        return 1
    # Where a process may be kept to some of the cores, only those count.
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _open_all(
    session: Session, campaign: Campaign, seed: bytes, workers: int, repeated: frozenset[int] = frozenset()
) -> Opened:
    box = box_rows.sealed_ballots(session, campaign)
    if workers > 1:
        return _open_together(box, campaign.definition, seed, workers)
    opener = Opener(campaign.definition, seed, repeated)
    for sealed in box:
        opener.add(sealed)
    return opener.opened


def _open_together(box: Iterable[bytes], definition: Definition, seed: bytes, workers: int) -> Opened:
    context = get_context("spawn")
    pipes: list[Connection] = []
    processes = []
    try:
        for _ in range(workers):
            ours, theirs = context.Pipe()
            process = context.Process(target=work, args=(theirs,), daemon=True)
            process.start()
            theirs.close()
            ours.send((definition, seed))
            pipes.append(ours)
            processes.append(process)
        for pipe, chunk in zip(cycle(pipes), _chunks(box), strict=False):
            pipe.send(chunk)
        opened = Opened(Tally(definition))
        for pipe in pipes:
            pipe.send(None)
        for pipe in pipes:
            opened.merge(pipe.recv())
        return opened
    except (EOFError, OSError) as error:
        raise Unavailable(
            "a process that opened ballots was lost; nothing was written, count again"
        ) from error
    finally:
        for pipe in pipes:
            pipe.close()
        for process in processes:
            process.join()


def _chunks(box: Iterable[bytes]) -> Iterator[list[bytes]]:
    ballots = iter(box)
    while chunk := list(islice(ballots, _CHUNK)):
        yield chunk
