"""The order of rows that somebody asked for: read from an address, turned round, and followed."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.domain.results.result_view import Screen
from survey.domain.results.screen_rows import Form, Order, order_lines, order_ranking

from .counting import FOUR_OF_B, PEOPLE, SIX_AND_FIVE, ballots, count_of, definition_of
from .test_official_nomination import VOTES
from .test_official_nomination import results as nomination
from .test_rules_text import scale

THREE = [*PEOPLE, {"key": "c3", "section": "form", "name": "王五"}]


def test_an_address_is_read_and_written_back() -> None:
    assert Order.read("") == Order()
    assert Order.read("rank") == Order("rank")
    assert Order.read("-score.A") == Order("score.A", descending=True)


def test_a_head_turns_its_own_order_round_and_begins_another() -> None:
    order = Order.read("-weighted")
    assert order.towards("weighted") == "weighted"
    assert Order.read("weighted").towards("weighted") == "-weighted"
    assert order.towards("pooled") == "-pooled"
    assert order.towards("rank", largest_first=False) == "rank"


@given(st.sampled_from(["rank", "weighted", "score.A", "rate.good"]), st.booleans())
def test_pressed_twice_a_head_is_where_it_was(key: str, descending: bool) -> None:
    once = Order.read(Order(key, descending).towards(key))
    assert once.descending is not descending
    assert Order.read(once.towards(key)) == Order(key, descending)


def test_readers_of_the_screen_are_told_of_the_one_column_that_orders() -> None:
    assert Order("rank").direction("rank") == "ascending"
    assert Order("rank", descending=True).direction("rank") == "descending"
    assert Order("rank").direction("weighted") == ""


def names(votes: Any, order: str, **changes: Any) -> list[str]:
    screen = Screen(count_of(votes, ratees=THREE, **changes))
    (section,) = screen.definition.sections
    return [row.ratee.name for row in order_ranking(screen.ranking(section), Order.read(order))]


@pytest.mark.parametrize(
    ("order", "wanted"),
    [
        ("", ["张三", "李四", "王五"]),
        ("roster", ["张三", "李四", "王五"]),
        ("-roster", ["王五", "李四", "张三"]),
        ("weighted", ["李四", "张三", "王五"]),
        ("-weighted", ["张三", "李四", "王五"]),
        ("-pooled", ["张三", "李四", "王五"]),
        ("rank", ["张三", "李四", "王五"]),
        ("-rank", ["李四", "张三", "王五"]),
        ("-score.A", ["张三", "李四", "王五"]),
        ("-score.B", ["李四", "张三", "王五"]),
        ("rate.good", ["李四", "张三", "王五"]),
        ("-rate.good", ["张三", "李四", "王五"]),
    ],
)
def test_a_ranking_is_ordered_by_any_column_and_who_has_no_value_comes_last(
    order: str, wanted: list[str]
) -> None:
    """Nobody rated 王五. Of “good” the overall line has 张三 37.5 % and 李四 25 %."""
    assert names(SIX_AND_FIVE, order, results={"rank": True}) == wanted


@pytest.mark.parametrize("order", ["-weighted", "weighted", "-score.A"])
def test_withheld_values_keep_the_order_of_the_roster(order: str) -> None:
    assert names(FOUR_OF_B, order) == ["张三", "李四", "王五"]


@pytest.mark.parametrize(
    ("order", "wanted"),
    [
        ("answered", ["王五", "张三", "李四"]),
        ("-answered", ["张三", "李四", "王五"]),
        ("score", ["李四", "张三", "王五"]),
        ("-share.poor", ["李四", "张三", "王五"]),
        ("share.excellent", ["李四", "张三", "王五"]),
        ("-rate.good", ["张三", "李四", "王五"]),
        ("-rate.nothing", ["张三", "李四", "王五"]),
        ("-nothing.good", ["张三", "李四", "王五"]),
    ],
)
def test_lines_of_a_section_are_ordered_by_any_column(order: str, wanted: list[str]) -> None:
    """“de”, pooled: 张三 six excellent and five poor; 李四 five and six; nobody answered for 王五."""
    screen = Screen(count_of(SIX_AND_FIVE, ratees=THREE))
    (section,) = screen.definition.sections
    pooled = next(scope for scope in screen.scopes(section) if scope.key == "pooled")
    lines = screen.section_lines(section, section.criteria[0], pooled)
    assert [line.ratee.name for line in order_lines(lines, Order.read(order))] == wanted


def test_weighted_lines_have_no_number_of_answers_to_order_by() -> None:
    screen = Screen(count_of(SIX_AND_FIVE))
    (section,) = screen.definition.sections
    lines = screen.section_lines(section, section.criteria[0], screen.scopes(section)[0])
    assert order_lines(lines, Order.read("-answered")) == lines


@pytest.mark.parametrize(
    ("abstain", "weighted", "counted", "with_blanks"),
    [
        # three shares, one rate, score and bar; counted: three counts more, answers, abstentions
        ({"treat": "exclude"}, 6, 11, 12),
        # abstentions have a share as well as a count
        ({"treat": "zero"}, 7, 12, 13),
    ],
)
def test_rows_are_as_wide_as_their_columns(
    abstain: dict[str, str], weighted: int, counted: int, with_blanks: int
) -> None:
    definition = definition_of(scales=scale(**abstain))
    form = Form(definition.scales[0], definition.rates)
    assert form.width(counted=False, blanks=False) == weighted
    assert form.width(counted=True, blanks=False) == counted
    assert form.width(counted=True, blanks=True) == with_blanks


def test_a_row_of_too_few_shows_nothing() -> None:
    screen = Screen(count_of({"A": ballots(6, c1_de="poor")}))
    first = screen.definition.ratees[0]
    criterion = screen.definition.sections[0].criteria[0]
    assert Screen(count_of(FOUR_OF_B)).ratee_lines(first, criterion)[0].shown is None
    assert Decimal(40) == screen.ratee_lines(first, criterion)[-2].shown.score


def test_names_are_sorted_by_the_share_that_stands_in_the_column() -> None:
    points = [
        {"key": "yes", "label": "推荐", "points": 1},
        {"key": "no", "label": "不推荐", "points": 0},
    ]
    found = nomination(
        VOTES,
        scales=[{"key": "nominate", "grades": points}],
        results={"rounding": {"mode": "half-up", "places": 0}},
    )
    screen = Screen(found)
    ranking = screen.ranking(found.definition.section["list"])
    assert {row.pooled for row in ranking.rows} == {0}
    ordered = order_ranking(ranking, Order.read("-pooled"))
    assert [row.ratee.key for row in ordered] == ["p2", "p1", "p4", "p5", "p3", "p6"]
    assert not screen.form(ranking.section).has_score
