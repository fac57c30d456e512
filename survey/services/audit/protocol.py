"""What a paper protocol needs of the audit log: each act on a campaign, with the check value after it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from survey.domain.audit.acts import Act

from . import audit


@dataclass(frozen=True)
class LoggedAct:
    """One act: its number in the log, when, who, what, its facts, and the check value after it."""

    number: int
    at: datetime
    actor: str
    act: str
    facts: dict[str, Any]
    check_value: str


def acts(session: Session, campaign_code: str) -> list[LoggedAct]:
    """List the acts on a campaign in order.

    The check value is worked out from each entry's own hash, which stands for all entries before it too.
    """
    return [
        LoggedAct(entry.number, entry.at, entry.actor, entry.act, facts, audit.check_value(entry.hash))
        for entry, facts in audit.history(session, campaign_code)
    ]


def current(acts: Iterable[LoggedAct]) -> list[LoggedAct]:
    """Return those of a campaign's acts that came after it was taken back to a draft last."""
    found: list[LoggedAct] = []
    for act in acts:
        if act.act == Act.DISARM:
            found.clear()
        else:
            found.append(act)
    return found


def last(acts: Iterable[LoggedAct], *names: Act) -> LoggedAct | None:
    """Return the last act of these names, or ``None``."""
    found = None
    for act in acts:
        if act.act in names:
            found = act
    return found
