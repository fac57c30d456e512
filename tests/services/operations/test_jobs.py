"""Codes and slips as a job: issued once with their file, or not at all."""

import io
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pypdfium2
import pytest
from flask import Flask

from survey.domain.errors import (
    FileGone,
    JobUnderway,
    MissingGlyphs,
    Unavailable,
    UnknownGroup,
    UnknownJob,
    WrongState,
)
from survey.domain.operations.job import Job, JobState
from survey.services.accounts.accounts import Account
from survey.services.audit.audit import history
from survey.services.campaigns.campaigns import find_campaign
from survey.services.operations import download_folder, jobs, working
from survey.services.voting import slip_jobs, tokens
from survey.storage.database import db, transaction
from survey.storage.operations import job_rows
from survey.storage.operations.job_rows import hold_job
from survey.storage.token_rows import Turnout, turnout
from survey.web.context import now, settings, vault
from tests.builders import BY, a_definition, armed_campaign, cast, close, issue
from tests.jobs import an_account, ask, codes_in, folder, found, workplace

NONE = {"A": Turnout(0, 0, 0), "B": Turnout(0, 0, 0)}


@pytest.fixture
def account(each_app: Flask) -> Account:
    """Whoever asks, for a campaign that is armed."""
    data = a_definition(results={"small_groups": "withhold"})
    data["groups"][0]["issue"] = 30
    data["groups"][1]["issue"] = 20
    armed_campaign(each_app, data)
    return an_account()


def counted() -> dict[str, Turnout]:
    with transaction() as session:
        return turnout(session, find_campaign(session, "small"))


def issues() -> int:
    with transaction() as session:
        return sum(entry.act == "issue" for entry, _ in history(session, "small"))


def left() -> list[str]:
    return sorted(path.name for path in folder().iterdir())


def do(job: Job, **place: object) -> Job:
    slip_jobs.run(job.key, workplace(**place))
    return found(job.key)


def test_slips_and_list_as_planned(account: Account, each_app: Flask) -> None:
    job = do(ask(account, {}))
    assert (job.state, job.done, job.total) == (JobState.DONE, 50, 50)
    assert left() == [job.file]
    path = folder() / str(job.file)
    assert path.stat().st_mode & 0o777 == 0o600
    assert folder().stat().st_mode & 0o777 == 0o700
    codes = codes_in(path.read_bytes())
    assert sorted(group for group, _ in codes) == ["A"] * 30 + ["B"] * 20
    assert counted() == {"A": Turnout(30, 0, 0), "B": Turnout(20, 0, 0)}
    with transaction() as session:
        [entry] = [(e, detail) for e, detail in history(session, "small") if e.act == "issue"]
    assert entry[0].actor == account.name
    assert entry[1]["groups"] == {"A": 30, "B": 20}
    assert len(job.detail["check"]) == 14
    with pytest.raises(WrongState, match="issued already"):
        ask(account, {})


def test_the_slips_alone_carry_the_codes_that_work(account: Account, each_app: Flask) -> None:
    job = do(ask(account, {"B": 9}, with_list=False))
    assert str(job.file).endswith(".pdf")
    content = (folder() / str(job.file)).read_bytes()
    with pypdfium2.PdfDocument(io.BytesIO(content)) as pdf:
        assert len(pdf) == 2
        words = "\n".join(page.get_textpage().get_text_range() for page in pdf).split()
    codes = [word for word in words if word.count("-") == 3]
    assert len(codes) == 9
    with transaction(write=True) as session:
        assert tokens.void(session, vault(), "small", codes, BY).groups == {"B": 9}


def test_a_trial_says_so_on_its_slips(account: Account, each_app: Flask) -> None:
    from sqlalchemy import update

    from survey.storage.tables import CampaignRow

    with transaction(write=True) as session:
        session.execute(update(CampaignRow).values(trial_of="other"))
    job = do(ask(account, {"A": 1}, with_list=False))
    with pypdfium2.PdfDocument(folder() / str(job.file)) as pdf:
        assert "试投" in pdf[0].get_textpage().get_text_range()


def test_what_cannot_be_made_is_refused_when_asked(account: Account, each_app: Flask) -> None:
    with pytest.raises(UnknownGroup):
        ask(account, {"Z": 1})
    issue(each_app, "small", {"A": 1})
    with transaction(write=True) as session, pytest.raises(MissingGlyphs):
        slip_jobs.ask(
            session,
            jobs.new_key(),
            "small",
            {"A": 1},
            with_list=False,
            base_url="https://\U0001f600.example",
            account=account,
            at=now(),
        )
    with transaction() as session:
        assert job_rows.unfinished(session) == []


def test_asked_twice_it_is_one_job(account: Account, each_app: Flask) -> None:
    job = ask(account, {"A": 3})
    assert ask(account, {"A": 3}, key=job.key).key == job.key
    with pytest.raises(JobUnderway):
        ask(account, {"A": 3})
    do(job)
    assert ask(account, {"A": 3}, key=job.key).state is JobState.DONE
    assert counted()["A"].issued == 3


@pytest.mark.parametrize("key", ["\0", "a" * 31 + "\0", "x", ""])
def test_what_is_no_key_was_never_asked_for(each_app: Flask, key: str) -> None:
    with transaction() as session:
        assert not jobs.was_asked(session, key)


def test_a_key_of_somebody_else_is_no_key(account: Account, each_app: Flask) -> None:
    job, other, owner = ask(account, {"A": 3}), an_account("李四"), an_account("张主管", "owner")
    with pytest.raises(UnknownJob):
        ask(other, {"A": 3}, key=job.key)
    with pytest.raises(UnknownJob):
        ask(account, {"A": 3}, key="../../etc/passwd")
    with transaction() as session:
        for key in (job.key, "0" * 32, "x"):
            with pytest.raises(UnknownJob):
                jobs.own_job(session, key, other)
        assert jobs.own_job(session, job.key, owner).key == job.key
        assert jobs.recent(session, "small", other, slip_jobs.KIND) == []
        assert len(jobs.recent(session, "small", owner, slip_jobs.KIND)) == 1


@pytest.fixture
def at_page(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[int], None]], None]:
    """Return a function that has something happen after every page."""

    def let(happen: Callable[[int], None]) -> None:
        monkeypatch.setattr(working, "REPORT_SECONDS", 0)
        usual = working.Progress.__call__

        def call(self: working.Progress, done: int) -> None:
            happen(done)
            usual(self, done)

        monkeypatch.setattr(working.Progress, "__call__", call)

    return let


def test_progress_moves(account: Account, at_page: Callable[..., None]) -> None:
    job = ask(account, {"A": 40})
    seen = []
    at_page(lambda done: seen.append((done, found(job.key).done)))
    do(job)
    assert seen == [(8, 0), (16, 8), (24, 16), (32, 24), (40, 32)]


def test_cancelled_while_it_runs_nothing_is_left(account: Account, at_page: Callable[..., None]) -> None:
    job = ask(account, {})

    def cancel(done: int) -> None:
        if done == 16:
            with transaction(write=True) as session:
                assert jobs.cancel(session, job.key, account)

    at_page(cancel)
    assert do(job).state is JobState.CANCELLED
    assert (left(), counted(), issues()) == ([], NONE, 0)
    do(job)  # a message that comes late
    assert (left(), counted()) == ([], NONE)
    with transaction(write=True) as session:
        assert not jobs.cancel(session, job.key, account)


def test_cancelled_at_the_last_moment_nothing_is_left(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = ask(account, {})
    usual = slip_jobs.write_private

    def write(path: Path, content: bytes) -> None:
        usual(path, content)
        with transaction(write=True) as session:
            jobs.cancel(session, job.key, account)

    monkeypatch.setattr(slip_jobs, "write_private", write)
    assert do(job).state is JobState.CANCELLED
    assert (left(), counted(), issues()) == ([], NONE, 0)


def test_a_worker_that_ends_puts_its_job_back(account: Account) -> None:
    job = ask(account, {})
    assert do(job, stopping=lambda: True).state is JobState.WAITING
    assert (left(), counted()) == ([], NONE)
    assert do(job).state is JobState.DONE
    assert issues() == 1


def test_the_campaign_closed_meanwhile(
    account: Account, each_app: Flask, at_page: Callable[..., None]
) -> None:
    from survey.services.campaigns import campaigns

    issue(each_app, "small", {"A": 1})
    job = ask(account, {}, second="监票乙")
    with transaction(write=True) as session:
        campaigns.open_voting(session, "small", "http://127.0.0.1", allow_http=False, by=BY)
    at_page(lambda done: close(each_app, "small") if done == 8 else None)
    ended = do(job)
    assert (ended.state, ended.fault) == (JobState.FAILED, "WrongState")
    assert left() == []
    assert counted()["A"].issued == 1


def test_voting_that_began_meanwhile_wants_a_second_person(account: Account, each_app: Flask) -> None:
    from survey.services.campaigns import campaigns

    issue(each_app, "small", {"A": 1})
    job = ask(account, {})
    with transaction(write=True) as session:
        campaigns.open_voting(session, "small", "http://127.0.0.1", allow_http=False, by=BY)
    ended = do(job)
    assert (ended.state, ended.fault) == (JobState.FAILED, "NeedsSecondPerson")
    assert left() == []
    assert counted()["A"].issued == 1


def test_a_full_disk_is_named(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    def write(path: Path, _content: bytes) -> None:
        path.write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(slip_jobs, "write_private", write)
    ended = do(ask(account, {}))
    assert (ended.state, ended.fault) == (JobState.FAILED, "NoSpace")
    assert (left(), counted()) == ([], NONE)


def test_a_failure_is_logged_without_its_message(
    account: Account, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(path: Path, content: bytes) -> None:
        raise ValueError(f"7K3M {content[:4]!r}")

    monkeypatch.setattr(slip_jobs, "write_private", fail)
    ended = do(ask(account, {}))
    assert (ended.state, ended.fault) == (JobState.FAILED, "Failure")
    said = capsys.readouterr().err
    assert '"failure": "ValueError"' in said
    assert "7K3M" not in said


def test_a_commit_that_nobody_confirmed_keeps_its_file(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = ask(account, {})
    usual = jobs.finish

    def finish(*arguments: object) -> None:
        usual(*arguments)  # type: ignore[arg-type]
        arguments[0].commit()  # type: ignore[attr-defined]
        raise Unavailable("the connection was lost in the commit")

    monkeypatch.setattr(slip_jobs.jobs, "finish", finish)
    with pytest.raises(Unavailable):
        do(job)
    ended = found(job.key)
    assert ended.state is JobState.DONE
    assert left() == [ended.file]
    download_folder.sweep(folder(), now())
    assert left() == [ended.file]


def test_two_workers_never_do_one_job(account: Account) -> None:
    job = ask(account, {})
    with hold_job(db.engine, folder_made(), job.key) as held:
        assert held
        assert do(job).state is JobState.WAITING
        with hold_job(db.engine, folder(), job.key) as again:
            assert not again
    assert do(job).state is JobState.DONE


def folder_made() -> Path:
    return download_folder.handout_folder(settings().instance)


def test_two_that_do_it_all_the_same_issue_once(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    """A lock can be lost with its connection; the last transaction decides."""
    job = ask(account, {})
    usual = slip_jobs.write_private
    second = []

    def write(path: Path, content: bytes) -> None:
        usual(path, content)
        if not second:
            second.append(path)
            working.watched(job, lambda taken: slip_jobs._make(taken, workplace()))

    monkeypatch.setattr(slip_jobs, "write_private", write)
    do(job)
    ended = found(job.key)
    assert ended.state is JobState.DONE
    assert left() == [ended.file]
    assert ended.file != second[0].name
    assert counted() == {"A": Turnout(30, 0, 0), "B": Turnout(20, 0, 0)}
    assert issues() == 1


def test_the_sweep(account: Account, each_app: Flask) -> None:
    done = do(ask(account, {"A": 2}))
    path = folder() / str(done.file)
    orphans = [f"{done.key}.0011223344556677.pdf", "0" * 32 + ".0011.zip", f"{done.key}.lock", "stray"]
    for name in orphans:
        (folder() / name).write_bytes(b"codes")
    running = ask(account, {"A": 2})
    (folder() / f"{running.key}.0011.pdf").write_bytes(b"codes")
    with hold_job(db.engine, folder(), running.key):
        download_folder.sweep(folder(), now())
        kept = {path.name for path in folder().iterdir() if not path.name.endswith(".lock")}
        assert kept == {done.file, f"{running.key}.0011.pdf"}
    download_folder.sweep(folder(), now() + timedelta(hours=23, minutes=59))
    assert left() == [done.file]
    with download_folder.opened(folder(), done):
        download_folder.sweep(folder(), now() + timedelta(hours=25))
    assert left() == [done.file]  # being fetched
    download_folder.sweep(folder(), now() + timedelta(hours=25))
    assert left() == []
    assert not path.exists()
    ended = found(done.key)
    assert (ended.state, ended.file, ended.fault) == (JobState.DONE, None, "expired")


def test_a_file_is_for_one_reader_and_once(account: Account) -> None:
    job = do(ask(account, {"A": 2}))
    with download_folder.opened(folder(), job) as first:
        with pytest.raises(FileGone), download_folder.opened(folder(), job):
            pass
        assert len(codes_in(first.read())) == 2
    with download_folder.opened(folder(), job):
        pass  # whoever breaks off can begin again
    with transaction(write=True) as session:
        download_folder.hand_over(session, job, BY)
    with pytest.raises(FileGone), download_folder.opened(folder(), found(job.key)):
        pass
    download_folder.sweep(folder(), now())
    assert left() == []


def test_old_jobs_are_forgotten(account: Account) -> None:
    ended, waiting = do(ask(account, {"A": 2})), ask(account, {"A": 2})
    with transaction(write=True) as session:
        jobs.forget_old(session, now() + timedelta(days=31))
    with transaction() as session:
        assert job_rows.find_job(session, ended.key) is None
        assert job_rows.find_job(session, waiting.key) is not None


def test_voided_codes_are_told_apart(each_app: Flask) -> None:
    from tests.builders import running_campaign

    running = running_campaign(each_app, a_definition(), 3)
    a, b = running.codes["A"], running.codes["B"]
    cast(each_app, a[0], {})
    with transaction(write=True) as session:
        voided = tokens.void_known(session, vault(), "small", [a[0], a[1], b[0], b[1], "张三", "X" * 19], BY)
        again = tokens.void_known(session, vault(), "small", [a[1]], BY)
    assert voided.groups == {"A": 1, "B": 2}
    assert (voided.spent, voided.unknown, voided.before) == ((a[0],), ("张三", "X" * 19), 0)
    assert (again.voided, again.before) == (0, 1)
