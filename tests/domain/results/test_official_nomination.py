"""民主推荐结果汇总表: votes by ticket kind, share, rank, and whether somebody is examined."""

import tomllib
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from survey.documents.export.results_json import results_json
from survey.domain.ballot.packing import Packing
from survey.domain.count.accounting import Accounting, GroupAccount
from survey.domain.count.disclosure import disclose
from survey.domain.count.results import NamedVotes, Results, SectionNames, work_out
from survey.domain.count.tally import Tally
from survey.domain.decisions.decisions import CHOSEN, NOT_CHOSEN, bands_of
from survey.domain.definition.campaign import State
from survey.domain.definition.reader import read_definition
from survey.domain.publication.edition import everything, project
from survey.domain.results.flat import flat_tables
from survey.domain.results.official import make_report
from survey.domain.results.table import Sheet
from tests.domain.count.test_ticked_lists import VOTES

FILE = Path(__file__).parents[2] / "data" / "nomination.toml"
POSTS = ("发改局局长", "柳河镇党委书记", "教育局局长", "", "财政局局长", "青山乡乡长")
WITHHELD = "样本过小，不予显示"


def results(votes: dict[str, list[tuple[str, ...]]], **more: Any) -> Results:
    data = tomllib.loads(FILE.read_text("utf-8"), parse_float=Decimal)
    for ratee, post in zip(data["ratees"], POSTS, strict=True):
        ratee["post"] = post
    data["results"] |= more.pop("results", {})
    data |= more
    packing = Packing(read_definition(data))
    tally = Tally(packing.definition)
    for group, ballots in votes.items():
        for names in ballots:
            form = packing.form[group]
            tally.add(form, form.check({f"{name}.vote": ["yes"] for name in names}))
    accounts = {
        group: GroupAccount(len(cast) + 2, 0, len(cast), tally.valid[group], tally.spoiled[group], 0)
        for group, cast in votes.items()
    }
    return work_out(packing.definition, disclose(packing.definition, tally, Accounting.of(accounts)))


def sheet(found: Results, examined: dict[str, str] | None = None) -> Sheet:
    report = make_report(found, "sha256:0", State.CERTIFIED, examined=examined)
    assert report.sheets[0].kind == "nomination"
    assert report.tables[0].title == "推荐名单 民主推荐结果汇总表"
    return report.sheets[0]


def test_the_table_is_the_first_and_has_what_an_office_expects() -> None:
    found = sheet(results(VOTES), {"p2": "是", "p1": "是", "p5": "否"})
    (table,) = found.tables
    assert found.title == "民主推荐结果汇总表"
    assert [column.over + column.label for column in table.columns] == [
        *("排名", "姓名", "现任职务", "得票数县级领导票", "得票数部门乡镇主要负责人票", "得票数合计"),
        *("得票率(%)", "是否确定为考察对象"),
    ]
    assert [list(row) for row in table.rows][:4] == [
        [1, "候选2", "柳河镇党委书记", 4, 18, 22, Decimal("44.00"), "是"],
        [2, "候选1", "发改局局长", 6, 10, 16, Decimal("32.00"), "是"],
        [3, "候选4", "", 0, 14, 14, Decimal("28.00"), ""],
        [4, "候选5", "财政局局长", 0, 2, 2, Decimal("4.00"), "否"],
    ]
    notes = "".join(found.notes)
    assert "得票率 = 得票数 ÷ 有效票数" in notes
    assert "没有打勾的计为“不推荐”" in notes
    assert "排名按得票率，各票种的票一样计算" in notes
    assert "加权" not in notes


def weighed(first: int = 2) -> list[dict[str, Any]]:
    return [
        {"key": "A", "label": "县级领导票", "weight": first, "issue": 12},
        {"key": "B", "label": "部门乡镇主要负责人票", "weight": 1, "issue": 40},
    ]


def test_the_form_of_one_has_votes_and_no_score() -> None:
    found = form_of_one(results(VOTES))
    assert found.subject == [("姓名", "候选1"), ("职务", "发改局局长"), ("得票率(%)", Decimal("32.00"))]
    (table,) = found.tables
    assert [column.label for column in table.columns] == [
        *("票种", "发出票数", "收回票数", "有效票数", "得票数", "得票率(%)")
    ]
    assert [list(row) for row in table.rows] == [
        ["县级领导票", 12, 10, 10, 6, Decimal("60.00")],
        ["部门乡镇主要负责人票", 42, 40, 40, 10, Decimal("25.00")],
        ["合计", 54, 50, 50, 16, Decimal("32.00")],
    ]
    notes = "".join(found.notes)
    assert "得票率 = 得票数 ÷ 有效票数" in notes
    assert not any(word in notes for word in ("得分", "分值", "加权", "排名"))


def test_the_form_of_one_is_weighted_where_weights_differ() -> None:
    found = form_of_one(results(VOTES, groups=weighed()))
    assert found.subject[-1] == ("加权得票率(%)", Decimal("48.33"))
    (table,) = found.tables
    assert list(table.rows[0])[:2] == ["县级领导票", 2]
    assert [list(row) for row in table.rows[-2:]] == [
        ["合计（不加权）", "—", 54, 50, 50, 16, Decimal("32.00")],
        ["加权结果", 3, "—", "—", "—", "—", Decimal("48.33")],
    ]


def test_every_row_of_a_list_is_told_without_points() -> None:
    report = make_report(results(VOTES), "sha256:0", State.CERTIFIED)
    detail = next(one for one in report.sheets if one.kind == "detail")
    assert "得分" not in [column.label for column in detail.tables[0].columns]
    assert {len(row) for row in detail.tables[0].rows} == {len(detail.tables[0].columns)}
    assert not any(word in "".join(detail.notes) for word in ("得分", "分值"))


def form_of_one(found: Results) -> Sheet:
    report = make_report(found, "sha256:0", State.CERTIFIED)
    return next(one for one in report.sheets if one.kind == "person" and one.key == "p1")


def test_weights_that_differ_have_a_column_of_their_own() -> None:
    found = sheet(results(VOTES, groups=weighed()))
    (table,) = found.tables
    assert [column.label for column in table.columns][-2:] == ["得票率(%)", "加权得票率(%)"]
    assert list(table.rows[0]) == [1, "候选1", "发改局局长", 6, 10, 16, Decimal("32.00"), Decimal("48.33")]
    assert "排名按加权得票率" in "".join(found.notes)


def test_who_was_not_decided_on_has_a_free_cell_and_readers_no_column() -> None:
    (table,) = sheet(results(VOTES), {}).tables
    assert {row[-1] for row in table.rows} == {""}
    (table,) = sheet(results(VOTES)).tables
    assert table.columns[-1].label == "得票率(%)"


def test_what_few_ballots_would_show_is_withheld() -> None:
    few = {"A": [("p1",)] * 3 + [()], "B": VOTES["B"]}
    found = sheet(results(few))
    (table,) = found.tables
    row = next(row for row in table.rows if row[1] == "候选1")
    assert list(row) == [3, "候选1", "发改局局长", f"{WITHHELD}②", f"{WITHHELD}②", 13, Decimal("29.55")]
    assert any(note.startswith("②") for note in found.notes)
    # A rank by the weighted share would tell of it.
    (table,) = sheet(results(few, groups=weighed())).tables
    assert {(row[0], row[-1]) for row in table.rows} == {(None, f"{WITHHELD}②")}


def test_merged_groups_have_their_votes_once() -> None:
    found = sheet(results({"A": [("p1",)] * 3 + [()], "B": VOTES["B"]}, results={"small_groups": "merge"}))
    row = next(row for row in found.tables[0].rows if row[1] == "候选1")
    assert list(row[3:]) == [13, "并入前列", 13, Decimal("29.55")]
    assert row[0] == 3


def test_one_kind_of_ticket_has_one_column() -> None:
    one = [{"key": "B", "label": "推荐票", "weight": 1, "issue": 40}]
    (table,) = sheet(results({"B": VOTES["B"]}, groups=one)).tables
    assert [column.label for column in table.columns] == ["排名", "姓名", "现任职务", "得票数", "得票率(%)"]
    assert list(table.rows[0][3:]) == [18, Decimal("45.00")]


def test_without_ranks_names_stand_as_defined() -> None:
    (table,) = sheet(results(VOTES, results={"rank": False})).tables
    assert table.columns[0].label == "序号"
    assert [row[1] for row in table.rows] == [f"候选{number}" for number in range(1, 7)]


def test_other_tables_say_what_an_empty_line_is() -> None:
    report = make_report(results(VOTES), "sha256:0", State.CERTIFIED)
    said = "".join(note for one in report.sheets for note in one.notes)
    assert "未填不计入分母" not in said
    assert "没有打勾的计为“不推荐”，作答票数即有效票数" in said
    assert [one.kind for one in report.sheets if one.kind in ("summary", "standings")] == []


@pytest.mark.parametrize("word", [CHOSEN, NOT_CHOSEN])
def test_a_committee_decides_whether_somebody_is_examined(word: str) -> None:
    definition = read_definition(tomllib.loads(FILE.read_text("utf-8")))
    assert word in bands_of(definition, definition.section["list"])
    assert len(bands_of(definition, definition.section["list"])) == 2


@pytest.mark.parametrize(("rank", "said"), [(True, True), (False, False)])
def test_the_notes_say_what_ranks_where_something_does(rank: bool, said: bool) -> None:
    notes = sheet(results(VOTES, results={"rank": rank})).notes
    assert any("排名按" in note for note in notes) is said


def test_the_list_among_the_data_is_ranked_by_its_share() -> None:
    tables = {table.title: table for table in flat_tables(results(VOTES))}
    assert "推荐名单 · 总表" not in tables
    found = tables["推荐名单 · 得票率"]
    assert [str(cell) for cell in found.rows[0]] == ["1", "候选2", "柳河镇党委书记", "44.00"]
    assert any("排名按得票率" in note for note in found.notes)


def named(votes: dict[str, list[tuple[str, ...]]] = VOTES) -> Results:
    """Return results beside which six names were written down."""
    persons = (NamedVotes("张三", "县审计局局长", 8), NamedVotes("李四", "", 5))
    return replace(
        results(votes), names=(SectionNames("list", persons, few=2, few_votes=3, nobody=1, valid=50),)
    )


def test_who_was_recommended_beside_the_list_stands_below_it() -> None:
    found = sheet(named())
    _, others = found.tables
    assert others.title == "另荐人选"
    assert [list(row) for row in others.rows] == [
        [1, "张三", "县审计局局长", 8, Decimal("16.00")],
        [2, "李四", "", 5, Decimal("10.00")],
        [None, "其他2人", "", 3, None],
    ]
    assert "没有一种写法满5票的不列姓名" in found.notes[-1]
    assert "不计票的有1处" in found.notes[-1]
    assert [table.title for table in flat_tables(named()) if "另荐" in table.title] == ["推荐名单 · 另荐人选"]
    report = make_report(named(), "sha256:0", State.CERTIFIED)
    assert sum("另荐" in table.title for table in report.tables) == 1
    assert sum("民主推荐" in table.title for table in report.tables) == 1


def test_more_votes_than_ballots_have_no_share_and_the_table_says_why() -> None:
    found = named()
    (names,) = found.names
    said = "得票多于有效票的，是同一张票上用不同写法写了同一人，不列得票率"
    assert said not in sheet(found).notes[-1]
    crowded = replace(found, names=(replace(names, valid=7),))
    told = sheet(crowded)
    assert [row[-1] for row in told.tables[-1].rows] == [None, Decimal("71.43"), None]
    assert said in told.notes[-1]


def test_where_few_wrote_the_table_says_what_it_says_where_nobody_did() -> None:
    nothing = replace(results(VOTES), names=(SectionNames("list", valid=50),))
    _, others = sheet(nothing).tables
    assert [list(row) for row in others.rows] == [[None, "没有可列姓名的人选", "", None, None]]
    assert results_json(nothing, "counted")["names"][0] == {
        "section": "list",
        "named": [],
        "few": None,
        "nobody": None,
        "unsigned": False,
    }


def test_while_names_are_decided_only_that_is_said() -> None:
    undecided = replace(results(VOTES), names=(SectionNames("list", is_unsigned=True),))
    _, others = sheet(undecided).tables
    assert [list(row) for row in others.rows] == [[None, "签字确认后列出", "", None]]
    assert "签字确认以前" in sheet(undecided).notes[-1]
    assert "不足" not in sheet(undecided).notes[-1]


def test_data_have_the_names_and_readers_only_with_the_votes() -> None:
    told = results_json(named(), "certified")["names"]
    assert told[0]["few"] == {"persons": 2, "votes": 3}
    assert told[0]["named"][0] == {"name": "张三", "post": "县审计局局长", "votes": 8}
    assert "names" not in results_json(results(VOTES), "certified")
    chosen = everything(named().definition)
    assert project(named(), chosen).names == named().names
    for less in ({"values": False}, {"ranking": False}, {"sections": (), "ranking": False, "values": False}):
        assert project(named(), replace(chosen, **less)).names == ()  # type: ignore[arg-type]
