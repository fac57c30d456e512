"""The transcription of a share: words to groups of digits and back, and which errors are found how."""

import random
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shamir_mnemonic.wordlist import WORDLIST

from survey.domain.errors import BadShare
from survey.secrecy.share_digits import (
    GROUP_DIGITS,
    GROUPS,
    WORDS,
    groups_of,
    is_right,
    typed_groups,
    words_of,
)
from survey.secrecy.share_input import read_share

FILE = Path(__file__).parent.parent / "data/share-file/as-written.txt"
SHARE = read_share(FILE.read_text("utf-8"))
IN_GROUPS = groups_of(SHARE.words.split())
DIGITS = "".join(IN_GROUPS)


def grouped(digits: str) -> list[str]:
    return [digits[at : at + GROUP_DIGITS] for at in range(0, len(digits), GROUP_DIGITS)]


def refusal(digits: str) -> BadShare:
    with pytest.raises(BadShare) as refused:
        words_of(grouped(digits))
    return refused.value


@given(st.lists(st.sampled_from(WORDLIST), min_size=WORDS, max_size=WORDS))
def test_words_become_digits_and_words_again(words: list[str]) -> None:
    groups = groups_of(words)
    assert len(groups) == GROUPS
    assert all(len(group) == GROUP_DIGITS and group.isdecimal() for group in groups)
    assert words_of(groups) == words


@pytest.mark.parametrize("words", [[WORDLIST[0]] * WORDS, [WORDLIST[-1]] * WORDS])
def test_the_smallest_and_the_largest(words: list[str]) -> None:
    assert words_of(groups_of(words)) == words


def test_a_share_in_digits_is_the_share() -> None:
    assert read_share(DIGITS).words == SHARE.words
    assert DIGITS.isdecimal()
    assert len(DIGITS) == 120


def test_every_single_wrong_digit_is_found_and_its_group_named() -> None:
    for at, right in enumerate(DIGITS):
        for wrong in set("0123456789") - {right}:
            found = refusal(DIGITS[:at] + wrong + DIGITS[at + 1 :])
            assert (found.why, found.groups) == ("group", (at // GROUP_DIGITS + 1,))


def test_every_swap_of_neighbours_is_found_and_its_groups_named() -> None:
    swaps = 0
    for at, (one, other) in enumerate(pairwise(DIGITS)):
        if one != other:
            found = refusal(DIGITS[:at] + other + one + DIGITS[at + 2 :])
            touched = tuple(sorted({at // GROUP_DIGITS + 1, (at + 1) // GROUP_DIGITS + 1}))
            assert (found.why, found.groups) == ("group", touched)
            swaps += 1
    assert swaps > 100


def test_the_table_finds_both_wherever_a_group_stands() -> None:
    """Not for one share only: every state that a check can be in, and every pair of digits."""
    for at in range(1, 11):
        for one in range(10):
            for other in set(range(10)) - {one}:
                ends = {
                    check
                    for check in range(10)
                    for lead in (f"000{one}{other}", f"000{other}{one}")
                    if is_right(at, f"{lead}{check}")
                }
                assert len(ends) == 2, "the check digit differs once two neighbours are swapped"
                same = [is_right(at, f"0000{digit}{check}") for digit in (one, other) for check in range(10)]
                assert same.count(True) == 2


def test_a_group_in_the_place_of_another_is_found() -> None:
    groups = list(IN_GROUPS)
    for one in range(GROUPS):
        for other in range(one):
            swapped = groups[:]
            swapped[one], swapped[other] = swapped[other], swapped[one]
            with pytest.raises(BadShare) as refused:
                read_share(" ".join(swapped))
            # Ten places apart the check digits agree: the checksum of the words finds it.
            expected = ("digits", ()) if (one - other) % 10 == 0 else ("group", (other + 1, one + 1))
            assert (refused.value.why, refused.value.groups) == expected


def test_of_groups_that_are_wrong_in_any_way_nine_of_ten_are_named_and_the_rest_refused() -> None:
    dice = random.Random(3)
    named = 0
    for _ in range(3000):
        at = dice.randrange(GROUPS)
        groups = list(IN_GROUPS)
        while groups[at] == IN_GROUPS[at]:
            groups[at] = f"{dice.randrange(10**GROUP_DIGITS):06}"
        with pytest.raises(BadShare) as refused:
            read_share(" ".join(groups))
        assert refused.value.why in ("group", "digits")
        named += refused.value.groups == (at + 1,)
    assert 0.88 < named / 3000 < 0.92


def test_several_wrong_groups_are_all_named() -> None:
    groups = list(IN_GROUPS)
    for at in (4, 16):
        groups[at] = groups[at][:2] + str((int(groups[at][2]) + 1) % 10) + groups[at][3:]
    assert refusal("".join(groups)).groups == (5, 17)


@pytest.mark.parametrize(
    ("typed", "why", "places", "digits"),
    [
        (DIGITS[:60], "groups", (), 60),
        (DIGITS[:-1], "group", (20,), 0),
        (DIGITS + "482913", "groups", (21,), 126),
        (" ".join(IN_GROUPS[:8]), "groups", (), 48),
        (" ".join([*IN_GROUPS[:4], IN_GROUPS[4][:5], *IN_GROUPS[5:]]), "group", (5,), 0),
        (" ".join([*IN_GROUPS[:4], IN_GROUPS[4] + "1", *IN_GROUPS[5:]]), "group", (5,), 0),
        (" ".join([*IN_GROUPS[:4], "48291o", *IN_GROUPS[5:]]), "group", (5,), 0),
        ("-".join([*IN_GROUPS[:4], *IN_GROUPS[5:]]), "groups", (5,), 114),
    ],
)
def test_digits_that_are_too_few_too_many_or_mixed(
    typed: str, why: str, places: tuple[int, ...], digits: int
) -> None:
    with pytest.raises(BadShare) as refused:
        read_share(typed)
    found = refused.value
    assert (found.why, found.groups, found.place) == (why, places, digits)
    assert found.__cause__ is None
    assert IN_GROUPS[10] not in str(found)


def test_a_digit_left_out_of_a_run_is_where_it_stops_fitting() -> None:
    found = refusal(DIGITS[:50] + DIGITS[51:])
    assert found.why == "groups"
    assert found.place == 119
    # The group it was left out of, or one of the next where that one fits by chance.
    assert found.groups[0] in (9, 10, 11)


def test_groups_that_are_no_share_are_refused() -> None:
    """All nines are more than 33 words can say; other right groups make words that do not fit."""
    nines = [next(g for c in "0123456789" if is_right(at, g := f"99999{c}")) for at in range(1, 21)]
    zeros = [next(g for c in "0123456789" if is_right(at, g := f"00000{c}")) for at in range(1, 21)]
    for groups in (nines, zeros):
        with pytest.raises(BadShare) as refused:
            read_share(" ".join(groups))
        assert refused.value.why == "digits"


@pytest.mark.parametrize("text", ["", "1 2 3", "academic acid", "1. academic\n2. acid", "密码", "abc123"])
def test_what_is_not_in_digits(text: str) -> None:
    assert typed_groups(text) is None


@pytest.mark.parametrize("words", [[], ["academic"] * 32, ["zebra"] * 33])
def test_only_words_of_a_share_have_digits(words: list[str]) -> None:
    with pytest.raises(BadShare):
        groups_of(words)
