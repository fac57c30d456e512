"""Keys that came are known for as long as they could come again, and never more than there is room for."""

from datetime import datetime, timedelta

import pytest

from survey.channels.sms.nonces import NonceMemory
from survey.domain.errors import NotAuthentic
from tests.channels.sms.conftest import AT


def test_a_key_is_seen_once_and_forgotten_when_its_time_is_over() -> None:
    now = [AT]
    memory = NonceMemory(lambda: now[0])
    until = AT + timedelta(minutes=10)
    assert [memory.seen("a", until), memory.seen("a", until), memory.seen("b", until)] == [False, True, False]
    now[0] = until
    assert not memory.seen("a", until + timedelta(minutes=10))


def test_where_it_is_full_it_refuses_and_forgets_nothing() -> None:
    now = [AT]
    memory = NonceMemory(lambda: now[0], most=2)
    soon, late = AT + timedelta(minutes=1), AT + timedelta(minutes=2)
    assert not memory.seen("a", soon)
    assert not memory.seen("b", late)
    with pytest.raises(NotAuthentic, match="busy"):
        memory.seen("c", late)
    assert memory.seen("a", soon)
    now[0] = soon
    assert not memory.seen("c", late)


def test_a_key_may_be_given_back() -> None:
    def clock() -> datetime:
        return AT

    memory = NonceMemory(clock)
    memory.seen("a", AT + timedelta(minutes=1))
    memory.forget("a")
    memory.forget("never")
    assert not memory.seen("a", AT + timedelta(minutes=1))
