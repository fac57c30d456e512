"""Jobs as rows: a job moves only from where it was, and one process at a time holds it."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, update
from sqlalchemy.orm import Session

from survey.domain.operations.job import Job, JobState
from survey.storage.operations import job_rows as rows
from survey.storage.tables import JobRow

from ..stored import AT, HOUR, SECOND, account


def a_job(session: Session, owner: int, key: str, file: str | None = None, **changes: Any) -> Job:
    """Store a job in any state."""
    values: dict[str, Any] = {"kind": "slips", "campaign": "small", "detail": {"A": 3}, "total": 3}
    job = Job(key=key, account_id=owner, **(values | {"made_at": AT} | changes))
    rows.add_job(session, job)
    if file:
        session.execute(update(JobRow).where(JobRow.key == key).values(file=file))
    return replace(job, file=file)


def keys(jobs: list[Job]) -> list[str]:
    return [job.key for job in jobs]


def test_a_job_comes_back_as_it_was_stored(session: Session) -> None:
    job = a_job(session, account(session).id, "a", detail={"groups": {"A": 3}, "list": True})
    assert rows.find_job(session, "a") == job
    assert rows.find_job(session, "b") is None


def test_unfinished_ones_oldest_first(session: Session) -> None:
    owner = account(session).id
    for at, (key, state) in enumerate(zip("edcba", JobState, strict=True)):
        a_job(session, owner, key, state=state, made_at=AT - at * HOUR)
    a_job(session, owner, "z", campaign="other", made_at=AT)
    assert keys(rows.unfinished(session)) == ["d", "e", "z"]
    assert keys(rows.unfinished(session, "small")) == ["d", "e"]


def test_the_newest_of_a_campaign_and_of_one_account(session: Session) -> None:
    mine, theirs = account(session).id, account(session, "李四").id
    for at, (key, owner) in enumerate((("a", mine), ("b", theirs), ("c", mine))):
        a_job(session, owner, key, made_at=AT + at * HOUR)
    a_job(session, mine, "d", campaign="other", made_at=AT + 9 * HOUR)
    assert keys(rows.latest(session, "small", None, 2)) == ["c", "b"]
    assert keys(rows.latest(session, "small", mine, 9)) == ["c", "a"]


def test_a_job_moves_only_from_where_it_was(session: Session) -> None:
    a_job(session, account(session).id, "a")
    assert not rows.move(session, "a", [JobState.RUNNING], state=JobState.DONE)
    assert rows.move(session, "a", [JobState.WAITING], state=JobState.RUNNING, done=2)
    assert not rows.move(session, "a", [JobState.WAITING], state=JobState.RUNNING)
    assert not rows.move(session, "b", JobState, done=1)
    found = rows.find_job(session, "a")
    assert found is not None
    assert (found.state, found.done) == (JobState.RUNNING, 2)


def test_what_goes_on_is_cancelled_and_what_ended_is_not(session: Session) -> None:
    owner = account(session).id
    for state in JobState:
        a_job(session, owner, state.value, state=state)
    rows.cancel_unfinished(session)
    found = {state: rows.find_job(session, state.value) for state in JobState}
    assert {state: job and job.state for state, job in found.items()} == {
        JobState.WAITING: JobState.CANCELLED,
        JobState.RUNNING: JobState.CANCELLED,
        JobState.DONE: JobState.DONE,
        JobState.CANCELLED: JobState.CANCELLED,
        JobState.FAILED: JobState.FAILED,
    }


def test_a_file_that_is_gone_leaves_its_reason(session: Session) -> None:
    a_job(session, account(session).id, "a", file="a.zip", state=JobState.DONE)
    rows.drop_file(session, "a", "too old")
    found = rows.find_job(session, "a")
    assert found is not None
    assert (found.file, found.fault, found.state) == (None, "too old", JobState.DONE)


def test_old_ones_that_ended_are_forgotten(session: Session) -> None:
    owner = account(session).id
    a_job(session, owner, "old", state=JobState.DONE, made_at=AT - SECOND)
    a_job(session, owner, "goes-on", state=JobState.RUNNING, made_at=AT - SECOND)
    a_job(session, owner, "new", state=JobState.FAILED, made_at=AT)
    rows.forget_before(session, AT)
    assert [key for key in ("old", "goes-on", "new") if rows.find_job(session, key)] == ["goes-on", "new"]


def test_one_at_a_time_holds_a_job(engine: Engine, tmp_path: Path) -> None:
    with rows.hold_job(engine, tmp_path, "a") as first:
        assert first
        with rows.hold_job(engine, tmp_path, "a") as second:
            assert not second
        with rows.hold_job(engine, tmp_path, "b") as other:
            assert other
    with rows.hold_job(engine, tmp_path, "a") as again:
        assert again


def test_one_at_a_time_reads_a_campaigns_scans(engine: Engine) -> None:
    with rows.hold_scan(engine, "small") as held:
        assert held
        assert rows.scan_is_held(engine, "small")
        assert not rows.scan_is_held(engine, "other")
        with rows.hold_scan(engine, "small") as second:
            assert not second
    assert not rows.scan_is_held(engine, "small")


def test_a_failure_lets_go_and_leaves_no_file(engine: Engine, tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), rows.hold_job(engine, tmp_path, "a"):
        raise ZeroDivisionError
    assert list(tmp_path.iterdir()) == []
    with rows.hold_job(engine, tmp_path, "a") as again:
        assert again
