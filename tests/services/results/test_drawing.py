"""While a file is drawn circles of objects are looked for rarely, and still found."""

import gc
import weakref

import pytest

from survey.services.results.drawing import rarely_collecting


class Circle:
    """Holds itself."""

    def __init__(self) -> None:
        self.itself = self


def test_circles_do_not_pile_up() -> None:
    with rarely_collecting():
        circle = weakref.ref(Circle())
        made = [[] for _ in range(2 * gc.get_threshold()[0])]
        assert len(made) > gc.get_threshold()[0]
        assert circle() is None


def test_afterwards_they_are_looked_for_as_before() -> None:
    before = gc.get_threshold()
    with rarely_collecting():
        assert gc.get_threshold() != before
    assert gc.get_threshold() == before


def test_nor_does_a_fault_keep_it_so() -> None:
    before = gc.get_threshold()
    with pytest.raises(ValueError, match="broken"), rarely_collecting():
        raise ValueError("broken")
    assert gc.get_threshold() == before
