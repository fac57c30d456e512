"""M4: slips as a job, in a process of its own; beside it the QR codes alone, which nobody can do without."""

import argparse
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
from flask import Flask

from survey.config import Settings, read_settings
from survey.documents.export.code_list import address_of
from survey.documents.layout import qr
from survey.domain.operations.job import Job
from survey.instance import make_instance, ready_app
from survey.secrecy.token import new_token
from survey.services.accounts import accounts
from survey.services.operations import jobs
from survey.services.voting import slip_jobs
from survey.storage.database import transaction
from survey.storage.operations import job_rows
from survey.web import jobs as queue
from survey.web.context import now
from tests import builders

from .setting import CAMPAIGN, GROUP, Drivers, environment
from .table import Row, alone, beside, medians, say

SAMPLE = 500
HOST = "https://minping.example.org"


def measure(chosen: argparse.Namespace, folder: Path, _drivers: Drivers) -> dict[str, Any]:
    """Print slips as a job, beside the QR codes alone."""
    settings = armed(folder / "m4")
    turns = []
    for turn in range(chosen.turns):
        found = printed_apart(settings, chosen.slips)
        found["reference"] = bare_codes()
        turns.append(found)
        say(f"  M4 turn {turn} of {chosen.slips}: {found['seconds']:.1f} s, {found['growth_mb']:.0f} MB")
    return {str(chosen.slips): medians(turns)}


def rows(found: dict[str, Any]) -> Iterator[Row]:
    for number, turn in found.items():
        yield beside(f"M4 slips/s, {number}; reference: QR alone", turn["rate"], turn["reference"])
        target = "≤ 60" if int(number) >= 10_000 else ""
        yield alone(f"M4 seconds, {number} slips", f"{turn['seconds']:.1f}", target)
        yield alone("M4 seconds to the first page", f"{turn['first']:.2f}", "< 2")
        yield alone("M4 memory growth MB", f"{turn['growth_mb']:.0f}", "≤ 300")


def armed(folder: Path) -> Settings:
    """Make an instance with ``town-annual`` ready for its codes."""
    settings = read_settings({"MINPING_INSTANCE": str(folder), "MINPING_BASE_URL": HOST})
    make_instance(settings)
    with ready_app(settings) as app:
        builders.armed_campaign(app, builders.example(CAMPAIGN))
    return settings


def printed_apart(settings: Settings, number: int) -> dict[str, Any]:
    """Do one job in a fresh process; return its seconds, those to the first page, and memory in MB."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.slips", str(number)],
        env=os.environ | environment(settings),
        stdout=subprocess.PIPE,
        check=True,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def bare_codes() -> float:
    """Return how many QR codes a second are worked out with nothing around them."""
    addresses = [address_of(HOST, new_token()) for _ in range(SAMPLE)]
    mask = qr.best_mask(addresses[0])
    began = time.perf_counter()
    for address in addresses:
        qr.matrix(address, mask=mask)
    return SAMPLE / (time.perf_counter() - began)


class _Watch:
    """Looks at a job and at this process's memory while the job is done."""

    def __init__(self, app: Flask, key: str) -> None:
        self.app = app
        self.key = key
        self.began = time.perf_counter()
        self.idle = self.peak = psutil.Process().memory_info().rss
        self.first: float | None = None
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self._look)

    def __enter__(self) -> "_Watch":
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.ended.set()
        self.thread.join()

    def _look(self) -> None:
        process = psutil.Process()
        with self.app.app_context():
            while not self.ended.wait(0.05):
                self.peak = max(self.peak, process.memory_info().rss)
                if self.first is None and _job(self.key).done:
                    self.first = time.perf_counter() - self.began


def _job(key: str) -> Job:
    with transaction() as session:
        job = job_rows.find_job(session, key)
    assert job
    return job


def _ask(number: int) -> str:
    key, to_one = jobs.new_key(), {GROUP: number}
    with transaction(write=True) as session:
        account = accounts.create(session, f"bench {key[:6]}", "organiser", None, builders.BY).account
        slip_jobs.ask(
            session, key, CAMPAIGN, to_one, with_list=False, base_url=HOST, account=account, at=now()
        )
    return key


def _print_here(number: int) -> dict[str, Any]:
    with ready_app() as app:
        key = _ask(number)
        with _Watch(app, key) as watched:
            queue.run(key)
            seconds = time.perf_counter() - watched.began
        assert _job(key).file
    return {
        "seconds": seconds,
        "rate": number / seconds,
        "first": watched.first or seconds,
        "growth_mb": (watched.peak - watched.idle) / 2**20,
    }


if __name__ == "__main__":
    print(json.dumps(_print_here(int(sys.argv[1]))))
