"""Places of those who decide on written names: how many, who may come, and when one may be freed."""

import pytest

from survey.domain.decisions.name_tellers import (
    MAX_REASON_LENGTH,
    TellerPlaces,
    places_of,
    require_impartial,
    require_reason,
    require_releasable,
)
from survey.domain.errors import BadReason, CannotRelease


def places(*able: str, released: str = "", gone: str = "") -> TellerPlaces:
    """Make places: who holds one, who was released, and whose account cannot decide any more."""
    marks = dict.fromkeys([*able, *gone], False) | dict.fromkeys(released, True)
    return TellerPlaces(marks, frozenset(able))


def test_three_at_a_time_and_five_in_all() -> None:
    assert places("a", "b").has_room("c")
    assert not places("a", "b", "c").has_room("d")
    assert places("a", "b", released="c").has_room("d")
    assert places("a", "b", released="c", gone="d").has_room("e")
    full = places("a", "b", released="cd", gone="e")
    assert not full.has_room("f")
    assert full.has_room("c"), "who was released may come back"


def test_who_was_released_decides_nothing() -> None:
    found = places("a", released="b")
    assert [found.decides(name) for name in "abc"] == [True, False, False]


@pytest.mark.parametrize(
    ("found", "account", "are_open", "why"),
    [
        (places("a", "b", "c"), "x", True, "no-place"),
        (places("a", "b", "c", released="d"), "d", True, "no-place"),
        (places("a", "b", "c", gone="d"), "d", True, "no-place"),
        (places("a", "b", "c"), "a", False, "decided"),
        (places("a", "b"), "a", True, "free"),
    ],
)
def test_a_release_that_helps_nobody_is_refused(
    found: TellerPlaces, account: str, are_open: bool, why: str
) -> None:
    with pytest.raises(CannotRelease) as refused:
        require_releasable(found, account, are_open=are_open)
    assert refused.value.why == why


def test_whoever_holds_up_three_may_be_released() -> None:
    require_releasable(places("a", "b", "c"), "a", are_open=True)


def test_whoever_decides_or_ever_did_releases_nobody() -> None:
    for found in (places("a", "o"), places("a", released="o"), places("a", gone="o")):
        with pytest.raises(CannotRelease) as refused:
            require_impartial("o", found, is_doubtful=False)
        assert refused.value.why == "party"
    with pytest.raises(CannotRelease) as refused:
        require_impartial("o", places("a"), is_doubtful=True)
    assert refused.value.why == "reset"
    require_impartial("o", places("a"), is_doubtful=False)


def test_a_reason_is_said_in_one_clear_line() -> None:
    assert require_reason("  调离 \n 本单位 ") == "调离 本单位"
    for typed, why in (("", "empty"), ("\u200b", "empty"), ("调" * (MAX_REASON_LENGTH + 1), "too-long")):
        with pytest.raises(BadReason) as refused:
            require_reason(typed)
        assert refused.value.why == why
    with pytest.raises(BadReason) as refused:
        require_reason("调\u202e离")
    assert refused.value.why == "unreadable"


def test_who_comes_back_from_a_disabling_gets_what_others_leave() -> None:
    tellers = dict.fromkeys("abcd", False)
    found = places_of(tellers, "abcd", back="a")
    assert (sorted(found.able), found.decides("a"), found.has_room("a")) == (["b", "c", "d"], False, False)
    found = places_of(tellers, "acd", back="a")
    assert (sorted(found.able), found.decides("a")) == (["a", "c", "d"], True)


def test_a_sixth_has_room_once_it_is_admitted() -> None:
    tellers = dict.fromkeys("abcde", False)
    assert not places_of(tellers, "a").has_room("f")
    assert places_of(tellers, "a", admitted="f").has_room("f")
    assert not places_of(tellers, "abc", admitted="f").has_room("f")
    with pytest.raises(CannotRelease) as refused:
        require_releasable(places_of(tellers, "a"), "a", are_open=True)
    assert refused.value.why == "used-up"
