"""Replies that come at the same time: one transaction, and each request has its own end."""

import threading
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from functools import partial

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from survey.domain.definition.campaign import Campaign
from survey.domain.errors import Unavailable
from survey.domain.sms.incoming import Incoming
from survey.secrecy.sms_key import sms_key_path
from survey.services.sms import replies
from survey.services.sms.gathering import ReplyGathering
from survey.services.sms.replies import MOST, Brought, keep, keep_all
from survey.storage.database import transaction
from survey.storage.sms import client_rows
from survey.web.context import settings
from tests.at_once import at_once
from tests.postgres import session_of
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


def together(
    app: Flask, requests: Sequence[Sequence[Incoming]], channels: Sequence[str] = ()
) -> list[Exception | None]:
    """Bring what several requests have while none can begin; return what each was told."""
    gathering = ReplyGathering()

    def keep(place: int) -> None:
        with app.app_context():
            gathering.keep(channels[place] if channels else "mas", requests[place], NOW, secrets_here())

    return at_once(gathering, [partial(keep, place) for place in range(len(requests))])


def test_replies_that_wait_are_kept_by_one_transaction(each_app: Flask, commits: list[object]) -> None:
    invite(open_sms(each_app, 6))
    del commits[:]
    assert together(each_app, [[a_reply(at, "1")] for at in range(6)]) == [None] * 6
    assert len(commits) == 1
    assert numbers_of("hotline").replied == 6


def test_a_transaction_is_bounded_by_messages_not_by_requests(app: Flask, commits: list[object]) -> None:
    clients = iter(range(2 * MOST + 1))
    invite(open_sms(app, 2 * MOST + 1))
    sizes = [MOST // 2] * 4 + [1]
    del commits[:]
    brought = [[a_reply(next(clients), "1") for _ in range(size)] for size in sizes]
    assert together(app, brought) == [None] * 5
    assert len(commits) == 3
    assert numbers_of("hotline").replied == 2 * MOST + 1


def test_a_large_request_takes_several_transactions_and_counts_once(
    each_app: Flask, commits: list[object]
) -> None:
    clients = 2 * MOST + 2
    invite(open_sms(each_app, clients))
    large = [a_reply(at, "x") for at in range(clients - 1)] + [a_reply(clients - 1, "R")]
    del commits[:]
    keep("mas", large, NOW, secrets_here())
    assert len(commits) == 4
    keep("mas", large, NOW, secrets_here())
    numbers = numbers_of("hotline")
    assert (numbers.invalid, numbers.opted_out) == (clients - 1, 1)


def test_a_large_request_that_failed_after_a_part_counts_once_when_it_comes_again(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    invite(open_sms(app, 2 * MOST))
    large = [a_reply(at, "1", 5) for at in range(2 * MOST)]
    commit = Session.commit
    left = [True]

    def second_fails(session: Session) -> None:
        if not left:
            raise Unavailable("the disk is full", "disk")
        left.pop()
        commit(session)

    monkeypatch.setattr(Session, "commit", second_fails)
    assert [type(one) for one in together(app, [large])] == [Unavailable]
    monkeypatch.undo()
    assert numbers_of("hotline").replied == MOST
    keep("mas", [a_reply(0, "3", 9)], NOW, secrets_here())
    assert together(app, [large]) == [None]
    close_sms("hotline")
    shake_sms("hotline")
    assert grades_in_box("hotline") == ["good"] * (2 * MOST - 1) + ["poor"]


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


def over_two_channels(app: Flask) -> None:
    """Open a campaign on each of two channels, with the same clients."""
    invite(open_sms(app, 4))
    other = an_sms_definition("second") | {"sms": {"channel": "other", "sender": "x"}}
    invite(open_sms(app, 4, other))


def unreadable(channel: str, client: int) -> Brought:
    """Return a request with a reply that its campaign counts."""
    return Brought(channel, [a_reply(client, "x")], NOW, secrets_here())


@pytest.mark.parametrize("database", ["postgresql"])
def test_channels_met_in_opposite_orders_do_not_wait_for_each_other(
    each_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    over_two_channels(each_app)
    meeting = threading.Barrier(2)
    count_more = client_rows.count_more

    def counting(session: Session, campaign: Campaign, **numbers: int) -> None:
        count_more(session, campaign, **numbers)
        with suppress(threading.BrokenBarrierError):  # the other one waits for this row already
            meeting.wait(0.5)

    monkeypatch.setattr(client_rows, "count_more", counting)
    orders = [
        [unreadable("mas", 0), unreadable("other", 1)],
        [unreadable("other", 2), unreadable("mas", 3)],
    ]
    told: list[object] = []

    def keeping(order: Sequence[Brought]) -> None:
        with each_app.app_context():
            told.extend(keep_all(order))

    threads = [threading.Thread(target=keeping, args=(order,)) for order in orders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert told == [None] * 4
    assert (numbers_of("hotline").invalid, numbers_of("second").invalid) == (2, 2)


@pytest.mark.parametrize("database", ["postgresql"])
def test_requests_whose_transaction_was_ended_for_a_deadlock_are_kept_one_by_one(
    each_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    over_two_channels(each_app)
    touch = (
        "UPDATE sms_campaigns SET invalid = invalid FROM campaigns "
        "WHERE campaign_id = campaigns.id AND code = %s"
    )
    with session_of(settings().database_url.replace("+psycopg", "")) as other:
        other.execute("SET deadlock_timeout = '60s'")  # so that ours is the one that is ended
        other.execute(touch, ("second",))

        def cross() -> None:
            other.execute(touch, ("hotline",))
            other.rollback()

        crossing = threading.Thread(target=cross)
        count_more = client_rows.count_more

        def counting(session: Session, campaign: Campaign, **numbers: int) -> None:
            count_more(session, campaign, **numbers)
            if not crossing.ident:
                crossing.start()

        monkeypatch.setattr(client_rows, "count_more", counting)
        brought = [[a_reply(0, "x")], [a_reply(1, "x")]]
        told = together(each_app, brought, channels=["mas", "other"])
        crossing.join(30)
    assert told == [None, None]
    assert (numbers_of("hotline").invalid, numbers_of("second").invalid) == (1, 1)
