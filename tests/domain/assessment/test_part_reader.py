"""Sheets, components and bands: what they need, what they may not hold, what they name elsewhere."""

from typing import Any

import pytest

from survey.domain.assessment.composite_rules import ComponentSource, SheetKind
from survey.domain.assessment.definition_reader import read_assessment
from survey.domain.assessment.part_reader import keys_of_sheet, keys_of_source
from survey.domain.errors import Flaw, InvalidDefinition
from tests.domain.assessment.full_year import full_year
from tests.domain.assessment.test_definition_reader import faults_of
from tests.domain.editing import GONE, changed

TRIM = {"from": 2, "high": 1, "low": 1}


@pytest.mark.parametrize(
    ("path", "value", "at", "flaw"),
    [
        ("sheets[0].lines", [], "sheets[0].lines", Flaw.TOO_FEW),
        ("sheets[0].lines[1].key", "work", "sheets[0].lines[1].key", Flaw.DUPLICATE),
        ("sheets[0].lines[0].points", 0, "sheets[0].lines[0].points", Flaw.NOT_ABOVE_ZERO),
        ("sheets[0].trim", TRIM, "sheets[0].trim.from", Flaw.TOO_SMALL),
        ("sheets[0].by", 1, "sheets[0].by", Flaw.UNKNOWN_KEY),
        ("sheets[1].by", GONE, "sheets[1].by", Flaw.MISSING),
        ("components[0].indicators[1]", "gone", "components[0].indicators[1]", Flaw.NO_SUCH),
        ("components[0].weights", [1], "components[0].weights", Flaw.UNKNOWN_KEY),
        ("components[1].weights", [1, 2, 3], "components[1].weights", Flaw.TOO_FEW),
        ("components[1].weights", [1] * 12, "components[1].weights", Flaw.TOO_MANY),
        ("components[1].weights", [0] * 4, "components[1].weights", Flaw.NO_WEIGHT),
        ("components[1].weights", 4, "components[1].weights", Flaw.NOT_NUMBERS),
        ("components[1].sheet", "leaders", "components[1].sheet", Flaw.UNKNOWN_KEY),
        ("components[2].campaign", GONE, "components[2].campaign", Flaw.MISSING),
        ("components[2].campaign", "活动", "components[2].campaign", Flaw.NOT_KEY),
        ("components[2].value", "rate", "components[2].value", Flaw.NOT_CHOICE),
        ("components[2].value", "rate:", "components[2].value", Flaw.NOT_CHOICE),
        ("components[2].row", "leaders", "components[2].row", Flaw.NOT_CHOICE),
        ("components[2].ratees", {"west": "w"}, "components[2].ratees.west", Flaw.NO_SUCH),
        ("components[2].ratees", {"north": ""}, "components[2].ratees.north", Flaw.EMPTY),
        ("components[3].sheet", "gone", "components[3].sheet", Flaw.NO_SUCH),
        ("components[3].sheet", "", "components[3].sheet", Flaw.EMPTY),
        ("components[3].sheet", GONE, "components[3].sheet", Flaw.MISSING),
        ("components[4].from", "heaven", "components[4].from", Flaw.NOT_CHOICE),
        ("components[4].key", "lead", "components[4].key", Flaw.DUPLICATE),
        ("composite.binding_ceiling", "zeroth", "composite.binding_ceiling", Flaw.NO_SUCH),
        ("composite.rounding.total", 7, "composite.rounding.total", Flaw.TOO_LARGE),
        ("composite.bands[1].at_least", 95, "composite.bands[1].at_least", Flaw.NOT_FALLING),
        ("composite.bands[1].quota", "120%", "composite.bands[1].quota", Flaw.NOT_LIMIT),
        ("composite.bands[1].key", "first", "composite.bands[1].key", Flaw.DUPLICATE),
        ("composite.combine", "highest", "composite.combine", Flaw.NOT_CHOICE),
        ("composite.colour", 1, "composite.colour", Flaw.UNKNOWN_KEY),
    ],
)
def test_a_fault_is_named_with_its_path(path: str, value: Any, at: str, flaw: Flaw) -> None:
    assert (at, flaw) in faults_of(changed(path, value, full_year()))


def test_an_unknown_source_is_the_only_fault_of_a_component() -> None:
    assert faults_of(changed("components[2].from", "heaven", full_year())) == [
        ("components[2].from", Flaw.NOT_CHOICE)
    ]


def test_bands_of_quotas_alone_may_begin_at_the_same_total() -> None:
    data = full_year()
    for band in data["composite"]["bands"]:
        band["at_least"] = 0
    assert [band.at_least for band in read_assessment(data).composite.bands] == [0, 0, 0]


def test_periods_weigh_alike_where_nothing_is_said() -> None:
    assert read_assessment(changed("components[1].weights", GONE, full_year())).component["run"].weights == ()


def test_what_means_nothing_is_said_with_what_was_chosen() -> None:
    with pytest.raises(InvalidDefinition, match=r'sheet: means nothing with from = "periods"'):
        read_assessment(changed("components[1].sheet", "leaders", full_year()))


def test_what_means_something_with_a_source_or_a_kind() -> None:
    every = {"key", "label", "weight", "from", "at", "factor"}
    assert keys_of_source(ComponentSource.ENTERED) == every
    assert keys_of_source(ComponentSource.CAMPAIGN) == every | {"campaign", "value", "row", "ratees"}
    assert keys_of_sheet(SheetKind.RANK) - keys_of_sheet(SheetKind.POINTS) == {"by"}
