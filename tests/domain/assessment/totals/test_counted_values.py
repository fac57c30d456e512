"""What totals read from counts: what their tables show, of rows that they kept, and nothing else."""

from decimal import Decimal
from functools import cache
from typing import Any

import pytest

from survey.domain.assessment.composite_rules import Component
from survey.domain.assessment.facts import CountedValue, Lacking
from survey.domain.assessment.totals.counted_values import value_of
from survey.domain.count.results import work_out
from survey.domain.count.rows import Row
from tests.disclosure.campaigns import campaign
from tests.disclosure.world import World
from tests.domain.assessment.composed import composed
from tests.sample_year import CAMPAIGNS, ballots_of, expected, sample

PARTS = {"qy-leaders": "leaders", "qy-mutual": "mutual", "qy-public": "public"}


def component(value: str = "score", row: str = "weighted") -> Component:
    vote = {"key": "v", "from": "campaign", "campaign": "vote", "value": value, "row": row}
    return composed(vote).components[0]


@cache
def world(campaign_code: str) -> World:
    return World.of(sample(f"campaigns/{campaign_code}.toml"), ballots_of(campaign_code))


def read(campaign_code: str, ratee: str, **wanted: str) -> CountedValue:
    voted = world(campaign_code)
    return value_of(voted.count, voted.electorate.definition, component(**wanted), ratee)


@pytest.mark.parametrize("campaign_code", CAMPAIGNS)
def test_the_sample_is_read_as_expected(campaign_code: str) -> None:
    wanted = "rate:satisfied" if campaign_code == "qy-public" else "score"
    for unit in expected()["units"]:
        parts = {part["component"]: part["value"] for part in unit["components"]}
        found = read(campaign_code, unit["unit"], value=wanted)
        assert (None if found.value is None else str(found.value)) == parts[PARTS[campaign_code]]


def test_a_row_that_is_withheld_has_no_value() -> None:
    for value in ("score", "rate:satisfied"):
        for row in ("weighted", "pooled"):
            assert read("qy-public", "b3", value=value, row=row) == CountedValue(None, why=Lacking.WITHHELD)


def test_the_pooled_row_is_another_than_the_weighted_one() -> None:
    assert read("qy-mutual", "t1").value == Decimal("93.91")
    assert read("qy-mutual", "t1", row="pooled").value == Decimal("93.94")


def test_a_unit_that_is_no_ratee_and_a_rate_that_is_not_there_have_no_value() -> None:
    assert read("qy-public", "nobody") == CountedValue(None, why=Lacking.NO_SCORERS)
    assert read("qy-public", "t1", value="rate:other") == CountedValue(None, why=Lacking.NO_SCORERS)


def test_where_nobody_gave_a_grade_nothing_is_withheld() -> None:
    data = sample("campaigns/qy-leaders.toml")
    nobody = World.of(data, [("leaders", {})] * 6)
    for wanted in (component(), component(row="pooled")):
        found = value_of(nobody.count, nobody.electorate.definition, wanted, "t1")
        assert found == CountedValue(None, why=Lacking.NO_SCORERS)


@pytest.mark.parametrize("seed", range(0, 60, 3))
def test_whatever_is_read_stands_in_the_campaigns_own_results(seed: int) -> None:
    voted = World.of(*campaign(seed))
    definition, count = voted.electorate.definition, voted.count
    results = work_out(definition, count)
    for standing in results.ratees:
        shown: dict[tuple[str, str], Any] = {
            ("score", "weighted"): standing.weighted,
            ("score", "pooled"): standing.pooled,
        }
        scale = definition.section[standing.section].scale
        rates = [rate.key for rate in definition.rates if rate.scale == scale]
        for one in results.overalls.of(standing.ratee):
            if one.row is not Row.GROUP:
                shown |= {(f"rate:{key}", one.row): one.shown and one.shown.rates[key] for key in rates}
        for (value, row), number in shown.items():
            found = value_of(count, definition, component(value, row), standing.ratee)
            assert found.value == number, (seed, standing.ratee, value, row)
            assert (found.why is None) == (number is not None)
