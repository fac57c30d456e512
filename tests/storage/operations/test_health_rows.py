"""What the rows and the database say to whoever watches."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from survey.domain.definition.campaign import State
from survey.domain.operations.job import JobState
from survey.storage import audit_rows, campaign_rows
from survey.storage.audit_rows import LogEntry
from survey.storage.operations import health_rows as rows

from ..stored import AT, HOUR, SECOND, account, stored
from .test_job_rows import a_job


def on_postgresql(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"


def test_a_file_and_its_log_are_measured_together(session: Session, tmp_path: Path) -> None:
    file = tmp_path / "minping.db"
    assert rows.size(session, file) == 0
    file.write_bytes(b"x" * 100)
    assert rows.size(session, file) == 100
    (tmp_path / "minping.db-wal").write_bytes(b"x" * 11)
    (tmp_path / "minping.db-shm").write_bytes(b"x" * 7)
    assert rows.size(session, file) == 111
    if on_postgresql(session):
        assert rows.size(session, None) > 1_000_000


def test_the_database_is_named_with_its_version(session: Session) -> None:
    name, version = rows.name_of(session).split(" ")
    assert name == ("PostgreSQL" if on_postgresql(session) else "SQLite")
    assert all(part.isdigit() for part in version.split("."))


def test_a_clock_of_its_own_is_told_in_utc(session: Session) -> None:
    found = rows.moment(session)
    if not on_postgresql(session):
        assert found is None
        return
    assert found is not None
    assert found.utcoffset() == timedelta(0)
    assert abs(found - datetime.now(UTC)) < HOUR


def test_settings_that_lose_or_tell_are_named(session: Session) -> None:
    if not on_postgresql(session):
        assert rows.careless_settings(session) == ()
        return
    # The server of tests keeps nothing on the disk at once.
    assert rows.careless_settings(session) == ("fsync",)


def test_jobs_that_go_on_and_those_that_failed_of_late(session: Session) -> None:
    owner = account(session).id
    assert rows.jobs(session, AT) == {"waiting": 0, "running": 0, "failed": 0}
    for key, state, at in (
        ("a", JobState.WAITING, AT - 9 * HOUR),
        ("b", JobState.WAITING, AT),
        ("c", JobState.FAILED, AT - SECOND),
        ("d", JobState.FAILED, AT),
        ("e", JobState.DONE, AT),
    ):
        a_job(session, owner, key, state=state, made_at=at)
    assert rows.jobs(session, AT) == {"waiting": 2, "running": 0, "failed": 1}


def test_the_oldest_that_waits(session: Session) -> None:
    assert rows.waiting_since(session) is None
    owner = account(session).id
    a_job(session, owner, "a", made_at=AT)
    a_job(session, owner, "b", made_at=AT - HOUR)
    a_job(session, owner, "c", state=JobState.RUNNING, made_at=AT - 2 * HOUR)
    assert rows.waiting_since(session) == AT - HOUR


def test_the_last_of_an_act(session: Session) -> None:
    assert rows.last_act(session, "backup") is None
    for number, act in enumerate(("backup", "backup", "load"), 1):
        entry = LogEntry(number, AT + number * HOUR, "x", act, None, "{}", "", str(number))
        audit_rows.append(session, entry)
    assert rows.last_act(session, "backup") == AT + 2 * HOUR


def test_campaigns_by_state_and_no_trials(session: Session) -> None:
    for code, state in (("a", State.OPEN), ("b", State.OPEN), ("c", State.DRAFT)):
        campaign_rows.set_state(session, stored(session, code), state)
    campaign_rows.set_trial(session, stored(session, "trial"), "a")
    assert rows.states(session) == {State.OPEN: 2, State.DRAFT: 1}


def test_held_campaigns_are_those_that_would_be_open(session: Session) -> None:
    for code, state in (("b", State.OPEN), ("a", State.OPEN), ("c", State.CLOSED)):
        campaign = stored(session, code)
        campaign_rows.set_state(session, campaign, state)
        campaign_rows.set_held(session, campaign, held=True)
    campaign_rows.set_state(session, stored(session, "free"), State.OPEN)
    assert rows.held(session) == ("b", "a")


def test_a_close_is_whole_when_the_box_was_shaken_and_the_files_forgot(session: Session) -> None:
    for code, shaken, forgotten in (
        ("neither", False, False),
        ("shaken", True, False),
        ("whole", True, True),
    ):
        campaign = stored(session, code)
        campaign_rows.set_state(session, campaign, State.CLOSED)
        if shaken:
            campaign_rows.set_shaken(session, campaign)
        if forgotten:
            campaign_rows.set_forgotten(session, campaign)
    campaign_rows.set_state(session, stored(session, "shredding"), State.SHREDDING)
    campaign_rows.set_state(session, stored(session, "open"), State.OPEN)
    assert rows.interrupted(session) == ("neither", "shaken", "shredding")
