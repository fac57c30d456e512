from fractions import Fraction

from survey.domain.assessment.definition import Light
from survey.domain.assessment.facts import Evidence, Lacking
from survey.domain.assessment.outcome import (
    PeriodStanding,
    TaskStanding,
    UnitStanding,
    YearOutcome,
)
from survey.domain.assessment.totals.outcome_json import outcome_json, standing_json
from tests.domain.assessment.composed import aimed, composed, counted, entry, outcomes, task, veto

DEFINITION = composed(
    {"key": "targets", "from": "indicators"},
    {"key": "vote", "from": "campaign", "campaign": "vote"},
    units={"a": {}, "b": {}},
    indicators=[
        {"key": "x", "label": "X", "measure": "件", "score": [{"points": 6, "method": "complete"}]},
    ],
    items=[{"key": "plus", "label": "加分", "each": 3}],
    composite={"rounding": {"total": 1}},
)
YEAR = YearOutcome(
    tuple(
        outcomes(
            DEFINITION,
            Evidence(
                {},
                entries=(entry("a", "plus", "1.5"),),
                vetoes=(veto("b", "third"),),
                counted={("vote", "a"): counted("90.00"), ("vote", "b"): counted(None, Lacking.WITHHELD)},
            ),
            {"a": (task("x", "6", "60/11", "11.20"),), "b": (task("x", "6", "0", None),)},
            {("a", "x"): aimed("a", "x", "12"), ("b", "x"): aimed("b", "x", "12")},
        ).values()
    )
)


def test_the_results_are_written_as_the_format_says() -> None:
    found = outcome_json(DEFINITION, YEAR, state="decided", record="d2", bands={"a": "second"})
    assert found == {
        "format": 1,
        "assessment": "small",
        "state": "decided",
        "definition": DEFINITION.digest,
        "record": "d2",
        "units": [
            {
                "unit": "a",
                "class": "k",
                "indicators": [
                    {
                        "indicator": "x",
                        "points": "6.00",
                        "actual": "11.2",
                        "earned": "5.45",
                        "exact": "60/11",
                    }
                ],
                "components": [
                    {
                        "component": "targets",
                        "value": "90.91",
                        "exact": "1000/11",
                        "source": None,
                        "why": None,
                    },
                    {"component": "vote", "value": "90.00", "exact": "90", "source": "d1", "why": None},
                ],
                "bonus": "1.50",
                "deduction": "0.00",
                "total": "92.0",
                "rank": 1,
                "proposed": "first",
                "tied": False,
                "vetoed": False,
                "binding_missed": [],
                "band": "second",
            },
            {
                "unit": "b",
                "class": "k",
                "indicators": [
                    {"indicator": "x", "points": "6.00", "actual": None, "earned": "0.00", "exact": "0"}
                ],
                "components": [
                    {"component": "targets", "value": "0.00", "exact": "0", "source": None, "why": None},
                    {"component": "vote", "value": None, "exact": None, "source": "d1", "why": "withheld"},
                ],
                "bonus": "0.00",
                "deduction": "0.00",
                "total": None,
                "rank": None,
                "proposed": "third",
                "tied": False,
                "vetoed": True,
                "binding_missed": [],
                "band": None,
            },
        ],
        "standing": None,
    }


def test_a_standing_is_written_in_percent_with_all_lights() -> None:
    here = TaskStanding(
        "a",
        "x",
        Fraction("4.5"),
        Fraction(5),
        Fraction(12),
        on_pace=False,
        light=Light.YELLOW,
    )
    nothing = TaskStanding("b", "x", None, Fraction(5), None, on_pace=False, light=Light.GREY)
    units = (
        UnitStanding("a", 3, 2, {Light.GREEN: 2, Light.YELLOW: 1}, 1, 0),
        UnitStanding("b", 0, 0, {}, 0, 0),
    )
    dark = {"green": 0, "yellow": 0, "red": 0, "grey": 0}
    found = standing_json(PeriodStanding("2026-05", units, (here, nothing)))
    assert found["period"] == "2026-05"
    assert found["units"] == [
        {
            "unit": "a",
            "assigned": 3,
            "on_pace": 2,
            "rate": "66.67",
            "lights": dark | {"green": 2, "yellow": 1},
            "first": 1,
            "last": 0,
        },
        {
            "unit": "b",
            "assigned": 0,
            "on_pace": 0,
            "rate": None,
            "lights": dark,
            "first": 0,
            "last": 0,
        },
    ]
    assert found["cells"] == [
        {
            "unit": "a",
            "indicator": "x",
            "planned": "5.00",
            "gap": "-0.50",
            "completion": "37.50",
            "pace": "90.00",
            "light": "yellow",
        },
        {
            "unit": "b",
            "indicator": "x",
            "planned": "5.00",
            "gap": None,
            "completion": None,
            "pace": None,
            "light": "grey",
        },
    ]
    joined = outcome_json(DEFINITION, YEAR, PeriodStanding("2026-05", units, ()), state="scored")
    assert joined["standing"]["units"] == found["units"]
