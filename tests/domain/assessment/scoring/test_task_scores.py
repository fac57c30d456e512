from fractions import Fraction

import pytest

from survey.domain.assessment.outcome import TaskScore
from survey.domain.assessment.scoring.places import plain, shown
from survey.domain.assessment.scoring.task_scores import UNREPORTED, line_points, score_tasks
from tests.domain.assessment.sample import sample_actuals, sample_definition, sample_targets
from tests.domain.assessment.small import a_target, an_assessment, an_indicator, targets_of
from tests.sample_year import expected

F = Fraction


def test_the_sample_earns_what_is_expected() -> None:
    found = score_tasks(sample_definition(), sample_targets(), sample_actuals()["2026-12"])

    assert {unit: [_told(one) for one in scores] for unit, scores in found.items()} == {
        one["unit"]: one["indicators"] for one in expected()["units"]
    }


def _told(score: TaskScore) -> dict[str, str | None]:
    return {
        "indicator": score.indicator,
        "points": shown(score.points),
        "actual": None if score.actual is None else plain(score.actual),
        "earned": shown(score.earned),
        "exact": str(score.earned),
    }


def test_every_unit_stands_in_the_order_of_the_definition() -> None:
    definition = an_assessment(an_indicator("b"), an_indicator("a"), units=2)
    targets = targets_of([a_target("1", indicator="a"), a_target("1", indicator="b")])

    found = score_tasks(definition, targets, {})

    assert {unit: [one.indicator for one in scores] for unit, scores in found.items()} == {
        "u1": ["b", "a"],
        "u2": [],
    }


def test_nothing_reported_earns_nothing_and_says_so_once() -> None:
    definition = an_assessment(an_indicator("i", {"method": "reach"}, {"method": "judged"}))

    (found,) = score_tasks(definition, targets_of([a_target("0")]), {})["u1"]

    assert (found.points, found.actual, found.earned, len(found.lines)) == (20, None, 0, 2)
    assert found.words == UNREPORTED


def test_lines_are_added_and_each_says_its_sum() -> None:
    definition = an_assessment(
        an_indicator("i", {"method": "complete"}, {"method": "deduct", "points": 4, "per": "0.5"})
    )

    (found,) = score_tasks(definition, targets_of([a_target("10")]), {("u1", "i"): F(5)})["u1"]

    assert (found.points, found.earned) == (14, F("6.5"))
    assert found.words == "10 × 5 ÷ 10 = 5；4 − 0.5 × 5 = 1.5"


def test_points_of_a_target_stretch_all_lines() -> None:
    definition = an_assessment(
        an_indicator("i", {"method": "complete", "points": 4}, {"method": "judged", "points": 6})
    )
    (indicator,) = definition.indicators

    (found,) = score_tasks(definition, targets_of([a_target("10", points="15")]), {("u1", "i"): F(5)})["u1"]

    assert line_points(indicator, a_target("10", points="15")) == (6, 9)
    assert line_points(indicator, a_target("10", points="0")) == (0, 0)
    assert line_points(indicator, a_target("10")) == (4, 6)
    assert (found.points, found.earned) == (15, 3 + 5)


def test_an_indicator_without_points_has_none_to_stretch() -> None:
    (indicator,) = an_assessment(an_indicator("i", {"method": "reach", "points": 0})).indicators

    assert line_points(indicator, a_target("1", points="0")) == (0,)


def test_peers_are_those_of_the_class_that_have_the_task_and_reported_it() -> None:
    definition = an_assessment(
        an_indicator("i", {"method": "best"}), units={"u1": "a", "u2": "a", "u3": "a", "u4": "b", "u5": "a"}
    )
    targets = targets_of([a_target(unit=unit) for unit in ("u1", "u2", "u3", "u4")])
    actuals = {("u1", "i"): F(5), ("u2", "i"): F(8), ("u4", "i"): F(40), ("u5", "i"): F(40)}

    found = score_tasks(definition, targets, actuals)

    assert [sum(one.earned for one in scores) for scores in found.values()] == [F("6.25"), 10, 0, 10, 0]


def test_a_target_of_0_under_completion_is_no_peer() -> None:
    definition = an_assessment(an_indicator("i", {"method": "rank", "of": "completion", "by": "0.1"}))
    targets = targets_of(
        [a_target(each, unit=unit) for unit, each in (("u1", "10"), ("u2", "0"), ("u3", "10"))]
    )
    actuals = {("u1", "i"): F(5), ("u2", "i"): F(40), ("u3", "i"): F(6)}

    found = score_tasks(definition, targets, actuals)

    assert [scores[0].earned for scores in found.values()] == [9, 10, 10]


@pytest.mark.parametrize(
    ("line", "earned", "words"),
    [
        ({"method": "complete"}, 8, "10 × 24 ÷ 30 = 8"),
        ({"method": "complete", "of": "completion"}, 8, "10 × 80% ÷ 100% = 8"),
        ({"method": "reach", "target": "48"}, 10, "实际 24，目标 24，达到目标，得 10 分"),
        (
            {"method": "reach", "of": "completion", "target": "0.8"},
            10,
            "完成率 80%，目标 80%，达到目标，得 10 分",
        ),
        ({"method": "reach", "of": "growth", "target": "20"}, 10, "增长率 20%，目标 20%，达到目标，得 10 分"),
    ],
)
def test_simulated_points_hold_a_number_against_what_should_be_reached_by_then(
    line: dict[str, str], earned: int, words: str
) -> None:
    definition = an_assessment(an_indicator("i", line))
    targets = targets_of([a_target("60", base="40", plan=[None] * 5 + ["30"] + [None] * 6)])

    (found,) = score_tasks(definition, targets, {("u1", "i"): F(24)}, month=6)["u1"]

    assert (found.earned, found.words) == (earned, words)


def test_simulated_points_of_a_level_hold_it_against_the_years_target() -> None:
    definition = an_assessment(an_indicator("i", {"method": "reach", "target": "48"}, runs="level"))

    (found,) = score_tasks(definition, targets_of([a_target("60")]), {("u1", "i"): F(24)}, month=6)["u1"]

    assert found.words == "实际 24，目标 48，未达到目标，得 0 分"


@pytest.mark.parametrize(("month", "due"), [(1, "m"), (3, "mq"), (12, "mqy"), (None, "mqy")])
def test_only_what_is_due_is_simulated(month: int | None, due: str) -> None:
    rhythms = {"m": "month", "q": "quarter", "y": "year"}
    definition = an_assessment(*(an_indicator(key, reported=each) for key, each in rhythms.items()), units=1)
    targets = targets_of([a_target("1", indicator=key) for key in rhythms])

    found = score_tasks(definition, targets, {}, month=month)["u1"]

    assert "".join(one.indicator for one in found) == due


def test_a_simulated_december_is_the_year_where_no_plan_says_otherwise() -> None:
    definition, targets, actuals = sample_definition(), sample_targets(), sample_actuals()["2026-12"]

    assert score_tasks(definition, targets, actuals, month=12) == score_tasks(definition, targets, actuals)
