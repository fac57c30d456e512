"""Rows of results that are worked out when they are asked for."""

from survey.domain.count.result_rows import ResultRows


class Maker:
    """Makes two rows of each key, and notes for which."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, key: str) -> list[str]:
        self.asked.append(key)
        return [f"{key}1", f"{key}2"]


def test_only_what_is_asked_for_is_made_and_once() -> None:
    make = Maker()
    rows = ResultRows("abc", make)
    assert rows.of("b") == ("b1", "b2")
    assert rows.of("b") == rows.of("b")
    assert make.asked == ["b"]
    assert tuple(rows) == ("a1", "a2", "b1", "b2", "c1", "c2")
    assert sorted(make.asked) == ["a", "b", "c"]


def test_what_is_shared_by_many_requests_keeps_nothing() -> None:
    make = Maker()
    rows = ResultRows("ab", make, keep=False)
    assert tuple(rows) == tuple(rows)
    assert make.asked == ["a", "b", "a", "b"]


def test_a_key_that_is_not_there_has_no_rows() -> None:
    make = Maker()
    assert ResultRows("ab", make).of("c") == ()
    assert not make.asked


def test_reduced_rows_hold_no_more_than_is_left() -> None:
    make = Maker()
    rows = ResultRows("abc", make).reduced(lambda key: key != "b", lambda row: row if "1" in row else None)
    assert not make.asked
    assert (tuple(rows), rows.of("b"), rows.of("c")) == (("a1", "c1"), (), ("c1",))
    assert "b" not in make.asked


def test_rows_are_equal_where_all_of_them_are() -> None:
    rows = ResultRows("ab", Maker())
    assert rows == ResultRows("ab", Maker(), keep=False) == ("a1", "a2", "b1", "b2")
    assert rows != ResultRows("a", Maker())
    assert rows != ["a1", "a2", "b1", "b2"]
