from fractions import Fraction

import pytest

from tests.domain.assessment.scored import score


@pytest.mark.parametrize(
    ("actual", "earned", "words"),
    [
        ("0", 4, "4 − 0.5 × 0 = 4"),
        ("1", "3.5", "4 − 0.5 × 1 = 3.5"),
        ("9", 0, "4 − 0.5 × 9 = −0.5，得 0 分"),
        ("-1", 4, "4 − 0.5 ×（−1）= 4.5，最多得 4 分"),
    ],
)
def test_deduct(actual: str, earned: str, words: str) -> None:
    found = score("deduct", actual, points=4, per="0.5", better="lower")

    assert (found.earned, found.words) == (Fraction(earned), words)


@pytest.mark.parametrize(
    ("actual", "earned", "words"),
    [
        ("7.5", "7.5", "评 7.5 分"),
        ("10", 10, "评 10 分"),
        ("12", 10, "评 12 分，得 10 分"),
        ("-1", 0, "评 −1 分，得 0 分"),
    ],
)
def test_judged(actual: str, earned: str, words: str) -> None:
    found = score("judged", actual)

    assert (found.earned, found.words) == (Fraction(earned), words)


@pytest.mark.parametrize(
    ("target", "actual", "better", "earned", "words"),
    [
        (None, "3", "higher", 0, "没有下达目标，得 0 分"),
        ("0", "0", "higher", 10, "实际 0，目标 0，达到目标，得 10 分"),
        ("0", "3", "lower", 0, "实际 3，目标 0，未达到目标，得 0 分"),
    ],
)
def test_completion_of_nothing(target: str, actual: str, better: str, earned: int, words: str) -> None:
    found = score("rank", actual, target, of="completion", better=better, by="0.05")

    assert (found.earned, found.words) == (earned, words)


def test_growth_over_nothing() -> None:
    assert score("best", "3", of="growth").words == "没有上年实绩，得 0 分"
    assert score("best", "3", of="growth", base="0").words == "上年实绩为 0，算不出增长率，得 0 分"
    assert score("best", "3", of="growth", base="0").earned == 0


def test_growth_over_a_loss_is_growth() -> None:
    found = score("reach", "-80", of="growth", base="-100", own="20")

    assert (found.earned, found.words) == (10, "增长率 20%，目标 20%，达到目标，得 10 分")


def test_the_points_of_the_line_are_said_whatever_it_earns() -> None:
    assert score("reach", "3", "4", points="7.5").points == Fraction("7.5")


def test_a_share_between_two_bands_and_a_completion_can_be_worked_out_again() -> None:
    line = score("scale", "83", at=[["80", "0.8"], ["87", "1"]], between="linear")
    assert "10 × 0.885714 = 8.86" in line.words
    part = score("complete", "37", "41", of="completion")
    assert part.words == "10 × 90.2439% ÷ 100% = 9.02"
