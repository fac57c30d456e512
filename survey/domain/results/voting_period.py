"""When people voted: from the first opening to the close, as the log has it.

Where ballots are on paper, too, voting ends as they are collected: the urn is opened then.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from survey.domain.audit.acts import OPENING_ACTS, Act
from survey.domain.definition.campaign import Definition


class DatedAct(Protocol):
    """An act of the log: what was done, and when."""

    @property
    def at(self) -> datetime:
        """Return when it was done."""

    @property
    def act(self) -> str:
        """Return what was done, a value of ``Act``."""


@dataclass(frozen=True)
class VotingPeriod:
    """From which day to which day people voted, in the campaign's time zone.

    An end is ``None`` where nothing is known of it. ``planned`` tells that nothing was opened yet and these
    are the definition's own times.
    """

    first: date | None
    last: date | None
    planned: bool = False

    @property
    def days(self) -> list[date]:
        """Return the first and the last day, a single one where both are the same."""
        return list(dict.fromkeys(day for day in (self.first, self.last) if day))

    def text(self) -> str:
        """Write the days as official papers have them; empty where none is known."""
        days = "至".join(f"{day.year}年{day.month}月{day.day}日" for day in self.days)
        return f"{days}（计划）" if days and self.planned else days


def voting_period(
    definition: Definition, acts: Iterable[DatedAct] = (), closes_at: datetime | None = None
) -> VotingPeriod:
    """Return when people voted, from a campaign's acts in the order of the log.

    ``closes_at`` is the end that the clock kept, as extended: where the close was written down later, voting
    ended then. Before the first opening it is the plan that is returned.
    """
    began, ended = voting_moments(acts, closes_at)
    if began is None and ended is None:
        return _period(definition, definition.opens_at, definition.closes_at, planned=True)
    return _period(definition, began, ended)


def voting_moments(
    acts: Iterable[DatedAct], closes_at: datetime | None = None
) -> tuple[datetime | None, datetime | None]:
    """Return when voting began and when it ended, each ``None`` before it did; as ``voting_period``."""
    began = ended = None
    for act in acts:
        if act.act in OPENING_ACTS:
            began = began or act.at
        elif act.act == Act.COLLECT or (act.act == Act.CLOSE and ended is None):
            ended = act.at
    # A campaign opened after its own end is closed where the log says so: nobody voted before it began.
    if ended and closes_at and (began is None or began < closes_at):
        ended = min(ended, closes_at)
    return began, ended


def _period(
    definition: Definition, first: datetime | None, last: datetime | None, *, planned: bool = False
) -> VotingPeriod:
    zone = ZoneInfo(definition.time_zone)
    days = [moment.astimezone(zone).date() if moment else None for moment in (first, last)]
    return VotingPeriod(days[0], days[1], planned)
