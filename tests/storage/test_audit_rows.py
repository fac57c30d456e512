"""The log's rows: read from the beginning, or those that somebody asks for, the newest first."""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from survey.storage import audit_rows as rows
from survey.storage.audit_rows import LogEntry, Wanted

from .stored import AT, HOUR

ENTRIES = [
    LogEntry(1, AT, "王芳", "load", "one", "{}", "", "h1"),
    LogEntry(2, AT + HOUR, "李四", "load", "two", "{}", "h1", "h2"),
    LogEntry(3, AT + 2 * HOUR, "王芳", "create", None, '{"name":"x"}', "h2", "h3"),
    LogEntry(4, AT + 3 * HOUR, "李四", "arm", "one", "{}", "h3", "h4"),
]


@pytest.fixture
def log(session: Session) -> Session:
    for entry in ENTRIES:
        rows.append(session, entry)
    return session


def test_the_last_entry_is_the_one_with_the_highest_number(log: Session) -> None:
    assert rows.last_entry(log) == ENTRIES[-1]


def test_an_empty_log_has_no_last_entry(session: Session) -> None:
    assert rows.last_entry(session) is None


def test_entries_come_back_from_the_beginning(log: Session) -> None:
    assert list(rows.entries(log)) == ENTRIES
    assert [one.number for one in rows.entries(log, "one")] == [1, 4]
    assert list(rows.entries(log, "three")) == []


def test_entries_of_some_acts(log: Session) -> None:
    assert [one.number for one in rows.entries_of_acts(log, ["arm", "create"])] == [3, 4]
    assert list(rows.entries_of_acts(log, [])) == []


@pytest.mark.parametrize(
    ("wanted", "numbers"),
    [
        ({}, [4, 3, 2, 1]),
        ({"campaign": "one"}, [4, 1]),
        ({"act": "load"}, [2, 1]),
        ({"actor": "王芳"}, [3, 1]),
        ({"actor": "王芳", "act": "load"}, [1]),
        ({"since": AT + HOUR}, [4, 3, 2]),
        ({"before": AT + HOUR}, [1]),
        ({"since": AT + HOUR, "before": AT + 2 * HOUR}, [2]),
        ({"among": frozenset({"two"})}, [2]),  # and nothing that is of no campaign
        ({"actor": "\0"}, []),
        ({"among": frozenset()}, []),
        ({"among": frozenset({"two"}), "campaign": "one"}, []),
    ],
)
def test_what_is_asked_for_the_newest_first(log: Session, wanted: dict[str, Any], numbers: list[int]) -> None:
    asked = Wanted(**wanted)
    assert [one.number for one in rows.select_entries(log, asked)] == numbers
    assert rows.count_entries(log, asked) == len(numbers)


def test_pages_of_the_log(log: Session) -> None:
    page = rows.select_entries(log, Wanted(), first=1, most=2)
    assert [one.number for one in page] == [3, 2]


def test_acts_and_actors_are_those_among_what_is_asked_for(log: Session) -> None:
    assert rows.acts_and_actors(log, Wanted()) == (["arm", "create", "load"], sorted(["王芳", "李四"]))
    assert rows.acts_and_actors(log, Wanted(among=frozenset({"two"}))) == (["load"], ["李四"])
