"""The audit log: every act of an administrator, chained by hashes, never an act of a voter."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy.orm import Session

from survey.domain.audit.acts import Act
from survey.domain.ballot.crockford import group_symbols, symbols_of
from survey.domain.definition.canonical import canonical_json
from survey.domain.errors import BrokenLog
from survey.storage import audit_rows
from survey.storage.audit_rows import LogEntry

START = "0" * 64
CHECK_SYMBOLS = 12


@dataclass(frozen=True)
class By:
    """Who acts, and when."""

    actor: str
    at: datetime


def record(session: Session, by: By, act: Act, campaign: str | None = None, **detail: Any) -> str:
    """Append one act with its facts; return the check value of the log after it."""
    last = audit_rows.last_entry(session)
    number = last.number + 1 if last else 1
    previous = last.hash if last else START
    facts = canonical_json(detail)
    hashed = _hash(number, by.at, by.actor, act, campaign, facts, previous)
    audit_rows.append(session, LogEntry(number, by.at, by.actor, str(act), campaign, facts, previous, hashed))
    return check_value(hashed)


def check_value(entry_hash: str) -> str:
    """Return the twelve characters by which a paper protocol fixes the log up to an entry."""
    return group_symbols(symbols_of(int(entry_hash, 16) >> 256 - 5 * CHECK_SYMBOLS, CHECK_SYMBOLS))


def verify(session: Session) -> tuple[int, str]:
    """Check the whole chain; return the number of entries and the check value.

    Raises ``BrokenLog`` naming the first entry that does not hold.
    """
    number, previous = 0, START
    try:
        for entry in audit_rows.entries(session):
            number += 1
            hashed = _hash(
                entry.number, entry.at, entry.actor, entry.act, entry.campaign, entry.detail, entry.previous
            )
            if entry.number != number or entry.previous != previous or entry.hash != hashed:
                raise BrokenLog(f"the audit log does not hold from entry {number} on")
            previous = entry.hash
    except ValueError as error:  # a moment that is none
        raise BrokenLog("the audit log does not hold: the time of an entry is none") from error
    return number, check_value(previous)


def history(session: Session, campaign: str) -> Iterator[tuple[LogEntry, dict[str, Any]]]:
    """Read the acts on one campaign, each with its facts."""
    for entry in audit_rows.entries(session, campaign):
        yield entry, json.loads(entry.detail)


def current_history(session: Session, campaign: str) -> list[tuple[LogEntry, dict[str, Any]]]:
    """Read the acts on one campaign since it was taken back to a draft last, or all where it never was.

    What was done under a key that is gone holds no more: codes, copies of the key, who keeps it.
    """
    found: list[tuple[LogEntry, dict[str, Any]]] = []
    for entry, facts in history(session, campaign):
        if entry.act == Act.DISARM:
            found.clear()
        else:
            found.append((entry, facts))
    return found


def last_fact(session: Session, campaign: str, fact: str) -> Any:
    """Return what the log says last of a fact of a campaign, or ``None``."""
    said = None
    for _, detail in history(session, campaign):
        said = detail.get(fact, said)
    return said


def _hash(
    number: int, at: datetime, actor: str, act: str, campaign: str | None, facts: str, previous: str
) -> str:
    moment = at.astimezone(UTC).isoformat(timespec="microseconds")
    chained = canonical_json([number, moment, actor, act, campaign, facts, previous])
    return sha256(chained.encode()).hexdigest()
