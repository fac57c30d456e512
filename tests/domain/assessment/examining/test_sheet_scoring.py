"""Who may score which units, and what may be handed in on a sheet."""

from fractions import Fraction

import pytest

from survey.domain.assessment.composite_rules import ScoreSheet, SheetKind, SheetLine
from survey.domain.assessment.definition import AssessmentDefinition
from survey.domain.assessment.definition_reader import read_assessment
from survey.domain.assessment.examining.sheet_scoring import (
    ALL_UNITS,
    REACHED,
    kept_typed,
    own_units,
    points_given,
    read_given,
    sheet_form,
    typed_again,
    units_chosen,
    written_given,
)
from survey.domain.assessment.facts import SheetPoints
from survey.domain.assessment.seats import Seat, SeatPart, placed
from survey.domain.errors import BadYearRecord
from tests.storage.assessment.stored_assessment import a_year, some_targets

LINES = (
    SheetLine(key="w", label="工作", points=Fraction(60)),
    SheetLine(key="z", label="作风", points=Fraction(40)),
)
POINTS = ScoreSheet(key="heads", title="领导评分", lines=LINES)
RANK = ScoreSheet(key="order", title="排名", lines=LINES[:1], kind=SheetKind.RANK, by=Fraction(1, 10))
UNITS = ("t1", "t2")


@pytest.fixture(scope="module")
def definition() -> AssessmentDefinition:
    units = [
        {"key": "t1", "class": "town", "label": "东岭镇", "head": "王强", "leader": "李明"},
        {"key": "t2", "class": "town", "label": "西河镇"},
        {"key": "d1", "class": "dept", "label": "财政局"},
    ]
    classes = [{"key": "town", "label": "乡镇"}, {"key": "dept", "label": "部门"}]
    return read_assessment(a_year(units=units, classes=classes))


def seat(definition: AssessmentDefinition, part: SeatPart, *keys: str) -> Seat:
    return placed(Seat(1, "qy", part, keys), definition)


def faults(sheet: ScoreSheet, **typed: str) -> dict[str, str]:
    with pytest.raises(BadYearRecord) as refused:
        read_given(sheet, UNITS, {place.replace("_", "."): said for place, said in typed.items()})
    return refused.value.faults


@pytest.mark.parametrize("part", [SeatPart.REPORTER, SeatPart.APPROVER, SeatPart.LEAD])
def test_a_unit_is_one_s_own_by_a_seat(definition: AssessmentDefinition, part: SeatPart) -> None:
    assert own_units(definition, "张三", "", [seat(definition, part, "d1")]) == {"d1"}


@pytest.mark.parametrize("part", [SeatPart.LEADER, SeatPart.GROUP])
def test_what_one_is_in_charge_of_is_not_one_s_own(definition: AssessmentDefinition, part: SeatPart) -> None:
    assert own_units(definition, "李明", "", [seat(definition, part, "t1")]) == set()


@pytest.mark.parametrize(
    ("name", "home", "own"),
    [
        ("王强", "", {"t1"}),
        ("张三", "西河镇", {"t2"}),
        ("张三", "t2", {"t2"}),
        ("张三", "县委", set()),
        ("", "", set()),
    ],
)
def test_a_unit_is_one_s_own_by_home_or_as_its_head(
    definition: AssessmentDefinition, name: str, home: str, own: set[str]
) -> None:
    assert own_units(definition, name, home, []) == own


@pytest.mark.parametrize(
    ("choice", "units"),
    [(ALL_UNITS, ("t1", "t2", "d1")), ("town", ("t1", "t2")), ("none", ()), ("", ()), (REACHED, ("t1",))],
)
def test_which_units_a_choice_stands_for(
    definition: AssessmentDefinition, choice: str, units: tuple[str, ...]
) -> None:
    held = [seat(definition, SeatPart.LEADER, "李明"), seat(definition, SeatPart.REPORTER, "d1")]
    assert units_chosen(definition, {}, held, choice) == units


def test_a_lead_reaches_the_units_with_its_indicators_tasks(definition: AssessmentDefinition) -> None:
    held = [seat(definition, SeatPart.LEAD, "output")]
    assert units_chosen(definition, some_targets("t2"), held, REACHED) == ("t2",)


def test_points_are_read_exactly() -> None:
    typed = {"t1.w": "60", "t1.z": "０", "t2.w": "33.25", "t2.z": "40.00"}
    given = read_given(POINTS, UNITS, typed)
    assert given["t2"] == {"w": Fraction(133, 4), "z": Fraction(40)}
    assert typed_again(written_given(given)) == {"t1.w": "60", "t1.z": "0", "t2.w": "33.25", "t2.z": "40"}


def test_every_fault_is_told_at_its_place() -> None:
    assert faults(POINTS, t1_w="61", t1_z="-1", t2_w="好") == {
        "t1.w": "out-of-range",
        "t1.z": "out-of-range",
        "t2.w": "not-number",
        "t2.z": "missing",
    }


@pytest.mark.parametrize("said", ["0", "3", "1.5", "-1"])
def test_a_place_is_a_whole_number_of_the_units_scored(said: str) -> None:
    assert faults(RANK, t1_w=said, t2_w="2") == {"t1.w": "out-of-range"}


def test_each_place_is_given_once() -> None:
    assert faults(RANK, t1_w="1", t2_w="1") == {"t1.w": "double", "t2.w": "double"}
    assert read_given(RANK, UNITS, {"t1.w": "2", "t2.w": "1"}) == {"t1": {"w": 2}, "t2": {"w": 1}}


def test_of_what_is_typed_only_the_sheet_s_places_are_kept() -> None:
    typed = {"t1.w": "  5\x00\n ", "t3.w": "9", "t1.q": "9", "t2.z": "9" * 50, "t2.w": " "}
    assert kept_typed(POINTS, UNITS, typed) == {"t1.w": "5", "t2.z": "9" * 20}


def test_another_form_has_another_name() -> None:
    longer = ScoreSheet(key="heads", title="领导评分", lines=LINES[:1])
    assert len({sheet_form(POINTS, UNITS), sheet_form(longer, UNITS), sheet_form(POINTS, ("t1",))}) == 3
    assert sheet_form(POINTS, ("t2", "t1")) == sheet_form(POINTS, UNITS)


def test_points_of_units_that_are_gone_are_left_out() -> None:
    written = {"t1": {"w": "1/2"}, "gone": {"w": "3"}}
    assert points_given(POINTS, "李明", written, UNITS) == [
        SheetPoints("heads", "t1", "李明", "w", Fraction(1, 2))
    ]
