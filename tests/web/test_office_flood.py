"""Wrong logins without end: others keep their places, and what is written down stays small."""

import re
import threading
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from survey.domain.errors import PasswordsBusy
from survey.services import accounts, hashing, passwords, people
from survey.services.hashing import HOUSE, STRANGERS
from survey.storage import account_rows
from survey.storage.database import transaction
from survey.storage.tables import LoginFailureRow
from survey.web.admin.strangers import A_SECOND, AT_ONCE, Strangers
from tests.builders import BY
from tests.office import Office
from tests.signing_in import PASSWORD

NAME = "王芳"
TOKEN = re.compile(r'value="[\w.-]{60,}"')
OTHER = "four words that nobody guesses"
BUSY = "系统还没有核对您的密码"


@pytest.fixture
def door(app: Flask) -> Flask:
    """An instance with one account; forms need no token."""
    app.config["WTF_CSRF_ENABLED"] = False
    with transaction(write=True) as session:
        accounts.create(session, NAME, "viewer", PASSWORD, BY)
    return app


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the threads in which passwords were hashed."""
    seen: list[str] = []
    verify = passwords._hasher.verify

    class Counting:
        hash = staticmethod(passwords._hasher.hash)

        @staticmethod
        def verify(kept: str, password: str) -> bool:
            seen.append(threading.current_thread().name)
            return bool(verify(kept, password))

    monkeypatch.setattr(passwords, "_hasher", Counting)
    return seen


def log_in(
    app: Flask, name: str = NAME, password: str = PASSWORD, client: object = None
) -> "tuple[int, str]":
    answer = (client or app.test_client()).post("/admin/login", data={"name": name, "password": password})
    return answer.status_code, answer.text


def failures() -> int:
    with transaction() as session:
        return session.query(LoginFailureRow).count()


@pytest.mark.parametrize("name", [NAME, "没有这个人"])
def test_who_finds_the_place_taken_is_told_at_once_and_alike(
    door: Flask, hashed: list[str], name: str
) -> None:
    with STRANGERS.taken():
        answer = door.test_client().post("/admin/login", data={"name": name, "password": PASSWORD})
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == str(hashing.COME_BACK_SECONDS)
    assert BUSY in answer.text
    assert hashed == []
    assert failures() == 0  # an attempt that was not made counts for nothing
    assert log_in(door)[0] == 303


def test_a_known_device_gets_in_beside_a_flood(door: Flask) -> None:
    known = door.test_client()
    assert log_in(door, client=known)[0] == 303
    known.post("/admin/logout")
    door.extensions["minping_strangers"] = Strangers(lambda: 0.0)
    while not door.extensions["minping_strangers"].take():
        pass
    with STRANGERS.taken():
        assert log_in(door)[0] == 429
        assert log_in(door, client=known)[0] == 303
        known.post("/admin/logout")
    # A device is known for the name it logged in with, not for any.
    assert log_in(door, "没有这个人", client=known)[0] == 429


def test_all_names_together_have_one_budget(door: Flask, hashed: list[str]) -> None:
    now = [1000.0]
    door.extensions["minping_strangers"] = Strangers(lambda: now[0])
    statuses = [log_in(door, f"编造的名字{number}")[0] for number in range(AT_ONCE + 5)]
    assert statuses == [403] * AT_ONCE + [429] * 5
    refused = [log_in(door, name) for name in (NAME, "没有这个人")]
    known, unknown = (
        (status, TOKEN.sub("", page).replace(name, ""))
        for (status, page), name in zip(refused, (NAME, "没有这个人"), strict=True)
    )
    assert known == unknown
    assert known[0] == 429
    assert len(hashed) == AT_ONCE
    assert failures() == AT_ONCE
    now[0] += 1
    assert [log_in(door, f"又一个{number}")[0] for number in range(A_SECOND + 1)] == [403] * A_SECOND + [429]


def test_the_budget_fills_up_again() -> None:
    now = [0.0]
    budget = Strangers(lambda: now[0])
    assert [budget.take() for _ in range(AT_ONCE)] == [0.0] * AT_ONCE
    late = budget.take()
    assert 0 < late <= 1 / A_SECOND
    now[0] += 3600
    assert [budget.take() for _ in range(AT_ONCE)] == [0.0] * AT_ONCE
    assert budget.take() > 0


@pytest.fixture
def office(app: Flask) -> Office:
    """Somebody logged in, whose password can be typed."""
    made = Office(app, NAME, "viewer")
    with transaction(write=True) as session:
        account = people.named(session, NAME)
        account_rows.set_password(session, account.id, passwords.hash_password(PASSWORD, NAME))
    made.get("/admin/me/password")
    return made


def change(office: Office) -> TestResponse:
    return office.post("/admin/me/password", present=PASSWORD, password=OTHER, again=OTHER)


def test_whoever_is_logged_in_is_told_so_too_and_it_counts_as_no_failure(office: Office) -> None:
    with HOUSE.taken():
        answer = change(office)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, str(hashing.COME_BACK_SECONDS))
    assert BUSY in answer.text
    assert failures() == 0
    with STRANGERS.taken():
        assert change(office).status_code == 303


def test_whatever_hashes_without_room_is_refused_where_there_is_none(app: Flask) -> None:
    """A page to come, whose author forgot: the services themselves hold to it."""
    with HOUSE.taken():
        outcome: list[object] = []

        def elsewhere() -> None:
            for work in (lambda: passwords.fits("x", None), lambda: passwords.hash_password(PASSWORD, "x")):
                try:
                    outcome.append(work())
                except PasswordsBusy as error:
                    outcome.append(error.seconds)

        thread = threading.Thread(target=elsewhere)
        thread.start()
        thread.join()
    assert outcome == [hashing.COME_BACK_SECONDS] * 2


def test_no_password_is_hashed_in_a_thread_of_the_server(door: Flask, hashed: list[str]) -> None:
    log_in(door)
    log_in(door, "没有这个人")
    assert len(hashed) == 2
    assert all(name.startswith("hashing") for name in hashed)


def test_no_lock_is_held_while_a_password_is_hashed(
    app: Flask, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A ballot needs SQLite's one write lock; with low priority a hash may take long."""
    hasher, wrote = passwords._hasher, 0

    def writing(work: Callable[..., Any]) -> Callable[..., Any]:
        def work_and_write(*given: str) -> Any:
            nonlocal wrote
            with app.app_context(), transaction(write=True):
                wrote += 1
            return work(*given)

        return work_and_write

    slow = SimpleNamespace(verify=writing(hasher.verify), hash=writing(hasher.hash))
    monkeypatch.setattr(passwords, "_hasher", slow)
    assert change(office).status_code == 303
    app.config["WTF_CSRF_ENABLED"] = False
    assert log_in(app, password=OTHER)[0] == 303
    assert wrote == 3
