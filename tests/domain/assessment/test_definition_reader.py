"""Definitions of assessments: what is read of a file, and all that is wrong with one at once."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from survey.domain.assessment.composite_rules import ComponentSource, CountedRow, QuotaRound
from survey.domain.assessment.definition import ASSESSMENT_TABLES, Light, LightRules
from survey.domain.assessment.definition_reader import read_assessment
from survey.domain.assessment.indicators import Rhythm
from survey.domain.definition.canonical import digest
from survey.domain.definition.schema import every_key
from survey.domain.errors import Flaw, InvalidDefinition
from tests.domain.assessment.full_year import defined, full_year
from tests.domain.editing import GONE, changed
from tests.sample_year import sample


def faults_of(data: dict[str, Any]) -> list[tuple[str, Flaw]]:
    with pytest.raises(InvalidDefinition) as caught:
        read_assessment(data)
    return [(fault.path, fault.flaw) for fault in caught.value.faults]


def test_every_key_of_the_schema_is_read() -> None:
    def written(value: Any, path: str = "") -> set[str]:
        if isinstance(value, dict):
            inner = {path} if path else set()
            return inner.union(*(written(one, f"{path}.{key}".strip(".")) for key, one in value.items()))
        if isinstance(value, list) and value and isinstance(value[0], dict):
            return {path}.union(*(written(one, path) for one in value))
        return {path}

    assert {path for path, _ in every_key(ASSESSMENT_TABLES)} <= written(full_year())
    assert defined().digest == digest(full_year())


def test_numbers_are_exact_and_names_are_resolved() -> None:
    definition = defined()
    assert definition.unit["north"].factor == Fraction(21, 20)
    assert definition.indicator["output"].reported is Rhythm.MONTH
    assert definition.indicator["dust"].reported is Rhythm.QUARTER
    assert definition.indicator["dust"].classes == ("town", "bureau")
    assert definition.indicator["growth"].score[0].target == -2
    assert definition.indicator["work"].score[0].at == ((-5, 0), (60, Fraction(3, 5)), (90, 1))
    assert definition.lights.labels[Light.GREEN] == "蓝牌"
    assert definition.component["run"].weights == (20, 20, 20, 40)
    people = definition.component["people"]
    assert (people.source, people.row) == (ComponentSource.CAMPAIGN, CountedRow.POOLED)
    assert people.ratees == {"north": "n-town", "office": "dev"}
    quotas = [(band.quota, band.round) for band in definition.composite.bands]
    assert quotas == [
        (1, QuotaRound.HALF_UP),
        (Fraction(7, 10), QuotaRound.UP),
        (None, QuotaRound.DOWN),
    ]
    assert (definition.sheet["leaders"].trim, definition.sheet["order"].by) != (None, None)


def test_what_may_be_left_out_has_its_default() -> None:
    data = full_year()
    for key in ("lights", "items", "caps", "sheets", "departments", "composite"):
        del data[key]
    data["indicators"] = [data["indicators"][5] | {"reported": "month"}]
    data["components"] = [{"key": "all", "label": "全部", "weight": 1, "from": "indicators"}]
    definition = read_assessment(data)
    assert definition.lights == LightRules()
    assert definition.composite.rounding.total == 2
    assert definition.composite.bands == ()


def test_the_sample_is_read() -> None:
    definition = read_assessment(sample("assessment.toml"))
    assert [len(definition.units_of[key]) for key in ("town", "bureau")] == [8, 4]
    assert definition.indicator["party"].classes == ("town", "bureau")
    assert definition.indicator["revenue"].score[0].size == 1
    assert definition.composite.binding_ceiling == "good"


@pytest.mark.parametrize(
    ("path", "value", "at", "flaw"),
    [
        ("format", 2, "format", Flaw.TOO_LARGE),
        ("format", GONE, "format", Flaw.MISSING),
        ("kind", "campaign", "kind", Flaw.NOT_CHOICE),
        ("kind", GONE, "kind", Flaw.MISSING),
        ("colour", 1, "colour", Flaw.UNKNOWN_KEY),
        ("assessment", GONE, "assessment", Flaw.MISSING),
        ("assessment.code", "考核", "assessment.code", Flaw.NOT_KEY),
        ("assessment.year", 1800, "assessment.year", Flaw.TOO_SMALL),
        ("assessment.periods", "year", "assessment.periods", Flaw.NOT_CHOICE),
        ("assessment.report_by", 31, "assessment.report_by", Flaw.TOO_LARGE),
        ("assessment.time_zone", "Mars", "assessment.time_zone", Flaw.NOT_ZONE),
        ("assessment.colour", 1, "assessment.colour", Flaw.UNKNOWN_KEY),
        ("classes", [], "classes", Flaw.TOO_FEW),
        ("classes[1].key", "town", "classes[1].key", Flaw.DUPLICATE),
        ("units[1].class", "village", "units[1].class", Flaw.NO_SUCH),
        ("units[1].class", GONE, "units[1].class", Flaw.MISSING),
        ("units[1].key", "north", "units[1].key", Flaw.DUPLICATE),
        ("units[0].factor", 0, "units[0].factor", Flaw.NOT_ABOVE_ZERO),
        ("units[0].head_count", 3, "units[0].head_count", Flaw.UNKNOWN_KEY),
        ("indicators[0].classes[0]", "village", "indicators[0].classes[0]", Flaw.NO_SUCH),
        ("indicators[0].classes", [], "indicators[0].classes", Flaw.TOO_FEW),
        ("indicators[0].lead", "nobody", "indicators[0].lead", Flaw.NO_SUCH),
        ("indicators[0].lead", GONE, "indicators[0].lead", Flaw.MISSING),
        ("indicators[0].reported", "week", "indicators[0].reported", Flaw.NOT_CHOICE),
        ("indicators[0].measure", GONE, "indicators[0].measure", Flaw.MISSING),
        ("indicators[0].score", [], "indicators[0].score", Flaw.TOO_FEW),
        ("indicators[0].score", GONE, "indicators[0].score", Flaw.MISSING),
        ("indicators[0].score[0].points", "6", "indicators[0].score[0].points", Flaw.NOT_NUMBER),
        ("lights.labels", {"blue": "蓝"}, "lights.labels.blue", Flaw.NOT_CHOICE),
        ("lights.labels", ["a", "b", "c", "d", "e"], "lights.labels", Flaw.TOO_MANY),
        ("lights.labels", 3, "lights.labels", Flaw.NOT_TABLE),
        ("lights.yellow", 0, "lights.yellow", Flaw.NOT_ABOVE_ZERO),
        ("lights.by", "colour", "lights.by", Flaw.NOT_CHOICE),
        ("items[0].each", GONE, "items[0].each", Flaw.MISSING),
        ("items[0].cap", -1, "items[0].cap", Flaw.TOO_SMALL),
        ("caps.bonus", "5", "caps.bonus", Flaw.NOT_NUMBER),
        ("components", [], "components", Flaw.TOO_FEW),
        ("components", GONE, "components", Flaw.MISSING),
        ("indicators", GONE, "components[0].from", Flaw.NOTHING_ASKED),
    ],
)
def test_a_fault_is_named_with_its_path(path: str, value: Any, at: str, flaw: Flaw) -> None:
    assert (at, flaw) in faults_of(changed(path, value, full_year()))


def test_all_faults_are_named_at_once_in_the_order_of_the_tables() -> None:
    data = full_year()
    data["units"][0]["class"] = "village"
    data["indicators"][3]["score"][0]["at"] = [[1]]
    data["components"][2]["campaign"] = ""
    data["composite"]["bands"][0]["quota"] = "half"
    data["surplus"] = Decimal(1)
    assert faults_of(data) == [
        ("units[0].class", Flaw.NO_SUCH),
        ("indicators[3].score[0].at[0]", Flaw.NOT_PAIRS),
        ("components[2].campaign", Flaw.EMPTY),
        ("composite.bands[0].quota", Flaw.NOT_LIMIT),
        ("surplus", Flaw.UNKNOWN_KEY),
    ]


def test_weights_must_not_all_be_nothing() -> None:
    data = full_year()
    for component in data["components"]:
        component["weight"] = 0
    assert faults_of(data) == [("components", Flaw.NO_WEIGHT)]


def test_lights_may_be_named_in_a_list() -> None:
    data = changed("lights.labels", ["蓝牌", "黄牌", "红牌"], full_year())
    assert read_assessment(data).lights.labels == {"green": "蓝牌", "yellow": "黄牌", "red": "红牌"}


def test_a_department_may_be_assessed_too() -> None:
    data = changed("departments[1]", {"key": "office", "label": "发改局"}, full_year())
    assert read_assessment(data).party("office") == "发改局"
