"""M14: documents made by workers on two nodes of one PostgreSQL, beside one worker; each has a core.

Paper sheets are not read by this version. Their stand-in is work of the same kind: one ZIP file with a PDF
for each ratee, divided into parts that any node may do, put together by whoever finds all of them done.
"""

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from survey.config import Settings, read_settings
from survey.instance import make_instance, ready_app
from survey.services.accounts import accounts
from survey.services.campaigns.campaigns import find_campaign
from survey.services.operations import jobs
from survey.services.results import export_jobs
from survey.services.results.exports import find_export
from survey.storage.database import transaction
from survey.storage.operations import job_rows
from survey.web.context import now
from tests import builders
from tests.counted import counted
from tests.serving import end

from .cast import postgresql
from .nodes import another
from .setting import Drivers, environment
from .table import Row, alone, beside, say

CAMPAIGN = "large"
EXPORT = "forms.zip"
SIZES = {"A": 10, "B": 12, "C": 15}
CRITERIA = ("de", "neng", "qin", "ji", "lian")


def measure(chosen: argparse.Namespace, folder: Path, _drivers: Drivers) -> dict[str, Any]:
    """Have the file made by one worker, then by two; return the seconds of each, the best of the turns."""
    with postgresql(folder / "m14-server") as (url, _):
        if not url:
            return {}
        settings = _counted(folder / "m14", url, chosen.ratees)
        cores = sorted(os.sched_getaffinity(0))
        nodes = [settings, another(settings, folder / "m14-two")]
        taken: dict[int, list[float]] = {1: [], 2: []}
        for turn in range(max(1, chosen.turns // 2)):
            for number in taken:
                with ExitStack() as running:
                    for node, core in zip(nodes[:number], (cores * 2)[:2], strict=False):
                        running.enter_context(_worker(node, core))
                    taken[number].append(_made(settings))
                say(f"  M14 turn {turn}, {number} workers: {taken[number][-1]:.1f} s")
    return {
        "ratees": chosen.ratees,
        "cores": len(cores),
        **{name: chosen.ratees / min(taken[number]) for number, name in ((1, "one"), (2, "two"))},
    }


def rows(found: dict[str, Any]) -> Iterator[Row]:
    what = f"M14 documents a second of {found['ratees']}, workers on two nodes; reference: one"
    yield beside(what, found["two"], found["one"], "≥ 1.7", 1)
    yield alone("M14 cores", found["cores"], "2 or more")


def _counted(folder: Path, url: str, ratees: int) -> Settings:
    settings = read_settings({"MINPING_INSTANCE": str(folder), "MINPING_DATABASE_URL": url})
    make_instance(settings)
    persons = [f"r{number}" for number in range(ratees)]
    campaign = {"code": CAMPAIGN, "title": "年度民主测评", "organiser": "考核组"}
    with ready_app(settings):
        counted(
            builders.a_definition(groups="ABC", criteria=CRITERIA, ratees=persons, campaign=campaign), SIZES
        )
    return settings


@contextmanager
def _worker(node: Settings, core: int) -> Iterator[None]:
    """Run a worker, and what it has draw, on one core for the length of a block."""
    command = [sys.executable, "-m", "survey.cli", "worker", "--processes", "1"]
    process = subprocess.Popen(
        command,
        env=os.environ | environment(node),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        preexec_fn=lambda: os.sched_setaffinity(0, {core}),
    )
    try:
        if not process.stdout or b"waiting" not in process.stdout.readline():
            raise RuntimeError("the worker did not begin")
        yield
    finally:
        end(process, 20)


def _made(settings: Settings) -> float:
    """Ask for the file and wait for it; return the seconds that took."""
    key, export = jobs.new_key(), find_export(EXPORT)
    if export is None:
        raise RuntimeError(EXPORT)
    with ready_app(settings):
        with transaction(write=True) as session:
            account = accounts.create(session, f"bench {key[:6]}", "viewer", None, builders.BY).account
            export_jobs.ask(session, key, find_campaign(session, CAMPAIGN), export, account, now())
        began = time.perf_counter()
        while True:
            with transaction() as session:
                job = job_rows.find_job(session, key)
            if job is None or not job.unfinished:
                break
            time.sleep(0.05)
        seconds = time.perf_counter() - began
    if job is None or job.fault or job.file is None:
        raise RuntimeError(f"the file was not made: {job}")
    return seconds
