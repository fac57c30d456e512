"""The official lists, each number against a count worked out by hand."""

from dataclasses import replace
from decimal import Decimal

from survey.domain.count.accounting import Accounting
from survey.domain.results.official_lists import (
    accounting_sheet,
    breakdown_sheet,
    detail_sheet,
    standings_sheet,
)
from survey.domain.results.official_words import SMALL_OPTION
from survey.domain.results.result_view import Screen
from survey.domain.results.rules_text import WITHHELD

from .counting import AGE, FOUR_OF_B, GROUPS, PEOPLE, RATE, SIX_AND_FIVE, ballots, count_of
from .test_rules_text import scale


def screen_of(votes=SIX_AND_FIVE, **changes) -> Screen:
    return Screen(count_of(votes, **changes))


def rows(sheet) -> list[list]:
    (table,) = sheet.tables
    assert all(len(row) == len(table.columns) for row in table.rows)
    return [list(row) for row in table.rows]


def numbers(written: str) -> list[Decimal]:
    return [Decimal(one) for one in written.split()]


def labels(sheet) -> list[str]:
    return [column.label for column in sheet.tables[0].columns]


def test_accounts_add_up_and_end_with_the_total() -> None:
    sheet = accounting_sheet(screen_of(), remarks=["有一事。"])
    # issued 20, voided 1, returned 6 and 5: 13 and 14 are left
    assert rows(sheet) == [
        ["A票", None, 20, 1, 13, 6, 6, 0, 0],
        ["B票", None, 20, 1, 14, 5, 5, 0, 0],
        ["合计", None, 40, 2, 27, 11, 11, 0, 0],
    ]
    assert sheet.tables[0].strong == 1
    assert sheet.notes[-1] == "有一事。"


def test_accounts_of_a_small_group_are_marked_and_explained() -> None:
    sheet = accounting_sheet(screen_of(FOUR_OF_B))
    valid = [row[6] for row in rows(sheet)]
    assert valid == [f"{WITHHELD}④", f"{WITHHELD}④", 10]
    assert any(note.startswith("④") for note in sheet.notes)


def on_paper(*numbers: int) -> Screen:
    """Return a count of 6 and 5 ballots, of which so many came on paper."""
    results = count_of(SIX_AND_FIVE, paper={})
    groups = {
        key: replace(account, paper=number)
        for (key, account), number in zip(results.count.accounting.groups.items(), numbers, strict=True)
    }
    return Screen(replace(results, count=replace(results.count, accounting=Accounting.of(groups))))


def test_paper_has_a_column_where_nowhere_few_were_alone() -> None:
    sheet = accounting_sheet(on_paper(6, 0))
    assert labels(sheet)[5:8] == ["收回票数", "其中纸票", "有效票数"]
    assert [row[5:8] for row in rows(sheet)] == [[6, 6, 6], [5, 0, 5], [11, 6, 11]]
    assert not any("纸票" in note for note in sheet.notes)


def test_paper_of_few_is_left_out_and_said_to_be() -> None:
    sheet = accounting_sheet(on_paper(6, 1))
    assert "其中纸票" not in labels(sheet)
    assert [note for note in sheet.notes if "纸票" in note] == [
        "有票种的纸票或手机票不足5张，为不暴露个人，不列纸票张数。"
    ]


def test_the_ranking_is_in_the_order_of_rank() -> None:
    people = [PEOPLE[1], PEOPLE[0]]
    bands = [{"key": "high", "label": "优等", "at_least": 60}, {"key": "low", "label": "其余", "at_least": 0}]
    sheet = standings_sheet(
        screen_of(ratees=people, results={"rank": True, "bands": bands}), _form(screen_of())
    )
    assert labels(sheet) == [
        *("名次", "姓名", "职务", "A票", "B票", "合计（不加权）", "加权", "等次"),
        *("优秀", "称职", "不称职"),
    ]
    assert rows(sheet) == [
        [1, "张三", "书记", *numbers("93.33 40.00 69.09 80.00"), "优等", *numbers("37.50 37.50 25.00")],
        [2, "李四", "", *numbers("40.00 100.00 67.27 55.00"), "其余", *numbers("25.00 0.00 75.00")],
    ]
    assert sheet.title == "干部测评总表"
    assert sheet.tables[0].columns[8].over == "各项目合计（加权）"
    assert sheet.notes[0].startswith("各项目合计 = 各计分项目（德、能）的票数相加")
    assert [column.step for column in sheet.tables[0].columns[8:11]] == [1, 2, 3]


def _form(screen: Screen):
    return screen.definition.sections[0]


def test_a_rate_of_one_grade_is_printed_once_and_one_of_several_beside_the_grades() -> None:
    several = RATE | {"key": "able", "label": "优秀称职率", "grades": ["excellent", "competent"]}
    screen = screen_of(rates=[RATE, several])
    sheet = standings_sheet(screen, _form(screen))
    assert labels(sheet)[-4:] == ["优秀", "称职", "不称职", "优秀称职率"]
    assert rows(sheet)[0][-4:] == numbers("37.50 37.50 25.00 75.00")
    assert any("优秀率 = 优秀 ÷" in note for note in sheet.notes)


def test_one_ticket_kind_has_one_score() -> None:
    screen = screen_of({"A": SIX_AND_FIVE["A"]}, groups=GROUPS[:1])
    sheet = standings_sheet(screen, _form(screen))
    assert labels(sheet)[:4] == ["姓名", "职务", "得分", "优秀"]
    assert rows(sheet)[0][2] == Decimal("93.33")


def test_a_ranking_without_rank_bands_and_posts_has_no_columns_for_them() -> None:
    people = [{key: value for key, value in one.items() if key != "post"} for one in PEOPLE]
    screen = screen_of(ratees=people)
    sheet = standings_sheet(screen, _form(screen))
    assert labels(sheet)[:2] == ["姓名", "A票"]
    assert "等次" not in labels(sheet)
    assert "备注" not in labels(sheet)


def test_a_withheld_ranking_says_why_in_every_gap() -> None:
    screen = screen_of(FOUR_OF_B)
    sheet = standings_sheet(screen, _form(screen))
    gap = f"{WITHHELD}②"
    assert rows(sheet)[0] == ["张三", "书记", gap, gap, Decimal("72.00"), gap, *[gap] * 3]
    assert [note[0] for note in sheet.notes if note[0] in "①②③④"] == ["②"]


def test_merged_groups_get_a_remark() -> None:
    screen = screen_of(FOUR_OF_B, results={"small_groups": "merge"})
    sheet = standings_sheet(screen, _form(screen))
    assert labels(sheet)[-1] == "备注"
    assert [row[-1] for row in rows(sheet)] == ["A票、B票（合并）"] * 2


def test_details_have_each_row_of_the_count() -> None:
    screen = screen_of({**SIX_AND_FIVE, "A": [*SIX_AND_FIVE["A"], {}]}, scales=scale(treat="exclude"))
    sheet = detail_sheet(screen, _form(screen))
    assert labels(sheet) == [
        *("姓名", "项目", "票种", "作答", "弃权", "未填", "优秀", "称职", "不称职"),
        *("优秀", "称职", "不称职", "优秀率", "得分"),
    ]
    a, b, pooled, weighted = rows(sheet)[:4]
    whole, none = Decimal("100.00"), Decimal("0.00")
    assert a == ["张三", "德", "A票", 6, 0, 1, 6, 0, 0, whole, none, none, whole, whole]
    assert b == ["张三", "德", "B票", 5, 0, 0, 0, 0, 5, none, none, whole, none, Decimal("40.00")]
    assert pooled[:9] == ["张三", "德", "合计（不加权）", 11, 0, 1, 6, 0, 5]
    assert weighted == [
        "张三",
        "德",
        "加权",
        *["—"] * 6,
        Decimal("75.00"),
        none,
        Decimal("25.00"),
        Decimal("75.00"),
        Decimal("85.00"),
    ]
    (table,) = sheet.tables
    assert table.block == 4
    assert [column.tall for column in table.columns] == [True, True] + [False] * 12


def test_details_of_ratees_with_different_groups_are_in_no_blocks() -> None:
    people = [PEOPLE[0], PEOPLE[1] | {"groups": ["A"]}]
    screen = screen_of({"A": SIX_AND_FIVE["A"], "B": ballots(5, c1_de="poor")}, ratees=people)
    (table,) = detail_sheet(screen, _form(screen)).tables
    assert table.block == 1
    assert not any(column.tall for column in table.columns)
    assert len(table.rows) == 2 * 4 + 2 * 3


def test_breakdowns_have_a_row_for_each_answer_and_for_none() -> None:
    votes = {
        "A": ballots(6, c1_de="excellent", q_age="young") + ballots(5, c1_de="poor", q_age="old"),
        "B": ballots(5, c1_de="competent"),
    }
    screen = screen_of(votes, questions=[AGE])
    sheet = breakdown_sheet(screen, screen.definition.questions[0], _form(screen))
    assert labels(sheet)[:4] == ["姓名", "项目", "年龄", "作答"]
    found = {(row[0], row[1], row[2]): row[3:] for row in rows(sheet)}
    whole, none = Decimal("100.00"), Decimal("0.00")
    assert found["张三", "德", "青"] == [6, 0, 6, 0, 0, whole, none, none, whole, whole]
    assert found["张三", "德", "老"] == [5, 0, 0, 0, 5, none, none, whole, none, Decimal("40.00")]
    assert found["张三", "德", "未填"] == [5, 0, 0, 5, 0, none, whole, none, none, Decimal("80.00")]
    assert sheet.subject == (("分类", "年龄"),)
    assert sheet.tables[0].block == 3


def test_a_small_answer_is_marked_as_one() -> None:
    votes = {"A": ballots(6, c1_de="excellent", q_age="young") + ballots(1, c1_de="poor", q_age="old")}
    screen = screen_of(votes, questions=[AGE])
    sheet = breakdown_sheet(screen, screen.definition.questions[0], _form(screen))
    old = next(row for row in rows(sheet) if row[:3] == ["张三", "德", "老"])
    assert set(old[3:]) == {SMALL_OPTION}
    assert any(note.startswith("③") for note in sheet.notes)
