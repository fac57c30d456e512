"""Guessing is slow; the office's own devices do not feel it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import text

from survey.domain.errors import TooManyAttempts
from survey.services.accounts import login_throttle
from survey.services.accounts.login_throttle import ELSEWHERE, FIRST_WAIT, FREE, KEPT, MAX_WAIT
from survey.storage.database import transaction
from tests.builders import BY

DESK = "device on the desk"
SECOND = timedelta(seconds=1)


def fail(name: str = "张三", place: str = ELSEWHERE, after: timedelta = timedelta(0)) -> None:
    with transaction(write=True) as session:
        login_throttle.take(session, name, place, BY.at + after)


def succeed(name: str = "张三", place: str = ELSEWHERE, after: timedelta = timedelta(0)) -> None:
    fail(name, place, after)
    with transaction(write=True) as session:
        login_throttle.give_back(session, name, place, BY.at + after)


def wait(name: str = "张三", place: str = ELSEWHERE, after: timedelta = timedelta(0)) -> int:
    with pytest.raises(TooManyAttempts) as refused:
        fail(name, place, after)
    return refused.value.seconds


def test_some_failures_are_free_then_the_waits_grow(each_app: Flask) -> None:
    for _ in range(FREE):
        fail()
    at, waits = timedelta(0), []
    for _ in range(8):
        waits.append(wait(after=at))
        at += timedelta(seconds=waits[-1])
        fail(after=at)
    assert waits == [30, 60, 120, 240, 480, 900, 900, 900]


def test_waits_at_any_number() -> None:
    assert [login_throttle.wait_after(number) for number in (0, FREE - 1)] == [timedelta(0)] * 2
    assert login_throttle.wait_after(FREE) == FIRST_WAIT
    assert login_throttle.wait_after(10**9) == MAX_WAIT


def test_a_known_device_does_not_wait_for_what_others_do(each_app: Flask) -> None:
    for _ in range(FREE):
        fail()
    wait()
    for _ in range(3):
        succeed(place=DESK)
    fail(name="李四")
    wait()


def test_a_known_device_that_guesses_waits_alone(app: Flask) -> None:
    for _ in range(FREE):
        fail(place=DESK)
    wait(place=DESK)
    fail()
    fail(place="device at home")


def test_a_success_at_a_known_device_begins_anew(app: Flask) -> None:
    for _ in range(9):
        for _ in range(FREE - 1):
            fail(place=DESK)
        succeed(place=DESK)


def test_a_success_elsewhere_gives_nobody_free_guesses(app: Flask) -> None:
    for _ in range(FREE - 1):
        fail()
    succeed()
    fail()
    wait()


def test_a_refused_attempt_makes_the_wait_no_longer(app: Flask) -> None:
    for _ in range(FREE):
        fail()
    for seconds in range(30):
        assert wait(after=seconds * SECOND) == 30 - seconds
    fail(after=FIRST_WAIT)


def test_failures_are_forgotten_in_time(each_app: Flask) -> None:
    for _ in range(FREE):
        fail()
    fail(after=FIRST_WAIT)
    long_after = FIRST_WAIT * 3 + KEPT + SECOND
    for _ in range(FREE):
        fail(after=long_after)
    wait(after=long_after)
    succeed("李四", DESK, after=long_after + KEPT + FIRST_WAIT + SECOND)
    with transaction() as session:
        assert session.execute(text("SELECT count(*) FROM login_failures")).scalar() == 0


def test_made_up_names_are_bounded_and_the_oldest_go(
    each_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(login_throttle, "MAX_NAMES", 20)
    for number in range(50):
        fail(f"编造{number}", after=number * SECOND)
        assert rows() <= 20
    for _ in range(FREE - 1):
        fail("编造49", after=50 * SECOND)
    wait("编造49", after=50 * SECOND)  # those of late are still known
    for number in range(30):
        fail(f"又一个{number}", after=51 * SECOND)
    wait("编造49", after=51 * SECOND)  # one that has to wait goes last


def test_they_go_without_any_login(each_app: Flask) -> None:
    for number in range(5):
        fail(f"编造{number}")
    for after, left in ((KEPT, 5), (KEPT + SECOND, 0)):
        with transaction(write=True) as session:
            login_throttle.forget_old(session, BY.at + after)
        assert rows() == left


def test_names_made_up_at_one_moment_wait_for_no_lock_of_each_other(
    each_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(login_throttle, "MAX_NAMES", 5)

    def guess(number: int) -> None:
        with each_app.app_context():
            fail(f"编造{number}")

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(guess, range(60)))
    assert rows() <= 5 + 8


def rows() -> int:
    with transaction() as session:
        return int(session.execute(text("SELECT count(*) FROM login_failures")).scalar_one())


@pytest.mark.parametrize("name", ["", "\0", "\udcff", "名" * 100_000])
def test_any_name_is_counted(each_app: Flask, name: str) -> None:
    for _ in range(FREE):
        fail(name)
    assert wait(name) == 30


def test_names_and_places_are_stored_as_digests_only(each_app: Flask) -> None:
    fail()
    fail(place=DESK)
    with transaction() as session:
        stored = repr(session.execute(text("SELECT * FROM login_failures")).all())
    assert "张三" not in stored
    assert DESK not in stored


def test_guesses_at_one_moment_are_all_counted(each_app: Flask) -> None:
    def guess(_: int) -> bool:
        with each_app.app_context():
            try:
                fail()
            except TooManyAttempts:
                return False
            return True

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(guess, range(24))) == FREE
