"""When people voted: the log's word before the plan's."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from survey.domain.audit.acts import Act
from survey.domain.definition.reader import read_definition
from survey.domain.results.voting_period import voting_moments, voting_period
from tests.builders import a_definition


@dataclass(frozen=True)
class Done:
    at: datetime
    act: str


def at(day: int, hour: int = 4) -> datetime:
    return datetime(2026, 7, day, hour, tzinfo=UTC)


PLANNED = {"opens_at": at(1), "closes_at": at(5)}


def definition(**times: datetime):
    data = a_definition()
    data["campaign"] |= times | {"time_zone": "Asia/Shanghai"}
    return read_definition(data)


@pytest.mark.parametrize(
    ("acts", "said"),
    [
        ([], "2026年7月1日至2026年7月5日（计划）"),
        ([Done(at(1), Act.ARM)], "2026年7月1日至2026年7月5日（计划）"),
        ([Done(at(2), Act.OPEN)], "2026年7月2日"),
        ([Done(at(2), Act.OPEN), Done(at(2, 8), Act.CLOSE)], "2026年7月2日"),
        (
            [Done(at(2), Act.OPEN), Done(at(3), Act.REOPEN), Done(at(4), Act.CLOSE)],
            "2026年7月2日至2026年7月4日",
        ),
        # The urn is opened on the 4th; reading it takes until the 6th.
        (
            [Done(at(2), Act.OPEN), Done(at(4), Act.COLLECT), Done(at(6), Act.CLOSE)],
            "2026年7月2日至2026年7月4日",
        ),
        # Half past midnight in Shanghai is still the day before in UTC.
        ([Done(at(2, 16), Act.OPEN), Done(at(3), Act.CLOSE)], "2026年7月3日"),
    ],
)
def test_what_happened_is_said_and_one_day_where_it_is_one(acts: list[Done], said: str) -> None:
    made = definition(**PLANNED)
    assert voting_period(made, acts, made.closes_at).text() == said


def test_voting_that_the_clock_ended_ended_then() -> None:
    """A server that was down writes the close later; extended, it is the later end."""
    acts = [Done(at(2), Act.OPEN), Done(at(9), Act.CLOSE)]
    made = definition(**PLANNED)
    assert voting_period(made, acts, made.closes_at).text() == "2026年7月2日至2026年7月5日"
    assert voting_period(made, acts, at(7)).text() == "2026年7月2日至2026年7月7日"
    late = [Done(at(6), Act.OPEN), Done(at(6) + timedelta(hours=1), Act.CLOSE)]
    assert voting_period(made, late, made.closes_at).text() == "2026年7月6日"


def test_before_it_began_and_before_it_ended_there_is_no_moment() -> None:
    acts = [Done(at(1), Act.ARM), Done(at(2), Act.OPEN), Done(at(9), Act.CLOSE)]
    assert voting_moments(acts[:1], at(7)) == (None, None)
    assert voting_moments(acts[:2], at(7)) == (at(2), None)
    assert voting_moments(acts, at(7)) == (at(2), at(7))
    assert voting_moments(acts) == (at(2), at(9))


def test_nothing_planned_and_nothing_done_says_nothing() -> None:
    assert voting_period(definition()).text() == ""
