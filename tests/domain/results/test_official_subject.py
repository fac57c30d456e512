"""The official form of one ratee, each number against a count worked out by hand."""

from decimal import Decimal

from survey.domain.results.official_subject import answer_columns, answers, subject_sheet
from survey.domain.results.result_view import Screen
from survey.domain.results.rules_text import WITHHELD

from .counting import FOUR_OF_B, PEOPLE, SIX_AND_FIVE, ballots, count_of, definition_of
from .test_rules_text import scale

GAP = f"{WITHHELD}②"


def sheet_of(votes=SIX_AND_FIVE, ratee: int = 0, **changes):
    screen = Screen(count_of(votes, **changes))
    sheet = subject_sheet(screen, screen.definition.ratees[ratee], "")
    for table in sheet.tables:
        assert all(len(row) == len(table.columns) for row in table.rows)
    return sheet


def test_the_head_says_who_it_is_and_what_came_out() -> None:
    bands = [{"key": "high", "label": "优等", "at_least": 60}, {"key": "low", "label": "其余", "at_least": 0}]
    sheet = sheet_of(results={"bands": bands})
    assert (sheet.kind, sheet.title, sheet.key) == ("person", "个人汇总表", "c1")
    assert list(sheet.subject) == [
        ("姓名", "张三"),
        ("职务", "书记"),
        ("加权得分", Decimal("80.00")),
        ("等次", "优等"),
    ]
    assert list(sheet_of(ratee=1).subject) == [
        ("姓名", "李四"),
        ("职务", "—"),
        ("加权得分", Decimal("55.00")),
    ]


def test_a_team_has_no_post() -> None:
    team = [{"key": "t", "section": "form", "name": "镇领导班子"}]
    sheet = sheet_of({"A": ballots(6, t_de="poor", t_neng="poor")}, ratees=team)
    assert (sheet.kind, sheet.title) == ("team", "班子汇总表")
    assert [label for label, _ in sheet.subject] == ["名称", "加权得分"]


def test_ticket_kinds_with_their_weights_accounts_and_rates() -> None:
    by_group = sheet_of().tables[0]
    none = Decimal("0.00")
    assert [list(row) for row in by_group.rows] == [
        ["A票", 3, 20, 6, 6, Decimal("50.00"), Decimal("93.33")],
        ["B票", 1, 20, 5, 5, none, Decimal("40.00")],
        ["合计（不加权）", "—", 40, 11, 11, Decimal("27.27"), Decimal("69.09")],
        ["加权结果", 4, "—", "—", "—", Decimal("37.50"), Decimal("80.00")],
    ]
    assert by_group.columns[5].over == "各项目合计"
    assert by_group.columns[-1].label == "总得分"
    assert any(note.startswith("发出票数含作废的2张") for note in sheet_of().notes)
    assert by_group.strong == 1


def test_criteria_have_counts_over_shares() -> None:
    by_criterion = sheet_of().tables[1]
    first, second, *others = [list(row) for row in by_criterion.rows]
    tail = [Decimal("54.55"), Decimal("72.73"), Decimal("85.00")]
    assert first == ["德", 2, "票数", 6, 0, 5, 0, 0, *tail]
    assert second == [
        "德",
        2,
        "百分比(%)",
        Decimal("54.55"),
        Decimal("0.00"),
        Decimal("45.45"),
        "—",
        "—",
        *tail,
    ]
    assert [row[:3] for row in others] == [["能", 1, "票数"], ["能", 1, "百分比(%)"]]
    assert by_criterion.block == 2


def test_what_is_withheld_says_so_and_the_account_of_a_small_group_too() -> None:
    sheet = sheet_of(FOUR_OF_B)
    a, b, pooled, weighted = [list(row) for row in sheet.tables[0].rows]
    assert a == ["A票", 3, 20, 6, f"{WITHHELD}④", GAP, GAP]
    assert b[3:] == [4, f"{WITHHELD}④", GAP, GAP]
    assert pooled == ["合计（不加权）", "—", 40, 10, 10, Decimal("30.00"), Decimal("72.00")]
    assert weighted[-2:] == [GAP, GAP]
    assert dict(sheet.subject)["加权得分"] == GAP
    assert [note[0] for note in sheet.notes if note[0] in "①②③④"] == ["②", "④"]


def test_a_ratee_of_one_group_has_the_account_of_that_group_alone() -> None:
    people = [PEOPLE[0], PEOPLE[1] | {"groups": ["A"]}]
    votes = {"A": SIX_AND_FIVE["A"], "B": ballots(5, c1_de="poor", c1_neng="poor")}
    a, pooled, weighted = [list(row) for row in sheet_of(votes, ratee=1, ratees=people).tables[0].rows]
    assert a[:5] == ["A票", 3, 20, 6, 6]
    assert pooled[:5] == ["合计（不加权）", "—", 20, 6, 6]
    assert weighted[:2] == ["加权结果", 3]


def test_one_criterion_has_a_score_and_no_total() -> None:
    section = {"key": "form", "title": "表", "scale": "cadre", "criteria": [{"key": "de", "label": "德"}]}
    sheet = sheet_of({"A": ballots(6, c1_de="poor")}, sections=[section])
    assert sheet.tables[0].columns[-1].label == "得分"


def test_abstentions_have_a_share_only_in_the_denominator() -> None:
    for treat, step, share in (("exclude", None, "—"), ("denominator", 0, Decimal("25.00"))):
        votes = {"A": ballots(6, c1_de="poor") + ballots(2, c1_de="-")}
        screen = Screen(count_of(votes, scales=scale(treat=treat)))
        (grades,) = screen.definition.scales
        columns = answer_columns(grades)
        assert [column.label for column in columns] == ["优秀", "称职", "不称职", "弃权", "未填"]
        assert columns[3].step == step
        criterion = screen.definition.sections[0].criteria[0]
        pooled = screen.ratee_lines(screen.definition.ratees[0], criterion)[-2]
        counts, shares = answers(pooled, grades)
        assert counts == (0, 0, 6, 2, 0)
        assert shares[3:] == (share, "—")


def test_a_scale_without_abstention_has_no_column_for_it() -> None:
    (grades,) = definition_of(scales=scale()).scales
    assert [column.label for column in answer_columns(grades)] == ["优秀", "称职", "不称职", "未填"]
