"""Ratings counted many at a time: the same numbers as one by one."""

from array import array
from collections import Counter
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey.domain.ballot import columns
from survey.domain.ballot.columns import Columns, Limits, as_bytes, as_positions, repeated
from survey.domain.ballot.columns import in_order as ordered

_position = st.one_of(st.integers(0, 7), st.sampled_from([255, 256, 0x7FFF, 0x8000, 0xFFFF]))


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(_position, _position), max_size=9))
def test_limits_allow_what_no_line_forbids(lines: list[tuple[int, int]]) -> None:
    highest, positions = [most for most, _ in lines], [given for _, given in lines]
    fits = all(position <= most for most, position in lines)
    assert Limits(highest).allow(as_bytes(positions)) is fits


def test_one_over_is_found_on_every_line() -> None:
    highest = [5, 6, 1, 300, 2]
    limits = Limits(highest)
    assert limits.allow(as_bytes(highest))
    for line in range(len(highest)):
        over = [most + (place == line) for place, most in enumerate(highest)]
        assert not limits.allow(as_bytes(over))


def one_by_one(ballots: Sequence[Sequence[int]], widths: Sequence[int]) -> list[list[int]]:
    rows = [[0] * width for width in widths]
    for ballot in ballots:
        for row, position in zip(rows, ballot, strict=True):
            row[position] += 1
    return rows


@pytest.mark.parametrize("widths", [(6, 3, 4), (2,), (), (300, 2)], ids=str)
@pytest.mark.parametrize("at_once", [1, 64, 1 << 16])
def test_columns_count_as_one_by_one(
    widths: tuple[int, ...], at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(columns, "AT_ONCE", at_once)
    ballots = [[(turn * 7 + place) % width for place, width in enumerate(widths)] for turn in range(700)]
    rows = [[0] * width for width in widths]
    counted = Columns(rows)
    for ballot in ballots:
        packed = as_bytes(ballot)
        assert list(as_positions(packed)) == ballot
        counted.add(packed)
    counted.settle()
    counted.settle()  # nothing is counted twice
    assert rows == one_by_one(ballots, widths)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 2**64 - 1), max_size=60))
def test_numbers_in_order(numbers: list[int]) -> None:
    given = array("Q", [*numbers, *numbers[:5]])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(columns, "RUN", 7)
        assert list(ordered(given)) == sorted(given)
        patch.setattr(columns, "_SAMPLED", 3)
        assert list(ordered(given)) == sorted(given)
    again = Counter(given) - Counter(set(given))
    assert Counter(repeated(ordered(given))) == again
