"""The line that stands for a ratee: against a count by the letter of the rules, and against who subtracts."""

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey.domain.count.disclosure import Why
from survey.domain.count.overall import OverallResult, gravest
from survey.domain.count.results import Results, work_out
from survey.domain.count.rows import Row
from tests.documents.json_tables import JsonTables
from tests.domain.results.counting import FOUR_OF_B, SIX_AND_FIVE, ballots, count_of
from tests.oracle.overall import overalls

from .test_results import WITH_LATE_CODES, Case, case, late_codes

MARKED = [
    {
        "key": "form",
        "title": "干部测评表",
        "scale": "cadre",
        "criteria": [
            {"key": "all", "label": "总体评价", "weight": 0, "overall": True},
            {"key": "de", "label": "德"},
        ],
    }
]


def text(value: Any) -> str | None:
    return None if value is None else f"{value:f}"


def plain(case: Case, rows: tuple[OverallResult, ...]) -> Iterator[dict[str, Any]]:
    """Write the rows as the oracle does."""
    definition = case.packing.definition
    for one in rows:
        found: dict[str, Any] = {"ratee": one.ratee, "row": str(one.row), "group": one.group}
        scale = definition.scale[definition.section[definition.ratee[one.ratee].section].scale]
        if one.why:
            yield found | {"why": str(one.why)}
            continue
        if one.counts:
            counts = {grade.key: n for grade, n in zip(scale.grades, one.counts.grades, strict=True)}
            found |= {"counts": counts, "abstained": one.counts.abstained, "blank": one.counts.blank}
        assert one.shown
        shares = {key: text(value) for key, value in one.shown.shares.items()}
        rates = {key: text(value) for key, value in one.shown.rates.items()}
        yield found | {"shares": shares, "rates": rates, "score": text(one.shown.score)}


@settings(max_examples=60, deadline=None)
@given(st.integers(10_000, 10**9))
def test_the_overall_line_is_the_oracles(seed: int) -> None:
    one = case(seed)
    found = work_out(one.packing.definition, one.count(one.tally(one.packed))).overalls
    assert list(plain(one, found)) == overalls(one.data, one.ballots)


def test_late_codes_withhold_the_overall_line_too() -> None:
    changed = 0
    for seed in WITH_LATE_CODES:
        one = case(seed)
        late = late_codes(one, seed)
        found = work_out(one.packing.definition, one.count(one.tally(one.packed), late)).overalls
        wanted = overalls(one.data, one.ballots, late)
        assert list(plain(one, found)) == wanted, seed
        changed += wanted != overalls(one.data, one.ballots)
    assert changed >= 3


def parts_of(results: Results, one: OverallResult) -> list[Any]:
    """List the rows that one row is pooled from; ``None`` stands for a withheld one."""
    definition, count = results.definition, results.count
    section = definition.section[definition.ratee[one.ratee].section]
    cells = [count.cells[one.ratee, criterion.key] for criterion in section.overall_criteria]
    if one.row is Row.POOLED:
        return [cell.pooled for cell in cells]
    return [cell.groups for cell in cells]


@settings(max_examples=60, deadline=None)
@given(st.integers(10_000, 10**9))
def test_nothing_withheld_can_be_subtracted_out_of_the_overall_line(seed: int) -> None:
    """Who takes the rows that are shown away from the overall line is left with nothing: it is all of them.

    And it holds no more than they do, since it can be worked out of the published numbers alone.
    """
    one = case(seed)
    results = work_out(one.packing.definition, one.count(one.tally(one.packed)))
    published = JsonTables(results)
    for row in results.overalls:
        hidden = None in parts_of(results, row)
        assert hidden == (row.why is not None) == (row.shown is None)
        assert not (hidden and row.counts)
        ratee = results.definition.ratee[row.ratee]
        values = published.overall(ratee, (str(row.row), row.group))
        assert (values is None) == hidden
        if values is not None and row.shown:
            assert values["shares"] == {key: text(value) or "" for key, value in row.shown.shares.items()}
            assert values["rates"] == {key: text(value) or "" for key, value in row.shown.rates.items()}


def test_the_random_campaigns_have_overall_lines_of_all_sorts() -> None:
    seen: Counter[Any] = Counter()
    for seed in range(1000, 1100):
        one = case(seed)
        results = work_out(one.packing.definition, one.count(one.tally(one.packed)))
        for row in results.overalls:
            section = results.definition.section[results.definition.ratee[row.ratee].section]
            marked = any(criterion.overall for criterion in section.criteria)
            seen[marked, len(section.overall_criteria) > 1, row.row, row.why] += 1
    for marked, several in ((True, False), (False, True), (False, False)):
        for row in (Row.GROUP, Row.WEIGHTED):
            assert all(seen[marked, several, row, why] for why in (None, *Why)), (marked, several, row)
        assert all(seen[marked, several, Row.POOLED, why] for why in (None, Why.SMALL_CELL))


def rows_of(results: Results, ratee: str = "c1") -> dict[tuple[Row, str | None], OverallResult]:
    return {(one.row, one.group): one for one in results.overalls if one.ratee == ratee}


def test_each_answer_counts_once_whatever_its_criterion_weighs() -> None:
    """By hand: A gave 张三 six times 100 and six times 80, B ten times 40; 德 weighs twice as much as 能."""
    found = rows_of(count_of(SIX_AND_FIVE))
    a, pooled, weighted = found[Row.GROUP, "A"], found[Row.POOLED, None], found[Row.WEIGHTED, None]
    assert a.counts
    assert a.counts.grades == (6, 6, 0)
    assert pooled.counts
    assert pooled.counts.grades == (6, 6, 10)
    assert pooled.shown
    assert list(pooled.shown.shares.values()) == [
        Decimal("27.27"),
        Decimal("27.27"),
        Decimal("45.45"),
    ]
    # Groups weigh 3 and 1.
    assert weighted.shown
    assert list(weighted.shown.shares.values()) == [
        Decimal("37.50"),
        Decimal("37.50"),
        Decimal("25.00"),
    ]
    assert weighted.counts is None


def test_the_marked_criterion_stands_for_a_ratee_wherever_it_is_and_whatever_it_weighs() -> None:
    votes = {"A": ballots(6, c1_all="excellent", c1_de="poor"), "B": ballots(5, c1_all="competent")}
    found = rows_of(count_of(votes, sections=MARKED))
    assert found[Row.POOLED, None].counts.grades == (6, 5, 0)
    assert found[Row.GROUP, "B"].counts.grades == (0, 5, 0)


def test_criteria_without_weight_are_not_pooled_and_withhold_nothing() -> None:
    criteria = [
        {"key": "de", "label": "德"},
        {"key": "neng", "label": "能"},
        {"key": "x", "label": "x", "weight": 0},
    ]
    section = {"key": "form", "title": "表", "scale": "cadre", "criteria": criteria}
    both = {"c1_de": "poor", "c1_neng": "poor"}
    votes = {"A": [*ballots(5, **both), *ballots(2, **both, c1_x="poor")]}
    found = rows_of(count_of(votes, sections=[section]))
    assert found[Row.POOLED, None].counts.grades == (0, 0, 14)
    assert {one.why for one in found.values()} == {None}


def test_a_group_too_small_in_one_criterion_leaves_only_the_pooled_overall_line() -> None:
    votes = {**SIX_AND_FIVE, "B": [*ballots(4, c1_de="poor", c1_neng="poor"), *ballots(1, c1_de="poor")]}
    found = rows_of(count_of(votes))
    assert found[Row.POOLED, None].counts.grades == (6, 6, 9)
    assert found[Row.GROUP, "A"].why is found[Row.WEIGHTED, None].why is Why.SMALL_GROUP


def test_a_small_cell_leaves_nothing_of_the_overall_line() -> None:
    votes = {"A": [*ballots(6, c1_de="excellent"), *ballots(2, c1_neng="poor")]}
    found = rows_of(count_of(votes))
    assert {one.why for one in found.values()} == {Why.SMALL_CELL}
    assert {one.counts for one in found.values()} == {None}


def test_merged_groups_have_one_row() -> None:
    found = rows_of(count_of(FOUR_OF_B, results={"small_groups": "merge"}))
    assert set(found) == {(Row.GROUP, "A+B"), (Row.POOLED, None), (Row.WEIGHTED, None)}
    assert found[Row.GROUP, "A+B"].counts == found[Row.POOLED, None].counts


@pytest.mark.parametrize(
    ("missing", "weighted"), [("renormalise", "100.00"), ("withhold", None), ("zero", "75.00")]
)
def test_a_group_without_answers_does_to_the_overall_line_what_the_rules_say(
    missing: str, weighted: str | None
) -> None:
    votes = {"A": ballots(6, c1_de="excellent", c1_neng="excellent")}
    found = rows_of(count_of(votes, results={"missing_group": missing}))
    shown = found[Row.WEIGHTED, None].shown
    assert shown
    assert text(shown.shares["excellent"]) == weighted


def test_a_small_cell_is_the_graver_reason() -> None:
    assert gravest([None, Why.SMALL_GROUP, Why.SMALL_CELL]) is Why.SMALL_CELL
    assert gravest([None, Why.SMALL_GROUP]) is Why.SMALL_GROUP
    assert gravest([None]) is None


def test_a_count_without_ratees_has_no_overall_line() -> None:
    assert count_of({}, ratees=[], questions=[{"key": "t", "label": "t", "kind": "text"}]).overalls == ()
