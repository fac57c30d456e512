"""The turnout that pages may show while voting runs."""

import pytest

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


def test_a_group_that_is_all_in_is_exact() -> None:
    found = shown((43, 2, 41), (40, 0, 7))
    assert found.groups["A"] == ShownReturn(43, 2, 41, exact=True)
    assert found.groups["B"] == ShownReturn(40, 0, 5, exact=False)
    assert found.total == ShownReturn(83, 2, 45, exact=False)


def test_a_group_with_fewer_than_twenty_appears_in_the_total_only() -> None:
    found = shown((19, 0, 19), (20, 0, 12))
    assert found.groups["A"] is None
    assert found.hidden == ("A",)
    assert found.groups["B"] == ShownReturn(20, 0, 10, exact=False)
    assert found.total == ShownReturn(39, 0, 30, exact=False)
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
    assert shown((0, 0, 0)).total.share == 0
    assert shown((40, 0, 30)).total.share == 75
