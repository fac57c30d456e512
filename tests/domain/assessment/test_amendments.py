"""Amendments: what they change is listed, and what is on record keeps its place."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from survey.domain.assessment.amendments import AmendedThing, changes_between, require_amendable
from survey.domain.assessment.facts import (
    EnteredValue,
    Evidence,
    PointEntry,
    SheetPoints,
    Target,
    Targets,
    UnitVeto,
)
from survey.domain.assessment.targets_reader import read_targets
from survey.domain.errors import Flaw, InvalidDefinition
from tests.domain.assessment.full_year import defined, full_year, rows_of_year
from tests.domain.editing import GONE, changed

OLD = defined()
TARGETS = read_targets(OLD, rows_of_year())
DAY = date(2027, 12, 20)


def changes(path: str, value: Any) -> list[tuple[str, str, str]]:
    new = defined(changed(path, value, full_year()))
    return [(one.where, one.before, one.after) for one in changes_between(OLD, TARGETS, new, TARGETS)]


def refused(data: Mapping[str, Any], evidence: Evidence | None = None, *tasks: tuple[str, str]) -> list[Any]:
    with pytest.raises(InvalidDefinition) as caught:
        require_amendable(OLD, defined(dict(data)), evidence or Evidence({}), tasks)
    assert {fault.flaw for fault in caught.value.faults} == {Flaw.FIXED}
    return [(fault.path, fault.facts["value"]) for fault in caught.value.faults]


def test_the_same_is_no_amendment() -> None:
    assert changes_between(OLD, TARGETS, defined(), dict(TARGETS)) == ()
    assert changes("lights.yellow", full_year()["lights"]["yellow"]) == []


def test_what_changes_is_named_by_keys_with_before_and_after() -> None:
    assert changes("indicators[0].score[0].points", 7) == [("indicators.output.score.1.points", "6", "7")]
    assert changes("components[1].weights", [25, 20, 20, 35]) == [
        ("components.run.weights.1", "20", "25"),
        ("components.run.weights.4", "40", "35"),
    ]
    assert changes("components[2].ratees", {"north": "other"}) == [
        ("components.people.ratees.north", "n-town", "other"),
        ("components.people.ratees.office", "dev", ""),
    ]
    assert changes("composite.bands[1].quota", 2) == [("composite.bands.second.quota", "0.7", "2")]
    assert changes("indicators[0].score[1].qualify", False) == [
        ("indicators.output.score.2.qualify", "true", "false")
    ]
    assert changes("sheets[0].trim", GONE) == [("sheets.leaders.trim", "6, 1, 1", "")]


def test_rows_that_come_and_go_are_named_by_what_they_are_called() -> None:
    assert changes("units[3]", {"key": "west", "class": "town", "label": "西镇"}) == [
        ("units.west", "", "西镇")
    ]
    assert changes("items[1]", GONE) == [("items.late", "迟报", "")]


def test_another_order_is_a_change() -> None:
    data = full_year()
    data["units"].reverse()
    found = changes_between(OLD, TARGETS, defined(data), TARGETS)
    assert found == (AmendedThing("units", "north、south、office", "office、south、north"),)


def test_targets_are_compared_task_by_task() -> None:
    others: Targets = {
        ("north", "output"): Target(
            "north", "output", Fraction(110), Fraction(80), TARGETS["north", "output"].plan
        ),
        ("north", "growth"): TARGETS["north", "growth"],
        ("south", "output"): TARGETS["south", "output"],
        ("south", "dust"): Target("south", "dust", Fraction(61, 2)),
    }
    found = [(one.where, one.before, one.after) for one in changes_between(OLD, TARGETS, OLD, others)]
    assert found == [
        ("targets.north.output.target", "100", "110"),
        ("targets.office.party", "—", ""),
        ("targets.south.dust", "", "30.5"),
    ]


def test_code_year_and_rhythm_stay() -> None:
    data = full_year()
    data["assessment"] |= {"code": "other", "year": 2028, "periods": "month"}
    data["components"][1]["weights"] = [1] * 12
    assert refused(data) == [
        ("assessment.code", "full-2027"),
        ("assessment.year", "2027"),
        ("assessment.periods", "quarter"),
    ]


def test_what_has_numbers_or_points_cannot_be_taken_out() -> None:
    data = full_year()
    del data["units"][1], data["items"][0], data["sheets"][1], data["components"][4]
    del data["indicators"][3], data["sheets"][0]["lines"][1], data["composite"]["bands"][2]
    evidence = Evidence(
        {"2027-Q1": {("south", "work"): Fraction(90), ("south", "output"): Fraction(1)}},
        points=(
            SheetPoints("leaders", "north", "甲", "style", Fraction(30)),
            SheetPoints("order", "north", "甲", "place", Fraction(1)),
        ),
        entries=(PointEntry("north", "award", Fraction(1), "奖", "文", "办", DAY),),
        vetoes=(UnitVeto("north", "third", "办", DAY, "故", "文"),),
        entered=(EnteredValue("north", "given", Fraction(80), "文"),),
    )
    assert refused(data, evidence, ("south", "dust")) == [
        ("units", "south"),
        ("indicators", "work"),
        ("items", "award"),
        ("sheets", "leaders.style"),
        ("sheets", "order.place"),
        ("components", "given"),
        ("composite.bands", "third"),
    ]


def test_what_has_none_may_go_and_anything_may_come() -> None:
    data = full_year()
    del data["units"][1], data["items"][0]
    data["units"].append({"key": "west", "class": "town", "label": "西镇"})
    require_amendable(OLD, defined(data), Evidence({"2027-Q1": {("north", "output"): Fraction(1)}}))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("sheets[0].lines[0].points", 50),
        ("sheets[0].lines[2]", {"key": "more", "label": "其他", "points": 10}),
        ("sheets[0].kind", "rank"),
    ],
)
def test_a_sheet_with_points_on_record_keeps_its_measure(path: str, value: Any) -> None:
    data = changed(path, value, full_year())
    if value == "rank":
        data["sheets"][0]["by"] = Decimal("0.1")
    given = Evidence({}, points=(SheetPoints("leaders", "north", "甲", "style", Fraction(30)),))
    assert refused(data, given) == [("sheets.leaders", "leaders")]
    require_amendable(OLD, defined(data), Evidence({}))


def test_what_a_sheet_is_called_and_how_its_mean_is_made_may_change() -> None:
    data = changed("sheets[0].title", "领导评分", changed("sheets[0].min_scorers", 5, full_year()))
    given = Evidence({}, points=(SheetPoints("leaders", "north", "甲", "style", Fraction(30)),))
    require_amendable(OLD, defined(data), given)


def test_an_item_with_entries_stays_a_bonus_or_a_deduction() -> None:
    data = changed("items[0].each", Decimal(-1), full_year())
    given = Evidence({}, entries=(PointEntry("north", "award", Fraction(1), "奖", "文", "办", DAY),))
    assert refused(data, given) == [("items.award", "award")]
    require_amendable(OLD, defined(data), Evidence({}))
    # The most of one entry may be lowered: what is above it counts as that.
    require_amendable(OLD, defined(changed("items[0].each", Decimal("0.5"), full_year())), given)


@pytest.mark.parametrize(("name", "value"), [("measure", "件"), ("runs", "level")])
def test_an_indicator_with_numbers_keeps_what_they_are_of(name: str, value: str) -> None:
    data = changed(f"indicators[0].{name}", value, full_year())
    task = ("north", OLD.indicators[0].key)
    stood = str(getattr(OLD.indicators[0], name))
    assert stood != value
    assert refused(data, None, task) == [(f"indicators[0].{name}", stood)]
    assert refused(data, Evidence({"2027-Q1": {task: Fraction(1)}})) == [(f"indicators[0].{name}", stood)]
    with pytest.raises(InvalidDefinition):
        require_amendable(OLD, defined(data), Evidence({}), waiting=[task])
    require_amendable(OLD, defined(data), Evidence({}), [("north", OLD.indicators[1].key)])
