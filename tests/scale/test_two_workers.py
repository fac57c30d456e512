"""Workers on two nodes of one PostgreSQL: each job is done once, by a node that can, whoever dies."""

import io
import signal
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from zipfile import ZipFile

import psutil
import psycopg
import pytest

from survey.config import Settings
from survey.domain.operations.job import Job, JobState, Need
from survey.instance import Node, make_instance, ready_app
from survey.services.accounts.accounts import Account
from survey.services.operations import backup, jobs, stored_files
from survey.services.results import export_jobs, reporting
from survey.services.voting import slip_jobs
from survey.storage.database import transaction
from survey.storage.operations import job_rows
from survey.web.context import now, vault
from tests import loaded
from tests.builders import BY, a_definition, armed_campaign
from tests.conftest import settings_on
from tests.counted import counted
from tests.family import each
from tests.jobs import an_account, found
from tests.postgres import Postgres
from tests.services.results.test_export_jobs import ask
from tests.serving import environment_of

from .test_two_servers import beside

pytestmark = pytest.mark.slow

RATEES = 40


@pytest.fixture
def office(postgres: Postgres, tmp_path: Path) -> Iterator[Settings]:
    """The office's node, inside its application's context; a campaign is counted."""
    settings = settings_on("postgresql", tmp_path, postgres)
    make_instance(settings, Node.OFFICE)
    with ready_app(settings):
        counted(a_definition(ratees=[f"c{number}" for number in range(RATEES)]))
        yield settings


@pytest.fixture
def voters(office: Settings, tmp_path: Path) -> Settings:
    """A node for voters on the same database: no office, no keys."""
    return beside(office, tmp_path)


@pytest.fixture
def account(office: Settings) -> Account:
    return an_account()


@contextmanager
def a_worker(settings: Settings, *options: str) -> Iterator[psutil.Process]:
    """Run a worker for the length of a block; it ends orderly unless it was killed, and its processes too."""
    log = settings.instance / "worker.log"
    with log.open("ab") as out:
        process = loaded.start("worker", *options, env=environment_of(settings), stdout=out, stderr=out)
    until(lambda: b"waiting for work" in log.read_bytes() or process.poll() is not None)
    assert process.poll() is None, log.read_text()
    running = psutil.Process(process.pid)
    drawing = []
    try:
        yield running
        if process.poll() is None:
            drawing = running.children(recursive=True)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        assert process.wait(20) in (0, -signal.SIGKILL)
    until(lambda: not any(child.is_running() for child in drawing))


def until(condition: Callable[[], bool], seconds: float = 300) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def ended(key: str) -> Job:
    until(lambda: not found(key).unfinished)
    return found(key)


def whole(job: Job) -> bytes:
    return b"".join(stored_files.read(vault(), job))


def test_any_node_makes_a_file_and_the_office_hands_it_out(
    office: Settings, voters: Settings, account: Account
) -> None:
    job = ask(account, "results.csv")
    with a_worker(voters):
        assert ended(job.key).state is JobState.DONE
    assert not (voters.instance / "handout").exists() or not list((voters.instance / "handout").iterdir())
    with transaction() as session:
        assert whole(found(job.key)) == reporting.report(session, "small").all_as("csv")


def test_what_needs_a_key_or_the_office_is_left_to_who_has_it(
    office: Settings, voters: Settings, account: Account
) -> None:
    with ready_app(office) as app:
        armed_campaign(app, a_definition(campaign={"code": "armed", "title": "测评", "organiser": "考核组"}))
    key_job = Job(
        jobs.new_key(), "counts", "armed", account.id, {}, 1, now(), needs=frozenset({Need.KEY, Need.HANDOUT})
    )
    with transaction(write=True) as session:
        job_rows.add_job(session, key_job)
    slips = slips_of(account, "armed")
    export = ask(account, "results.csv")
    with a_worker(voters):
        assert ended(export.key).state is JobState.DONE  # the newest, and yet the only one
        another = ask(account, "results.json")
        assert ended(another.key).state is JobState.DONE
    assert [found(one.key).state for one in (key_job, slips)] == [JobState.WAITING] * 2
    with transaction(write=True) as session:
        jobs.cancel(session, key_job.key, account)  # no kind of job that needs a key is done by this version
    with a_worker(office):
        assert ended(slips.key).state is JobState.DONE


def slips_of(account: Account, campaign_code: str) -> Job:
    with transaction(write=True) as session:
        return slip_jobs.ask(
            session,
            jobs.new_key(),
            campaign_code,
            {"A": 8},
            with_list=False,
            base_url="http://127.0.0.1",
            account=account,
            at=now(),
        )


def in_parts(account: Account, patched: pytest.MonkeyPatch, ratees: int = 10) -> tuple[Job, list[str]]:
    patched.setattr(export_jobs, "RATEES_OF_A_PART", ratees)
    job = ask(account, "forms.zip")
    with transaction() as session:
        return job, [part.key for part in job_rows.parts_of(session, job.key)]


def test_killed_in_the_middle_it_is_done_elsewhere_once(
    office: Settings, voters: Settings, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    job, parts = in_parts(account, monkeypatch)
    with a_worker(voters) as killed:
        until(lambda: any(found(key).done for key in parts))
        drawing = killed.children(recursive=True)
        killed.kill()
        # What it had draw ends with it, though nobody tells it.
        until(lambda: not set(each(drawing, psutil.Process.status)) - {psutil.STATUS_ZOMBIE})
    assert found(job.key).unfinished
    with a_worker(office):
        done = ended(job.key)
    assert (done.state, done.done) == (JobState.DONE, RATEES)
    assert holds_every_form(done)
    with transaction() as session:
        assert job_rows.parts_of(session, job.key) == []


def holds_every_form(job: Job) -> bool:
    with ZipFile(io.BytesIO(whole(job))) as archive:
        assert archive.testzip() is None
        return len(set(archive.namelist())) == RATEES


def test_two_nodes_share_the_parts_of_one_job(
    office: Settings, voters: Settings, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    job, parts = in_parts(account, monkeypatch, 5)
    with a_worker(office), a_worker(voters, "--processes", "2"):
        done = ended(job.key)
    assert done.state is JobState.DONE
    assert holds_every_form(done)
    began = [
        (node.instance / "worker.log").read_text().count('"event": "a job began"')
        for node in (office, voters)
    ]
    assert sum(began) == len(parts) + 1, began  # none was begun twice
    assert min(began) > 0


def test_cancelled_from_another_node_its_process_ends(
    office: Settings, voters: Settings, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    job, parts = in_parts(account, monkeypatch, RATEES // 2)
    with a_worker(voters) as worker:
        until(lambda: any(found(key).done for key in parts))
        assert worker.children(recursive=True)
        with transaction(write=True) as session:
            assert jobs.cancel(session, job.key, account)
        until(lambda: not worker.children(recursive=True))
        other = ask(account, "results.csv")
        assert ended(other.key).state is JobState.DONE
    assert found(job.key).state is JobState.CANCELLED
    assert [found(key).state is JobState.DONE for key in parts].count(True) < len(parts)


def test_a_worker_that_ends_puts_its_part_back(
    office: Settings, voters: Settings, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    job, parts = in_parts(account, monkeypatch, RATEES // 2)
    with a_worker(voters) as worker:
        until(lambda: any(found(key).done for key in parts))
        drawing = worker.children(recursive=True)
    assert not any(child.is_running() for child in drawing)
    assert JobState.RUNNING not in {found(key).state for key in (job.key, *parts)}
    with a_worker(voters):
        assert holds_every_form(ended(job.key))


def test_without_its_secrets_nobody_reads_what_waits(
    office: Settings, account: Account, voters: Settings
) -> None:
    """What PostgreSQL holds of a file is sealed; a backup has nothing of it, and a restored page says so."""
    job = ask(account, "results.json")
    with a_worker(voters):
        ended(job.key)
    text = whole(found(job.key))
    assert b'"accounting"' in text
    url = office.database_url.replace("+psycopg", "")
    with (
        psycopg.connect(url) as connection,
        connection.cursor().copy("COPY job_files TO STDOUT (FORMAT binary)") as rows,
    ):
        dumped = b"".join(bytes(row) for row in rows)
    assert len(dumped) > len(text)
    for start in range(0, len(text) - 24, 1000):
        assert text[start : start + 24] not in dumped
    copy = office.instance.parent / "copy.backup"
    backup.write(office.instance, copy, BY)
    with closing(sqlite3.connect(copy)) as kept:
        assert kept.execute("SELECT count(*) FROM job_files").fetchone() == (0,)
        assert kept.execute("SELECT count(*) FROM beats").fetchone() == (0,)
        assert kept.execute("SELECT count(*) FROM jobs").fetchone() != (0,)
