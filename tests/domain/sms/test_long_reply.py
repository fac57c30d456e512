"""Parts of a long reply are known by what they have in common, and joined in their order."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from survey.domain.sms.incoming import Incoming, LongPart
from survey.domain.sms.long_reply import join_parts, long_key

AT = datetime(2026, 6, 1, 8, tzinfo=UTC)


def part(number: int, text: str, total: int = 2, reference: int = 7) -> Incoming:
    place = LongPart(reference, total, number)
    return Incoming("+8613800001111", "106900001", text, f"id{number}", AT + timedelta(seconds=number), place)


def test_parts_of_one_reply_have_one_key() -> None:
    assert long_key(part(1, "a")) == long_key(part(2, "b")) is not None
    others = [
        replace(part(1, "a"), number="+8613900002222"),
        part(1, "a", reference=8),
        part(1, "a", total=3),
    ]
    assert long_key(part(1, "a")) not in [long_key(other) for other in others]


def test_what_came_whole_has_none() -> None:
    assert long_key(replace(part(1, "a"), part=None)) is None
    assert long_key(part(1, "a", total=1)) is None


@pytest.mark.parametrize("order", [(1, 2, 3), (3, 2, 1), (2, 3, 1), (2, 2, 1, 3, 3)])
def test_parts_are_joined_in_their_order(order: tuple[int, ...]) -> None:
    texts = {1: "不满意", 2: "，因为", 3: "等了很久"}
    joined = join_parts(part(number, texts[number], total=3) for number in order)
    assert joined == Incoming(
        "+8613800001111", "106900001", "不满意，因为等了很久", "id1 id2 id3", AT + timedelta(seconds=3)
    )


@pytest.mark.parametrize("numbers", [(), (1,), (2,), (1, 1), (0, 1), (1, 3)])
def test_while_one_is_missing_there_is_no_reply(numbers: tuple[int, ...]) -> None:
    assert join_parts(part(number, "a") for number in numbers) is None


def test_a_message_that_is_no_part_adds_nothing() -> None:
    assert join_parts([replace(part(1, "a"), part=None)]) is None


def test_a_character_cut_in_two_is_mended() -> None:
    joined = join_parts([part(1, "3\ud83d"), part(2, "\ude00")])
    assert joined is not None
    assert joined.text == "3😀"


def test_half_a_character_is_unreadable_and_no_error() -> None:
    joined = join_parts([part(1, "3\ud83d"), part(2, "x")])
    assert joined is not None
    joined.text.encode("utf-8")


def test_where_one_part_has_no_id_the_reply_has_none() -> None:
    joined = join_parts([part(1, "a"), replace(part(2, "b"), id="", at=None)])
    assert joined is not None
    assert (joined.id, joined.at) == ("", AT + timedelta(seconds=1))
