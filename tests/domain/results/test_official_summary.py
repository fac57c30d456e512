"""The first of the official tables, each number against a count worked out by hand."""

from decimal import Decimal

import pytest

from survey.domain.results.official import make_sheets
from survey.domain.results.official_summary import summary_sheets, summary_tables
from survey.domain.results.result_view import Screen
from survey.domain.results.rules_text import WITHHELD
from survey.domain.results.table import Sheet

from .counting import FOUR_OF_B, GROUPS, PEOPLE, SIX_AND_FIVE, ballots, count_of
from .test_rules_text import scale

BANDS = {
    "bands": [
        {"key": "high", "label": "优等", "at_least": 60},
        {"key": "low", "label": "其余", "at_least": 0},
    ]
}
GAP = f"{WITHHELD}②"


def sheets(votes=SIX_AND_FIVE, **changes) -> list[Sheet]:
    found = summary_sheets(Screen(count_of(votes, **{"scales": scale()} | changes)))
    for sheet in found:
        (table,) = sheet.tables
        assert all(len(row) == len(table.columns) for row in table.rows)
    return found


def cells(sheet: Sheet) -> list[list]:
    return [
        [str(cell) if isinstance(cell, Decimal) else cell for cell in row] for row in sheet.tables[0].rows
    ]


def heads(sheet: Sheet) -> list[str]:
    return [f"{column.over}{column.label}" for column in sheet.tables[0].columns]


def test_it_comes_first_and_has_a_row_for_each_ratee_with_votes_over_percent() -> None:
    first = make_sheets(count_of(SIX_AND_FIVE, results=BANDS, scales=scale()))[0]
    assert (first.title, first.kind, first.key) == ("民主测评汇总表", "summary", "form")
    assert heads(first) == [
        *("序号", "姓名", "单位及职务"),
        *("优秀票数", "优秀百分比(%)", "称职票数", "称职百分比(%)", "不称职票数", "不称职百分比(%)"),
        *("合计", "未填", "得分", "等次"),
    ]
    # Two criteria: 22 answers of 11 ballots. The scores are those of the standings, weighted.
    assert cells(first) == [
        [1, "张三", "书记", 6, "27.27", 6, "27.27", 10, "45.45", 22, 0, "80.00", "优等"],
        [2, "李四", "", 10, "45.45", 0, "0.00", 12, "54.55", 22, 0, "55.00", "其余"],
    ]
    assert "合计加未填 = 有效票数（评该对象的票种） × 2个计分项目" in first.notes[0]
    assert "得分为加权得分" in first.notes[0]


def test_each_ticket_kind_has_the_same_with_its_own_account_and_no_band() -> None:
    _all, a, b = sheets(results=BANDS)
    assert list(a.subject) == [("票种", "A票"), ("发出票数", 20), ("收回票数", 6), ("有效票数", 6)]
    assert any(note.startswith("发出票数含作废的1张") for note in a.notes)
    assert heads(a)[-2:] == ["未填", "得分"]
    assert cells(a) == [
        [1, "张三", "书记", 6, "50.00", 6, "50.00", 0, "0.00", 12, 0, "93.33"],
        [2, "李四", "", 0, "0.00", 0, "0.00", 12, "100.00", 12, 0, "40.00"],
    ]
    assert cells(b)[1] == [2, "李四", "", 10, "100.00", 0, "0.00", 0, "0.00", 10, 0, "100.00"]
    assert [one.full_title for one in (_all, a, b)] == [
        "民主测评汇总表",
        "A票 民主测评汇总表",
        "B票 民主测评汇总表",
    ]


def test_one_ticket_kind_has_no_second_sheet_that_says_the_same() -> None:
    (only,) = sheets({"A": SIX_AND_FIVE["A"]}, groups=GROUPS[:1])
    assert "加权得分" not in only.notes[0]


def test_who_is_not_rated_by_a_ticket_kind_is_not_on_its_sheet() -> None:
    people = [PEOPLE[0] | {"groups": ["A"]}, PEOPLE[1]]
    votes = {"A": SIX_AND_FIVE["A"], "B": ballots(5, c2_de="excellent", c2_neng="excellent")}
    _all, a, b = sheets(votes, ratees=people)
    assert [row[1] for row in a.tables[0].rows] == ["张三", "李四"]
    assert [row[:2] for row in cells(b)] == [[1, "李四"]]
    # Six ballots of A, and no column for posts where nobody has one.
    assert heads(b)[:3] == ["序号", "姓名", "优秀票数"]
    assert cells(_all)[0][3:10] == [6, "50.00", 6, "50.00", 0, "0.00", 12]


@pytest.mark.parametrize(
    ("unit", "post", "place"),
    [("财政局", "局长", "财政局 局长"), ("财政局", "", "财政局"), ("", "局长", "局长")],
)
def test_unit_and_post_stand_together(unit: str, post: str, place: str) -> None:
    people = [{"key": "c1", "section": "form", "name": "张三", "unit": unit, "post": post}]
    votes = {"A": ballots(6, c1_de="poor")}
    assert sheets(votes, ratees=people)[0].tables[0].rows[0][2] == place


def test_a_team_has_a_row_for_each_criterion_and_what_came_out_last() -> None:
    team = [{"key": "t", "section": "form", "name": "镇领导班子"}]
    votes = {
        "A": ballots(6, t_de="excellent", t_neng="competent"),
        "B": ballots(5, t_de="poor", t_neng="poor"),
    }
    first, a, _b = sheets(votes, ratees=team, results=BANDS)
    assert heads(first)[:3] == ["序号", "测评项目", "优秀票数"]
    assert first.tables[0].title == "干部测评表（镇领导班子）"
    assert cells(first) == [
        [1, "德", 6, "54.55", 0, "0.00", 5, "45.45", 11, 0, "85.00", "—"],
        [2, "能", 0, "0.00", 6, "54.55", 5, "45.45", 11, 0, "70.00", "—"],
        [None, "各项目合计", 6, "27.27", 6, "27.27", 10, "45.45", 22, 0, "80.00", "优等"],
    ]
    assert first.tables[0].strong == 1
    assert cells(a)[-1] == [None, "各项目合计", 6, "50.00", 6, "50.00", 0, "0.00", 12, 0, "93.33"]


def test_a_team_whose_overall_line_is_a_criterion_has_its_score_alone_last() -> None:
    criteria = [{"key": "de", "label": "德", "weight": 2}, {"key": "neng", "label": "能", "overall": True}]
    section = {"key": "form", "title": "领导班子测评表", "scale": "cadre", "criteria": criteria}
    team = [{"key": "t", "section": "form", "name": "镇政府"}]
    votes = {"A": ballots(6, t_de="excellent", t_neng="competent")}
    first = sheets(votes, sections=[section], ratees=team, results=BANDS)[0]
    assert cells(first)[-1] == [None, "总得分", *["—"] * 8, "93.33", "优等"]
    assert "“能”一项" in first.notes[0]


def test_the_overall_criterion_is_what_each_ratee_shows() -> None:
    criteria = [{"key": "de", "label": "德", "overall": True}, {"key": "neng", "label": "能"}]
    section = {"key": "form", "title": "表", "scale": "cadre", "criteria": criteria}
    first = sheets(sections=[section])[0]
    assert cells(first)[0][3:10] == [6, "54.55", 0, "0.00", 5, "45.45", 11]
    assert "有效票数（评该对象的票种）。" in first.notes[0]


def test_abstentions_are_in_the_sum_where_they_have_a_share_and_beside_it_where_not() -> None:
    votes = {"A": [*ballots(6, c1_de="poor", c1_neng="poor"), *ballots(2, c1_de="-", c1_neng="-"), {}]}
    outside = sheets(votes, scales=scale(treat="exclude"))[0]
    assert heads(outside)[-4:] == ["合计", "不计入合计弃权", "不计入合计未填", "得分"]
    assert cells(outside)[0][7:12] == [12, "100.00", 12, 4, 2]
    inside = sheets(votes, scales=scale(treat="denominator"))[0]
    assert heads(inside)[-5:] == ["弃权票数", "弃权百分比(%)", "合计", "未填", "得分"]
    assert cells(inside)[0][7:13] == [12, "75.00", 4, "25.00", 16, 2]


def test_what_is_withheld_says_so_and_why() -> None:
    all_, a, _b = sheets(FOUR_OF_B, results=BANDS)
    assert cells(all_)[0] == [1, "张三", "书记", 6, "30.00", 6, "30.00", 8, "40.00", 20, 0, GAP, GAP]
    assert cells(a)[0] == [1, "张三", "书记", *[GAP] * 8, GAP]
    assert dict(a.subject)["有效票数"] == f"{WITHHELD}④"
    assert [note[0] for note in all_.notes if note[0] in "①②③④"] == ["②"]
    assert [note[0] for note in a.notes if note[0] in "①②③④"] == ["②", "④"]


def test_merged_ticket_kinds_are_named_beside_the_ratee() -> None:
    all_, a, b = sheets(FOUR_OF_B, results={"small_groups": "merge"})
    assert heads(all_)[-1] == "得分"
    assert heads(a)[-1] == heads(b)[-1] == "备注"
    assert cells(a)[0][-1] == "A票、B票（合并）"
    assert cells(a)[0][3:-1] == cells(b)[0][3:-1]


def test_flat_tables_say_in_each_head_what_stands_over_it() -> None:
    votes = {"A": ballots(6, c1_de="poor", c1_neng="poor")}
    first = summary_tables(Screen(count_of(votes, scales=scale(treat="exclude"))))[0]
    assert [column.label for column in first.columns][3:] == [
        *("优秀票数", "优秀百分比(%)", "称职票数", "称职百分比(%)", "不称职票数", "不称职百分比(%)"),
        *("合计", "弃权", "未填", "得分"),
    ]
    assert not any(column.over for column in first.columns)
