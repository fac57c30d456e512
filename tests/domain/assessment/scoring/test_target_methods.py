from fractions import Fraction
from typing import Any

import pytest

from tests.domain.assessment.scored import score
from tests.domain.assessment.small import Number

NO_TARGET = "没有下达目标，得 0 分"


@pytest.mark.parametrize(
    ("actual", "target", "more", "earned", "words"),
    [
        ("39.8", "41.3", {"points": "12"}, Fraction(12 * 398, 413), "12 × 39.8 ÷ 41.3 = 11.56"),
        ("14.9", "14.64", {"points": "12", "cap": "1.1"}, Fraction(745, 61), "12 × 14.9 ÷ 14.64 = 12.21"),
        ("17", "10", {"cap": "1.1"}, 11, "10 × 17 ÷ 10 = 17，最多得 11 分"),
        ("-3", "100", {}, 0, "10 ×（−3）÷ 100 = −0.3，得 0 分"),
        ("59.9", "100", {"least": "0.6"}, 0, "实际 59.9，目标 100，完成不到 60%，得 0 分"),
        ("60", "100", {"least": "0.6"}, 6, "10 × 60 ÷ 100 = 6"),
        ("13", "12", {"points": 6, "better": "lower"}, Fraction(11, 2), "6 ×（2 − 13 ÷ 12）= 5.5"),
        ("9", "12", {"points": 6, "better": "lower"}, 6, "6 ×（2 − 9 ÷ 12）= 7.5，最多得 6 分"),
        (
            "9",
            "12",
            {"points": 6, "better": "lower", "cap": "1.2"},
            "7.2",
            "6 ×（2 − 9 ÷ 12）= 7.5，最多得 7.2 分",
        ),
        ("30", "12", {"points": 6, "better": "lower"}, 0, "6 ×（2 − 30 ÷ 12）= −3，得 0 分"),
        ("14", "10", {"better": "lower", "least": "0.6"}, 6, "10 ×（2 − 14 ÷ 10）= 6"),
        (
            "14.1",
            "10",
            {"better": "lower", "least": "0.6"},
            0,
            "实际 14.1，目标 10，超过目标 40%以上，得 0 分",
        ),
        ("0", "0", {"better": "lower"}, 10, "实际 0，目标 0，达到目标，得 10 分"),
        ("1", "0", {"better": "lower"}, 0, "实际 1，目标 0，未达到目标，得 0 分"),
        ("0", "0", {}, 10, "实际 0，目标 0，达到目标，得 10 分"),
        ("2", "0", {"cap": "1.2"}, 10, "实际 2，目标 0，达到目标，得 10 分"),
        ("-1", "0", {}, 0, "实际 −1，目标 0，未达到目标，得 0 分"),
        ("-12", "-10", {}, 8, "10 ×（2 −（−12）÷（−10））= 8"),
        ("-5", "-10", {}, 10, "10 ×（2 −（−5）÷（−10））= 15，最多得 10 分"),
        ("-8", "-10", {"better": "lower"}, 8, "10 ×（−8）÷（−10）= 8"),
        ("5", None, {}, 0, NO_TARGET),
        ("90", "100", {"of": "completion"}, 9, "10 × 90% ÷ 100% = 9"),
        ("90", "100", {"of": "completion", "own": "0.95"}, Fraction(180, 19), "10 × 90% ÷ 95% = 9.47"),
        ("104", None, {"of": "growth", "own": "8", "base": "100"}, 5, "10 × 4% ÷ 8% = 5"),
        ("104", "108", {"of": "growth", "base": "100"}, 5, "10 × 4% ÷ 8% = 5"),
    ],
)
def test_complete(actual: Number, target: Number, more: dict[str, Any], earned: Number, words: str) -> None:
    found = score("complete", actual, target, **more)

    assert found.earned == Fraction(earned or 0)
    assert found.words == words


@pytest.mark.parametrize(
    ("actual", "target", "better", "earned", "words"),
    [
        ("8", "8", "higher", 10, "实际 8，目标 8，达到目标，得 10 分"),
        ("7.99", "8", "higher", 0, "实际 7.99，目标 8，未达到目标，得 0 分"),
        ("6.5", "6.5", "lower", 10, "实际 6.5，目标 6.5，达到目标，得 10 分"),
        ("6.51", "6.5", "lower", 0, "实际 6.51，目标 6.5，未达到目标，得 0 分"),
        ("-3", "-2", "lower", 10, "实际 −3，目标 −2，达到目标，得 10 分"),
        ("3", None, "higher", 0, NO_TARGET),
    ],
)
def test_reach(actual: Number, target: Number, better: str, earned: int, words: str) -> None:
    found = score("reach", actual, target, better=better)

    assert (found.earned, found.words) == (earned, words)


def test_reach_takes_the_lines_own_target_before_the_units() -> None:
    assert score("reach", "7", "9", own="6").earned == 10
    assert score("reach", "7", None, own="8").earned == 0


@pytest.mark.parametrize(
    ("actual", "target", "more", "earned", "words"),
    [
        ("8", "8", {}, 10, "实际 8，目标 8，得 10 分"),
        ("5.1", "8", {}, 9, "实际 5.1，目标 8，10 − 0.5 × 2 = 9"),
        ("5.1", "8", {"whole": False}, "8.55", "实际 5.1，目标 8，10 − 0.5 × 2.9 = 8.55"),
        ("7.5", "8", {}, 10, "实际 7.5，目标 8，得 10 分"),
        ("12", "8", {}, 10, "实际 12，目标 8，得 10 分"),
        ("12", "8", {"up": "1.5"}, "11.5", "实际 12，目标 8，10 + 0.5 × 4 = 12，最多加 1.5 分，得 11.5 分"),
        ("0", "8", {"down": "3"}, 7, "实际 0，目标 8，10 − 0.5 × 8 = 6，最多扣 3 分，得 7 分"),
        ("-30", "8", {}, 0, "实际 −30，目标 8，10 − 0.5 × 38 = −9，最多扣 10 分，得 0 分"),
        ("-30", "8", {"down": "50"}, 0, "实际 −30，目标 8，10 − 0.5 × 38 = −9，得 0 分"),
        ("6", "8", {"start": "0.8", "up": "2"}, 7, "实际 6，目标 8，10 × 0.8 − 0.5 × 2 = 7"),
        ("10", "8", {"start": "0.8", "up": "2"}, 9, "实际 10，目标 8，10 × 0.8 + 0.5 × 2 = 9"),
        ("10", "8", {"better": "lower"}, 9, "实际 10，目标 8，10 − 0.5 × 2 = 9"),
        ("6", "8", {"better": "lower", "up": 1}, 11, "实际 6，目标 8，10 + 0.5 × 2 = 11"),
        ("-12", "-10", {"better": "lower", "up": 1}, 11, "实际 −12，目标 −10，10 + 0.5 × 2 = 11"),
        ("94", "100", {"relative": True, "size": "3"}, 9, "实际 94，目标 100，10 − 0.5 × 2 = 9"),
        ("188", "200", {"relative": True, "size": "3"}, 9, "实际 188，目标 200，10 − 0.5 × 2 = 9"),
        ("-12", "-10", {"relative": True, "size": "10"}, 9, "实际 −12，目标 −10，10 − 0.5 × 2 = 9"),
        ("0", "0", {"relative": True, "up": 2}, 10, "实际 0，目标 0，得 10 分"),
        ("3", "0", {"relative": True, "up": 2}, 10, "实际 3，目标 0，得 10 分"),
        ("-1", "0", {"relative": True, "down": 4}, 6, "实际 −1，目标 0，10 − 0.5 × 8 = 6"),
        ("3", None, {}, 0, NO_TARGET),
        ("3", "8", {"per": "0"}, 10, "实际 3，目标 8，得 10 分"),
    ],
)
def test_step(actual: Number, target: Number, more: dict[str, Any], earned: Number, words: str) -> None:
    found = score("step", actual, target, **{"per": "0.5", "size": "1"} | more)

    assert (found.earned, found.words) == (Fraction(earned or 0), words)


def test_steps_of_completion_and_growth_are_counted_in_their_own_measure() -> None:
    completed = score("step", "92", "100", of="completion", per="1", size="0.01")
    grown = score("step", "105", None, of="growth", own="8", base="100", per="0.3", size="1")

    assert (completed.earned, completed.words) == (2, "完成率 92%，目标 100%，10 − 1 × 8 = 2")
    assert (grown.earned, grown.words) == (Fraction("9.1"), "增长率 5%，目标 8%，10 − 0.3 × 3 = 9.1")


BANDS = [[60, "0.6"], [80, "0.8"], [100, "1"]]


@pytest.mark.parametrize(
    ("actual", "more", "earned", "words"),
    [
        ("59.9", {}, 0, "实际 59.9，没有达到 60，10 × 0 = 0"),
        ("59.9", {"under": "0.2"}, 2, "实际 59.9，没有达到 60，10 × 0.2 = 2"),
        ("60", {}, 6, "实际 60，达到 60，10 × 0.6 = 6"),
        ("79.9", {}, 6, "实际 79.9，达到 60，10 × 0.6 = 6"),
        ("100", {}, 10, "实际 100，达到 100，10 × 1 = 10"),
        ("250", {}, 10, "实际 250，达到 100，10 × 1 = 10"),
        ("70", {"between": "linear"}, 7, "实际 70，在 60 与 80 之间折算，10 × 0.7 = 7"),
        ("80", {"between": "linear"}, 8, "实际 80，达到 80，10 × 0.8 = 8"),
        ("59.9", {"between": "linear"}, 0, "实际 59.9，没有达到 60，10 × 0 = 0"),
        ("250", {"between": "linear"}, 10, "实际 250，达到 100，10 × 1 = 10"),
    ],
)
def test_scale(actual: Number, more: dict[str, Any], earned: int, words: str) -> None:
    found = score("scale", actual, at=BANDS, **more)

    assert (found.earned, found.words) == (earned, words)


@pytest.mark.parametrize(
    ("actual", "between", "earned"),
    [
        ("-5", "step", 10),
        ("2", "step", 10),
        ("2.1", "step", 6),
        ("4", "step", 6),
        ("4.1", "step", 1),
        ("2", "linear", 10),
        ("3", "linear", 8),
        ("4", "linear", 6),
        ("4.1", "linear", 1),
    ],
)
def test_a_scale_of_lower_numbers_runs_from_the_lowest(actual: str, between: str, earned: int) -> None:
    found = score("scale", actual, better="lower", at=[[2, 1], [4, "0.6"]], between=between, under="0.1")

    assert found.earned == earned


def test_a_scale_of_one_band_is_all_or_under() -> None:
    assert score("scale", "3", at=[[3, 1]], between="linear").earned == 10
    assert score("scale", "2", at=[[3, 1]], between="linear").earned == 0


def test_a_share_above_1_is_meant_as_it_stands() -> None:
    assert score("scale", "3", at=[[3, "1.2"]]).earned == 12
