"""What pages tell of one cell, one unit and one indicator."""

from survey.domain.assessment.definition import Light
from survey.domain.assessment.scoring.places import shown
from survey.domain.assessment.scoring.task_scores import score_tasks
from survey.domain.assessment.views.plan_line import plan_line
from survey.domain.assessment.views.stories import cell_story, indicator_story, unit_story

from .maps import everything, sample_period


def test_a_cell_spells_its_sum_out() -> None:
    material = sample_period()
    target = material.targets["t3", "output"]
    story = cell_story(material, target, plan_line(material.definition, target, {}), ())
    assert story.simulated
    assert story.rule == "12 分：按完成目标（57.49 亿元）的比例计分，最多得 13.2 分"
    assert story.task is not None
    assert story.task.score is not None
    assert story.task.score.words == "12 × 22.53 ÷ 21.56 = 12.54"


def test_what_is_not_due_has_its_rule_and_no_standing() -> None:
    material = sample_period()
    target = material.targets["t3", "party"]
    story = cell_story(material, target, plan_line(material.definition, target, {}), ())
    assert (story.task, story.rule) == (None, "10 分：按评定的分数计分")


def test_a_units_points_are_those_that_all_units_give() -> None:
    """Only its class is worked out for its page; ranks and bests come out alike."""
    for period, month in (("2026-05", 5), ("2026-12", 12)):
        material = sample_period(period)
        all_units = score_tasks(material.definition, material.targets, material.actuals, month=month)
        for unit, scores in all_units.items():
            story = unit_story(material, unit, everything, worst_first=False)
            assert [line.score for line in story.lines] == list(scores)
        assert material.simulated is (month == 5)


def test_the_worst_come_first_where_that_is_asked_for() -> None:
    material = sample_period()
    story = unit_story(material, "t5", everything, worst_first=True)
    lights = [line.standing.light for line in story.lines]
    assert lights == sorted(lights, key=[Light.RED, Light.YELLOW, Light.GREY, Light.GREEN].index)
    assert (story.standing.assigned, story.standing.on_pace) == (11, 4)


def test_an_indicator_names_its_lead_and_who_is_first_and_last_in_each_class() -> None:
    material = sample_period()
    story = indicator_story(material, "output", everything, worst_first=False)
    assert (story.lead, story.indicator.leader) == ("工业和信息化局", "副县长(工业)")
    (towns,) = story.classes
    assert [line.unit.key for line in towns.lines] == [f"t{place}" for place in range(1, 9)]
    assert [line.unit.label for line in towns.first] == ["东岭镇"]
    assert [line.unit.label for line in towns.last] == ["双桥镇"]
    assert [
        one.unit_class.key for one in indicator_story(material, "style", everything, worst_first=True).classes
    ] == [
        *("town", "bureau"),
    ]


def test_a_story_has_only_what_may_be_seen() -> None:
    material = sample_period()
    own = indicator_story(material, "output", lambda unit, _: unit == "t1", worst_first=False)
    assert [line.unit.key for one in own.classes for line in one.lines] == ["t1"]
    assert own.classes[0].first == ()  # who is first it does not tell
    one = unit_story(material, "t1", lambda _, indicator: indicator == "air", worst_first=False)
    assert [line.indicator.key for line in one.lines] == ["air"]
    assert one.lines[0].score is not None
    assert shown(one.lines[0].score.earned) == "5.00"
