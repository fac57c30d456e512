from fractions import Fraction

import pytest

from survey.domain.assessment.indicators import Better
from survey.domain.assessment.scoring.yardsticks import Peers, Yardstick, completion, growth, is_reached
from tests.domain.assessment.small import a_line

F = Fraction


def test_completion_is_the_part_of_the_target() -> None:
    assert completion(F(6), F(14)) == F(3, 7)
    assert completion(F(-3), F(10)) == F(-3, 10)
    assert completion(F(6), F(0)) is None
    assert completion(F(6), None) is None


def test_of_a_target_below_0_the_greater_number_is_the_greater_part() -> None:
    assert completion(F(-10), F(-10)) == 1
    assert completion(F(-12), F(-10)) == F(8, 10)
    assert completion(F(-5), F(-10)) == F(15, 10)
    assert completion(F(0), F(-10)) == 2


def test_growth_is_in_percent_of_the_base() -> None:
    assert growth(F(110), F(100)) == 10
    assert growth(F(90), F(100)) == -10
    assert growth(F(-80), F(-100)) == 20
    assert growth(F(90), F(0)) is None
    assert growth(F(90), None) is None


def test_equality_is_on_target_either_way() -> None:
    assert is_reached(F(3), F(3), Better.HIGHER)
    assert is_reached(F(3), F(3), Better.LOWER)
    assert not is_reached(F(4), F(3), Better.LOWER)
    assert not is_reached(F(-4), F(-3), Better.HIGHER)


@pytest.mark.parametrize(
    ("of", "own", "aim"),
    [
        ("value", None, F(120)),
        ("value", "90", F(90)),
        ("completion", None, F(1)),
        ("completion", "0.95", F("0.95")),
        ("growth", None, F(20)),
        ("growth", "8", F(8)),
    ],
)
def test_the_target_is_of_what_the_line_looks_at(of: str, own: str | None, aim: Fraction) -> None:
    line = a_line(method="reach", of=of, **({"target": own} if own else {}))

    assert Yardstick(F(120), F(100)).aim(line) == aim


def test_without_a_target_there_is_nothing_to_aim_at() -> None:
    for of in ("value", "completion", "growth"):
        assert Yardstick(None, F(100)).aim(a_line(method="reach", of=of)) is None


def test_equal_peers_share_a_rank() -> None:
    values = [F(one) for one in (5, 9, 9, 1)]

    higher, lower = Peers(values, Better.HIGHER), Peers(values, Better.LOWER)

    assert [higher.rank(one) for one in values] == [3, 1, 1, 4]
    assert [lower.rank(one) for one in values] == [2, 3, 3, 1]
    assert (higher.best, higher.worst, lower.best, lower.worst) == (9, 1, 1, 9)
