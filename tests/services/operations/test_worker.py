"""Workers as processes: killed in the middle, started again; and what is left of codes on the disk."""

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from survey.config import Settings
from survey.domain.definition.campaign import State
from survey.domain.operations.job import Job, JobState
from survey.instance import ready_app
from survey.services.audit.audit import history
from survey.services.campaigns.campaigns import find_campaign
from survey.services.operations import jobs
from survey.storage.database import transaction
from survey.storage.token_rows import turnout
from survey.web import worker_heartbeat
from survey.web.context import now
from survey.web.jobs import LOOK_SECONDS
from tests import loaded
from tests.builders import a_definition, armed_campaign, issue
from tests.conftest import settings_on
from tests.jobs import an_account, ask, codes_in, found, traces
from tests.secrecy.bytes_on_disk import read
from tests.serving import environment_of, served

pytestmark = pytest.mark.slow

MANY = 1000


@pytest.fixture
def instance(database: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Settings]:
    """An instance on each database, inside its application's context, with a campaign that is armed."""
    server = request.getfixturevalue("postgres") if database == "postgresql" else None
    settings = settings_on(database, tmp_path, server)
    with ready_app(settings) as app:
        armed_campaign(app, a_definition())
        yield settings


@contextmanager
def a_worker(settings: Settings, log: Path) -> Iterator[loaded.Started]:
    with log.open("ab") as out:
        process = loaded.start("worker", env=environment_of(settings), stdout=out, stderr=out)
    try:
        while b"waiting for work" not in log.read_bytes():
            assert process.poll() is None
            time.sleep(0.05)
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        assert process.wait(15) in (0, -signal.SIGKILL)


def wait_for(key: str, condition: Callable[[Job], bool], seconds: float = 90) -> Job:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        job = found(key)
        if condition(job):
            return job
        time.sleep(0.02)
    raise AssertionError(f"still {job}")


def issued() -> tuple[int, int]:
    """Count codes, and acts that issued some."""
    with transaction() as session:
        acts = [entry.act for entry, _ in history(session, "small")]
        return turnout(session, find_campaign(session, "small"))["A"].issued, acts.count("issue")


def handed_out(settings: Settings) -> list[Path]:
    return sorted(path for path in (settings.instance / "handout").iterdir() if path.suffix != ".lock")


def test_killed_in_the_middle_and_started_again(instance: Settings, tmp_path: Path) -> None:
    job = ask(an_account(), {"A": MANY})
    with a_worker(instance, tmp_path / "log") as worker:
        wait_for(job.key, lambda job: job.done > MANY // 4)
        worker.kill()
        worker.wait()
    assert found(job.key).state is JobState.RUNNING
    assert issued() == (0, 0)
    assert handed_out(instance) == []
    began = time.monotonic()
    with a_worker(instance, tmp_path / "log2"), a_worker(instance, tmp_path / "log3"):
        done = wait_for(job.key, lambda job: not job.unfinished)
        assert done.state is JobState.DONE
        assert time.monotonic() - began < 90
    assert issued() == (MANY, 1)
    [path] = handed_out(instance)
    assert path.name == done.file
    codes = codes_in(path.read_bytes())
    assert len(set(codes)) == MANY
    nowhere_else(instance, tmp_path, [code for _, code in codes], path)


def nowhere_else(settings: Settings, folder: Path, codes: list[str], handed: Path) -> None:
    """No code lies in any file of the instance but the one handed out, nor in logs or the database."""
    everything = b"\n".join(
        read(path) for path in sorted(folder.rglob("*")) if path.is_file() and path != handed
    )
    everything += b"" if settings.sqlite_file else dumped(settings)
    assert handed.name.partition(".")[0].encode() in everything  # there is something to look through
    for code in codes[:: len(codes) // 100]:
        for form in traces(code):
            assert form not in everything
    for path in settings.instance.rglob("*"):
        assert path.stat().st_mode & 0o077 == 0, path


def dumped(settings: Settings) -> bytes:
    """Return every value of every table on PostgreSQL."""
    import psycopg

    with psycopg.connect(settings.database_url.replace("+psycopg", "")) as connection:
        names = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        assert {"jobs", "job_files", "tokens"} <= {name for (name,) in names}
        found = []
        for (name,) in names:
            with connection.cursor().copy(f'COPY "{name}" TO STDOUT') as rows:
                found.append(b"".join(bytes(row) for row in rows))
        return b"\n".join(found)


def test_traces_would_be_found() -> None:
    import base64

    code = "7K3M-9XTQ-ABCD-EFGH"
    for lead in range(3):
        text = b"x" * lead + code.encode() + b"tail"
        for written in (text, text.hex().encode(), base64.b64encode(text), text.replace(b"-", b"")):
            assert any(form in written for form in traces(code))


def test_a_restarted_server_does_what_was_asked_before(instance: Settings, tmp_path: Path) -> None:
    job = ask(an_account(), {"A": 24})  # its message was lost: the row is what counts
    assert found(job.key).state is JobState.WAITING
    with served(instance):
        assert wait_for(job.key, lambda job: not job.unfinished).state is JobState.DONE
        assert issued() == (24, 1)


def test_a_server_that_ends_puts_the_job_back(instance: Settings) -> None:
    job = ask(an_account(), {"A": MANY})
    with served(instance):
        wait_for(job.key, lambda job: job.done > 0, 30)
        began = time.monotonic()
    assert time.monotonic() - began < 10
    assert found(job.key).state is JobState.WAITING
    assert issued() == (0, 0)


def test_a_server_without_worker_leaves_it_to_another(instance: Settings, tmp_path: Path) -> None:
    job = ask(an_account(), {"A": 16})
    with served(instance, works=False):  # it is ready
        time.sleep(2 * LOOK_SECONDS)  # a worker would have looked for a job by now, and left a beat before
        assert found(job.key).state is JobState.WAITING
        assert not has_beaten(instance)
        with a_worker(instance, tmp_path / "log"):
            assert wait_for(job.key, lambda job: not job.unfinished).state is JobState.DONE
            assert has_beaten(instance), "the control"


def has_beaten(settings: Settings) -> bool:
    with transaction() as session:
        return worker_heartbeat.latest(session, settings) is not None


def test_ten_thousand_move_and_can_be_cancelled(tmp_path: Path) -> None:
    settings = settings_on("sqlite", tmp_path, None)
    with ready_app(settings) as app:
        armed_campaign(app, a_definition())
        account = an_account()
        job = ask(account, {"A": 10_000})
        with a_worker(settings, tmp_path / "log"):
            steps = [
                wait_for(job.key, lambda job, least=least: job.done > least).done for least in (0, 500, 1500)
            ]
            assert steps == sorted(set(steps))
            began = time.monotonic()
            with transaction(write=True) as session:
                assert jobs.cancel(session, job.key, account)
            again = ask(account, {"A": 8})
            assert wait_for(again.key, lambda job: not job.unfinished, 10).state is JobState.DONE
            assert time.monotonic() - began < 10
        assert issued() == (8, 1)
        [path] = (settings.instance / "handout").iterdir()
        assert path.name == found(again.key).file


def test_several_workers_open_a_campaign_once_when_its_time_comes(instance: Settings, tmp_path: Path) -> None:
    begins = now() + timedelta(seconds=5)
    campaign = {"code": "timed", "title": "定时测评", "organiser": "考核组", "opens_at": begins}
    with ready_app(instance) as app:
        armed_campaign(app, a_definition(campaign=campaign))
        issue(app, "timed", {"A": 2})
    with a_worker(instance, tmp_path / "one"), a_worker(instance, tmp_path / "two"):
        deadline = time.monotonic() + 60
        while state_of("timed") is not State.OPEN:
            assert time.monotonic() < deadline
            time.sleep(0.1)
    with transaction() as session:
        opened = [entry for entry, _ in history(session, "timed") if entry.act == "open"]
    assert [entry.actor for entry in opened] == ["clock"]
    assert opened[0].at >= begins


def test_a_worker_that_starts_late_opens_what_is_due(instance: Settings, tmp_path: Path) -> None:
    campaign = {
        "code": "timed",
        "title": "定时测评",
        "organiser": "考核组",
        "opens_at": now() - timedelta(hours=1),
    }
    with ready_app(instance) as app:
        armed_campaign(app, a_definition(campaign=campaign))
        issue(app, "timed", {"A": 2})
    with a_worker(instance, tmp_path / "one"):
        deadline = time.monotonic() + 60
        while state_of("timed") is not State.OPEN:
            assert time.monotonic() < deadline
            time.sleep(0.1)


def state_of(campaign_code: str) -> State:
    with transaction() as session:
        return find_campaign(session, campaign_code).state
