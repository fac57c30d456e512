"""Replies that come at the same time: one transaction, and each request has its own end."""

import threading
import time
from collections.abc import Sequence
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from survey.domain.errors import Unavailable
from survey.domain.sms.incoming import Incoming
from survey.secrecy.sms_key import sms_key_path
from survey.services.sms import replies
from survey.services.sms.gathering import ReplyGathering
from survey.storage.database import transaction
from survey.storage.sms import client_rows
from survey.web.context import settings
from tests.sms_clients import (
    BEGAN,
    a_reply,
    an_sms_definition,
    close_sms,
    grades_in_box,
    invite,
    number_of,
    numbers_of,
    open_sms,
    secrets_here,
    shake_sms,
)

NOW = BEGAN + timedelta(hours=1)


@pytest.fixture
def commits(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """The transactions that were committed."""
    seen: list[object] = []
    commit = Session.commit

    def committing(session: Session) -> None:
        seen.append(session)
        commit(session)

    monkeypatch.setattr(Session, "commit", committing)
    return seen


def together(app: Flask, requests: Sequence[Sequence[Incoming]]) -> list[Exception | None]:
    """Bring what several requests have while none can begin; return what each was told."""
    gathering = ReplyGathering()
    told: list[Exception | None] = [RuntimeError("not told")] * len(requests)

    def keep(place: int) -> None:
        with app.app_context():
            try:
                gathering.keep("mas", requests[place], NOW, secrets_here())
                told[place] = None
            except Exception as error:
                told[place] = error

    threads = [threading.Thread(target=keep, args=(place,)) for place in range(len(requests))]
    with gathering._turn:
        for thread in threads:
            thread.start()
        deadline = time.monotonic() + 30
        while len(gathering._waiting) < len(requests):
            assert time.monotonic() < deadline
            time.sleep(0.001)
    for thread in threads:
        thread.join(30)
    return told


def test_replies_that_wait_are_kept_by_one_transaction(each_app: Flask, commits: list[object]) -> None:
    invite(open_sms(each_app, 6))
    del commits[:]
    assert together(each_app, [[a_reply(at, "1")] for at in range(6)]) == [None] * 6
    assert len(commits) == 1
    assert numbers_of("hotline").replied == 6


def test_of_two_of_one_number_the_later_holds_also_in_one_transaction(each_app: Flask) -> None:
    invite(open_sms(each_app, 2))
    brought = [[a_reply(0, "2", 2)], [a_reply(0, "1", 1)], [a_reply(1, "3", 5), a_reply(1, "1", 4)]]
    assert together(each_app, brought) == [None] * 3
    close_sms("hotline")
    shake_sms("hotline")
    assert grades_in_box("hotline") == ["fair", "poor"]


def test_who_wants_no_message_is_noted_and_counted_once(app: Flask, commits: list[object]) -> None:
    invite(open_sms(app, 4))
    del commits[:]
    brought = [
        [a_reply(0, "R")],
        [a_reply(0, "退订")],
        [a_reply(1, "3"), a_reply(2, "TD")],
        [a_reply(3, "x")],
    ]
    assert together(app, brought) == [None] * 4
    assert len(commits) == 2
    numbers = numbers_of("hotline")
    assert (numbers.opted_out, numbers.replied, numbers.invalid) == (2, 1, 1)


def test_a_request_that_has_to_come_again_takes_no_other_along(app: Flask) -> None:
    invite(open_sms(app, 3))
    other = an_sms_definition("second") | {"sms": {"channel": "mas", "sender": "x", "extension": "8"}}
    invite(open_sms(app, 3, other))
    sms_key_path(settings().keys, "second").unlink()
    told = together(app, [[a_reply(0, "1")], [a_reply(1, "1"), a_reply(1, "1", to="106900018")]])
    assert [type(one) for one in told] == [type(None), Unavailable]
    assert numbers_of("hotline").replied == 2


def test_one_that_fails_as_nobody_foresaw_takes_no_other_along(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    invite(open_sms(app, 3))
    take = replies.Intake.take

    def failing(intake: replies.Intake, message: Incoming, now: object) -> replies.Taken:
        if message.number == number_of(1):
            raise ZeroDivisionError
        return take(intake, message, now)  # type: ignore[arg-type]

    monkeypatch.setattr(replies.Intake, "take", failing)
    told = together(app, [[a_reply(at, "1")] for at in range(3)])
    assert [type(one) for one in told] == [type(None), ZeroDivisionError, type(None)]
    assert numbers_of("hotline").replied == 2


def test_where_nothing_can_be_committed_all_are_to_come_again(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    invite(open_sms(app, 3))

    def full(_session: Session) -> None:
        raise Unavailable("the disk is full", "disk")

    monkeypatch.setattr(Session, "commit", full)
    told = together(app, [[a_reply(0, "1")], [a_reply(1, "R")], [a_reply(2, "2")]])
    monkeypatch.undo()
    assert [type(one) for one in told] == [Unavailable] * 3
    assert len(set(map(id, told))) == 3
    assert numbers_of("hotline").replied == 0
    with transaction() as session:
        assert not client_rows.has_opted_out(session, secrets_here().opt_out_digest(number_of(1)))
