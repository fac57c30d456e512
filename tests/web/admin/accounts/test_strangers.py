"""Wrong logins without end: others keep their places, and what is written down stays small."""

import os
import re
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from flask import Flask
from werkzeug.test import TestResponse

from survey.domain.errors import PasswordsBusy
from survey.services.accounts import accounts, hashing, passwords
from survey.services.accounts.hashing import HOUSE, STRANGERS, HashingPlace
from survey.storage.accounts import account_rows
from survey.storage.database import transaction
from survey.storage.tables import LoginFailureRow
from survey.web.admin.accounts.strangers import A_SECOND, AT_ONCE, Strangers
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
def hashed(monkeypatch: pytest.MonkeyPatch) -> list[HashingPlace]:
    """The places in which passwords were compared, one entry each time."""
    seen: list[HashingPlace] = []
    passwords._nobody()
    run = HashingPlace.run

    def counting(place: HashingPlace, work: Callable[..., Any], *args: Any) -> Any:
        seen.append(place)
        return run(place, work, *args)

    monkeypatch.setattr(HashingPlace, "run", counting)
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
    door: Flask, hashed: list[HashingPlace], name: str
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


def test_all_names_together_have_one_budget(door: Flask, hashed: list[HashingPlace]) -> None:
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
        account = accounts.named(session, NAME)
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


def test_no_password_is_hashed_in_the_server(door: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []

    def noting(place: HashingPlace, work: Callable[..., Any], *args: Any) -> Any:
        try:
            return place._beside.run(work, *args)
        except VerificationError as error:
            seen.append(int(str(error)))
            raise

    monkeypatch.setattr(passwords, "_hasher", _Telling(1, 8, 1))
    monkeypatch.setattr(HashingPlace, "run", noting)
    log_in(door)
    log_in(door, "没有这个人")
    assert len(seen) == 2
    assert os.getpid() not in seen


class _Telling(PasswordHasher):
    """Refuses every password with the number of the process that was asked."""

    def verify(self, *_: Any) -> bool:
        raise VerificationError(str(os.getpid()))


def test_no_lock_is_held_while_a_password_is_hashed(
    app: Flask, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A ballot needs SQLite's one write lock; with low priority a hash may take long."""
    wrote = []

    def write() -> None:
        with app.app_context(), transaction(write=True):
            wrote.append(1)

    def writing(place: HashingPlace, work: Callable[..., Any], *args: Any) -> Any:
        with ThreadPoolExecutor(1) as another:
            another.submit(write).result()
        return place._beside.run(work, *args)

    passwords._nobody()
    monkeypatch.setattr(HashingPlace, "run", writing)
    assert change(office).status_code == 303
    app.config["WTF_CSRF_ENABLED"] = False
    assert log_in(app, password=OTHER)[0] == 303
    assert len(wrote) == 3
