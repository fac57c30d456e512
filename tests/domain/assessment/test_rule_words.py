from typing import Any

import pytest

from survey.domain.assessment.facts import Target
from survey.domain.assessment.rule_words import words_of
from tests.domain.assessment.small import a_target, an_assessment, an_indicator


def said(line: dict[str, Any], target: Target | None = None, **keys: str) -> str:
    definition = an_assessment(an_indicator("i", line, **{"measure": "亿元"} | keys))
    return words_of(definition.indicators[0], target)


LOWER = {"better": "lower"}


@pytest.mark.parametrize(
    ("line", "keys", "words"),
    [
        ({"method": "complete"}, {}, "按完成目标（40 亿元）的比例计分"),
        ({"method": "complete", "cap": "1.1"}, {}, "按完成目标（40 亿元）的比例计分，最多得 11 分"),
        ({"method": "complete", "least": "0.6"}, {}, "按完成目标（40 亿元）的比例计分，完成不到 60% 不得分"),
        ({"method": "complete"}, LOWER, "不超过目标（40 亿元）得满分，超过百分之几扣百分之几"),
        (
            {"method": "complete", "least": "0.6", "cap": "1.1"},
            LOWER,
            "正好完成目标（40 亿元）得满分，比目标高（低）百分之几扣（加）百分之几，最多得 11 分，"
            "超过 40% 不得分",
        ),
        ({"method": "complete", "target": 0}, LOWER, "不超过目标（0 亿元）得满分，超过的不得分"),
        ({"method": "reach"}, {}, "达到目标（40 亿元）得满分，达不到不得分"),
        ({"method": "reach", "of": "growth", "target": 8}, {}, "达到目标（增长率 8%）得满分，达不到不得分"),
        ({"method": "reach", "of": "completion"}, {}, "达到目标（完成率 100%）得满分，达不到不得分"),
        ({"method": "reach"}, LOWER, "不超过目标（40 亿元）得满分，超过不得分"),
        (
            {"method": "step", "per": "0.5", "size": 1},
            {},
            "达到目标（40 亿元）得 10 分，每低 1 亿元扣 0.5 分、扣完为止，不足一档不计",
        ),
        (
            {"method": "step", "per": "0.5", "size": 1, "start": "0.8", "up": 2, "down": 4, "whole": False},
            LOWER,
            "不超过目标（40 亿元）得 8 分，每低 1 亿元加 0.5 分、最多加 2 分，每高 1 亿元扣 0.5 分、"
            "最多扣 4 分，不足一档按比例计",
        ),
        (
            {"method": "step", "per": 1, "size": 3, "relative": True},
            {},
            "达到目标（40 亿元）得 10 分，每低目标的 3%扣 1 分、扣完为止，不足一档不计",
        ),
        (
            {"method": "step", "per": 1, "size": "0.01", "of": "completion"},
            {},
            "达到目标（完成率 100%）得 10 分，每低 1 个百分点扣 1 分、扣完为止，不足一档不计",
        ),
        (
            {"method": "scale", "at": [[60, "0.6"], [100, 1]]},
            {"measure": "%"},
            "100%以上得 10 分，60%以上得 6 分，低于 60%得 0 分",
        ),
        (
            {"method": "scale", "at": [[2, 1], [4, "0.6"]], "between": "linear", "under": "0.1"},
            LOWER,
            "2 亿元以下得 10 分，4 亿元以下得 6 分，高于 4 亿元得 1 分，两档之间按比例折算",
        ),
        (
            {"method": "scale", "at": [[3, "0.6"], [8, 1]], "of": "growth"},
            {},
            "增长率 8%以上得 10 分，3%以上得 6 分，低于 3%得 0 分",
        ),
        (
            {"method": "rank", "by": "0.05", "of": "completion"},
            {},
            "按完成率在本类中的名次计分，第 1 名得满分，每低一名少 0.5 分",
        ),
        (
            {"method": "rank", "by": "0.05", "qualify": True},
            {},
            "按数值在本类中的名次计分，第 1 名得满分，每低一名少 0.5 分，达不到目标（40 亿元）不得分",
        ),
        ({"method": "best", "of": "growth"}, {}, "增长率与本类最好的相比，按比例计分"),
        (
            {"method": "spread", "low": "0.6"},
            {},
            "功效系数法，数值达到满意值（本类最好的）得满分，不允许值（本类最差的）得 6 分，之间按比例折算",
        ),
        (
            {"method": "spread", "full": 50, "none": 10},
            {},
            "功效系数法，数值达到满意值（50 亿元）得满分，不允许值（10 亿元）得 0 分，之间按比例折算",
        ),
        ({"method": "deduct", "per": "0.5"}, {"measure": "次"}, "每 1 次扣 0.5 分，扣完为止"),
        ({"method": "judged"}, {}, "按评定的分数计分"),
    ],
)
def test_every_method_has_its_words(line: dict[str, Any], keys: dict[str, str], words: str) -> None:
    assert said(line, a_target("40", base="40"), **keys) == f"10 分：{words}"


def test_for_all_units_the_target_has_no_number() -> None:
    assert said({"method": "reach"}) == "10 分：达到目标得满分，达不到不得分"
    assert said({"method": "reach", "target": 8}) == "10 分：达到目标（8 亿元）得满分，达不到不得分"


def test_a_units_own_points_stretch_the_rule() -> None:
    assert said({"method": "complete", "cap": 2}, a_target("1", points=5)) == (
        "5 分：按完成目标（1 亿元）的比例计分，最多得 10 分"
    )


def test_several_lines_are_told_one_after_the_other() -> None:
    definition = an_assessment(an_indicator("i", {"method": "reach"}, {"method": "judged", "points": 5}))

    assert words_of(definition.indicators[0]) == "10 分：达到目标得满分，达不到不得分；5 分：按评定的分数计分"
