"""The official forms hold every number of a count, each as the JSON has it."""

import re
from collections.abc import Iterator

import pytest

from survey.documents.layout.joined_cells import head_facts
from survey.documents.layout.text import cell_text
from survey.domain.definition.campaign import State
from survey.domain.definition.form import QuestionKind
from survey.domain.definition.reader import read_definition
from survey.domain.results.official import SIGNATURES, make_sheets, sign_lines
from survey.domain.results.table import Sheet, Table
from tests.builders import a_definition
from tests.documents.counts import EXAMPLES, SEEDS, all_results, example_results, report_of
from tests.documents.json_tables import GAP, JsonTables, Rows
from tests.domain.results.counting import SIX_AND_FIVE, count_of
from tests.domain.results.test_flat import DIGEST, report

NAMES = [*EXAMPLES, *map(str, SEEDS)]


def printed(table: Table, first: int) -> Rows:
    """Return the cells of a table from a column on, as printed."""
    return [[cell_text(cell) for cell in row[first:]] for row in table.rows]


def wanted(of: JsonTables, sheet: Sheet) -> Iterator[tuple[int, Rows]]:
    """Give for each table of a form where its values begin and what they must be."""
    definition = of.definition
    asked = [question for question in definition.questions if question.kind is not QuestionKind.TEXT]
    if sheet.kind == "accounting":
        yield 1, of.accounting()
    elif sheet.kind in ("person", "team", "service"):
        ratee = definition.ratee[sheet.key]
        yield 1, of.by_group(ratee)
        yield 3, of.by_criterion(ratee)
    elif sheet.kind == "review":
        for section in definition.sections:
            yield (4 if len(section.criteria) > 1 else 3) - of.alone, of.review(section)
    elif sheet.kind in ("detail", "breakdown"):
        section = definition.section[sheet.key]
        first = 3 if len(section.criteria) > 1 else 2
        if sheet.kind == "detail":
            yield first - of.alone, of.detail(section)
        else:
            # Two questions may have the same label; their forms stand in the order of the definition.
            question = definition.breakdowns[of.seen.count(sheet.key)]
            of.seen.append(sheet.key)
            assert dict(sheet.subject)["分类"] == question.label
            yield first, of.breakdown(question, section)
    if sheet.kind in ("questions", "review"):
        for question in asked:
            yield 1, of.question(question)


@pytest.mark.parametrize("name", NAMES)
def test_every_number_of_the_forms_is_that_of_the_json(name: str) -> None:
    results = all_results()[name]
    of = JsonTables(results)
    for sheet in report_of(name).sheets:
        if sheet.kind == "standings":
            check_standings(of, sheet)
            continue
        if sheet.kind == "summary":
            check_summary(of, sheet)
            continue
        tables = list(wanted(of, sheet))
        assert tables, sheet.kind
        for table, (first, rows) in zip(sheet.tables, tables, strict=True):
            assert printed(table, first) == rows, (sheet.kind, sheet.key, table.title)
        if sheet.kind in ("person", "team", "service"):
            ratee = of.definition.ratee[sheet.key]
            subject = {label: cell_text(cell) for label, cell in sheet.subject}
            assert subject["得分" if of.alone else "加权得分"] == of.total(ratee, "weighted")
            assert subject.get("等次", "") == (of.band(ratee) if of.bands(of.section(ratee)) else "")


def check_standings(of: JsonTables, sheet: Sheet) -> None:
    (table,) = sheet.tables
    labels = [column.label for column in table.columns]
    kept = [at for at, label in enumerate(labels) if label not in ("职务", "备注")]
    found = [[row[at] for at in kept] for row in printed(table, 0)]
    assert found == of.standings(of.definition.section[sheet.key])


def check_summary(of: JsonTables, sheet: Sheet) -> None:
    """Hold the first table to the JSON: every vote, percent, sum, score and band of it."""
    (table,) = sheet.tables
    group = sheet.subject[0][1] if sheet.subject else ""
    keys = [one.key for one in of.definition.groups if one.label == group]
    labels = [column.label for column in table.columns]
    first = labels.index("票数")
    last = len(labels) - (labels[-1] == "备注")
    found = [row[first:last] for row in printed(table, 0)]
    # Two rater groups may have the same label.
    assert found in [of.summary(of.definition.section[sheet.key], key) for key in (keys or [""])]


def test_the_generated_counts_leave_out_in_every_way() -> None:
    words = {
        cell_text(cell)[len(GAP) :]
        for name in NAMES
        for sheet in report_of(name).sheets
        for table in sheet.tables
        for row in table.rows
        for cell in row
        if cell_text(cell).startswith(GAP)
    }
    assert words == {"①", "②", "③", "④"}


@pytest.mark.parametrize("name", NAMES)
def test_whatever_is_left_out_is_explained(name: str) -> None:
    for sheet in report_of(name).sheets:
        cells = [cell_text(cell) for table in sheet.tables for row in table.rows for cell in row]
        cells += [cell_text(cell) for _, cell in sheet.subject]
        marks = {cell[len(GAP) :] for cell in cells if cell.startswith(GAP)}
        assert marks == {note[0] for note in sheet.notes if note[0] in "①②③④"}
        for table in sheet.tables:
            assert {len(row) for row in table.rows} == {len(table.columns)}
            assert len(table.rows) % max(1, table.block) == 0


def test_the_forms_of_each_example() -> None:
    found = {name: [(one.kind, one.title) for one in report_of(name).sheets] for name in EXAMPLES}
    summary = ("summary", "民主测评汇总表")
    assert found["town-annual"] == [
        *[summary] * 8,  # two forms: over all, and by three rater groups
        ("accounting", "票数统计表"),
        ("standings", "领导班子民主测评总表"),
        ("standings", "领导干部民主测评总表"),
        ("team", "班子汇总表"),
        *[("person", "个人汇总表")] * 7,
        ("detail", "领导班子民主测评分票种明细表"),
        ("detail", "领导干部民主测评分票种明细表"),
    ]
    assert found["one-report-two-reviews"][:8] == [
        *[summary] * 6,
        ("accounting", "票数统计表"),
        ("review", "“一报告两评议”汇总表"),
    ]
    assert [kind for kind, _ in found["one-report-two-reviews"]].count("service") == 1
    assert [kind for kind, _ in found["public-satisfaction"]] == [
        *("summary", "accounting", "standings", "service", "service", "service"),
        *("questions", "detail", "breakdown"),
    ]
    assert [kind for kind, _ in found["college-term"]].count("person") == 146


def test_a_survey_of_one_group_has_everything_once_and_says_so() -> None:
    sheets = report_of("public-satisfaction").sheets
    by_kind = {sheet.kind: sheet for sheet in sheets}
    for sheet in sheets:
        labels = [column.label for table in sheet.tables for column in table.columns]
        labels += [column.over for table in sheet.tables for column in table.columns]
        labels += [label for label, _ in sheet.subject] + [sheet.title]
        cells = [cell for table in sheet.tables for row in table.rows for cell in row]
        for word in ("票种", "加权", "不加权", "姓名"):
            assert not any(word in str(said) for said in (*labels, *cells)), (sheet.kind, word)
    assert [row[0] for row in by_kind["accounting"].tables[0].rows] == ["全部"]
    assert by_kind["standings"].tables[0].columns[0].label == "服务事项"
    assert by_kind["service"].subject[0][0] == "服务事项"
    assert any("投票人只有一类（" in note for note in by_kind["standings"].notes)
    assert not any("按票种权重" in note for sheet in sheets for note in sheet.notes)


def test_where_all_come_by_a_link_nobody_is_counted_in_a_hall() -> None:
    head = {"code": "small", "title": "小型调查", "organiser": "考核组"}
    for entry, counted in (("open", False), ("codes", True)):
        results = count_of(SIX_AND_FIVE, campaign=head | {"entry": entry})
        (table,) = next(sheet for sheet in make_sheets(results) if sheet.kind == "accounting").tables
        assert ("到会人数" in [column.label for column in table.columns]) is counted
        assert {len(row) for row in table.rows} == {len(table.columns)}


def test_a_group_that_counts_as_nothing_where_it_is_silent_is_not_the_pooled_one() -> None:
    """Its weighted value is 0 then, and the pooled one unknown: both stay."""
    data = a_definition(groups=("A",), results={"missing_group": "zero"})
    assert not read_definition(data).has_one_group
    assert read_definition(a_definition(groups=("A",))).has_one_group


def test_merged_groups_are_named_and_keep_their_weight() -> None:
    results = example_results("college-term")
    ratee = next(key for key, rows in results.count.groups.items() if any(len(row) > 1 for row in rows))
    (sheet,) = [one for one in make_sheets(results) if one.key == ratee]
    rows = {row[0]: row for row in sheet.tables[0].rows}
    assert rows["考核组考评、校领导考评（合并）"][1] == 90
    (ranking,) = [
        one
        for one in make_sheets(results)
        if (one.kind, one.key) == ("standings", results.definition.ratee[ratee].section)
    ]
    name = results.definition.ratee[ratee].name
    (row,) = [row for row in ranking.tables[0].rows if name in row]
    assert row[-1] == "考核组考评、校领导考评（合并）"


def test_a_form_says_how_its_numbers_came_about() -> None:
    (sheet,) = [one for one in report_of("town-annual").sheets if one.key == "c1"]
    notes = "".join(sheet.notes)
    for words in (
        "得分 = （各等次票数 × 分值）之和 ÷ 作答票数",
        "优秀 100、称职 80、基本称职 60、不称职 40",
        "优秀率 = 优秀 ÷ 作答票数；优秀称职合计 = （优秀 + 称职）÷ 作答票数",
        "德 15、能 15、勤 10、绩 30、廉 15、总体评价 15",
        "A票(县级领导) 30、B票(中层干部) 30、C票(职工和群众代表) 40",
        "四舍五入，保留2位小数",
        "作答不足5人的不予显示",
        "优秀 90分及以上",
    ):
        assert words in notes
    assert sheet.subject[:2] == [("姓名", "干部甲"), ("职务", "党委书记")]
    assert [(table.block, table.strong) for table in sheet.tables] == [(1, 1), (2, 0)]


def test_the_head_of_every_document() -> None:
    found = report()
    facts = dict(found.facts)
    assert found.title == "小型测评"
    assert facts["组织单位"] == "考核组"
    assert facts["活动代码"] == "small"
    assert facts["计票摘要"] == DIGEST
    assert facts["规则摘要"].startswith("sha256:")
    assert found.footer.endswith("0123456789ab")


def test_the_head_names_who_was_evaluated_for_which_year_and_how_many_voted() -> None:
    campaign = {
        "code": "small",
        "title": "t",
        "organiser": "考核组",
        "rated_unit": "某某镇",
        "year": "2026年度",
    }
    found = report(campaign=campaign)
    assert head_facts(found) == [
        ("被评单位", "某某镇"),
        ("年度", "2026年度"),
        ("组织单位", "考核组"),
        ("票数", "发出40张（其中作废2张），收回14张，有效14张"),
    ]


def test_a_head_without_unit_and_year_has_no_gap() -> None:
    assert [label for label, _ in head_facts(report())] == ["组织单位", "票数"]


def test_the_period_is_named_where_the_campaign_has_one() -> None:
    from tests.domain.editing import LATER, NOON

    campaign = {"code": "small", "title": "t", "organiser": "o", "opens_at": NOON, "closes_at": LATER}
    found = report(campaign=campaign)
    text = " ".join(value for _, value in found.facts if not value.startswith("sha256:"))
    assert re.search(r"2026\D{1,3}11\D{1,3}22", text)
    assert re.search(r"11\D{1,3}23", text)


@pytest.mark.parametrize(("state", "says"), [(State.COUNTED, "尚未确认"), (State.CERTIFIED, "已确认")])
def test_an_unsigned_count_says_so(state: State, says: str) -> None:
    assert says in dict(report(state=state).facts)["状态"]


@pytest.mark.parametrize("who", ["计票人", "监票人", "总监票人", "单位", "年"])
def test_lines_for_signatures(who: str) -> None:
    assert any(line.startswith(who) for line in SIGNATURES)
    assert report().signatures == SIGNATURES


def test_lines_where_one_account_signs() -> None:
    assert sign_lines(2) == SIGNATURES
    assert sign_lines(1) == ("监票人(签字)", "单位(盖章)", "年  月  日")
