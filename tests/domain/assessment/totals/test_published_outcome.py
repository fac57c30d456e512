"""Readers are given the columns of an edition and nothing else of the record."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from survey.domain.assessment.totals.published_outcome import OutcomeEdition, published_classes
from survey.domain.definition.campaign import Publication
from survey.domain.errors import BadEdition
from tests.domain.assessment.totals.test_publication_columns import columns, defined

EDITION = OutcomeEdition(1, Publication.PUBLIC, 1, ("total",), (), "", 0, datetime(2027, 1, 20, tzinfo=UTC))


def unit(**changes: Any) -> dict[str, Any]:
    parts = [{"component": key, "value": "80.00"} for key in ("targets", "leaders", "public")]
    return {
        "unit": "t1",
        "class": "town",
        "components": parts,
        "bonus": "1.00",
        "deduction": "0.00",
        "total": "81.00",
        "rank": 1,
    } | changes


def test_a_line_has_the_chosen_columns_alone() -> None:
    chosen = columns("rank", "band", "public", "bonus")
    (one,) = published_classes(defined(), chosen, [unit()], {"t1": "good"})
    (line,) = one.units
    assert (one.label, line.label) == ("乡镇", "甲")
    assert line.values == {"rank": "1", "band": "良好", "component:public": "80.00", "bonus": "1.00"}
    assert not line.rests_on_fewer


def test_what_there_is_not_is_none() -> None:
    lacking = unit(total=None, rank=None)
    (one,) = published_classes(defined(), columns("rank", "total", "band"), [lacking], {})
    assert one.units[0].values == {"rank": None, "total": None, "band": None}
    assert not one.units[0].rests_on_fewer


def test_a_total_that_rests_on_fewer_parts_says_so_where_it_is_shown() -> None:
    few = unit(components=[*unit()["components"][:2], {"component": "public", "value": None}])
    (one,) = published_classes(defined(), columns("total"), [few], {})
    assert (one.units[0].rests_on_fewer, one.units[0].parts, one.units[0].of_parts) == (True, 2, 3)
    (one,) = published_classes(defined(), columns("band"), [few], {})
    assert not one.units[0].rests_on_fewer


@pytest.mark.parametrize(("rules", "told"), [({}, (False, 2, 2)), ({"combine": "lowest"}, (True, 2, 3))])
def test_a_part_without_weight_is_missing_only_where_the_lowest_counts(rules: Any, told: Any) -> None:
    few = unit(components=[*unit()["components"][:2], {"component": "public", "value": None}])
    (one,) = published_classes(defined(weights=(80, 20, 0), **rules), columns("total"), [few], {})
    assert (one.units[0].rests_on_fewer, one.units[0].parts, one.units[0].of_parts) == told


@pytest.mark.parametrize("shown", ["rank", "total"])
def test_lines_stand_by_rank_only_where_it_is_shown(shown: str) -> None:
    units = [unit(rank=3, bonus="3"), unit(rank=None, bonus="0"), unit(rank=1, bonus="1")]

    def order(column: str) -> list[str | None]:
        (one,) = published_classes(defined(), columns(column, "bonus"), units, {})
        return [line.values["bonus"] for line in one.units]

    assert order(shown) == ["1", "3", "0"]
    assert order("band") == ["3", "0", "1"]


def test_to_whom_outcomes_are_published() -> None:
    EDITION.require_sound()
    for change in ({"level": Publication.PERSON}, {"level": Publication.NONE}, {"note": "长" * 301}):
        with pytest.raises(BadEdition):
            replace(EDITION, **change).require_sound()
