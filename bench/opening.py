"""Filling a box without voters; opening and counting it in a process of its own; the bare reference."""

import json
import multiprocessing
import os
import random
import subprocess
import sys
import time
from dataclasses import replace
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from sqlalchemy import delete, insert, update

from survey.config import Settings
from survey.domain.ballot.packing import Packing
from survey.domain.definition.campaign import State
from survey.domain.definition.reader import read_definition
from survey.instance import ready_app
from survey.secrecy import box
from survey.secrecy.box import BoxKey, Slot, box_info, new_seed
from survey.secrecy.receipt import new_receipt
from survey.secrecy.token import digest
from survey.services.campaigns import procedure
from survey.services.custody import key_files
from survey.services.voting import tokens
from survey.storage.campaign_rows import find_campaign
from survey.storage.database import transaction
from survey.storage.tables import BallotRow, CampaignRow, CountRow, ReceiptRow, TokenRow
from survey.web.context import vault
from tests import builders
from tests.family import memory_of

from .setting import CAMPAIGN, GROUP, answers, environment, opened

BATCH = 2000
SAMPLE = 5000
OPENS = 20_000
"""Bare opens of one core at a time."""
COUNTED: dict[int, Settings] = {}
"""Boxes that another measure filled and counted, by the number of ballots in them: filling takes minutes."""
_INFO = box_info(CAMPAIGN, "sha256:" + "0" * 64)

_spawn = multiprocessing.get_context("spawn")


def boxed(folder: Path, number: int, spare: int = 1) -> tuple[Settings, list[str]]:
    """Make an open campaign with so many ballots in its box, and as many codes more as ``spare`` says."""
    settings, codes = opened(folder, spare)
    with ready_app(settings):
        with transaction(write=True) as session:
            campaign = find_campaign(session, CAMPAIGN)
            tokens.issue(session, vault(), CAMPAIGN, {GROUP: number}, builders.BY)
            session.execute(update(TokenRow).values(spent=1))
            unspent = [digest(vault().token_key, code) for code in codes]
            for one in unspent:
                session.execute(update(TokenRow).where(TokenRow.digest == one).values(spent=0))
        public = campaign.public_key or b""
        tasks = [(public, min(BATCH, number - start)) for start in range(0, number, BATCH)]
        # In the order of their keys, which is quicker by far; the close draws the keys anew.
        keys = (place.to_bytes(16, "big") for place in range(number))
        with _spawn.Pool() as pool:
            for batch in pool.imap_unordered(_sealed, tasks):
                rows = [
                    {"campaign_id": campaign.id, "key": key, "sealed": one}
                    for one, key in zip(batch, keys, strict=False)
                ]
                with transaction(write=True) as session:
                    session.execute(insert(BallotRow), rows)
    return settings, codes


def filled(folder: Path, number: int) -> Settings:
    """Make an instance whose box holds so many ballots, closed and ready to be counted."""
    settings, _ = boxed(folder, number)
    with ready_app(settings):
        procedure.close(CAMPAIGN, builders.BY)
    return settings


def _sealed(task: tuple[bytes, int]) -> list[bytes]:
    public, number = task
    definition = read_definition(builders.example(CAMPAIGN))
    packing, slot = Packing(definition), Slot(public, box_info(CAMPAIGN, definition.digest))
    rng, form = random.Random(os.urandom(8)), packing.form[GROUP]
    posted = [{name: [value] for name, value in answers(rng).items()} for _ in range(20)]
    ballots = cycle([form.check(fields) for fields in posted])
    return [
        slot.seal(packing.pack(replace(ballot, receipt=new_receipt()))) for ballot in islice(ballots, number)
    ]


def count_apart(settings: Settings) -> dict[str, Any]:
    """Open and count a box in a fresh process; return seconds, processor seconds and memory in MB."""
    command = [sys.executable, "-m", "bench.opening"]
    uncount(settings)
    with subprocess.Popen(
        command, env=os.environ | environment(settings), stdout=subprocess.PIPE, text=True
    ) as process:
        highest = 0.0
        while process.poll() is None:
            highest = max(highest, _resident(process.pid))
            time.sleep(0.05)
        said = process.communicate()[0]
    if process.returncode:
        raise RuntimeError("the count failed")
    found: dict[str, Any] = json.loads(said)
    return found | {"growth_mb": max(highest - found["idle_mb"], 0)}


def _resident(pid: int) -> float:
    """Return the memory of a process and all that it started, in MB."""
    return memory_of(pid) / 2**20


def uncount(settings: Settings) -> None:
    """Take a count back, so that the next one is no recount, which would write nothing."""
    with ready_app(settings), transaction(write=True) as session:
        for table in (CountRow, ReceiptRow):
            session.execute(delete(table))
        session.execute(update(CampaignRow).values(state=State.CLOSED))


def _count_here() -> dict[str, Any]:
    with ready_app() as app, app.app_context():
        from survey.web.context import settings

        with transaction() as session:
            campaign = find_campaign(session, CAMPAIGN)
        seed = key_files.seed_of(campaign, settings().keys, ())
        idle = _resident(os.getpid())
        began, cpu = time.perf_counter(), os.times()
        counted = procedure.count(CAMPAIGN, seed, builders.BY)
        seconds, after = time.perf_counter() - began, os.times()
    total = counted.count.accounting.total
    return {
        "ballots": total.returned,
        "unreadable": total.unreadable,
        "findings": list(map(str, counted.findings)),
        "seconds": seconds,
        "cpu": sum(after[:4]) - sum(cpu[:4]),
        "idle_mb": idle,
    }


class BareOpens:
    """Opens ballots of a size with nothing around it, on every core at once."""

    def __init__(self, packed: int, cores: int) -> None:
        self.cores = cores
        self.pool = _spawn.Pool(cores, _prepare, (packed,))
        self.pool.map(_open_bare, [SAMPLE] * cores, chunksize=1)  # waits until all are prepared

    def measure(self) -> tuple[float, float]:
        """Return how many are opened a second by all cores together, and processor µs each."""
        began = time.perf_counter()
        taken = sum(self.pool.map(_open_bare, [OPENS] * self.cores, chunksize=1))
        opens = OPENS * self.cores
        return opens / (time.perf_counter() - began), 1e6 * taken / opens

    def close(self) -> None:
        self.pool.terminate()
        self.pool.join()


_bare: dict[str, Any] = {}


def _prepare(packed: int) -> None:
    key = BoxKey(new_seed())
    slot = Slot(key.public_bytes(), _INFO)
    # As many as do not fit into a processor's cache: those of a real box do not either.
    _bare.update(key=key, sealed=[slot.seal(bytes(packed)) for _ in range(SAMPLE)])


def _open_bare(number: int) -> float:
    began = time.process_time()
    opened, key = box._SUITE.decrypt, _bare["key"]._key
    for one in islice(cycle(_bare["sealed"]), number):
        opened(one, key, _INFO)
    return time.process_time() - began


def packed_size() -> int:
    return Packing(read_definition(builders.example(CAMPAIGN))).size


if __name__ == "__main__":
    print(json.dumps(_count_here()))
