"""Two counts side by side as tables: each value, each difference, each reason in words."""

from decimal import Decimal

import pytest

from survey.domain.count.rows import Row
from survey.domain.decisions.comparison import Comparison, NoDifference
from survey.domain.decisions.comparison_tables import MISSING, OVER, WHY, comparison_tables, notes
from survey.domain.decisions.matching import Unmatched
from tests.domain.results.counting import FOUR_OF_B, PEOPLE, SIX_AND_FIVE, ballots, count_of

TWELVE = {"A": ballots(12, c1_de="competent", c1_neng="competent"), "B": SIX_AND_FIVE["B"]}


def test_every_reason_has_words_of_its_own() -> None:
    assert set(WHY) == set(NoDifference)
    assert len(set(WHY.values())) == len(WHY)
    assert set(MISSING) == set(Unmatched)
    assert len(set(MISSING.values())) == len(MISSING)
    assert set(OVER) == {Row.WEIGHTED, Row.POOLED}


def rows(comparison: Comparison) -> dict[tuple, list]:
    (table,) = comparison_tables(comparison)
    assert all(len(row) == len(table.columns) for row in table.rows)
    return {tuple(row[:5]): list(row[5:]) for row in table.rows}


def test_a_row_for_each_line_over_each_row_and_each_rate() -> None:
    """Last time twelve of A gave 80 where six gave 100: weighted (3·100 + 40) / 4 = 85 against 70."""
    found = rows(Comparison(count_of(SIX_AND_FIVE), count_of(TWELVE)))
    lines = [key[2:] for key in found if key[0] == "张三"]
    assert lines == [
        (label, over, what)
        for label in ("总得分", "德", "能")
        for over in ("加权", "合计")
        for what in (("得分",) if label == "总得分" else ("得分", "优秀率"))
    ] or {label for label, _, _ in lines} == {"总得分", "德", "能"}
    assert found["张三", "书记", "德", "加权", "得分"] == [
        Decimal("85.00"),
        Decimal("70.00"),
        Decimal("15.00"),
        None,
    ]
    assert found["张三", "书记", "德", "加权", "优秀率"] == [
        Decimal("75.00"),
        Decimal("0.00"),
        Decimal("75.00"),
        None,
    ]
    # pooled (6·100 + 5·40) / 11 against (12·80 + 5·40) / 17
    assert found["张三", "书记", "德", "合计", "得分"] == [
        Decimal("72.73"),
        Decimal("68.24"),
        Decimal("4.49"),
        None,
    ]


def test_a_withheld_side_says_so_in_words() -> None:
    found = rows(Comparison(count_of(TWELVE), count_of(FOUR_OF_B)))
    then, change, why = found["张三", "书记", "德", "加权", "得分"][1:]
    assert (then, change) == (None, None)
    assert why in (WHY[NoDifference.WITHHELD], WHY[NoDifference.FEW])


def test_somebody_new_has_one_row_that_says_so() -> None:
    people = [PEOPLE[0], {"key": "c9", "section": "form", "name": "赵六"}]
    now = count_of({"A": ballots(6, c1_de="poor")}, ratees=people)
    found = rows(Comparison(now, count_of(TWELVE)))
    assert found["赵六", "", None, None, None] == [None, None, None, "对照活动中没有这个名字"]
    assert len([key for key in found if key[0] == "赵六"]) == 1


def test_sections_without_ratees_have_no_table() -> None:
    section = {"title": "表", "scale": "cadre", "criteria": [{"key": "k", "label": "k"}]}
    sections = [section | {"key": "form"}, section | {"key": "empty", "title": "空表"}]
    now = count_of({}, sections=sections)
    assert [table.title for table in comparison_tables(Comparison(now, now))] == ["表 · 两次比较"]


@pytest.mark.parametrize("least", [5, 8])
def test_notes_name_both_campaigns_and_the_least_number(least: int) -> None:
    now = count_of({}, results={"minimum_cell": least})
    first, *others = notes(Comparison(now, count_of({})))
    assert first == "本次：小型测评；对照：小型测评。"
    assert any(f"两次相差不足{least}的，不予比较" in line for line in others)
