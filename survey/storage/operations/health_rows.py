"""What is watched of the database itself, and what its rows say of jobs, backups and campaigns."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Select, func, or_, select, text
from sqlalchemy.orm import Session

from survey.domain.audit.acts import Act
from survey.domain.definition.campaign import State
from survey.domain.operations.job import UNFINISHED, JobState

from ..tables import AuditRow, BeatRow, CampaignRow, JobRow

_SETTINGS = text(
    "SELECT name, setting FROM pg_settings WHERE name IN ('fsync', 'full_page_writes', 'log_statement', "
    "'log_min_duration_statement', 'log_min_duration_sample', 'log_parameter_max_length', "
    "'log_parameter_max_length_on_error')"
)


def size(session: Session, file: Path | None) -> int:
    """Return how many bytes the database takes: its file and write-ahead log, or what PostgreSQL says."""
    if file is None:
        return int(session.scalar(text("SELECT pg_database_size(current_database())")) or 0)
    parts = (file, file.with_name(f"{file.name}-wal"))
    return sum(path.stat().st_size for path in parts if path.exists())


def careless_settings(session: Session) -> tuple[str, ...]:
    """Name the settings by which PostgreSQL loses what it acknowledged, or writes ballots to its log."""
    if session.get_bind().dialect.name != "postgresql":
        return ()
    found: dict[str, str] = dict(list(session.execute(_SETTINGS)))
    wrong = [name for name in ("fsync", "full_page_writes") if found.get(name) == "off"]
    if found.get("log_parameter_max_length") != "0":
        if found.get("log_statement") not in ("none", "ddl"):
            wrong.append("log_statement")
        wrong += [
            name
            for name in ("log_min_duration_statement", "log_min_duration_sample")
            if found.get(name, "-1") != "-1"
        ]
    if found.get("log_parameter_max_length_on_error", "0") != "0":
        wrong.append("log_parameter_max_length_on_error")
    return tuple(wrong)


def moment(session: Session) -> datetime | None:
    """Return what time it is for a database that has a clock of its own."""
    if session.get_bind().dialect.name != "postgresql":
        return None
    found: datetime = session.scalars(text("SELECT clock_timestamp()")).one()
    return found.astimezone(UTC)


def name_of(session: Session) -> str:
    """Return which database this is, with its version."""
    if session.get_bind().dialect.name != "postgresql":
        return f"SQLite {session.scalar(text('SELECT sqlite_version()'))}"
    return f"PostgreSQL {str(session.scalar(text('SHOW server_version'))).partition(' ')[0]}"


def jobs(session: Session, since: datetime) -> dict[str, int]:
    """Return how many jobs wait, how many run, and how many that were asked for since a moment failed."""
    recent = or_(JobRow.state.in_(UNFINISHED), JobRow.made_at >= since)
    found = _counted(session, select(JobRow.state, func.count()).where(recent).group_by(JobRow.state))
    return {state: found.get(state, 0) for state in (*UNFINISHED, JobState.FAILED)}


def waiting_since(session: Session) -> datetime | None:
    """Return since when the oldest job waits."""
    return session.scalar(select(func.min(JobRow.made_at)).where(JobRow.state == JobState.WAITING))


def last_act(session: Session, act: Act) -> datetime | None:
    """Return when an act was last recorded."""
    rows = select(AuditRow.at).where(AuditRow.act == act).order_by(AuditRow.number.desc()).limit(1)
    return session.scalar(rows)


def states(session: Session) -> dict[State, int]:
    """Return how many campaigns there are in each state, trial runs left out."""
    rows = select(CampaignRow.state, func.count()).where(CampaignRow.trial_of.is_(None))
    return {State(state): n for state, n in _counted(session, rows.group_by(CampaignRow.state)).items()}


def held(session: Session) -> tuple[str, ...]:
    """Return the codes of campaigns from which a restore keeps voters out."""
    rows = select(CampaignRow.code).where(CampaignRow.held, CampaignRow.state == State.OPEN)
    return tuple(session.scalars(rows.order_by(CampaignRow.id)))


def interrupted(session: Session) -> tuple[str, ...]:
    """Return the codes of campaigns whose close, or shredding, did not come to its end."""
    closing = (CampaignRow.state == State.CLOSED) & ~(CampaignRow.shaken & CampaignRow.forgotten)
    rows = select(CampaignRow.code).where(closing | (CampaignRow.state == State.SHREDDING))
    return tuple(session.scalars(rows.order_by(CampaignRow.id)))


def _counted(session: Session, rows: Select[Any, Any]) -> dict[str, int]:
    return dict(list(session.execute(rows)))


def put_beat(session: Session, content: bytes) -> None:
    """Keep what the office's worker left, in the place of what it left before."""
    session.merge(BeatRow(id=1, content=content))


def find_beat(session: Session) -> bytes | None:
    """Return what the office's worker left last."""
    return session.scalar(select(BeatRow.content).where(BeatRow.id == 1))
