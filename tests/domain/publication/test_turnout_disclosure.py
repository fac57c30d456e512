"""The turnout that pages may show while voting runs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.domain.publication.turnout_disclosure import ShownReturn, ShownTurnout, TokenCounts, show


def shown(*groups: tuple[int, int, int], running: bool = True, by_device: bool = False) -> ShownTurnout:
    named = {chr(65 + place): TokenCounts(*numbers) for place, numbers in enumerate(groups)}
    return show(named, running=running, by_device=by_device)


@pytest.mark.parametrize(
    ("returned", "seen"), [(0, 0), (1, 0), (4, 0), (5, 5), (9, 5), (10, 10), (38, 35), (39, 35)]
)
def test_numbers_move_in_steps_of_five(returned: int, seen: int) -> None:
    found = shown((40, 0, returned))
    assert found.groups["A"] == ShownReturn(40, 0, seen, exact=False)
    assert found.total.returned == seen
    assert not found.exact
    assert found.stepped


@pytest.mark.parametrize(("paper", "seen"), [(0, 0), (4, 0), (9, 5), (14, 10), (27, 20)])
def test_paper_moves_in_steps_too_and_is_never_more_than_what_is_shown(paper: int, seen: int) -> None:
    counts = {"A": TokenCounts(40, 0, 14), "B": TokenCounts(40, 0, 13)}
    found = show(counts, running=True, by_device=False, paper=paper)
    assert (found.total.returned, found.paper) == (20, seen)
    assert show(counts, running=False, by_device=False, paper=paper).paper == paper


def test_paper_is_exact_once_all_are_in() -> None:
    assert show({"A": TokenCounts(12, 0, 12)}, running=True, by_device=False, paper=7).paper == 7


def test_a_group_that_is_all_in_is_exact() -> None:
    found = shown((43, 2, 41), (40, 0, 7))
    assert found.groups["A"] == ShownReturn(43, 2, 41, exact=True)
    assert found.groups["B"] == ShownReturn(40, 0, 5, exact=False)
    assert found.total == ShownReturn(83, 2, 46, exact=False)


def test_a_group_with_fewer_than_twenty_appears_in_the_total_only() -> None:
    found = shown((19, 0, 19), (20, 0, 12))
    assert found.groups["A"] is None
    assert found.hidden == ("A",)
    assert found.groups["B"] == ShownReturn(20, 0, 10, exact=False)
    # The stepped total is 30, of which A, with 19 codes, cannot have 20.
    assert found.total == ShownReturn(39, 0, 29, exact=False)
    assert not found.exact


@pytest.mark.parametrize("returned", [0, 1])
def test_voided_codes_hide_nobody(returned: int) -> None:
    """Of twenty codes nineteen voided, the last one's voter would be seen to vote."""
    found = shown((20, 19, returned), (40, 0, 12))
    assert found.groups["A"] is None
    assert found.total == ShownReturn(60, 19, 10, exact=False)


def test_a_small_group_that_is_all_there_is_shows_what_the_total_shows() -> None:
    found = shown((12, 0, 7))
    assert found.groups["A"] == found.total == ShownReturn(12, 0, 5, exact=False)


def test_all_in_shows_the_exact_total_and_still_no_small_group() -> None:
    found = shown((12, 0, 12), (21, 0, 21))
    assert found.total == ShownReturn(33, 0, 33, exact=True)
    assert found.groups["A"] is None
    assert not found.exact


def test_before_and_after_everything_is_exact() -> None:
    found = shown((12, 1, 7), (21, 0, 3), running=False)
    assert found.groups == {"A": ShownReturn(12, 1, 7, exact=True), "B": ShownReturn(21, 0, 3, exact=True)}
    assert found.exact
    assert (found.total.valid, found.total.unused) == (32, 22)


def test_where_devices_ask_for_codes_their_number_moves_in_steps_too() -> None:
    found = shown((33, 0, 33), by_device=True)
    assert found.groups["A"] == ShownReturn(30, 0, 30, exact=False)
    assert found.total == ShownReturn(30, 0, 30, exact=False)


def test_nothing_issued_is_no_share() -> None:
    assert shown((0, 0, 0)).total.percent == 0
    assert shown((40, 0, 30)).total.percent == 75


def test_a_share_is_whole_only_where_all_are_in() -> None:
    assert shown((250, 0, 249), running=False).total.percent == 99
    assert shown((250, 1, 249), running=False).total.percent == 100


def test_steps_of_several_groups_add_up() -> None:
    found = shown((40, 1, 24), (40, 2, 24), (40, 0, 23))
    assert [one.returned for one in found.groups.values() if one] == [20, 20, 20]
    assert found.total == ShownReturn(120, 3, 60, exact=False)
    assert found.total.unused == 57


COUNTS = st.integers(0, 60).flatmap(
    lambda issued: st.integers(0, issued).flatmap(
        lambda voided: st.tuples(st.just(issued), st.just(voided), st.integers(0, issued - voided))
    )
)


def columns(one: ShownReturn) -> tuple[int, int, int, int, int]:
    return one.issued, one.voided, one.returned, one.unused, one.valid


@given(st.lists(COUNTS, min_size=1, max_size=6), st.booleans())
def test_every_column_adds_up_as_far_as_groups_are_shown(
    counts: list[tuple[int, int, int]], by_device: bool
) -> None:
    found = shown(*counts, by_device=by_device)
    groups = [one for one in found.groups.values() if one]
    for one in (*groups, found.total):
        assert one.issued == one.voided + one.returned + one.unused
        assert min(columns(one)) >= 0
    added = [sum(numbers) for numbers in zip(*map(columns, groups), (0,) * 5, strict=True)]
    beside = [whole - part for whole, part in zip(columns(found.total), added, strict=True)]
    if found.hidden and by_device:
        assert min(beside) >= 0
    elif found.hidden:
        others = [numbers for numbers, one in zip(counts, found.groups.values(), strict=True) if one is None]
        issued, voided = sum(one[0] for one in others), sum(one[1] for one in others)
        assert beside[:2] == [issued, voided]
        assert 0 <= beside[2] <= issued - voided
    else:
        assert beside == [0] * 5


@given(st.lists(COUNTS, min_size=2, max_size=4), st.booleans(), st.data())
def test_the_total_tells_nothing_that_its_own_steps_and_the_groups_do_not(
    counts: list[tuple[int, int, int]], by_device: bool, data: st.DataObject
) -> None:
    """Two turnouts of which all steps are the same look the same."""
    moved = [(issued, voided, data.draw(st.integers(0, issued - voided))) for issued, voided, _ in counts]
    one, other = shown(*counts, by_device=by_device), shown(*moved, by_device=by_device)

    def steps(turnout: list[tuple[int, int, int]]) -> ShownReturn:
        return shown(tuple(map(sum, zip(*turnout, strict=True))), by_device=by_device).total

    if one.groups == other.groups and steps(counts) == steps(moved):
        assert one == other
