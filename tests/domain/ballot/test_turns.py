"""Whose turn it is: which acts are possible when, and what may be answered."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.domain.ballot.ballot import BallotForm
from survey.domain.ballot.turns import Turn, TurnStanding, begun, require_opened, standing_of
from survey.domain.definition.reader import read_definition
from survey.domain.errors import InvalidBallot, WrongTurn
from tests.by_turns import by_turns

KEYS = ("a", "b", "c")
START = TurnStanding(tuple((key, Turn.WAITING) for key in KEYS))
ACTS: list[Callable[[TurnStanding], TurnStanding]] = [
    TurnStanding.open_next,
    TurnStanding.hand_in,
    *(lambda one, key=key: one.open(key) for key in KEYS),
    *(lambda one, key=key: one.end(key) for key in KEYS),
    *(lambda one, key=key: one.pass_over(key) for key in KEYS),
]


def test_persons_in_the_order_of_the_definition() -> None:
    standing = START.open_next()
    assert (standing.current, standing.waiting) == ("a", ("b", "c"))
    standing = standing.open_next().open_next()
    assert standing.by_ratee == {"a": Turn.ENDED, "b": Turn.ENDED, "c": Turn.OPEN}
    standing = standing.hand_in()
    assert (standing.current, standing.handing_in, standing.revision) == (None, True, 4)
    assert standing.opened == set(KEYS)


def test_somebody_out_of_the_order_and_once_more() -> None:
    standing = START.open("c").end("c").open("c").end("c").open_next()
    assert begun(standing.turns) == {"a": "open", "c": "ended"}


def test_the_absent_are_passed_over_and_may_come_late() -> None:
    standing = START.pass_over("a").open_next()
    assert standing.current == "b"
    assert standing.opened == {"b"}
    assert standing.end("b").open("a").current == "a"


@pytest.mark.parametrize(
    ("act", "why"),
    [
        (lambda: START.open("x"), "unknown"),
        (lambda: START.open("a").open("a"), "is-open"),
        (lambda: START.open("a").open("b"), "other-open"),
        (lambda: START.end("a"), "not-open"),
        (lambda: START.open("a").pass_over("a"), "not-waiting"),
        (lambda: START.open("a").end("a").pass_over("a"), "not-waiting"),
        (lambda: START.open("a").hand_in(), "still-waiting"),
        (lambda: START.open_next().open_next().open_next().open_next(), "none-waiting"),
        (lambda: START.open_next().open_next().open_next().hand_in().hand_in(), "handing-in"),
        (lambda: START.pass_over("a").pass_over("b").pass_over("c").hand_in().open("a"), "handing-in"),
    ],
)
def test_what_does_not_fit_is_refused(act: Callable[[], TurnStanding], why: str) -> None:
    with pytest.raises(WrongTurn) as refused:
        act()
    assert refused.value.why == why
    assert "\n" not in str(refused.value)


@given(st.lists(st.integers(0, len(ACTS) - 1), max_size=20))
def test_whatever_is_done_one_is_open_at_most_and_nobody_after_handing_in(chosen: list[int]) -> None:
    standing = START
    for number in chosen:
        try:
            after = ACTS[number](standing)
        except WrongTurn:
            continue
        assert after.revision == standing.revision + 1
        assert after.opened >= standing.opened
        assert sum(turn is Turn.OPEN for _, turn in after.turns) <= 1
        assert after.handing_in >= standing.handing_in
        assert not (after.handing_in and (after.current or after.waiting))
        standing = after


def test_once_ballots_are_taken_what_was_left_blank_can_be_filled_in() -> None:
    standing = START.open_next().end("a").pass_over("b").open_next()
    assert [standing.is_locked("a", blank=blank) for blank in (True, False)] == [True, True]
    assert [standing.is_locked("c", blank=blank) for blank in (True, False)] == [False, False]
    standing = standing.hand_in()
    assert [standing.is_locked("a", blank=blank) for blank in (True, False)] == [False, True]
    assert [standing.is_locked("b", blank=blank) for blank in (True, False)] == [True, True], "absent"


def test_after_a_restore_persons_can_be_opened_again_and_no_revision_repeats() -> None:
    standing = START.open_next().open_next().open_next().hand_in()
    resumed = standing.resume()
    assert (resumed.turns, resumed.handing_in) == (standing.turns, False)
    assert resumed.revision > standing.revision + 10_000
    assert resumed.open("a").end("a").hand_in().handing_in
    assert not START.open("a").resume().handing_in


def test_a_place_is_that_of_the_list_whoever_was_opened_before() -> None:
    standing = START.pass_over("a").open("c")
    assert (standing.number, standing.number_done) == (3, 1)
    standing = standing.end("c")
    assert (standing.number, standing.number_done) == (0, 2)
    assert standing.open("a").number == 1


def test_only_who_was_opened_can_be_rated() -> None:
    definition = read_definition(by_turns(2))
    form = BallotForm(definition, "A")
    standing = standing_of(definition, {"p0": "ended"}, handing_in=True, revision=3)
    require_opened(form, form.check({"p0.de": ["poor"]}), standing)
    with pytest.raises(InvalidBallot) as refused:
        require_opened(form, form.check({"p0.de": ["poor"], "p1.de": ["poor"], "p1.neng": ["-"]}), standing)
    assert {name: fault.kind for name, fault in refused.value.fields.items()} == {
        "p1.de": "not-opened",
        "p1.neng": "not-opened",
    }
