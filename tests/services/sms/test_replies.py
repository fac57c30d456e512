"""Replies: the last valid one by the carrier's time holds, whatever comes first or comes twice."""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest
from flask import Flask

from survey.channels.sms.webhook import behind
from survey.domain.errors import Unavailable
from survey.domain.sms.incoming import Incoming, LongPart
from survey.domain.sms.messages import MessageKind
from survey.secrecy.sms_key import destroy_sms_key, read_sms_key
from survey.services.sms import closing
from survey.services.sms.replies import Taken, keep, take
from survey.services.voting import casting
from survey.storage import campaign_rows
from survey.storage.campaign_rows import find_campaign
from survey.storage.database import transaction
from survey.storage.sms import outbox_rows
from survey.web.context import settings
from tests.builders import count
from tests.sms_clients import (
    BEGAN,
    Provider,
    a_reply,
    accounted,
    an_sms_definition,
    close_sms,
    grades_in_box,
    invite,
    listed_campaign,
    number_of,
    numbers_of,
    open_sms,
    queued,
    receive,
    secrets_here,
    send_all,
    shake_sms,
)


def replied_by_all(texts: Sequence[str]) -> list[Incoming]:
    """Return replies of clients about one ratee, in their order."""
    return [a_reply(at * 3, text) for at, text in enumerate(texts)]


def test_replies_are_counted_like_ballots(each_app: Flask) -> None:
    open_sms(each_app, 60)
    texts = ["1"] * 7 + ["满意", "２", "3。", "不满意"] + ["0"] * 5
    assert receive(*replied_by_all(texts)) == [Taken.KEPT] * len(texts)
    assert numbers_of("hotline").replied == len(texts)
    close_sms("hotline")
    shake_sms("hotline")
    count(each_app, "hotline")
    total = accounted("hotline").total
    assert (total.issued, total.returned, total.valid, total.unreadable) == (60, 16, 16, 0)


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0), (2, 0, 1)])
def test_the_last_by_the_carriers_time_holds_whatever_the_order(app: Flask, order: tuple[int, ...]) -> None:
    open_sms(app, 3)
    replies = [a_reply(0, "1", 1), a_reply(0, "2", 5), a_reply(0, "3", 9)]
    taken = [receive(replies[at])[0] for at in order]
    assert taken.count(Taken.KEPT) == sum(order[at] == max(order[: at + 1]) for at in range(3))
    close_sms("hotline")
    shake_sms("hotline")
    assert grades_in_box("hotline") == ["poor"]


@pytest.mark.parametrize("first", [0, 1])
def test_of_two_of_one_second_the_same_one_holds_whichever_came_first(app: Flask, first: int) -> None:
    open_sms(app, 3)
    replies = [a_reply(0, "1", 5, "a"), a_reply(0, "3", 5, "b")]
    receive(replies[first])
    receive(replies[1 - first])
    close_sms("hotline")
    shake_sms("hotline")
    # Which one is the key's to say: so it is asked of both orders of one campaign's key.
    found = grades_in_box("hotline")
    assert len(found) == 1
    assert found == [larger_mark(replies)]


def larger_mark(replies: Sequence[Incoming]) -> str:
    key = read_sms_key(settings().keys, "hotline")
    last = max(replies, key=lambda one: key.seen_digest("id", one.number, one.id))
    return {"1": "good", "3": "poor"}[last.text]


def test_what_comes_twice_changes_nothing(each_app: Flask) -> None:
    open_sms(each_app, 3)
    first, second = a_reply(0, "1", 1, "x"), a_reply(0, "2", 2, "y")
    assert receive(first, second, first) == [Taken.KEPT, Taken.KEPT, Taken.SEEN]
    assert receive(second) == [Taken.SEEN]
    assert numbers_of("hotline").replied == 1


def test_without_a_name_time_and_text_tell_messages_apart(app: Flask) -> None:
    open_sms(app, 3)
    first = a_reply(0, "1", 1, "")
    assert receive(first, first, a_reply(0, "1", 2, ""), a_reply(1, "1", 1, "")) == [
        Taken.KEPT,
        Taken.SEEN,
        Taken.KEPT,
        Taken.KEPT,
    ]


def test_without_name_and_time_an_answer_can_be_changed_back(app: Flask) -> None:
    open_sms(app, 3)
    for minutes, text in enumerate(("1", "3", "1")):
        reply = replace(a_reply(0, text, named=""), at=None)
        assert receive(reply, now=BEGAN + timedelta(minutes=minutes)) == [Taken.KEPT]
    close_sms("hotline")
    shake_sms("hotline")
    assert grades_in_box("hotline") == ["good"]


@pytest.mark.parametrize(
    "wrong", [BEGAN + timedelta(days=300), datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=8)))]
)
def test_a_time_that_cannot_be_counts_as_none(app: Flask, wrong: datetime) -> None:
    open_sms(app, 3)
    first = replace(a_reply(0, "1"), at=wrong)
    now = BEGAN + timedelta(minutes=20)
    assert receive(first, first, now=now) == [Taken.KEPT, Taken.SEEN]
    assert receive(a_reply(0, "3", 19), a_reply(0, "2", 21), now=now) == [Taken.OLDER, Taken.KEPT]
    close_sms("hotline")
    shake_sms("hotline")
    assert grades_in_box("hotline") == ["fair"]


def test_a_carriers_clock_may_be_some_minutes_ahead(app: Flask) -> None:
    open_sms(app, 3)
    now = BEGAN + timedelta(minutes=20)
    assert receive(a_reply(0, "1", 30), now=now) == [Taken.KEPT]
    assert receive(a_reply(0, "3", 29), now=now) == [Taken.OLDER]


def test_two_numbers_may_have_one_name(app: Flask) -> None:
    open_sms(app, 3)
    assert receive(a_reply(0, "1", 1, "7"), a_reply(1, "1", 1, "7")) == [Taken.KEPT] * 2


def test_an_invalid_one_replaces_nothing_and_earns_help_twice(app: Flask) -> None:
    open_sms(app, 3)
    receive(a_reply(0, "2", 1))
    assert (
        receive(*(a_reply(0, text, 2 + at) for at, text in enumerate(("12", "很好", "3或4"))))
        == [Taken.INVALID] * 3
    )
    assert (numbers_of("hotline").invalid, numbers_of("hotline").replied) == (3, 1)
    provider = Provider()
    assert send_all(provider) == 2
    assert provider.numbers == [number_of(0)] * 2
    assert "没有读懂" in provider.sent[0][1]
    close_sms("hotline")
    shake_sms("hotline")
    assert grades_in_box("hotline") == ["fair"]


def test_several_lines_are_answered_in_order(app: Flask) -> None:
    data = an_sms_definition()
    data["sections"][0]["criteria"] = [{"key": key, "label": key} for key in ("快", "好", "近")]
    for at, key in enumerate(("fast", "kind", "near")):
        data["sections"][0]["criteria"][at]["key"] = key
    open_sms(app, 3, data)
    assert receive(a_reply(0, "3210"), a_reply(1, "321"), a_reply(2, "1，2、3")) == [
        Taken.INVALID,
        Taken.KEPT,
        Taken.KEPT,
    ]


def test_opting_out_comes_before_all_else_and_keeps_the_ballot(app: Flask) -> None:
    open_sms(app, 3)
    invite("hotline")
    queued("hotline", MessageKind.REMINDER)
    assert receive(a_reply(0, "1", 1), a_reply(0, "R", 2), a_reply(1, "退订", 2)) == [
        Taken.KEPT,
        Taken.OPTED_OUT,
        Taken.OPTED_OUT,
    ]
    assert receive(a_reply(0, "T.D", 3), a_reply(9, "N", 3)) == [Taken.OPTED_OUT] * 2
    numbers = numbers_of("hotline")
    assert (numbers.opted_out, numbers.replied) == (2, 1)
    provider = Provider()
    send_all(provider)
    assert provider.numbers == [number_of(2)]


def test_a_part_of_a_long_message_is_invalid_once(app: Flask) -> None:
    open_sms(app, 3)
    parts = [replace(a_reply(0, "1", 1), part=LongPart(7, 2, at)) for at in (1, 2)]
    assert receive(*parts) == [Taken.INVALID, Taken.SEEN]


def test_messages_of_strangers_and_other_channels_change_nothing(app: Flask) -> None:
    open_sms(app, 3)
    assert receive(a_reply(7, "1")) == [Taken.FOREIGN]
    listed_campaign(app, 1, an_sms_definition("later") | {"sms": {"channel": "other", "sender": "x"}})
    assert numbers_of("hotline").replied == 0


def test_replies_go_to_the_campaign_of_their_sub_number(app: Flask) -> None:
    for code, extension in (("one", "12"), ("two", "2"), ("three", "")):
        data = an_sms_definition(code)
        data["sms"]["extension"] = extension
        open_sms(app, 1, data)
    receive(a_reply(0, "1", to="106900212"), a_reply(0, "1", to="106900002"), a_reply(0, "1", to="1069009"))
    assert [numbers_of(code).replied for code in ("one", "two", "three")] == [1, 1, 1]


def on_the_number(channel: str, extension: str, number: int, text: str, minutes: float) -> Incoming:
    """Return a reply that came to a sub-number behind the channel's own."""
    to, exact = behind(f"{channel}{extension}", channel)
    return replace(a_reply(number, text, minutes, to=to), exact=exact)


@pytest.mark.parametrize("other", ["", "2"])
def test_a_reply_in_time_is_no_other_campaigns_though_that_is_open(app: Flask, other: str) -> None:
    for code, extension in (("ended", "12"), ("open", other)):
        data = an_sms_definition(code)
        data["sms"]["extension"] = extension
        open_sms(app, 3, data)
        invite(code)
    # Whole numbers, whose end is the other's too: on a channel of which only the provider knows the own one.
    receive(a_reply(0, "1", 5, to="106900212" if other else "1069003"))
    receive(a_reply(0, "1", 6, to=f"1069003{other}"))
    closed = close_sms("ended")
    assert receive(a_reply(0, "3", 119, to="106900312"), now=closed + timedelta(minutes=4)) == [Taken.KEPT]
    later = closed + timedelta(minutes=20)
    shake_sms("ended")
    assert grades_in_box("ended") == ["poor"]
    assert receive(a_reply(1, "3", 130, to="106900312"), now=later) == [Taken.LATE]
    closing.erase_due(closed + timedelta(hours=6), settings().keys)
    assert receive(on_the_number("1069003", "12", 0, "3", 400), now=later + timedelta(hours=7)) == [
        Taken.FOREIGN
    ]
    assert numbers_of("open").replied == 1
    close_sms("open", 500)
    shake_sms("open", 511)
    assert grades_in_box("open") == ["good"]


def test_who_was_not_asked_yet_answers_another_campaigns_message(each_app: Flask) -> None:
    open_sms(each_app, 3)
    invite("hotline")
    close_sms("hotline")
    shake_sms("hotline")
    open_sms(each_app, 3, an_sms_definition("second"))
    late = BEGAN + timedelta(minutes=150)
    assert receive_only(a_reply(0, "3", 149), late) == Taken.LATE
    queued("second")
    assert receive_only(a_reply(0, "3", 149), late) == Taken.LATE
    assert numbers_of("second").replied == 0
    send_all(Provider(), late)
    assert receive_only(a_reply(0, "3", 149), late) == Taken.KEPT
    assert numbers_of("second").replied == 1


def receive_only(reply: Incoming, now: datetime) -> Taken:
    """Take a reply as it comes, of a client who may not have been asked."""
    with transaction(write=True) as session:
        [taken] = take(session, "mas", [reply], now, secrets_here())
    return taken


def test_replies_sent_before_the_close_are_taken_for_ten_minutes(each_app: Flask) -> None:
    open_sms(each_app, 9)
    receive(a_reply(0, "1", 1))
    closed = close_sms("hotline")
    late = closed + timedelta(minutes=4)
    assert receive(a_reply(1, "2", 119.9), a_reply(0, "3", 119), now=late) == [Taken.KEPT] * 2
    assert receive(a_reply(2, "1", 120), a_reply(0, "1", 121), now=late) == [Taken.LATE] * 2
    provider = Provider()
    send_all(provider, late)
    assert sorted(provider.numbers) == [number_of(0), number_of(2)]
    assert all("已截止" in text for _, text, _ in provider.sent)
    assert receive(a_reply(3, "1", 119), now=closed + timedelta(minutes=10)) == [Taken.LATE]
    with transaction() as session:
        assert not find_campaign(session, "hotline").shaken
    shake_sms("hotline")
    assert grades_in_box("hotline") == ["fair", "poor"]
    # Who is told now that it is over must not be one whose reply counts, and whose carrier only repeats it.
    again = [a_reply(0, "3", 119), a_reply(4, "1", 119), replace(a_reply(1, "2", named=""), at=None)]
    over = closed + timedelta(minutes=12)
    assert receive(*again, a_reply(5, "1", 120), now=over) == [Taken.LATE] * 4
    telling = Provider()
    send_all(telling, over)
    assert sorted(telling.numbers) == [number_of(3), number_of(5)]


def test_after_the_planned_end_nothing_counts_even_before_the_clock_closes(app: Flask) -> None:
    data = an_sms_definition()
    data["campaign"]["closes_at"] = BEGAN + timedelta(minutes=60)
    open_sms(app, 3, data)
    assert receive(a_reply(0, "1", 59.9), a_reply(1, "1", 60)) == [Taken.KEPT, Taken.LATE]


def test_without_the_key_or_while_held_the_carrier_is_to_try_again(app: Flask) -> None:
    open_sms(app, 3)
    invite("hotline")
    with transaction(write=True) as session:
        campaign_rows.set_held(session, find_campaign(session, "hotline"), held=True)
    with pytest.raises(Unavailable):
        keep("mas", [a_reply(0, "1")], BEGAN, secrets_here())
    with transaction(write=True) as session:
        campaign_rows.set_held(session, find_campaign(session, "hotline"), held=False)
    destroy_sms_key(settings().keys, "hotline")
    with pytest.raises(Unavailable):
        keep("mas", [a_reply(0, "1")], BEGAN, secrets_here())


def test_an_opt_out_is_committed_although_the_replies_beside_it_fail(
    each_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_sms(each_app, 3)
    invite("hotline")

    def fails(*_given: object) -> bytes:
        raise ZeroDivisionError

    monkeypatch.setattr(casting, "seal_reply", fails)
    with pytest.raises(ZeroDivisionError):
        keep("mas", [a_reply(0, "1"), a_reply(1, "R")], BEGAN, secrets_here())
    assert (numbers_of("hotline").opted_out, numbers_of("hotline").replied) == (1, 0)


def test_a_failed_transaction_keeps_nothing_and_the_repetition_everything(each_app: Flask) -> None:
    open_sms(each_app, 3)
    invite("hotline")
    reply = a_reply(0, "1", 1, "x")
    try:
        with transaction(write=True) as session:
            assert take(session, "mas", [reply], BEGAN, secrets_here()) == [Taken.KEPT]
            raise ZeroDivisionError
    except ZeroDivisionError:
        pass
    assert numbers_of("hotline").replied == 0
    assert receive(reply) == [Taken.KEPT]
    assert numbers_of("hotline").replied == 1


def test_doubled_and_reordered_replies_of_many(each_app: Flask) -> None:
    """The large one, with kills, is tests/faults/test_sms_killed.py."""
    open_sms(each_app, 60)
    drawn = random.Random(7)
    truth: dict[int, tuple[float, str]] = {}
    replies = []
    for at in range(90):
        number, minutes, text = at % 60, drawn.random() * 100, drawn.choice("1230")
        replies.append(a_reply(number, text, minutes, f"m{at}"))
        truth[number] = max(truth.get(number, (-1.0, "")), (minutes, text))
    replies += drawn.sample(replies, 9)
    drawn.shuffle(replies)
    for at in range(0, len(replies), 7):
        receive(*replies[at : at + 7])
    assert numbers_of("hotline").replied == 60
    close_sms("hotline")
    shake_sms("hotline")
    wanted = {"1": "good", "2": "fair", "3": "poor", "0": "-"}
    assert grades_in_box("hotline") == sorted(wanted[text] for _, text in truth.values())


def test_help_is_not_queued_by_a_repetition(app: Flask) -> None:
    open_sms(app, 1)
    reply = a_reply(0, "?", 1, "x")
    receive(reply, reply)
    with transaction() as session:
        campaign = find_campaign(session, "hotline")
        assert (
            sum(
                number
                for (kind, _), number in outbox_rows.numbers(session, campaign).items()
                if kind is MessageKind.HELP
            )
            == 1
        )
