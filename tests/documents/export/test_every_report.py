"""Every kind of report is written in every format: titles, forms, rater groups, weights."""

import tomllib
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from io import BytesIO
from itertools import cycle, product
from pathlib import Path
from typing import Any

import pytest

from survey.documents.export.formats import FORMATS
from survey.documents.export.results_json import results_json
from survey.domain.ballot.packing import Packing
from survey.domain.count.accounting import Accounting, GroupAccount
from survey.domain.count.disclosure import disclose
from survey.domain.count.results import Results, work_out
from survey.domain.count.tally import Tally
from survey.domain.definition.campaign import State
from survey.domain.definition.reader import read_definition
from survey.domain.results.official import make_report
from survey.domain.results.official_questions import REVIEW

FILE = Path(__file__).parents[2] / "data" / "nomination.toml"
TITLES = ("副县级领导干部民主推荐", f"{REVIEW}民主推荐")
WEIGHTS = ((1,), (1, 1), (2, 1), (3, 2, 1), (1, 1, 1))
SIZES = ((9, 9, 9), (9, 9, 2), (2, 2, 2))
"""How many ballots each rater group has: enough, too few in one of them, and too few in each."""
FORMS = ("ticks", "ticks and grades", "grades")
GRADED = {
    "key": "graded",
    "title": "测评表",
    "scale": "graded",
    "criteria": [{"key": "de", "label": "德"}, {"key": "neng", "label": "能", "weight": 2}],
}
SCALE = {
    "key": "graded",
    "grades": [{"key": "good", "label": "好", "points": 100}, {"key": "poor", "label": "差", "points": 0}],
    "abstain": {"label": "不了解", "treat": "exclude"},
}
AGE = {
    "key": "age",
    "label": "年龄",
    "kind": "choice",
    "options": [{"key": "young", "label": "青"}, {"key": "old", "label": "老"}],
    "breakdown": True,
}


def data_of(title: str, form: str, weights: Sequence[int], small_groups: str) -> dict[str, Any]:
    data = tomllib.loads(FILE.read_text("utf-8"), parse_float=Decimal)
    data["campaign"]["title"] = title
    data["results"]["small_groups"] = small_groups
    data["questions"].append(AGE)
    data["groups"] = [
        {"key": key, "label": f"{key}票", "weight": weight, "issue": 20}
        for key, weight in zip("ABC", weights, strict=False)
    ]
    del data["ratees"][3:]
    # One is not rated by all.
    data["ratees"][1]["groups"] = ["A"]
    if form != "ticks":
        data["sections"].append(GRADED)
        data["scales"].append(SCALE)
        data["ratees"] += [{"key": f"g{at}", "section": "graded", "name": f"干部{at}"} for at in range(2)]
    if form == "grades":
        del data["quotas"], data["rates"]
        data["sections"] = data["sections"][1:]
        data["ratees"] = data["ratees"][-2:]
        data["scales"] = data["scales"][1:]
    return data


def results_of(data: dict[str, Any], sizes: Sequence[int]) -> Results:
    definition = read_definition(data)
    packing = Packing(definition)
    tally = Tally(definition)
    accounts = {}
    for (key, form), size in zip(packing.form.items(), sizes, strict=False):
        for at in range(size):
            fields = {f"{ratee.key}.vote": ["yes"] for ratee in definition.ratees[at % 2 : at % 2 + 1]}
            if "list" not in definition.section or (at % 2 and key != "A"):
                fields = {}
            if "graded" in definition.section:
                fields |= {"g0.de": ["good"], "g1.neng": ["poor"]}
            tally.add(form, form.check(fields | {"q.age": ["young" if at % 3 else "old"]}))
        accounts[key] = GroupAccount(20, 0, size, tally.valid[key], tally.spoiled[key], 0)
    return work_out(definition, disclose(definition, tally, Accounting.of(accounts)))


CASES = list(product(TITLES, FORMS, WEIGHTS))


@pytest.mark.parametrize(("title", "form", "weights"), CASES)
def test_every_form_of_every_report_has_as_many_cells_as_columns(
    title: str, form: str, weights: Sequence[int]
) -> None:
    for sizes, small_groups in product(SIZES, ("withhold", "merge", "show")):
        report = make_report(
            results_of(data_of(title, form, weights, small_groups), sizes), "sha256:0", State.CERTIFIED
        )
        tables = [table for sheet in report.sheets for table in sheet.tables] + list(report.tables)
        assert tables
        for table in tables:
            assert {len(row) for row in table.rows} <= {len(table.columns)}, table.title


@pytest.mark.parametrize("title", TITLES)
def test_every_report_with_a_list_to_tick_is_written_in_every_format(title: str) -> None:
    counts = [
        results_of(data_of(title, form, weights, "withhold"), SIZES[0])
        for form, weights in zip(cycle(FORMS[:2]), WEIGHTS, strict=False)
    ]
    reports = [make_report(one, "sha256:0", State.CERTIFIED) for one in counts]
    assert all(("review" in [sheet.kind for sheet in one.sheets]) == (REVIEW in title) for one in reports)
    # One file of each format: a font or a workbook takes longer to begin than a form to write.
    report = replace(
        reports[0],
        sheets=[sheet for one in reports for sheet in one.sheets],
        tables=[table for one in reports for table in one.tables],
    )
    for one in FORMATS:
        out = BytesIO()
        if one.write_report and not one.one_each:
            one.write_report(report, out, None)
            assert out.getvalue(), one.key
        for results in counts:
            if one.write_values:
                one.write_values(results_json(results, State.CERTIFIED), out)


@pytest.mark.parametrize("weights", [(1, 1), (2, 1)])
def test_rows_of_the_review_of_a_list_say_which_they_are(weights: Sequence[int]) -> None:
    results = results_of(data_of(TITLES[1], "ticks", weights, "withhold"), SIZES[0])
    report = make_report(results, "sha256:0", State.CERTIFIED)
    (review,) = (sheet for sheet in report.sheets if sheet.kind == "review")
    rows = [list(row) for row in review.tables[0].rows if row[0] == "候选1" and row[2] == "票数"]
    weighted = [] if weights == (1, 1) else ["加权"]
    assert [row[1] for row in rows] == ["A票", "B票", "合计（不加权）", *weighted]
    assert [row[3] for row in rows] == [5, 5, 10, *("—" for _ in weighted)]


def test_merged_groups_are_named_in_the_review() -> None:
    results = results_of(data_of(TITLES[1], "ticks", (1, 1, 1), "merge"), SIZES[1])
    report = make_report(results, "sha256:0", State.CERTIFIED)
    (review,) = (sheet for sheet in report.sheets if sheet.kind == "review")
    assert [row[1] for row in review.tables[0].rows if row[0] == "候选1"][:6:2] == [
        "A票",
        "B票、C票（合并）",
        "合计（不加权）",
    ]
