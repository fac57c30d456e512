"""Uploaded scans as a job: sealed on the disk until it ends, taken up again, cancelled, swept."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from survey.domain.definition.campaign import Campaign
from survey.domain.errors import (
    JobUnderway,
    MinpingError,
    NotCollecting,
    RunUnderWay,
    Unavailable,
    UnknownJob,
    WrongState,
)
from survey.domain.operations.job import Job, JobState
from survey.domain.paper.reading import PageFault, PageRefusal
from survey.services.campaigns import campaigns
from survey.services.operations import jobs, sealed_files, working
from survey.services.operations.download_folder import handout_folder
from survey.services.operations.working import Abilities
from survey.services.paper import scan_jobs
from survey.services.paper.reading import Read
from survey.services.paper.runs import Heard
from survey.services.paper.scan_jobs import ScanPlace
from survey.storage.campaign_rows import locked_campaign
from survey.storage.database import transaction
from survey.storage.operations import job_rows
from survey.web import jobs as workers
from survey.web.context import now, settings
from tests.builders import BY, a_definition, running_campaign
from tests.jobs import an_account
from tests.jobs import found as found_job
from tests.sheets import Collected, a_file, as_if_read, collected, found, scan, told

GOOD = "excellent"


def folder() -> Path:
    return sealed_files.sealed_folder(settings().instance)


def place(**changes: Any) -> ScanPlace:
    usual = ScanPlace(
        handout_folder(settings().instance), folder(), settings().keys, now, lambda: False, as_if_read
    )
    return replace(usual, **changes)


def uploaded(of: Collected, *files: Sequence[Read]) -> list[str]:
    return [sealed_files.store(folder(), of.key, [a_file(*pages)]) for pages in files]


def ask(of: Collected, names: Sequence[str], key: str = "", account: Any = None) -> Job:
    account = account or an_account()
    with transaction(write=True) as session:
        return scan_jobs.ask_scan(session, key or jobs.new_key(), found(of.code), names, account, now())


def some_pages(of: Collected) -> list[Read]:
    return [*(of.page(token, GOOD, strip=True) for token in of.codes["A"][:6]), of.refused(of.codes["A"][9])]


def test_uploads_are_read_and_destroyed(each_app: Any) -> None:
    of = collected(each_app)
    job = ask(of, uploaded(of, some_pages(of)[:3], some_pages(of)[3:]))
    assert len(list(folder().iterdir())) == 2
    assert not any(GOOD.encode() in path.read_bytes() for path in folder().iterdir())
    assert scan_jobs.run(job.key, place())
    ended = found_job(job.key)
    assert (ended.state, ended.file, ended.fault) == (JobState.DONE, None, None)
    assert {name: value for name, value in ended.detail.items() if name != "files"} == {
        "images": 7,
        "refused_images": [[2, 4, "markers"]],
        "strips": 6,
        "already_scanned": 0,
        "in_box": 6,
        "spoiled": 0,
        "ready": 0,
        "waiting": 0,
        "incomplete": 1,
    }
    assert not list(folder().iterdir())
    assert told(of).in_box == 6


def test_a_worker_that_ends_leaves_the_job_to_the_next(app: Any) -> None:
    of = collected(app)
    job = ask(of, uploaded(of, some_pages(of)))
    answers = iter([False, False, True])
    scan_jobs.run(job.key, place(stopping=lambda: next(answers)))
    assert found_job(job.key).state is JobState.WAITING
    assert len(list(folder().iterdir())) == 1
    scan_jobs.run(job.key, place())
    assert (found_job(job.key).state, told(of).in_box) == (JobState.DONE, 6)


def test_a_database_that_is_away_costs_no_file(app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    of = collected(app)
    job = ask(of, uploaded(of, some_pages(of)))

    def away(*_: object, **__: object) -> None:
        raise Unavailable("away", "away")

    with monkeypatch.context() as patched:
        patched.setattr(scan_jobs.runs, "scan", away)
        with pytest.raises(Unavailable):
            scan_jobs.run(job.key, place())
    assert found_job(job.key).state is JobState.RUNNING
    scan_jobs.run(job.key, place())
    assert (found_job(job.key).state, told(of).in_box) == (JobState.DONE, 6)
    assert not list(folder().iterdir())


def test_cancelled_it_stores_nothing_more_and_files_go(app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    of = collected(app)
    account = an_account()
    job = ask(of, uploaded(of, some_pages(of)), account=account)
    monkeypatch.setattr(working, "REPORT_SECONDS", 0.0)

    def stopping() -> bool:
        with transaction(write=True) as session:
            jobs.cancel(session, job.key, account)
        return False

    scan_jobs.run(job.key, place(stopping=stopping))
    assert found_job(job.key).state is JobState.CANCELLED
    assert not list(folder().iterdir())
    assert (told(of).in_box, told(of).images) == (0, 0)


def test_it_waits_for_the_run_of_a_command(each_app: Any) -> None:
    of = collected(each_app)
    job = ask(of, uploaded(of, some_pages(of)))
    done: list[bool] = []

    def meanwhile(_images: int) -> None:
        done.append(scan_jobs.run(job.key, place()))

    scan(of.code, [of.page(of.codes["B"][0], GOOD)], heard=Heard(images=meanwhile))
    assert (done, found_job(job.key).state, len(list(folder().iterdir()))) == ([False], JobState.WAITING, 1)
    assert scan_jobs.run(job.key, place())
    assert (found_job(job.key).state, told(of).in_box) == (JobState.DONE, 7)


def test_a_command_that_was_quicker_costs_no_file(app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    of = collected(app)
    job = ask(of, uploaded(of, some_pages(of)))

    def busy(*_: object, **__: object) -> None:
        raise RunUnderWay(of.code)

    with monkeypatch.context() as patched:
        patched.setattr(scan_jobs.runs, "scan", busy)
        scan_jobs.run(job.key, place())
    assert (found_job(job.key).state, len(list(folder().iterdir()))) == (JobState.WAITING, 1)


def test_a_close_and_whoever_asks_wait_for_each_other(each_app: Any) -> None:
    of = collected(each_app)
    account, names = an_account(), uploaded(of, some_pages(of))
    campaign = found(of.code)
    with ThreadPoolExecutor(1) as pool:
        with transaction(write=True) as session:
            locked_campaign(session, of.code)
            asked = pool.submit(_asked_beside, each_app, campaign, names, account)
            campaigns.close(session, of.code, BY)
        with pytest.raises((NotCollecting, WrongState)):
            asked.result()
    with transaction() as session:
        assert job_rows.unfinished(session, of.code) == []


def _asked_beside(app: Flask, campaign: Campaign, names: Sequence[str], account: Any) -> Job:
    """Ask in another thread, with what was read of the campaign before."""
    with app.app_context(), transaction(write=True) as session:
        return scan_jobs.ask_scan(session, jobs.new_key(), campaign, names, account, now())


def test_a_failure_has_a_name_and_files_go(app: Any) -> None:
    of = collected(app)
    names = uploaded(of, some_pages(of))
    job = ask(of, names)
    sealed_files.destroy(folder(), names[0])
    scan_jobs.run(job.key, place())
    ended = found_job(job.key)
    assert (ended.state, ended.fault) == (JobState.FAILED, "FileGone")


def test_asked_twice_it_is_one_job(app: Any) -> None:
    of = collected(app)
    account = an_account()
    names = uploaded(of, some_pages(of))
    job = ask(of, names, account=account)
    assert ask(of, names, job.key, account).key == job.key
    with pytest.raises(JobUnderway):
        ask(of, names, account=account)
    with pytest.raises(UnknownJob):
        ask(of, names, job.key, an_account("别人"))
    with pytest.raises(MinpingError):
        ask(of, [], account=account)


def test_only_in_collecting(app: Any) -> None:
    code = running_campaign(app, a_definition(paper={})).code
    who = an_account()
    with transaction(write=True) as session, pytest.raises(NotCollecting):
        scan_jobs.ask_scan(session, jobs.new_key(), found(code), ["0" * 32], who, now())


def test_only_the_office_does_it(app: Any, tmp_path: Path) -> None:
    of = collected(app)
    job = ask(of, uploaded(of, some_pages(of)))
    assert not Abilities(office=False, keys=tmp_path).can_do(job)
    assert Abilities(office=True, keys=tmp_path).can_do(job)


def test_what_no_job_waits_for_is_swept(app: Any) -> None:
    of = collected(app)
    kept, *_ = ask(of, uploaded(of, some_pages(of))).detail["files"]
    uploaded(of, some_pages(of))
    scan_jobs.sweep(folder(), now())
    assert len(list(folder().iterdir())) == 2
    scan_jobs.sweep(folder(), now() + timedelta(hours=3))
    assert [path.name for path in folder().iterdir()] == [kept]


def test_cancelled_before_it_began_its_files_go_at_the_next_look(app: Any) -> None:
    of = collected(app)
    account = an_account()
    job = ask(of, uploaded(of, some_pages(of)), account=account)
    scan_jobs.sweep(folder(), now())
    assert len(list(folder().iterdir())) == 1
    with transaction(write=True) as session:
        jobs.cancel(session, job.key, account)
    scan_jobs.sweep(folder(), now())
    assert not list(folder().iterdir())


def test_workers_find_it_by_its_kind(app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    of = collected(app)
    name = sealed_files.store(folder(), of.key, [b"no scan"])
    job = ask(of, [name])
    pytest.importorskip("cv2")
    assert workers.run(job.key)
    assert found_job(job.key).detail["refused_images"] == [[1, 1, PageFault.DAMAGED.value]]
    assert PageRefusal(PageFault.DAMAGED).code is None
