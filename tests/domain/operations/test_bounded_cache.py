"""The bounded cache: what stays, what goes, and that threads cannot break its bounds."""

import random
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.domain.operations.bounded_cache import BoundedCache


def kept(cache: BoundedCache[str, int]) -> str:
    """Return the names of what is kept."""
    return "".join(cache._values)


def filled(names: str, max_entries: int = 100, max_bytes: int | None = None) -> BoundedCache[str, int]:
    cache: BoundedCache[str, int] = BoundedCache(max_entries, max_bytes)
    for name in names:
        cache.put(name, ord(name), 10)
    return cache


def test_what_was_put_is_given() -> None:
    cache = filled("ab")
    assert (cache.get("a"), cache.get("b"), cache.get("c")) == (97, 98, None)
    assert (len(cache), cache.size) == (2, 20)


def test_a_value_is_replaced_with_its_weight() -> None:
    cache = filled("ab")
    cache.put("a", 1, 15)
    assert (cache.get("a"), len(cache), cache.size) == (1, 2, 25)


@pytest.mark.parametrize("bound", [{"max_entries": 4}, {"max_bytes": 40}])
def test_one_goes_at_a_time_any_of_those_before(bound: dict[str, int]) -> None:
    gone = set()
    for _ in range(200):
        cache = filled("abcd", **bound)
        cache.put("e", 5, 10)
        left = set(kept(cache))
        assert (len(left), "e" in left, cache.size) == (4, True, 40)
        gone |= set("abcd") - left
    assert gone == set("abcd")


def test_a_heavy_value_takes_the_place_of_several() -> None:
    cache = filled("abcd", max_bytes=40)
    cache.put("e", 5, 25)
    assert (len(cache), "e" in kept(cache), cache.size) == (2, True, 35)


def test_what_is_heavier_than_the_bound_is_not_kept_and_drives_nothing_out() -> None:
    cache = filled("ab", max_bytes=40)
    cache.put("e", 5, 41)
    assert (kept(cache), cache.size, cache.get("e")) == ("ab", 20, None)
    cache.put("a", 5, 41)
    assert (kept(cache), cache.size, cache.get("a")) == ("b", 10, None)


def test_nothing_is_noted_of_who_asks() -> None:
    """Two caches that were filled alike are alike, whatever was asked for in between."""
    asked, left = filled("abcdefgh", max_entries=8), filled("abcdefgh", max_entries=8)
    for name in "hbbdz":
        asked.get(name)
    assert {name: value for name, value in vars(asked).items() if name != "_lock"} == {
        name: value for name, value in vars(left).items() if name != "_lock"
    }


def test_it_can_be_emptied() -> None:
    cache = filled("abcd", max_entries=4)
    cache.clear()
    assert (len(cache), cache.size, cache.get("a")) == (0, 0, None)
    cache.put("a", 1, 3)
    assert (len(cache), cache.size) == (1, 3)


@given(
    st.lists(st.tuples(st.sampled_from("abcdefgh"), st.integers(0, 60))),
    st.integers(1, 6),
    st.integers(1, 90),
)
def test_bounds_hold_whatever_is_put(puts: list[tuple[str, int]], entries: int, most: int) -> None:
    cache: BoundedCache[str, int] = BoundedCache(entries, most)
    weights = {}
    for name, weight in puts:
        cache.put(name, weight, weight)
        weights[name] = weight
        assert len(cache) <= entries
        assert cache.size == sum(weights[name] for name in kept(cache)) <= most
        assert cache.get(name) == (weight if weight <= most else None)


def test_threads_share_it() -> None:
    cache: BoundedCache[int, int] = BoundedCache(50, 4000)

    def work(seed: int) -> bool:
        dice = random.Random(seed)
        good = True
        for _ in range(4000):
            key = dice.randrange(1, 120)
            value = cache.get(key)
            good = good and value in (None, key)
            if value is None:
                cache.put(key, key, key)
        return good

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(work, range(8)))
    assert len(cache) <= 50
    assert cache.size == sum(cache._values) <= 4000


def made_for(entries: int) -> int:
    """Count what has to be made where two hundred are asked for in turn, three times."""
    cache: BoundedCache[int, int] = BoundedCache(entries)
    made = 0
    for key in [*range(1, 201)] * 3:
        if cache.get(key) is None:
            made += 1
            cache.put(key, key)
    return made


def test_what_fits_is_made_once_however_often_it_is_asked_for_in_turn() -> None:
    assert made_for(200) == 200


def test_what_hardly_fits_is_found_mostly() -> None:
    """The least recently used going first, none would be found: 600 made."""
    assert 200 < made_for(190) < 400
