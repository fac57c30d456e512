"""Results as tables for people: what every official table must carry."""

from decimal import Decimal
from typing import Any

import pytest

from survey.domain.definition.campaign import State
from survey.domain.results.official import WITHHELD, make_report
from survey.domain.results.table import Report, Table
from tests.documents.export.test_results_json import AGE, NINE, PLANS, TEXT, results

DIGEST = "sha256:" + "0123456789abcdef" * 4
BANDS = [{"key": "high", "label": "优等", "at_least": Decimal("60.5")}]


def report(votes: Any = NINE, state: State = State.CERTIFIED, **tables: Any) -> Report:
    return make_report(results(votes, **tables), DIGEST, state)


def table(found: Report, name: str) -> Table:
    (one,) = [table for table in found.tables if name in table.title]
    return one


def column(found: Table, label: str) -> list[Any]:
    place = [column.label for column in found.columns].index(label)
    return [row[place] for row in found.rows]


def test_every_table_is_rectangular() -> None:
    found = report(questions=[AGE, PLANS, TEXT], results={"rank": True, "bands": BANDS})
    assert len(found.tables) == 9
    for one in found.tables:
        assert one.rows
        assert {len(row) for row in one.rows} == {len(one.columns)}


def test_the_kinds_of_values_fit_their_columns() -> None:
    found = report(questions=[AGE, PLANS, TEXT])
    for one in found.tables:
        for row in one.rows:
            for value, kind in zip(row, one.columns, strict=True):
                if kind.kind == "text":
                    assert isinstance(value, str)
                elif kind.kind == "count":
                    assert value is None or isinstance(value, int | str)
                elif isinstance(value, Decimal):
                    assert -int(value.as_tuple().exponent) == kind.places


def test_accounting_adds_up() -> None:
    found = table(report(), "票数统计")
    assert column(found, "票种") == ["A票", "B票", "合计"]
    for row in found.rows:
        numbers = dict(zip([column.label for column in found.columns], row, strict=True))
        assert numbers["发出票数"] == numbers["收回票数"] + numbers["未用票数"] + numbers["作废票数"]
    assert column(found, "有效票数") == [9, 5, 14]


def test_validity_beside_a_small_group_is_not_printed() -> None:
    found = table(report({"A": NINE["A"], "B": NINE["B"][:2]}), "票数统计")
    assert column(found, "有效票数") == [WITHHELD, WITHHELD, 11]


def test_the_numbers_of_a_person() -> None:
    found = table(report(), "· 汇总表")
    assert column(found, "范围") == ["A票", "B票", "合计", "加权"] * 2
    assert column(found, "优秀(票)") == [6, 0, 6, None, 0, 0, 0, None]
    assert column(found, "优秀(%)")[:4] == [Decimal(n) for n in ("66.67", "0.00", "42.86", "33.33")]
    assert column(found, "优秀率(%)")[:4] == column(found, "优秀(%)")[:4]
    assert column(found, "得分")[:4] == [Decimal(n) for n in ("93.33", "40.00", "74.29", "66.67")]
    assert column(found, "名称") == ["干部c1"] * 4 + ["干部c2"] * 4


def test_the_definition_of_each_rate_stands_under_the_table() -> None:
    notes = " ".join(table(report(), "· 汇总表").notes)
    assert "优秀率 = 优秀 ÷ 作答票数" in notes
    assert "优秀 100、称职 80、不称职 40" in notes


@pytest.mark.parametrize(
    ("rules", "says"),
    [
        ({}, "四舍五入，保留2位小数"),
        ({"rounding": {"mode": "truncate", "places": 1}}, "截尾（不进位），保留1位小数"),
        ({"rounding": {"mode": "sum-to-100", "places": 0}}, "最大余额法"),
        ({"minimum_cell": 3}, "作答不足3人的不予显示"),
        ({"small_groups": "merge"}, "与相邻票种合并"),
        ({"small_groups": "show"}, "均公布"),
    ],
)
def test_every_table_of_ratings_carries_its_rules(rules: dict[str, Any], says: str) -> None:
    found = report(results=rules)
    for name in ("汇总表", "总表"):
        assert says in " ".join(
            note for one in found.tables if one.title.endswith(name) for note in one.notes
        )


@pytest.mark.parametrize(
    ("missing", "says"), [("renormalise", "折算"), ("withhold", "不计算加权结果"), ("zero", "按0计入")]
)
def test_weights_and_missing_groups(missing: str, says: str) -> None:
    notes = " ".join(table(report(results={"missing_group": missing}), "· 总表").notes)
    assert "A票 1、B票 1" in notes
    assert says in notes


def test_the_list_of_all_in_the_order_of_rank() -> None:
    votes = {"A": [{"c1.de": "poor", "c2.de": "excellent"}] * 9}
    found = table(report(votes, results={"rank": True, "bands": BANDS}), "· 总表")
    assert column(found, "名次") == [1, 2]
    assert column(found, "名称") == ["干部c2", "干部c1"]
    assert column(found, "等次") == ["优等", ""]
    assert column(found, "A票") == [Decimal("100.00"), Decimal("40.00")]
    assert "优等 60.5分及以上" in " ".join(found.notes)


def test_withheld_rows_say_so_and_hold_no_number() -> None:
    found = report({"A": NINE["A"], "B": NINE["B"][:2]})
    rows = table(found, "· 汇总表").rows[:4]
    hidden = [row for row in rows if WITHHELD in row]
    assert [row[3] for row in hidden] == ["A票", "B票", "加权"]
    assert all(value is None for row in hidden for value in row[5:])
    (standing, _) = table(found, "· 总表").rows
    assert standing[3:5] == (WITHHELD, WITHHELD)
    assert standing[6] == WITHHELD


def test_questions() -> None:
    votes = {"A": [{"q.age": "young", "q.plans": "x"}] * 6, "B": [{"q.age": "old"}] * 5}
    found = report(votes, questions=[AGE, PLANS, TEXT])
    age = next(one for one in found.tables if one.title == "年龄")
    assert column(age, "范围") == ["A票", "B票", "合计"]
    assert column(age, "青(票)") == [6, 0, 6]
    assert "作答票数" in " ".join(age.notes)
    assert "有效票数" in " ".join(next(one for one in found.tables if one.title == "问题").notes)
    assert not any(one.title == "建议" for one in found.tables)


def test_breakdowns_name_every_option() -> None:
    votes = {"A": [{"c1.de": "excellent", "q.age": "young"}] * 6 + [{"c1.de": "poor", "q.age": "old"}] * 2}
    found = report(votes, questions=[AGE])
    one = next(table for table in found.tables if "按" in table.title)
    assert column(one, "年龄") == ["青", "老", "未填"] * 2
    assert column(one, "有效作答")[:3] == [WITHHELD, WITHHELD, 0]


def test_a_campaign_without_ratees_has_no_table_of_ratings() -> None:
    votes = {"A": [{"q.age": "young"}] * 6}
    definition = {"questions": [AGE], "ratees": []}
    found = make_report(_without_ratees(votes, definition), DIGEST, State.CERTIFIED)
    assert [one.title for one in found.tables] == ["票数统计", "年龄"]


def _without_ratees(votes: Any, tables: dict[str, Any]) -> Any:
    from survey.domain.ballot.packing import Packing
    from survey.domain.count.accounting import Accounting, GroupAccount
    from survey.domain.count.disclosure import disclose
    from survey.domain.count.results import work_out
    from survey.domain.count.tally import Tally
    from survey.domain.definition.reader import read_definition
    from tests.builders import a_definition

    definition = read_definition(a_definition(**tables))
    packing = Packing(definition)
    tally = Tally(definition)
    for fields in votes["A"]:
        form = packing.form["A"]
        tally.add(form, form.check({name: [value] for name, value in fields.items()}))
    accounts = {group: GroupAccount(9, 0, tally.valid[group], tally.valid[group], 0, 0) for group in "AB"}
    return work_out(definition, disclose(definition, tally, Accounting.of(accounts)))
