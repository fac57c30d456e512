"""Every kind of change that an amendment can make, in words."""

from decimal import Decimal
from typing import Any

import pytest

from survey.domain.assessment.amendments import AmendedThing, changes_between
from survey.domain.assessment.targets_reader import read_targets
from survey.web.admin.assessment.running.amended_words import told_changes
from tests.domain.assessment.full_year import defined, full_year, rows_of_year
from tests.domain.editing import changed

OLD = defined()
TARGETS = read_targets(OLD, rows_of_year())


def told(path: str, value: Any) -> list[tuple[str, str, str]]:
    new = defined(changed(path, value, full_year()))
    changes = changes_between(OLD, TARGETS, new, TARGETS)
    return [(one.place, one.before, one.after) for one in told_changes(OLD, new, changes)]


@pytest.mark.usefixtures("chinese")
def test_what_changes_is_named_as_people_do() -> None:
    label = OLD.indicators[0].label
    assert told("assessment.title", "改名") == [("考核名称", OLD.title, "改名")]
    assert told("indicators[0].score[0].points", 7) == [(f"指标“{label}”：计分细则第 1 条：分值", "6", "7")]
    [(place, before, after)] = told("indicators[0].score[1].qualify", False)
    assert place.startswith(f"指标“{label}”：计分细则第 2 条：")
    assert (before, after) == ("是", "否")
    assert told("lights.yellow", Decimal("0.8"))[0][0] == "预警：黄灯下限"
    assert told("components[1].weights", [25, 20, 20, 35])[0][0].endswith("各期权重：第 1 个")
    assert told("units[0].label", "改名镇")[0][2] == "改名镇"


@pytest.mark.usefixtures("chinese")
def test_tasks_and_plans_are_named_by_unit_and_indicator() -> None:
    unit, indicator = OLD.units[0], OLD.indicators[0]
    at = f"targets.{unit.key}.{indicator.key}"
    changes = [
        AmendedThing(at, "", "5"),
        AmendedThing(f"{at}.target", "5", "6"),
        AmendedThing(f"{at}.plan.3", "1", ""),
        AmendedThing(f"{at}.base", "1", "2"),
        AmendedThing("targets.gone.nothing", "3", ""),
    ]
    named = f"{unit.label} {indicator.label}"
    assert [one.place for one in told_changes(OLD, OLD, changes)] == [
        f"{named}：任务（年度目标）",
        f"{named}：年度目标",
        f"{named}：3 月计划",
        f"{named}：上年实绩",
        "gone nothing：任务（年度目标）",
    ]


@pytest.mark.usefixtures("chinese")
def test_a_choice_is_told_by_its_word() -> None:
    better = OLD.indicators[0].better
    other = next(one for one in type(better) if one is not better)
    new = defined(changed("indicators[0].better", str(other), full_year()))
    [change] = [one for one in changes_between(OLD, TARGETS, new, TARGETS) if one.where.endswith("better")]
    [one] = told_changes(OLD, new, [change])
    assert one.before != str(better)
    assert one.after != str(other)
    assert one.before != one.after
