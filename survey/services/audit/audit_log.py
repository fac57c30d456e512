"""Reading the audit log: what was done, by whom, on which campaign, on which day."""

import json
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from survey.domain.audit.acts import Act
from survey.domain.operations.paging import PAGE, list_page
from survey.storage import audit_rows
from survey.storage.audit_rows import LogEntry, Wanted

__all__ = ["LogEntry", "Wanted"]

ParsedEntry = tuple[LogEntry, dict[str, Any]]
"""An entry, with its facts read."""


@dataclass(frozen=True)
class LogPage:
    """One page of the log, the newest act first, and what it can be narrowed down to."""

    acts: list[ParsedEntry]
    page: int
    last: int
    number: int
    kinds: list[str]
    actors: list[str]


def read_page(session: Session, wanted: Wanted, page: int = 1) -> LogPage:
    """Return a page of the acts asked for; ``kinds`` and ``actors`` are all those in reach."""
    number = audit_rows.count_entries(session, wanted)
    page, last, places = list_page(number, page)
    acts = list(_read(audit_rows.select_entries(session, wanted, first=places.start, most=PAGE)))
    return LogPage(acts, page, last, number, *audit_rows.acts_and_actors(session, Wanted(wanted.among)))


def read_all(session: Session, wanted: Wanted) -> Iterator[ParsedEntry]:
    """Read all acts asked for, the newest first."""
    yield from _read(audit_rows.select_entries(session, wanted))


def read_acts(session: Session, acts: Collection[Act]) -> Iterator[ParsedEntry]:
    """Read all entries of some acts, the oldest first."""
    yield from _read(audit_rows.entries_of_acts(session, acts))


def with_trials(session: Session, campaign_codes: Iterable[str]) -> frozenset[str]:
    """Return codes of campaigns and those of their trial runs, also of erased ones."""
    known = frozenset(campaign_codes)
    trials = audit_rows.select_entries(session, Wanted(known, act=Act.TRIAL))
    return known | {str(detail["trial"]) for _, detail in _read(trials)}


def _read(entries: Iterable[LogEntry]) -> Iterator[ParsedEntry]:
    for entry in entries:
        yield entry, json.loads(entry.detail)
