"""Lines that are pasted: cells of a table, commas or spaces between them, headings above them."""

import pytest

from survey.documents.assessment.form.form_parts import PARTS
from survey.documents.assessment.form.pasted_lines import (
    MAX_LINES,
    first_document,
    pasted_lines,
    with_lines,
)
from survey.documents.assessment.form.typed_rows import Places
from survey.domain.assessment.definition_reader import read_assessment
from survey.domain.errors import InvalidDefinition
from tests.sample_year import sample

BASICS = {"title": "考核", "code": "a-2026", "year": "2026", "office": "考核办", "periods": "month"}


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("城关镇\t乡镇\t王某", ("城关镇", "乡镇", "王某")),
        ("城关镇\t\t王某", ("城关镇", "", "王某")),
        ("城关镇，乡镇，王某", ("城关镇", "乡镇", "王某")),
        ("城关镇, 乡镇", ("城关镇", "乡镇")),
        ("  城关镇　乡镇  ", ("城关镇", "乡镇")),
        ("Bureau of Finance, offices", ("Bureau of Finance", "offices")),
        ("城关镇", ("城关镇",)),
    ],
)
def test_the_parts_of_a_line(text: str, parts: tuple[str, ...]) -> None:
    assert [line.parts for line in pasted_lines(f"\n{text}\n\n")] == [parts]


def test_a_heading_is_the_class_of_the_lines_below_it() -> None:
    lines = pasted_lines("乡镇：\n城关镇\n河口镇\n县直部门:\n民政局\n财政局，乡镇")
    made = first_document(BASICS, lines, pasted_lines("产值 亿元 12 乡镇"), Places())
    assert [row["label"] for row in made["classes"]] == ["乡镇", "县直部门"]
    assert [(row["label"], row["class"]) for row in made["units"]] == [
        ("城关镇", "c1"),
        ("河口镇", "c1"),
        ("民政局", "c2"),
        ("财政局", "c1"),
    ]
    assert read_assessment(made).indicator["i1"].classes == ("c1",)


def test_without_classes_there_is_one_for_all() -> None:
    made = first_document(BASICS, pasted_lines("甲\n乙"), pasted_lines("产值，亿元，12.50"), Places())
    read = read_assessment(made)
    assert [one.label for one in read.classes] == ["被考核单位"]
    assert str(read.indicator["i1"].points) == "25/2"
    assert read.component["z1"].label == "目标任务"


def test_what_is_wrong_is_told_by_line_and_by_field() -> None:
    places = Places()
    made = first_document(
        BASICS | {"code": "A 2026", "year": "26年"},
        pasted_lines(""),
        pasted_lines("产值，亿元，12\n\n税收，万元，若干"),
        places,
    )
    with pytest.raises(InvalidDefinition) as refused:
        read_assessment(made)
    found = {places[fault.path].place for fault in refused.value.faults if fault.path in places}
    assert found >= {"code", "year", "units", "indicators 3 points"}


def test_lines_join_the_rows_that_are_there() -> None:
    document = sample("assessment.toml")
    made = with_lines(
        document, PARTS["units"], pasted_lines("西城镇，乡镇，李某\n审计局，县直部门"), Places()
    )
    assert made["units"][-2:] == [
        {"key": "u1", "label": "西城镇", "class": "town", "head": "李某"},
        {"key": "u2", "label": "审计局", "class": "bureau"},
    ]
    unknown = with_lines(document, PARTS["units"], pasted_lines("西城镇，园区"), places := Places())
    with pytest.raises(InvalidDefinition) as refused:
        read_assessment(unknown)
    assert [places[fault.path].place for fault in refused.value.faults] == ["units 1 class"]


def test_more_lines_than_an_assessment_may_have_are_refused() -> None:
    lines = pasted_lines("单位\n" * (MAX_LINES + 5))
    assert len(lines) == MAX_LINES
    with pytest.raises(InvalidDefinition) as refused:
        read_assessment(first_document(BASICS, lines, pasted_lines("产值，亿元，12"), Places()))
    assert [(fault.path, fault.flaw) for fault in refused.value.faults] == [("units", "too-many")]
