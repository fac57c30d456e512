"""Rows as fields and back: what nobody touches stays, what is typed is read as a workbook's cell is."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings

from survey.documents.assessment.form.form_parts import PARTS, FormPart
from survey.documents.assessment.form.part_changes import (
    basics_typed,
    names_in,
    rows_in,
    table_typed,
    with_basics,
    with_row,
    with_rows,
    with_table,
)
from survey.documents.assessment.form.typed_rows import (
    Places,
    TypedRow,
    place_said,
    row_made,
    row_typed,
    shown_text,
)
from survey.domain.assessment.definition_reader import read_assessment
from survey.domain.definition.canonical import canonical_json
from tests.builders import parse
from tests.domain.assessment.any_year import files
from tests.sample_year import SAMPLE, sample

BY_QUARTER = SAMPLE.parent / "assessment_by_quarter" / "assessment.toml"
DOCUMENTS = {
    "sample": sample("assessment.toml"),
    "by quarter": parse(BY_QUARTER.read_text("utf-8")),
}
NO_NAMES = names_in({})


def part_row(key: str, place: int, document: dict[str, Any] | None = None) -> tuple[FormPart, dict[str, Any]]:
    part = PARTS[key]
    return part, rows_in(document or sample("assessment.toml"), part.sheet)[place]


def changed(row: TypedRow, **texts: str) -> TypedRow:
    given = {path.replace("__", "."): text for path, text in texts.items()}
    return TypedRow(row.origin, row.texts | given, row.lines, row.written)


def line_changed(row: TypedRow, place: int, **texts: str) -> TypedRow:
    lines = list(row.lines)
    lines[place] = changed(lines[place], **texts)
    return TypedRow(row.origin, row.texts, tuple(lines), row.written)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_part_saved_as_it_was_shown_changes_nothing(name: str) -> None:
    document = DOCUMENTS[name]
    before = canonical_json(document)
    assert canonical_json(with_basics(document, basics_typed(document), Places())) == before
    for part in PARTS.values():
        rows = table_typed(document, part)
        assert canonical_json(with_table(document, part, rows, Places())) == before
        for row in rows:
            assert canonical_json(with_row(document, part, row, Places())) == before


def test_one_row_that_is_changed_leaves_all_others() -> None:
    document = sample("assessment.toml")
    part, row = part_row("indicators", 6)
    typed = line_changed(row_typed(part, row, names_in(document)), 0, per="0.35", whole="是")
    made = with_row(document, part, typed, places := Places())
    line = made["indicators"][6]["score"][0]
    assert line["per"] == Decimal("0.35")
    assert "whole" not in line
    made["indicators"][6] = document["indicators"][6]
    assert canonical_json(made) == canonical_json(document)
    assert places["indicators[6].score[0].per"].place == "score.0.per"
    assert places["indicators[6].label"].text == "地方财政收入增长"


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("1e2", 100),
        ("１２．５０", Decimal("12.5")),
        ("0.30000000000000000001", Decimal("0.30000000000000000001")),
        ("many", "many"),
    ],
)
def test_numbers_are_exactly_as_typed(typed: str, value: object) -> None:
    document = sample("assessment.toml")
    part, row = part_row("indicators", 0)
    made = with_row(document, part, line_changed(row_typed(part, row, NO_NAMES), 0, points=typed), Places())
    assert made["indicators"][0]["score"][0]["points"] == value


def test_a_share_may_be_typed_as_a_percentage() -> None:
    document = sample("assessment.toml")
    typed = basics_typed(document)
    made = with_basics(document, TypedRow("-", typed.texts | {"lights.yellow": "85%"}), Places())
    assert made["lights"] == {"yellow": Decimal("0.85")}


def test_a_default_that_is_chosen_is_left_out_and_one_that_was_written_stays() -> None:
    document = sample("assessment.toml")
    typed = basics_typed(document)
    assert typed.texts["composite.unassigned"] == "rescale"
    made = with_basics(document, typed, Places())
    assert "unassigned" not in made["composite"]
    assert made["composite"]["combine"] == "sum"


def test_what_the_chosen_method_does_not_know_is_left_out() -> None:
    document = sample("assessment.toml")
    part, row = part_row("indicators", 6)
    typed = line_changed(row_typed(part, row, names_in(document)), 0, method="best")
    line = with_row(document, part, typed, Places())["indicators"][6]["score"][0]
    assert line == {"points": 10, "method": "best", "of": "growth", "target": 8}


def test_a_new_row_gets_a_key_that_no_other_has_and_keeps_it() -> None:
    document = sample("assessment.toml")
    part = PARTS["units"]
    fresh = TypedRow("", {"label": "西城镇", "class": "town"}, written=frozenset({"label"}))
    once = with_row(document, part, fresh, Places())
    twice = with_row(once, part, fresh, Places())
    assert [row["key"] for row in twice["units"][-2:]] == ["u1", "u2"]
    renamed = with_row(twice, part, changed(table_typed(twice, part)[-1], label="东城镇"), Places())
    assert renamed["units"][-1] == {"key": "u2", "class": "town", "label": "东城镇"}
    asked = with_row(document, part, fresh, Places(), "t9")
    assert asked["units"][-1]["key"] == "t9"


def test_blank_new_rows_are_none_and_cleared_old_ones_are_faults() -> None:
    document = sample("assessment.toml")
    part = PARTS["bands"]
    rows = table_typed(document, part)
    blank = row_typed(part, {}, NO_NAMES)
    assert blank.texts["round"] == "half-up"
    assert canonical_json(with_table(document, part, [*rows, blank, blank], Places())) == canonical_json(
        document
    )
    cleared = TypedRow(rows[0].origin, dict.fromkeys(rows[0].texts, ""), written=rows[0].written)
    made = with_table(document, part, [cleared, *rows[1:]], Places())
    assert made["composite"]["bands"][0] == {"key": "excellent"}


def test_a_table_that_is_left_empty_goes() -> None:
    document = sample("assessment.toml")
    assert "items" not in with_table(document, PARTS["items"], [], Places())
    part = PARTS["sheets"]
    typed = TypedRow(
        "",
        {"title": "领导评分", "kind": "points", "trim.from": "5", "trim.high": "", "trim.low": ""},
        (TypedRow("", {"label": "实绩", "points": "100"}, written=frozenset({"label"})),),
        frozenset({"title"}),
    )
    made = with_row(document, part, typed, Places())
    assert made["sheets"] == [
        {
            "key": "p1",
            "title": "领导评分",
            "trim": {"from": 5},
            "lines": [{"key": "l1", "label": "实绩", "points": 100}],
        }
    ]
    back = with_row(made, part, changed(table_typed(made, part)[0], trim__from=""), Places())
    assert "trim" not in back["sheets"][0]


def test_names_of_lights_that_stood_in_a_list_are_changed_one_by_one() -> None:
    document = sample("assessment.toml")
    document["lights"] = {"labels": {"green": "蓝牌"}}
    typed = basics_typed(document)
    made = with_basics(document, TypedRow("-", typed.texts | {"lights.labels.red": "红牌"}), Places())
    assert made["lights"]["labels"] == {"green": "蓝牌", "red": "红牌"}


def test_several_things_stand_on_lines_of_their_own() -> None:
    document = sample("assessment.toml")
    part, row = part_row("indicators", 8)
    column = next(one for one in part.line_columns if one.path == "at")
    shown = shown_text(column, row["score"][0], NO_NAMES)
    assert shown == "60=0.6\n80=0.8\n90=0.9\n100=1"
    typed = line_changed(row_typed(part, row, NO_NAMES), 0, at="60=60%\r\n100=1")
    line = with_row(document, part, typed, Places())["indicators"][8]["score"][0]
    assert line["at"] == [[60, Decimal("0.6")], [100, 1]]


@given(files())
@settings(max_examples=8, deadline=None)
def test_any_definition_saved_as_shown_stays_and_typed_anew_means_the_same(document: dict[str, Any]) -> None:
    before, names, anew = canonical_json(document), names_in(document), document
    assert canonical_json(with_basics(document, basics_typed(document), Places())) == before
    for part in PARTS.values():
        rows = table_typed(document, part)
        assert canonical_json(with_table(document, part, rows, Places())) == before
        typed = [
            row_made(part, {}, fresh(row), names, ("", ""), Places()) | {"key": row.origin} for row in rows
        ]
        for one, old in zip(typed, rows_in(document, part.sheet), strict=True):
            for line, known in zip(one.get("lines", ()), old.get("lines", ()), strict=True):
                line["key"] = known["key"]
        anew = with_rows(anew, part, typed)
    read, wanted = read_assessment(anew), read_assessment(document)
    assert replace(read, digest="") == replace(wanted, digest="")


def fresh(row: TypedRow) -> TypedRow:
    """Return a row as somebody types it who has nothing before them."""
    return TypedRow(
        "", row.texts, tuple(TypedRow("", one.texts, (), one.written) for one in row.lines), row.written
    )


def test_a_list_that_was_written_empty_stays() -> None:
    document = sample("assessment.toml")
    document["composite"] = {"bands": []}
    document["sheets"] = []
    for key in ("bands", "sheets"):
        made = with_table(document, PARTS[key], [], Places())
        assert canonical_json(made) == canonical_json(document)


@pytest.mark.parametrize(
    ("said", "place"),
    [("0", 0), ("2", 2), ("02", 2), ("3", None), ("", None), ("-1", None), ("²", None), ("1" * 5000, None)],
)
def test_a_place_that_a_form_names_is_one_of_the_rows_or_none(said: str, place: int | None) -> None:
    assert place_said(said, 3) == place


def test_a_line_of_a_place_without_end_is_a_new_one() -> None:
    document = sample("assessment.toml")
    part, row = part_row("indicators", 6)
    typed = row_typed(part, row, names_in(document))
    lines = tuple(replace(line, origin="1" * 5000) for line in typed.lines)
    made = with_row(document, part, replace(typed, lines=lines), Places())
    assert len(made["indicators"][6]["score"]) == len(lines)


def test_names_keep_their_order_where_the_same_boxes_are_ticked() -> None:
    document = sample("assessment.toml")
    document["indicators"][6]["classes"] = ["bureau", "town"]
    part, row = part_row("indicators", 6, document)
    typed = row_typed(part, row, names_in(document))
    again = with_row(document, part, changed(typed, classes="town、bureau"), Places())
    assert canonical_json(again) == canonical_json(document)
    fewer = with_row(document, part, changed(typed, classes="town"), Places())
    assert fewer["indicators"][6]["classes"] == ["town"]
    none = with_row(document, part, changed(typed, classes=""), Places())
    assert "classes" not in none["indicators"][6]
