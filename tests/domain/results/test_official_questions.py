"""The official forms of questions and of the yearly review, against counts worked out by hand."""

from decimal import Decimal

from survey.domain.results.official_questions import question_sheet, review_sheet
from survey.domain.results.result_view import Screen
from survey.domain.results.rules_text import WITHHELD

from .counting import FOUR_OF_B, PLANS, SIX_AND_FIVE, ballots, count_of

VOTES = {"A": ballots(6, q_plans="x"), "B": ballots(5, q_plans="y") + ballots(5, c1_de="poor")}


def screen_of(votes, **changes) -> Screen:
    return Screen(count_of(votes, **changes))


def test_options_stand_below_one_another_groups_beside_each_other_all_last() -> None:
    sheet = question_sheet(screen_of(VOTES, questions=[PLANS]))
    assert sheet is not None
    (table,) = sheet.tables
    assert [(column.over, column.label) for column in table.columns] == [
        ("", "选项"),
        *[(over, label) for over in ("A票", "B票", "合计") for label in ("票数", "百分比(%)")],
    ]
    assert [list(row) for row in table.rows] == [
        ["甲案", 6, Decimal("100.00"), 0, Decimal("0.00"), 6, Decimal("37.50")],
        ["乙案", 0, Decimal("0.00"), 5, Decimal("50.00"), 5, Decimal("31.25")],
        ["作答票数", 6, "—", 5, "—", 11, "—"],
        ["有效票数", 6, "—", 10, "—", 16, "—"],
    ]
    assert table.notes == ("百分比 = 该选项票数 ÷ 有效票数，可选多项（最多2项），各项之和可超过100%。",)
    assert table.strong == 2


def test_a_single_choice_out_of_those_who_answered() -> None:
    one = {key: value for key, value in PLANS.items() if key not in ("at_most", "base")} | {"kind": "choice"}
    sheet = question_sheet(screen_of(VOTES, questions=[one]))
    assert sheet is not None
    (table,) = sheet.tables
    assert list(table.rows[1])[3:5] == [5, Decimal("100.00")]
    assert table.notes == ("百分比 = 该选项票数 ÷ 作答票数。",)


def test_withheld_answers_keep_their_columns() -> None:
    votes = {"A": ballots(6, q_plans="x"), "B": ballots(2, q_plans="y")}
    sheet = question_sheet(screen_of(votes, questions=[PLANS]))
    assert sheet is not None
    gap = f"{WITHHELD}②"
    assert list(sheet.tables[0].rows[0]) == ["甲案", gap, gap, gap, gap, 6, Decimal("75.00")]
    assert list(sheet.tables[0].rows[-1])[-2:] == [8, "—"]
    assert sheet.notes[0].startswith("②")


def test_without_anything_to_count_there_is_no_form() -> None:
    assert question_sheet(screen_of({})) is None
    text = {"key": "words", "label": "建议", "kind": "text"}
    assert question_sheet(screen_of({}, questions=[text])) is None


def test_the_review_begins_with_ratings_counts_over_shares() -> None:
    sheet = review_sheet(screen_of(SIX_AND_FIVE, questions=[PLANS]))
    ratings, plans = sheet.tables
    assert [column.label for column in ratings.columns][:4] == ["姓名", "评议项目", "票种", ""]
    first, second = [list(row) for row in ratings.rows[:2]]
    whole, none = Decimal("100.00"), Decimal("0.00")
    assert first == ["张三", "德", "A票", "票数", 6, 0, 0, 0, 0, whole]
    assert second == ["张三", "德", "A票", "百分比(%)", whole, none, none, "—", "—", whole]
    assert list(ratings.rows[6]) == ["张三", "德", "加权", "票数", *["—"] * 5, Decimal("75.00")]
    assert len(ratings.rows) == 2 * 2 * 4 * 2  # persons, criteria, rows of the count, counts over shares
    assert plans.title == "意向"


def test_the_review_of_one_matter_names_no_criterion() -> None:
    section = {
        "key": "form",
        "title": "工作评议表",
        "scale": "cadre",
        "criteria": [{"key": "k", "label": "k"}],
    }
    ratees = [{"key": "w", "section": "form", "name": "选人用人工作"}]
    sheet = review_sheet(screen_of({"A": ballots(6, w_k="poor")}, sections=[section], ratees=ratees))
    (table,) = sheet.tables
    assert [column.label for column in table.columns][:3] == ["评议内容", "票种", ""]
    assert list(table.rows[0])[:4] == ["选人用人工作", "A票", "票数", 0]
    assert all(len(row) == len(table.columns) for row in table.rows)


def test_withheld_ratings_of_the_review_are_explained() -> None:
    sheet = review_sheet(screen_of(FOUR_OF_B))
    gap = f"{WITHHELD}②"
    assert list(sheet.tables[0].rows[0])[4:] == [gap] * 6
    assert any(note.startswith("②") for note in sheet.notes)
