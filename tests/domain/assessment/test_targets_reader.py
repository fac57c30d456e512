"""Targets: tasks of all units from the rows of a file, whole or with every fault; and as they are stored."""

import contextlib
import csv
import json
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.domain.assessment.facts import Target
from survey.domain.assessment.reports.file_rows import FileCell, FileRow
from survey.domain.assessment.targets_reader import (
    assessment_digest,
    read_targets,
    read_targets_document,
    require_targets,
    targets_document,
    targets_text,
)
from survey.domain.definition.canonical import canonical_json, digest
from survey.domain.errors import BadNumbers
from tests.domain.assessment.full_year import defined, full_year, row, rows_of_year
from tests.domain.editing import GONE, changed
from tests.sample_year import SAMPLE, sample

DEFINITION = defined()
TARGETS = read_targets(DEFINITION, rows_of_year())


def flaws(*rows: FileRow) -> list[tuple[str, str, str]]:
    with pytest.raises(BadNumbers) as refused:
        read_targets(DEFINITION, rows)
    return [(fault.place, fault.value, fault.flaw) for fault in refused.value.faults]


def test_tasks_stand_in_the_order_of_the_definition() -> None:
    assert list(TARGETS) == [
        ("north", "output"),
        ("north", "growth"),
        ("south", "output"),
        ("office", "party"),
    ]
    plan: list[Fraction | None] = [None] * 12
    plan[2], plan[5], plan[11] = Fraction(20), Fraction(91, 2), Fraction(100)
    assert TARGETS["north", "output"] == Target("north", "output", Fraction(100), Fraction(80), tuple(plan))
    assert TARGETS["south", "output"].target == Fraction(2401, 2)
    assert TARGETS["south", "output"].points == 5
    assert TARGETS["office", "party"] == Target("office", "party", None)


def test_the_sample_is_read() -> None:
    with (SAMPLE / "targets.csv").open(encoding="utf-8-sig") as file:
        rows = [
            row(number, **{column: text for column, text in cells.items() if text})
            for number, cells in enumerate(csv.DictReader(file), 2)
        ]
    definition = defined(sample("assessment.toml"))
    targets = read_targets(definition, rows)
    assert len(targets) == 122
    assert targets["t2", "grain"].plan[9] == Fraction("1.63")
    assert ("t1", "grain") not in targets
    assert read_targets(definition, rows[::-1]) == targets


@given(st.permutations(rows_of_year()))
def test_the_order_of_rows_changes_nothing(rows: list[FileRow]) -> None:
    assert targets_document(read_targets(DEFINITION, rows)) == targets_document(TARGETS)


def test_heads_and_names_may_be_chinese() -> None:
    found = read_targets(
        DEFINITION, [row(2, 单位="北镇", 指标="产值", 年度目标="１００", 上年实绩="80", 分值="8", 备注="略")]
    )
    assert found == {
        ("north", "output"): Target("north", "output", Fraction(100), Fraction(80), points=Fraction(8))
    }
    by_month = row(2, **{"单位": "office", "指标": "party", "3月": "1", "12月计划": "2"})
    assert read_targets(DEFINITION, [by_month])["office", "party"].plan[2::9] == (1, 2)


def test_all_faults_are_named_at_once_with_cell_and_value() -> None:
    assert flaws(
        row(2, unit="west", indicator="output", target="1"),
        row(3, indicator="power", target="1,2.5"),
        row(4, unit="office", indicator="output", target="5"),
        row(5, unit="north", indicator="output", target=FileCell("C5", "=C4", is_formula=True)),
        row(6, unit="north", indicator="dust", target="5%", m1="—", points="-1", colour="red"),
        row(7, unit="north", indicator="dust", target="5", colour="red"),
    ) == [
        ("row 2, unit", "west", "no-unit"),
        ("row 3", "", "missing"),
        ("row 3, indicator", "power", "no-indicator"),
        ("row 3, target", "1,2.5", "no-number"),
        ("row 4, indicator", "output", "foreign"),
        ("C5", "=C4", "formula"),
        ("row 6, colour", "red", "unknown-head"),
        ("row 6, target", "5%", "no-number"),
        ("row 6, m1", "—", "nothing"),
        ("row 6, points", "-1", "out-of-range"),
        ("row 7, indicator", "dust", "double"),
    ]


def test_what_a_task_is_scored_by_must_be_there() -> None:
    assert flaws(
        row(2, unit="north", indicator="output"),
        row(3, unit="north", indicator="growth"),
        row(4, unit="north", indicator="dust"),
    ) == [("row 2", "", "no-target"), ("row 3", "", "no-base"), ("row 4", "", "no-target")]
    free = [row(2, unit="north", indicator=key) for key in ("work", "faults", "party")]
    assert len(read_targets(DEFINITION, free)) == 3


def test_percentages_are_read_as_shown_where_the_measure_is_one() -> None:
    cells = [FileCell("C2", "0.425", percent=True), FileCell("C2", "42.5%"), FileCell("C2", "42.5")]
    for cell in cells:
        found = read_targets(DEFINITION, [row(2, unit="north", indicator="work", target=cell)])
        assert found["north", "work"].target == Fraction(85, 2)


def test_points_can_only_stretch_what_there_is() -> None:
    definition = defined(changed("indicators[5].score[0].points", 0, full_year()))
    with pytest.raises(BadNumbers, match="no points that could be stretched"):
        read_targets(definition, [row(2, unit="office", indicator="party", points="3")])
    assert read_targets(definition, [row(2, unit="office", indicator="party", points="0")])


def test_what_is_stored_comes_back() -> None:
    document = json.loads(canonical_json(targets_document(TARGETS)))
    assert read_targets_document(DEFINITION, document) == TARGETS
    assert document[3] == {"unit": "office", "indicator": "party"}
    assert document[2] == {"unit": "south", "indicator": "output", "target": "2401/2", "points": "5"}


def test_stored_rows_of_what_is_gone_are_left_out() -> None:
    without = defined(changed("units[1]", GONE, full_year()))
    assert ("south", "output") not in read_targets_document(without, targets_document(TARGETS))


def test_targets_are_checked_against_another_version() -> None:
    require_targets(DEFINITION, TARGETS)
    growing = defined(changed("indicators[0].score[0].of", "growth", full_year()))
    with pytest.raises(
        BadNumbers, match="south, output: output is scored by its growth, the base is missing"
    ):
        require_targets(growing, TARGETS)


def test_a_digest_names_definition_and_targets() -> None:
    named = assessment_digest(full_year(), TARGETS)
    others = dict(TARGETS)
    del others["office", "party"]
    assert assessment_digest(full_year(), others) != named
    assert assessment_digest(changed("items[0].cap", 2, full_year()), TARGETS) != named


@given(
    st.lists(
        st.dictionaries(
            st.sampled_from(["unit", "indicator", "target", "base", "m3", "points", "单位", "x"]),
            st.sampled_from(["north", "output", "dust", "1", "-2", "5%", "", "—"]) | st.text(max_size=6),
            max_size=5,
        ),
        max_size=5,
    )
)
def test_garbage_is_refused_by_name_or_taken(tables: list[dict[str, str]]) -> None:
    rows = [row(number, **cells) for number, cells in enumerate(tables, 2)]
    with contextlib.suppress(BadNumbers):
        assert len(read_targets(DEFINITION, rows)) == len(rows)


def test_the_quick_text_is_the_canonical_one() -> None:
    data = sample("assessment.toml")
    odd = Target("t1", 'x\u2028“"', Fraction(-1, 3))
    targets = dict(TARGETS) | {(odd.unit, odd.indicator): odd}
    assert targets_text(targets) == canonical_json(targets_document(targets))
    whole = {"definition": data, "targets": targets_document(targets)}
    assert assessment_digest(data, targets) == digest(whole)


def test_a_file_of_something_else_has_one_fault() -> None:
    cells = {name: FileCell(f"row 2, {name}", "x") for name in ("item", "reason", "unit")}
    with pytest.raises(BadNumbers) as refused:
        read_targets(DEFINITION, [FileRow("row 2", cells)] * 3)
    (fault,) = refused.value.faults
    assert str(fault).startswith("row of heads: the heads are no targets' (there are item, reason, unit)")


def test_what_a_task_is_scored_by_may_be_given_later() -> None:
    empty = [row(2, unit="north", indicator="output")]
    with pytest.raises(BadNumbers):
        read_targets(DEFINITION, empty)
    found = read_targets(DEFINITION, empty, complete=False)
    assert found["north", "output"].target is None
    require_targets(DEFINITION, found, complete=False)
    with pytest.raises(BadNumbers):
        require_targets(DEFINITION, found)


def test_what_would_be_lost_is_a_fault_however_much_may_be_missing() -> None:
    lost = {("north", "gone"): Target("north", "gone", None)}
    with pytest.raises(BadNumbers) as refused:
        require_targets(DEFINITION, lost, complete=False)
    assert [(fault.place, fault.flaw) for fault in refused.value.faults] == [("north, gone", "foreign")]
