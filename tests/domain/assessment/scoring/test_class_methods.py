from fractions import Fraction
from typing import Any

import pytest

from tests.domain.assessment.scored import score
from tests.domain.assessment.small import Number


@pytest.mark.parametrize(
    ("actual", "more", "earned", "words"),
    [
        ("9.4", {}, 10, "实际 9.4，第 1 名，10 ×（1 − 0.05 × 0）= 10"),
        ("9.1", {}, "9.5", "实际 9.1，第 2 名，10 ×（1 − 0.05 × 1）= 9.5"),
        ("7", {}, "8.5", "实际 7，第 4 名，10 ×（1 − 0.05 × 3）= 8.5"),
        ("7", {"better": "lower"}, 10, "实际 7，第 1 名，10 ×（1 − 0.05 × 0）= 10"),
        ("7", {"by": "0.4"}, 0, "实际 7，第 4 名，10 ×（1 − 0.4 × 3）= −2，得 0 分"),
        ("7", {"target": "8", "qualify": True}, 0, "实际 7，目标 8，未达到目标，得 0 分"),
        ("9.1", {"target": "8", "qualify": True}, "9.5", "实际 9.1，第 2 名，10 ×（1 − 0.05 × 1）= 9.5"),
        ("9.4", {"qualify": True}, 0, "没有下达目标，得 0 分"),
        ("7", {"target": "8"}, "8.5", "实际 7，第 4 名，10 ×（1 − 0.05 × 3）= 8.5"),
    ],
)
def test_rank(actual: Number, more: dict[str, Any], earned: Number, words: str) -> None:
    peers = ["9.4", "9.1", "9.1", "7"]

    found = score("rank", actual, peers=peers, **{"by": "0.05"} | more)

    assert (found.earned, found.words) == (Fraction(earned or 0), words)


def test_who_is_alone_is_the_first_and_the_best() -> None:
    assert score("rank", "-3", by="0.05").earned == 10
    assert score("best", "-3").earned == 10
    assert score("spread", "-3", low="0.6").earned == 10


@pytest.mark.parametrize(
    ("actual", "peers", "better", "earned"),
    [
        ("8", ["10", "8"], "higher", 8),
        ("-1", ["10", "-1"], "higher", 0),
        ("0", ["0", "0", "-5"], "higher", 10),
        ("-5", ["0", "0", "-5"], "higher", 0),
        ("-2", ["-2", "-3"], "higher", 10),
        ("-3", ["-2", "-3"], "higher", 5),
        ("-4", ["-2", "-4"], "higher", 0),
        ("4", ["3", "4"], "lower", "7.5"),
        ("0", ["0", "4"], "lower", 10),
        ("4", ["0", "4"], "lower", 0),
        ("-2", ["-5", "-2"], "lower", 4),
        ("2", ["-5", "2"], "lower", 0),
    ],
)
def test_best(actual: str, peers: list[Number], better: str, earned: Number) -> None:
    assert score("best", actual, better=better, peers=peers).earned == Fraction(earned or 0)


def test_the_sum_with_the_best_is_spelled_out() -> None:
    grown = score("best", "109", of="growth", base="100", peers=["9", "12"])

    assert (grown.earned, grown.words) == (Fraction(15, 2), "增长率 9%，本类最好 12%，10 × 9% ÷ 12% = 7.5")
    assert score("best", "9", peers=["9", "3"]).words == "实际 9，本类最好 9，得 10 分"
    assert (
        score("best", "4", better="lower", peers=["3", "4"]).words == "实际 4，本类最好 3，10 × 3 ÷ 4 = 7.5"
    )


@pytest.mark.parametrize(
    ("actual", "more", "earned", "words"),
    [
        ("80", {}, 5, "实际 80，满意值 100，不允许值 60，10 ×（80 − 60）÷（100 − 60）= 5"),
        (
            "80",
            {"low": "0.6"},
            8,
            "实际 80，满意值 100，不允许值 60，10 ×（0.6 + 0.4 ×（80 − 60）÷（100 − 60））= 8",
        ),
        ("80", {"better": "lower"}, 5, "实际 80，满意值 60，不允许值 100，10 ×（80 − 100）÷（60 − 100）= 5"),
        (
            "80",
            {"full": "70"},
            10,
            "实际 80，满意值 70，不允许值 60，10 ×（80 − 60）÷（70 − 60）= 20，最多得 10 分",
        ),
        (
            "80",
            {"none": "90"},
            0,
            "实际 80，满意值 100，不允许值 90，10 ×（80 − 90）÷（100 − 90）= −10，得 0 分",
        ),
        ("80", {"full": "50"}, 10, "实际 80，满意值 50，不允许值 60，得 10 分"),
        ("80", {"none": "120"}, 0, "实际 80，满意值 100，不允许值 120，得 0 分"),
        ("100", {"none": "100"}, 10, "实际 100，满意值 100，不允许值 100，得 10 分"),
    ],
)
def test_spread(actual: str, more: dict[str, Any], earned: int, words: str) -> None:
    found = score("spread", actual, peers=["100", "80", "60"], **more)

    assert (found.earned, found.words) == (earned, words)


def test_where_the_class_is_all_equal_everybody_satisfies() -> None:
    assert score("spread", "5", peers=["5", "5", "5"], low="0.6").earned == 10
    assert score("spread", "5", peers=["5", "5"], better="lower").earned == 10
