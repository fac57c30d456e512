"""The sample set up wholly by fields, and what refers to a row that is to go."""

from collections.abc import Mapping
from typing import Any

import pytest

from survey.documents.assessment.form.form_parts import PARTS
from survey.documents.assessment.form.part_changes import (
    basics_typed,
    moved,
    names_in,
    places_elsewhere,
    rows_in,
    table_typed,
    uses_of,
    with_basics,
    with_row,
    with_table,
    without,
    without_tasks,
)
from survey.documents.assessment.form.pasted_lines import first_document, pasted_lines
from survey.documents.assessment.form.typed_rows import Places, TypedRow, row_typed
from survey.documents.assessment.form.typed_tasks import NUMBERS, task_typed, with_tasks
from survey.domain.assessment.definition_reader import read_assessment
from survey.domain.assessment.indicators import Indicator
from survey.domain.assessment.targets_reader import PLAN, assessment_digest, require_targets
from survey.domain.definition.canonical import canonical_json
from survey.domain.definition.schema import entries_of
from tests.domain.assessment.sample import sample_targets
from tests.sample_year import sample

BASICS = {"title": "考核", "code": "qingyuan-2026", "year": "2026", "office": "考核办", "periods": "month"}
WRITTEN_DEFAULTS = {
    "assessment": {"periods", "report_by"},
    "composite": {"combine", "bonus", "rounding"},
    "lights": {"yellow"},
}


def as_new(row: TypedRow) -> TypedRow:
    """Return a row as somebody types it anew."""
    lines = tuple(TypedRow("", line.texts, (), line.written) for line in row.lines)
    return TypedRow("", row.texts, lines, row.written)


def set_up_by_fields() -> dict[str, Any]:
    """Begin with one unit and one indicator, add all of the sample's rows, take the first ones out again."""
    goal = sample("assessment.toml")
    names = names_in(goal)
    made = first_document(BASICS, pasted_lines("某单位"), pasted_lines("某指标，件，5"), Places())
    for key in ("classes", "departments"):
        part = PARTS[key]
        rows = [as_new(row_typed(part, row, names)) for row in rows_in(goal, part.sheet)]
        keyed = [
            TypedRow("", row.texts | {"key": old["key"]}, (), row.written)
            for row, old in zip(rows, rows_in(goal, part.sheet), strict=True)
        ]
        made = with_table(made, part, [*table_typed(made, part), *keyed], Places())
    for key in ("units", "indicators"):
        part = PARTS[key]
        for row in rows_in(goal, part.sheet):
            made = with_row(made, part, as_new(row_typed(part, row, names)), Places(), row["key"])
    for key, first in (("units", "u1"), ("indicators", "i1"), ("classes", "c1")):
        assert uses_of(made, PARTS[key], first) == []
        made = without(made, PARTS[key], first)
    for key in ("items", "bands"):
        part = PARTS[key]
        keyed = [
            TypedRow(
                "", (typed := row_typed(part, row, names)).texts | {"key": row["key"]}, (), typed.written
            )
            for row in rows_in(goal, part.sheet)
        ]
        made = with_table(made, part, keyed, Places())
    part = PARTS["components"]
    for row in rows_in(goal, part.sheet):
        made = with_row(made, part, as_new(row_typed(part, row, names)), Places(), row["key"])
    made = without(made, part, "z1")
    return with_basics(made, TypedRow("-", basics_typed(goal).texts), Places())


def bare(document: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out the defaults that the sample writes although they hold anyway."""
    made = {
        key: {k: v for k, v in value.items() if k not in WRITTEN_DEFAULTS.get(key, ())}
        if isinstance(value, dict)
        else value
        for key, value in document.items()
    }
    made["indicators"] = [
        one
        | {
            "score": [
                {k: v for k, v in line.items() if v != "step" or k == "method"} for line in one["score"]
            ]
        }
        for one in document["indicators"]
    ]
    return {key: value for key, value in made.items() if value != {}}


def test_the_sample_set_up_by_fields_is_the_sample() -> None:
    made, goal = set_up_by_fields(), sample("assessment.toml")
    assert canonical_json(bare(made)) == canonical_json(bare(goal))
    read, wanted = read_assessment(made), read_assessment(goal)
    assert {key: getattr(read, key) for key in entries_of(type(read))} == {
        key: getattr(wanted, key) for key in entries_of(type(wanted))
    }
    targets = {}
    for indicator in read.indicators:
        typed = [
            (f"{unit}.", task_typed(unit, key, one, [*NUMBERS, *PLAN]))
            for (unit, key), one in sample_targets().items()
            if key == indicator.key
        ]
        targets = dict(with_tasks(read, targets, typed))
    require_targets(read, targets)
    ordered = {task: targets[task] for task in sample_targets()}
    assert ordered == sample_targets()
    assert assessment_digest(bare(made), ordered) == assessment_digest(bare(goal), sample_targets())


def test_what_the_form_writes_of_defaults_is_what_they_are() -> None:
    assert Indicator.__dataclass_fields__["runs"].default == "sum"
    made = set_up_by_fields()
    assert "runs" not in made["indicators"][4]
    assert "periods" in made["assessment"]


@pytest.mark.parametrize(
    ("key", "row", "said"),
    [
        ("classes", "bureau", {("单位", "民政局", "考核类别"), ("指标", "争取上级资金", "适用类别")}),
        ("units", "b2", {("指标", "规模以上工业总产值", "牵头部门")}),
        ("departments", "safety", {("指标", "生产安全事故死亡人数", "牵头部门")}),
        ("bands", "good", {("考核", "约束性指标未完成最高等次", "约束性指标未完成最高等次")}),
        ("indicators", "output", set()),
        ("components", "targets", set()),
    ],
)
def test_what_refers_to_a_row_is_named(key: str, row: str, said: set[tuple[str, str, str]]) -> None:
    found = uses_of(sample("assessment.toml"), PARTS[key], row)
    named = {(one.sheet, one.name, one.column) for one in found}
    assert said <= named
    assert bool(said) is bool(named)


def test_a_component_holds_its_sheet_its_indicators_and_the_units_it_maps() -> None:
    document = sample("assessment.toml")
    document["sheets"] = [
        {"key": "p1", "title": "评分", "lines": [{"key": "l1", "label": "实绩", "points": 9}]}
    ]
    document["components"] += [
        {"key": "z1", "label": "评分", "weight": 1, "from": "sheet", "sheet": "p1"},
        {"key": "z2", "label": "部分", "weight": 1, "from": "indicators", "indicators": ["output"]},
        {
            "key": "z3",
            "label": "测评",
            "weight": 1,
            "from": "campaign",
            "campaign": "x",
            "ratees": {"t8": "p8"},
        },
    ]
    for part, key, name in (
        ("sheets", "p1", "评分"),
        ("indicators", "output", "部分"),
        ("units", "t8", "测评"),
    ):
        assert [(one.sheet, one.name) for one in uses_of(document, PARTS[part], key)] == [("组成部分", name)]


def test_rows_go_up_and_down_as_far_as_there_are_any() -> None:
    document, part = sample("assessment.toml"), PARTS["units"]
    keys = [row["key"] for row in document["units"]]
    assert [row["key"] for row in moved(document, part, "t2", -1)["units"]][:2] == ["t2", "t1"]
    assert [row["key"] for row in moved(document, part, "t1", -1)["units"]] == keys
    assert [row["key"] for row in moved(document, part, "b4", 1)["units"]] == keys
    assert canonical_json(moved(document, part, "none", 1)) == canonical_json(document)


def test_tasks_go_with_their_unit_or_their_indicator() -> None:
    targets = sample_targets()
    assert {unit for unit, _ in without_tasks(targets, PARTS["units"], "t1")} == {u for u, _ in targets} - {
        "t1"
    }
    assert "output" not in {key for _, key in without_tasks(targets, PARTS["indicators"], "output")}
    assert without_tasks(targets, PARTS["sheets"], "t1") == targets


def test_faults_of_what_is_not_on_the_page_say_where_it_is() -> None:
    places = places_elsewhere(sample("assessment.toml"))
    assert places["indicators[4]"].place == "指标“规模以上工业总产值”"
    assert places["composite.bands[1]"].place == "等次“良好”"
