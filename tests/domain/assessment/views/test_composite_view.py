"""Totals class by class, and one taken apart."""

from survey.domain.assessment.facts import Evidence, PointEntry, SheetPoints, UnitVeto
from survey.domain.assessment.totals.composite import year_outcome
from survey.domain.assessment.views.composite_view import composite_classes, total_story
from tests.domain.assessment.composed import DAY, composed, entered
from tests.domain.assessment.small import a_target, an_indicator, targets_of

AWARD = {"key": "award", "label": "表彰", "each": 2}


def test_units_come_by_rank_and_those_without_one_last() -> None:
    definition = composed()
    evidence = Evidence({}, entered=entered({"a": {"e": "70"}, "b": {"e": "90"}, "d": {"e": "80"}}))
    outcome = year_outcome(definition, {}, evidence)
    (found,) = composite_classes(definition, outcome, {"b": "second"})
    assert [row.unit.key for row in found.rows] == ["b", "d", "a", "c"]
    assert [row.outcome.rank for row in found.rows] == [1, 2, 3, None]
    assert [row.decided for row in found.rows] == ["second", "", "", ""]


def test_a_total_is_taken_apart_down_to_tasks_points_and_acts() -> None:
    sheet = {
        "key": "s",
        "title": "评分表",
        "lines": [{"key": "l", "label": "l", "points": 100}],
        "min_scorers": 1,
    }
    definition = composed(
        {"key": "all", "from": "indicators"},
        {"key": "one", "from": "indicators", "indicators": ["j"]},
        {"key": "sheet", "from": "sheet", "sheet": "s"},
        indicators=[an_indicator("i"), an_indicator("j", {"method": "reach"}, binding=True)],
        items=[AWARD],
        sheets=[sheet],
    )
    targets = targets_of([a_target(5, unit="a", indicator=key) for key in "ij"])
    evidence = Evidence(
        {"2026-12": {("a", "i"): 5, ("a", "j"): 4}},
        points=(SheetPoints("s", "a", "甲", "l", 80), SheetPoints("s", "b", "甲", "l", 70)),
        entries=(
            PointEntry("a", "award", 1, "获奖", "文件", "考核办", DAY),
            PointEntry("b", "award", 1, "获奖", "文件", "考核办", DAY),
        ),
        vetoes=(UnitVeto("a", "third", "委员会", DAY, "事故", "文件"),),
    )  # fmt: skip
    outcome = year_outcome(definition, targets, evidence)
    (found,) = composite_classes(definition, outcome, {})
    row = next(row for row in found.rows if row.unit.key == "a")
    story = total_story(definition, targets, evidence, row)
    every, one, by_sheet = story.parts
    assert [task.indicator.key for task in every.tasks] == ["i", "j"]
    assert [task.indicator.key for task in one.tasks] == ["j"]
    assert one.tasks[0].rule == "10 分：达到目标（5 件）得满分，达不到不得分"
    assert (by_sheet.tasks, [point.scorer for point in by_sheet.points]) == ((), ["甲"])
    assert len(story.entries) == len(story.vetoes) == 1
    assert [one.key for one in story.missed] == ["j"]
