"""An end of voting that came once has come, whichever way the clock is set."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from survey.services.voting import closed_boxes
from survey.services.voting.closed_boxes import has_come

END = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def _nothing_seen() -> Iterator[None]:
    closed_boxes.forget()
    yield
    closed_boxes.forget()


def test_it_comes_at_its_moment_and_not_before() -> None:
    assert not has_come(b"key", END, END - SECOND)
    assert has_come(b"key", END, END)


def test_set_back_the_clock_opens_nothing_again() -> None:
    assert has_come(b"key", END, END + SECOND)
    assert has_come(b"key", END, END - timedelta(days=1))


def test_what_ends_by_hand_never_comes() -> None:
    assert not has_come(b"key", None, END)


def test_other_boxes_and_later_ends_are_not_over() -> None:
    assert has_come(b"key", END, END)
    assert not has_come(b"other", END, END - SECOND)
    assert not has_come(b"key", END + SECOND, END)


def test_a_process_that_starts_anew_has_seen_nothing() -> None:
    assert has_come(b"key", END, END)
    closed_boxes.forget()
    assert not has_come(b"key", END, END - SECOND)
