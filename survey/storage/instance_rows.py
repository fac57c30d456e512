"""To which secrets a database belongs: one row."""

from sqlalchemy import delete, insert, inspect, select
from sqlalchemy.orm import Session

from .tables import InstanceRow

_NUMBER = 1


def fingerprint(session: Session) -> bytes | None:
    """Return the fingerprint of the secrets that the database belongs to, ``None`` before it has one."""
    return session.scalar(select(InstanceRow.fingerprint).where(InstanceRow.number == _NUMBER))


def earlier_fingerprint(session: Session) -> bytes | None:
    """Return the same of a database of any revision: earlier ones have no place for it."""
    known = inspect(session.connection()).has_table(InstanceRow.__tablename__)
    return fingerprint(session) if known else None


def set_fingerprint(session: Session, value: bytes) -> None:
    """Write down to which secrets the database belongs."""
    session.execute(delete(InstanceRow))
    session.execute(insert(InstanceRow).values(number=_NUMBER, fingerprint=value))
