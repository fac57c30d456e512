"""What official forms say beside numbers: who somebody is, why a number is missing, how it came about."""

from decimal import Decimal

import pytest

from survey.domain.count.disclosure import Why
from survey.domain.results import official_words as words
from survey.domain.results.rules_text import WITHHELD
from survey.domain.results.table import Column, Table

from .counting import LATE, PEOPLE, SIX_AND_FIVE, count_of, definition_of
from .test_rules_text import scale


def section(title: str, **more) -> dict:
    return {"key": "form", "title": title, "scale": "cadre", "criteria": [{"key": "k", "label": "k"}], **more}


def test_a_withheld_number_has_the_mark_of_its_reason() -> None:
    assert words.withheld(Why.SMALL_CELL) == f"{WITHHELD}①"
    assert words.withheld(Why.SMALL_GROUP) == f"{WITHHELD}②"
    assert words.withheld(None) == f"{WITHHELD}①"
    assert words.value(Decimal("1.50"), None) == Decimal("1.50")
    assert words.value(None, Why.SMALL_GROUP) == f"{WITHHELD}②"
    assert words.marked(["A票", 3, WITHHELD]) == ["A票", 3, f"{WITHHELD}④"]


def test_reasons_explain_the_marks_that_stand_there_and_no_others() -> None:
    results = count_of(SIX_AND_FIVE, late=LATE)
    columns = [Column("x"), Column("y")]
    assert words.reasons(results, [Table("", columns, [["a", 1]])]) == ()
    two, late = words.reasons(results, [Table("", columns, [["a", words.withheld(Why.SMALL_GROUP)]])])
    assert two.startswith("②该项有票种作答不足5人")
    assert "补发投票码：B票 3张" in late
    tables = [Table("", columns, [[words.SMALL_OPTION, words.SMALL_ACCOUNT], [words.withheld(None), 0]])]
    assert [line[0] for line in words.reasons(results, tables)[:-1]] == ["①", "③", "④"]


def test_shares_have_steps_for_charts_and_abstentions_have_nought() -> None:
    (plain,) = definition_of(scales=scale(treat="exclude")).scales
    (counted,) = definition_of(scales=scale(treat="denominator")).scales
    assert words.steps(plain) == [1, 2, 3]
    assert words.steps(counted) == [1, 2, 3, 0]


def test_each_rate_of_a_scale_has_a_column() -> None:
    definition = definition_of(results={"rounding": {"places": 3}})
    (column,) = words.rate_columns(definition, definition.scales[0], "能", tall=True)
    assert column == Column("优秀率", "percent", 3, "能", tall=True)


def test_the_name_of_a_form_makes_room_for_that_of_a_table() -> None:
    (named,) = definition_of(sections=[section("干部测评表")], ratees=PEOPLE).sections
    assert words.form_name(named) == "干部测评"


def test_notes_of_a_form_say_how_all_numbers_came_about() -> None:
    definition = definition_of()
    values, rates, over, shown = words.form_notes(definition, definition.sections[0])
    assert values.startswith("百分比 = 该等次票数 ÷ 作答票数；得分 = （各等次票数 × 分值）之和 ÷ 作答票数。")
    assert "分值：优秀 100、称职 80、不称职 40。" in values
    assert rates == "优秀率 = 优秀 ÷ 作答票数。"
    assert over.startswith("总得分 = 各项目得分按项目权重平均（德 2、能 1）。合计 = ")
    assert "权重：A票 3、B票 1。" in over
    assert "保留2位小数" in shown
    assert "不足5人" in shown


@pytest.mark.parametrize(
    ("weights", "begins"),
    [
        ((1,), "合计 = "),
        ((2, 2), "总得分 = 各项目得分的平均。"),
        ((2, 1), "总得分 = 各项目得分按项目权重平均（"),
    ],
)
def test_the_total_is_said_only_where_there_is_one(weights: tuple[int, ...], begins: str) -> None:
    criteria = [{"key": f"k{at}", "label": f"项{at}", "weight": one} for at, one in enumerate(weights)]
    definition = definition_of(sections=[section("表") | {"criteria": criteria}], rates=[])
    _, over, *_ = words.form_notes(definition, definition.sections[0])
    assert over.startswith(begins)


def test_bands_are_said_last() -> None:
    bands = [{"key": "high", "label": "优等", "at_least": 60}]
    definition = definition_of(results={"bands": bands})
    assert words.over_notes(definition, definition.sections[0])[-1] == "等次：优等 60分及以上。"
    assert words.over_notes(definition) == words.over_notes(definition, definition.sections[0])[:-1]


def test_notes_of_the_accounts_name_late_codes_and_open_entry() -> None:
    first, late = words.count_notes(count_of(SIX_AND_FIVE, late=LATE))
    assert first == "发出票数 = 收回票数 + 未用票数 + 作废票数。"
    assert "补发投票码" in late
