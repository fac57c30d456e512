"""What a leader or a lead is in charge of, the worst first."""

from dataclasses import replace
from fractions import Fraction

from survey.domain.assessment.definition import Light
from survey.domain.assessment.definition_reader import read_assessment
from survey.domain.assessment.scoring.standing import period_standing
from survey.domain.assessment.seats import Seat, SeatPart
from survey.domain.assessment.views.own_tasks import (
    indicators_in_charge,
    own_indicators_standing,
    own_units_standing,
    units_in_charge,
)
from tests.storage.assessment.stored_assessment import a_year, some_targets


def test_what_is_furthest_behind_comes_first() -> None:
    definition = read_assessment(a_year())
    actuals = {("t1", "output"): Fraction(20), ("t1", "retail"): Fraction(1), ("t2", "retail"): Fraction(30)}
    tasks = period_standing(definition, some_targets(), actuals, "2026-01").tasks
    (unit,) = own_units_standing(definition, tasks, frozenset({"t1", "gone"}))
    assert [(one.indicator, one.light) for one in unit.tasks] == [
        ("retail", Light.RED),
        ("output", Light.GREEN),
    ]
    assert unit.lights == {Light.RED: 1, Light.GREEN: 1}
    (indicator,) = own_indicators_standing(definition, tasks, frozenset({"retail"}))
    assert indicator.tasks[0].unit == "t1"
    assert indicator.lights == {Light.RED: 1, Light.GREEN: 1, Light.GREY: 1}
    (none,) = own_units_standing(definition, (), frozenset({"t2"}))
    assert (none.unit.key, none.tasks) == ("t2", ())


def test_who_is_in_charge_of_what() -> None:
    leader = Seat(1, "qy", SeatPart.LEADER, units=frozenset({"t1"}), indicators=frozenset({"retail"}))
    lead = replace(leader, part=SeatPart.LEAD, units=frozenset(), indicators=frozenset({"output"}))
    group = replace(leader, part=SeatPart.GROUP, units=frozenset({"t3"}), indicators=frozenset({"tax"}))
    assert units_in_charge([leader, lead, group]) == {"t1"}
    assert indicators_in_charge([leader, lead, group]) == {"retail", "output"}
