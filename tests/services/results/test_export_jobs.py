"""Large files of results as jobs: what they hold, when they are refused, what is left of them."""

import io
from collections.abc import Callable
from datetime import timedelta
from zipfile import ZipFile

import pytest
from flask import Flask

from survey.domain.errors import FileGone, JobCancelled, JobUnderway, OutdatedFile, WrongState
from survey.domain.operations.job import Job, JobState
from survey.secrecy.vault import new_vault
from survey.services.accounts.accounts import Account
from survey.services.audit import audit
from survey.services.campaigns.campaigns import find_campaign
from survey.services.operations import jobs, stored_files, working
from survey.services.operations.working import Abilities
from survey.services.results import export_jobs, reporting
from survey.services.results.exports import find_export
from survey.storage.database import transaction
from survey.storage.operations import job_rows
from survey.web import jobs as queue
from survey.web.context import now, settings, vault
from tests.builders import BY, a_definition
from tests.counted import counted
from tests.jobs import an_account, folder, found, workplace


@pytest.fixture
def account(each_app: Flask) -> Account:
    """Whoever asks, for a campaign that is counted."""
    counted(a_definition())
    return an_account()


@pytest.fixture
def one_each(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make a part of every ratee."""
    monkeypatch.setattr(export_jobs, "RATEES_OF_A_PART", 1)


def ask(account: Account, what: str, key: str = "") -> Job:
    export = find_export(what)
    assert export
    with transaction(write=True) as session:
        campaign = find_campaign(session, "small")
        return export_jobs.ask(session, key or jobs.new_key(), campaign, export, account, now())


def doable() -> list[str]:
    with transaction() as session:
        return [job.key for job in working.doable(session, Abilities(office=False, keys=settings().keys))]


def do(key: str, draw: Callable[[str], None] | None = None) -> Job:
    """Do a job as its worker does, but in this process."""
    draw = draw or (lambda key: export_jobs.make(vault(), key, lambda _done: None, export_jobs.ReportCache()))
    working.take(key, workplace().folder, lambda job: draw(job.key))
    return found(key)


def content(job: Job) -> bytes:
    return b"".join(stored_files.read(vault(), job))


def parts_of(key: str) -> list[Job]:
    with transaction() as session:
        return job_rows.parts_of(session, key)


def stored() -> set[str]:
    with transaction() as session:
        return job_rows.stored_files(session)


@pytest.mark.parametrize("what", ["results.xlsx", "forms.docx", "report.docx", "results.json"])
def test_it_holds_what_comes_at_once_where_there_is_little(account: Account, what: str) -> None:
    job = do(ask(account, what).key)
    assert (job.state, job.done, job.total) == (JobState.DONE, 3, 3)
    with transaction() as session:
        if what == "report.docx":
            direct = reporting.situated(session, "small").as_word()
        else:
            reported, kind = reporting.report(session, "small"), what.partition(".")[2]
            direct = reported.forms_as(kind) if what.startswith("forms") else reported.all_as(kind)
    made = content(job)
    if made[:2] == b"PK":
        assert ZipFile(io.BytesIO(made)).namelist() == ZipFile(io.BytesIO(direct)).namelist()
    else:
        assert made == direct


def test_a_process_of_its_own_does_it(account: Account) -> None:
    job = ask(account, "results.csv")
    assert queue.run(job.key)
    with transaction() as session:
        assert content(found(job.key)) == reporting.report(session, "small").all_as("csv")
    assert not (folder() / str(found(job.key).file)).exists()


def test_parts_are_done_one_by_one_and_put_together(account: Account, one_each: None) -> None:
    job = ask(account, "forms.zip")
    parts = [part.key for part in parts_of(job.key)]
    assert doable() == parts
    for number, key in enumerate(parts):
        assert do(key).state is JobState.DONE
        with transaction() as session:
            assert jobs.done_of(session, found(job.key)) == number + 1
    assert doable() == [job.key]
    assert do(job.key).state is JobState.DONE
    assert parts_of(job.key) == []
    assert stored() == {found(job.key).file}
    with transaction() as session:
        direct = reporting.report(session, "small").forms_as("zip")
    with ZipFile(io.BytesIO(content(found(job.key)))) as made, ZipFile(io.BytesIO(direct)) as whole:
        assert made.namelist() == whole.namelist()
        assert [entry.date_time for entry in made.infolist()] == [
            entry.date_time for entry in whole.infolist()
        ]
        assert made.testzip() is None


def test_a_part_that_fails_ends_all(account: Account, one_each: None) -> None:
    job = ask(account, "forms.word.zip")
    first, second, third = parts_of(job.key)
    do(first.key)

    def fail(_key: str) -> None:
        raise OSError(28, "No space left on device")

    assert do(second.key, fail).state is JobState.FAILED
    assert (found(job.key).state, found(job.key).fault) == (JobState.FAILED, "NoSpace")
    assert found(third.key).state is JobState.CANCELLED
    assert doable() == []
    stored_files.sweep(folder(), now())
    assert (parts_of(job.key), stored()) == ([], set())


def test_cancelled_with_all_its_parts(account: Account, one_each: None) -> None:
    job = ask(account, "forms.zip")
    first, second, _third = parts_of(job.key)
    do(first.key)
    with transaction(write=True) as session:
        assert jobs.cancel(session, job.key, account)
    assert doable() == []
    assert do(second.key).state is JobState.CANCELLED
    stored_files.sweep(folder(), now())
    assert (parts_of(job.key), stored()) == ([], set())


def test_cancelled_at_the_last_moment_nothing_is_left(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = ask(account, "results.csv")
    usual = stored_files.store

    def store(*arguments: object) -> object:
        kept = usual(*arguments)  # type: ignore[arg-type]
        with transaction(write=True) as session:
            jobs.cancel(session, job.key, account)
        return kept

    monkeypatch.setattr(export_jobs.stored_files, "store", store)
    assert do(job.key).state is JobState.CANCELLED
    assert len(stored()) == 1
    stored_files.sweep(folder(), now())
    assert stored() == set()


def test_results_that_changed_are_not_made_and_not_current(account: Account) -> None:
    waiting, made = ask(account, "results.csv"), do(ask(account, "results.json").key)
    with transaction(write=True) as session:
        campaign = find_campaign(session, "small")
        assert export_jobs.is_current(session, made, campaign)
        audit.record(session, BY, "publish", "small", number=1)
        assert export_jobs.is_current(session, made, campaign)
        audit.record(session, BY, "decide", "small", number=1)
        assert not export_jobs.is_current(session, made, campaign)
    assert (do(waiting.key).state, found(waiting.key).fault) == (JobState.FAILED, OutdatedFile.__name__)
    assert ask(account, "results.csv").key != waiting.key


def test_asked_again_while_it_is_made_it_is_the_same(account: Account) -> None:
    job = ask(account, "results.csv")
    assert ask(account, "results.csv").key == job.key
    assert ask(account, "results.csv", key=job.key).key == job.key
    assert ask(account, "results.json").key != job.key
    assert ask(an_account("李四"), "results.csv").key != job.key


def test_so_many_at_once_and_no_more(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "MAX_KEPT", 2)
    do(ask(account, "results.csv").key)
    ask(account, "results.json")
    with pytest.raises(JobUnderway):
        ask(account, "results.pdf")


def test_there_is_none_before_the_count(each_app: Flask) -> None:
    from survey.services.campaigns import campaigns

    with transaction(write=True) as session:
        campaigns.load(session, a_definition(), BY)
    job = None
    with pytest.raises(WrongState):
        job = ask(an_account(), "results.csv")
    assert job is None


def test_a_day_later_it_is_gone_and_a_stray_at_once(account: Account) -> None:
    job = do(ask(account, "results.csv").key)
    with transaction(write=True) as session:
        job_rows.add_piece(session, f"{job.key}.0011", 0, b"stray")
        job_rows.add_piece(session, f"{'0' * 32}.0011", 0, b"stray")
    stored_files.sweep(folder(), now() + timedelta(hours=23))
    assert stored() == {job.file}
    stored_files.sweep(folder(), now() + timedelta(hours=25))
    assert stored() == set()
    assert (found(job.key).file, found(job.key).fault) == (None, "expired")
    with pytest.raises(FileGone):
        content(found(job.key))


def test_what_lies_in_the_database_is_sealed_and_whole_or_nothing(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stored_files, "PIECE", 100)
    job = do(ask(account, "results.json").key)
    whole = content(job)
    assert len(whole) == job.detail["size"] > 300
    assert b'"cells"' in whole
    with transaction() as session:
        sealed = [
            job_rows.find_piece(session, str(job.file), number) for number in range(job.detail["pieces"])
        ]
    assert len(sealed) > 3
    assert all(sealed)
    assert b"cells" not in b"".join(piece for piece in sealed if piece)
    with pytest.raises(FileGone):
        list(stored_files.read(new_vault(), job))
    with transaction(write=True) as session:
        job_rows.drop_pieces(session, [str(job.file)])
        for number, piece in enumerate((sealed[1], sealed[0], *sealed[2:])):
            job_rows.add_piece(session, str(job.file), number, piece or b"")
    with pytest.raises(FileGone):
        content(job)


def test_what_is_too_large_is_refused(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stored_files, "MAX_BYTES", 100)
    job = do(ask(account, "results.json").key)
    assert (job.state, job.fault) == (JobState.FAILED, "FileTooLarge")
    assert stored() == set()


def test_erased_with_its_trial_run(account: Account) -> None:
    from survey.storage import campaign_rows

    do(ask(account, "results.csv").key)
    with transaction(write=True) as session:
        campaign_rows.erase(session, find_campaign(session, "small"))
    assert stored() == set()


def test_a_process_that_is_lost_says_so(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    from survey.web.server import export_process

    usual = export_process.child_process.start

    def start(module: str, *, session: bool) -> object:
        process = usual(module, session=session)
        process.kill()
        return process

    monkeypatch.setattr(export_process.child_process, "start", start)
    job = ask(account, "results.csv")
    queue.run(job.key)
    assert (found(job.key).state, found(job.key).fault) == (JobState.FAILED, "Lost")


def test_the_process_ends_with_the_job(account: Account) -> None:
    """Cancelled or interrupted, nothing goes on beside; finished between two looks, it is finished."""
    job = ask(account, "results.csv")
    ended = []

    def draw(_job: Job) -> export_jobs.Drawing:
        try:
            yield None
            with transaction(write=True) as session:
                jobs.cancel(session, job.key, account)
            while True:
                yield None
        finally:
            ended.append(True)

    with transaction(write=True) as session:
        claimed = jobs.claim(session, job.key)
    assert claimed
    with pytest.raises(JobCancelled):
        export_jobs.see_to(claimed, draw, lambda: False)
    assert ended == [True]
    other = ask(account, "results.json")

    def finished(job: Job) -> export_jobs.Drawing:
        export_jobs.make(vault(), job.key, lambda _done: None, export_jobs.ReportCache())
        yield None

    with transaction(write=True) as session:
        claimed = jobs.claim(session, other.key)
    assert claimed
    export_jobs.see_to(claimed, finished, lambda: True)
    assert found(other.key).state is JobState.DONE
