"""Ballots as a job: codes issued only with them, a list sealed while it waits and gone when the job ends."""

from datetime import timedelta
from pathlib import Path

import pypdfium2
import pytest
from flask import Flask

from survey.documents.export.code_list import write_code_list, write_office_list
from survey.domain.errors import (
    BadFile,
    JobUnderway,
    MinpingError,
    MissingGlyphs,
    NoSpace,
    Unavailable,
    WrongState,
)
from survey.domain.operations.job import Job, JobState
from survey.services.accounts.accounts import Account
from survey.services.audit.audit import history
from survey.services.campaigns import campaigns, procedure
from survey.services.operations import jobs, sealed_files, working
from survey.services.paper import print_jobs, printing, scan_jobs
from survey.services.paper.printing import LeftOut
from survey.services.voting import tokens
from survey.storage.database import transaction
from survey.storage.token_rows import turnout
from survey.web.context import now, settings, vault
from survey.web.jobs import print_place, run
from tests.builders import BY, Codes, a_definition, armed_campaign, issue
from tests.jobs import an_account, found, traces

from .printed import campaign, listed


@pytest.fixture
def account(each_app: Flask) -> Account:
    data = a_definition(paper={}, results={"small_groups": "withhold"})
    data["groups"][0]["issue"] = 4
    data["groups"][1]["issue"] = 2
    armed_campaign(each_app, data)
    return an_account()


def ask(account: Account, numbers: dict[str, int] | None = None, key: str = "") -> Job:
    with transaction(write=True) as session:
        return print_jobs.ask_with_new_codes(
            session, key or jobs.new_key(), "small", numbers or {}, account=account, at=now()
        )


def ask_listed(account: Account, content: bytes, group: str | None = None) -> tuple[Job, LeftOut]:
    return print_jobs.ask_with_list(
        print_place(), jobs.new_key(), "small", content, "list.csv", account=account, group=group
    )


def ask_specimens(account: Account, number: int = 2) -> Job:
    with transaction(write=True) as session:
        return print_jobs.ask_for_specimens(
            session, jobs.new_key(), "small", "A", number, account=account, at=now()
        )


def do(job: Job) -> Job:
    run(job.key)
    return found(job.key)


def handed_out() -> list[Path]:
    return sorted(print_place().folder.iterdir())


def sealed() -> list[Path]:
    return sorted(print_place().files.iterdir())


def keys() -> list[Path]:
    return list(settings().keys.glob("*paper-key"))


def words(job: Job) -> list[str]:
    with pypdfium2.PdfDocument(print_place().folder / str(job.file)) as pdf:
        return "\n".join(page.get_textpage().get_text_range() for page in pdf).split()


def issued() -> int:
    with transaction() as session:
        return sum(one.issued for one in turnout(session, campaign()).values())


def acts() -> list[str]:
    with transaction() as session:
        return [entry.act for entry, _ in history(session, "small")]


def test_codes_are_on_the_ballots_and_nowhere_else(account: Account, each_app: Flask) -> None:
    job = do(ask(account))
    assert (job.state, job.done, job.total) == (JobState.DONE, 6, 6)
    path = print_place().folder / str(job.file)
    assert path.stat().st_mode & 0o777 == 0o600
    codes = [word for word in words(job) if word.count("-") == 3]
    assert len(codes) == 6
    with transaction(write=True) as session:
        assert tokens.void(session, vault(), "small", codes, BY).groups == {"A": 4, "B": 2}
    assert acts()[-3:] == ["issue", "paper-print", "void"]
    assert job.detail["printed"] == {"A": 4, "B": 2}
    assert len(job.detail["check"]) == 14
    for file in settings().instance.rglob("*"):
        if file.is_file() and file != path:
            content = file.read_bytes()
            assert not [trace for trace in traces(codes[0]) if trace in content], file
    with pytest.raises(WrongState, match="issued already"):
        ask(account)


def test_ballots_that_nobody_fetched_let_a_campaign_be_taken_back(account: Account, each_app: Flask) -> None:
    job = do(ask(account))
    procedure.disarm("small", settings().keys, print_place().folder, BY)
    assert handed_out() == []
    assert list(settings().keys.glob("*paper-key")) == []
    assert found(job.key).file is None


def a_list(each_app: Flask) -> tuple[Codes, bytes]:
    codes = issue(each_app, "small", {"A": 2, "B": 1})
    return codes, write_office_list(listed(codes), "https://minping.example.org")


def test_a_list_waits_sealed_and_goes_with_its_job(account: Account, each_app: Flask) -> None:
    codes, content = a_list(each_app)
    job, left_out = ask_listed(account, content)
    assert (job.total, left_out) == (3, LeftOut())
    [file] = sealed()
    assert file.stat().st_mode & 0o777 == 0o600
    for kept in settings().instance.rglob("*"):
        if kept.is_file():
            held = kept.read_bytes()
            assert not [trace for token in codes["A"] for trace in traces(token) if trace in held], kept
    job = do(job)
    assert job.state is JobState.DONE
    assert sealed() == []
    assert [word for word in words(job) if word.count("-") == 3] == codes["A"] + codes["B"]
    assert acts()[-1] == "paper-print"


def test_a_job_says_how_many_were_left_out_and_not_which(account: Account, each_app: Flask) -> None:
    codes, _ = a_list(each_app)
    one, other = codes["A"]
    content = write_code_list([("A", one), ("A", one), ("A", "HE6M-1110-RDV1-EWZE")], "http://x")
    job, left_out = ask_listed(account, content)
    assert left_out == LeftOut(doubled=(one,), unknown=(4,))
    assert job.detail["left_out"] == {"spent": 0, "voided": 0, "doubled": 1, "unknown": 1}
    with transaction(write=True) as session:
        tokens.void(session, vault(), "small", [one], BY)
    ended = do(job)
    assert (ended.state, ended.fault) == (JobState.FAILED, "MinpingError")
    assert sealed() == handed_out() == []
    job, _ = ask_listed(account, write_code_list([("B", other)], "http://x"), "A")
    assert do(job).detail["printed"] == {"A": 1}


@pytest.mark.parametrize("content", [b"", b"a,b\n", b"group,token\nA\n", b"\xff\xfe\x00"])
def test_what_is_no_list_is_refused_when_asked(account: Account, each_app: Flask, content: bytes) -> None:
    with pytest.raises(BadFile):
        ask_listed(account, content)
    assert sealed() == []


def test_a_list_that_is_not_taken_leaves_nothing(account: Account, each_app: Flask) -> None:
    _, content = a_list(each_app)
    ask(account, {"A": 1})
    with pytest.raises(JobUnderway):
        ask_listed(account, content)
    assert sealed() == []
    with pytest.raises(MinpingError, match="no code of the list"):
        ask_listed(account, write_code_list([], "http://x"))


def test_asked_twice_it_is_one_job(account: Account, each_app: Flask) -> None:
    job = ask(account, {"A": 1})
    assert ask(account, {"A": 1}, job.key).key == job.key
    do(job)
    _, content = a_list(each_app)
    again, _ = print_jobs.ask_with_list(print_place(), job.key, "small", content, "x", account=account)
    assert again.key == job.key
    assert sealed() == []


def test_a_cancelled_job_leaves_nothing(
    account: Account, each_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(working, "REPORT_SECONDS", 0)
    _, content = a_list(each_app)
    before = issued()
    for listed_ones in (False, True):
        job = ask_listed(account, content)[0] if listed_ones else ask(account)
        cancel_at(monkeypatch, job, account)
        assert do(job).state is JobState.CANCELLED
        assert sealed() == handed_out() == []
        assert issued() == before


def cancel_at(monkeypatch: pytest.MonkeyPatch, job: Job, account: Account) -> None:
    usual = working.Progress.__call__

    def call(self: working.Progress, done: int) -> None:
        if self.key == job.key and done == 2:
            with transaction(write=True) as session:
                jobs.cancel(session, job.key, account)
        usual(self, done)

    monkeypatch.setattr(working.Progress, "__call__", call)


def test_a_job_cancelled_before_it_began_is_swept(account: Account, each_app: Flask) -> None:
    _, content = a_list(each_app)
    job, _ = ask_listed(account, content)
    scan_jobs.sweep(print_place().files, now() + timedelta(days=1))
    assert len(sealed()) == 1
    with transaction(write=True) as session:
        jobs.cancel(session, job.key, account)
    scan_jobs.sweep(print_place().files, now() + timedelta(days=1))
    assert sealed() == []


def test_a_worker_that_ends_puts_its_job_back_with_its_list(account: Account, each_app: Flask) -> None:
    _, content = a_list(each_app)
    job, _ = ask_listed(account, content)
    run(job.key, lambda: True)
    assert found(job.key).state is JobState.WAITING
    assert handed_out() == []
    assert len(sealed()) == 1
    assert do(job).state is JobState.DONE


def test_a_commit_that_nobody_confirmed_keeps_its_file(
    account: Account, each_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = ask(account, {"A": 1})
    usual = jobs.finish

    def finish(*arguments: object) -> None:
        usual(*arguments)  # type: ignore[arg-type]
        arguments[0].commit()  # type: ignore[attr-defined]
        raise Unavailable("the connection was lost in the commit")

    monkeypatch.setattr(jobs, "finish", finish)
    with pytest.raises(Unavailable):
        run(job.key)
    ended = found(job.key)
    assert ended.state is JobState.DONE
    assert [path.name for path in handed_out()] == [ended.file]


@pytest.mark.parametrize("step", ["write", "note"])
def test_a_failure_leaves_no_file_and_no_code(
    account: Account, each_app: Flask, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def fail(*_given: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(printing, step, fail)
    ended = do(ask(account))
    assert (ended.state, ended.fault) == (JobState.FAILED, "NoSpace")
    assert handed_out() == []
    assert issued() == 0
    assert keys() == []


@pytest.mark.parametrize("listed_ones", [False, True])
def test_a_job_that_is_not_done_leaves_no_key_unless_one_is_noted(
    account: Account, each_app: Flask, monkeypatch: pytest.MonkeyPatch, listed_ones: bool
) -> None:
    monkeypatch.setattr(working, "REPORT_SECONDS", 0)
    _, content = a_list(each_app)
    for left in (0, 1):
        job = ask_listed(account, content)[0] if listed_ones else ask(account, {"A": 2})
        with monkeypatch.context() as patched:
            cancel_at(patched, job, account)
            assert do(job).state is JobState.CANCELLED
        assert len(keys()) == left
        assert do(ask(account, {"A": 1})).state is JobState.DONE


def test_a_list_that_finds_no_room_leaves_no_key(
    account: Account, each_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, content = a_list(each_app)

    def full(*_given: object) -> str:
        raise NoSpace("the disk is full")

    monkeypatch.setattr(sealed_files, "store", full)
    with pytest.raises(NoSpace):
        ask_listed(account, content)
    assert keys() == []


def test_a_lost_key_is_named(account: Account, each_app: Flask) -> None:
    do(ask(account, {"A": 1}))
    for path in settings().keys.glob("*paper-key"):
        path.unlink()
    ended = do(ask(account, {"A": 1}))
    assert (ended.state, ended.fault) == (JobState.FAILED, "PaperKeyLost")


def test_specimens(account: Account, each_app: Flask) -> None:
    job = do(ask_specimens(account))
    assert job.state is JobState.DONE
    with pypdfium2.PdfDocument(print_place().folder / str(job.file)) as pdf:
        assert len(pdf) == 4
        assert "样张" in pdf[0].get_textpage().get_text_range()
    with pytest.raises(MinpingError, match="1 to 1000"):
        ask_specimens(account, 1001)
    assert list(settings().keys.glob("*paper-key")) == []


def test_specimens_of_a_draft_that_the_font_cannot_write_are_refused(each_app: Flask) -> None:
    data = a_definition(paper={})
    data["ratees"][0]["name"] = "王\U0001f600"
    with transaction(write=True) as session:
        campaigns.load(session, data, BY)
    with pytest.raises(MissingGlyphs):
        ask_specimens(an_account())


def test_a_pdf_is_whole_before_it_has_a_name(
    account: Account, each_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[list[Path]] = []
    usual = working.Progress.__call__

    def call(self: working.Progress, done: int) -> None:
        seen.append([path for path in handed_out() if path.suffix == ".pdf"])
        usual(self, done)

    monkeypatch.setattr(working.Progress, "__call__", call)
    job = do(ask(account))
    assert seen == [[]] * 6
    assert (print_place().folder / str(job.file)).read_bytes().startswith(b"%PDF-")
