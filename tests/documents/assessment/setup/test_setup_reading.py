"""A set-up workbook is read whole, or refused with every fault by sheet and cell."""

import time
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import openpyxl
import pytest
from openpyxl.workbook import Workbook

from survey.documents.assessment.setup.setup_reading import read_setup
from survey.documents.assessment.setup.setup_workbook import write_setup
from survey.domain.assessment.definition_reader import read_assessment
from survey.domain.assessment.facts import Target
from survey.domain.assessment.targets_reader import read_targets
from survey.domain.definition.canonical import canonical_json
from survey.domain.errors import BadNumbers
from tests.domain.assessment.sample import sample_definition, sample_targets
from tests.sample_year import sample

from .setup_files import changed, column_of, faults_of, put, sample_workbook


def test_the_samples_set_up_comes_back_to_the_last_sign() -> None:
    read = read_setup(sample_workbook())
    assert canonical_json(read.data) == canonical_json(sample("assessment.toml"))
    definition = read_assessment(read.data)
    assert definition == sample_definition()
    assert read_targets(definition, read.rows) == sample_targets()


def test_it_comes_back_after_another_program_has_saved_it() -> None:
    assert faults_of(changed(lambda book: None)) == []
    read = read_setup(changed(lambda book: None))
    assert canonical_json(read.data) == canonical_json(sample("assessment.toml"))


def test_every_kind_of_key_comes_back() -> None:
    data = sample("assessment.toml")
    data["lights"] = {"yellow": Decimal("0.85"), "by": "average", "labels": {"green": "蓝灯", "grey": "空"}}
    data["composite"]["rounding"] = {"items": 2, "components": 1, "total": 3}
    data["sheets"] = [
        {
            "key": "party",
            "title": "部门评分表",
            "kind": "rank",
            "by": Decimal("0.1"),
            "trim": {"from": 5, "high": 1},
            "min_scorers": 4,
            "lines": [
                {"key": "a", "label": "协作", "points": 60},
                {"key": "b", "label": "作风", "points": 40},
            ],
        }
    ]
    data["components"] += [
        {"key": "s", "label": "部门评分", "weight": 5, "from": "sheet", "sheet": "party", "factor": True},
        {
            "key": "p",
            "label": "各期得分",
            "weight": 5,
            "from": "periods",
            "weights": [1] * 11 + [Decimal("1.5")],
            "at": [[0, 0], [60, Decimal("60.5")]],
        },
        {"key": "e", "label": "另录", "weight": Decimal("2.5"), "from": "entered"},
    ]
    data["components"][0]["indicators"] = ["party", "output"]
    data["components"][1] |= {"row": "pooled", "ratees": {"t1": "p01", "t2": "p02"}}
    data["composite"]["bands"][0] |= {"quota": 3, "round": "down"}
    data["units"][0] |= {"head": "王某某", "leader": "县长", "factor": Decimal("1.05")}
    read_assessment(data)
    assert canonical_json(read_setup(write_setup(data)).data) == canonical_json(data)


def test_the_empty_template_says_what_it_wants() -> None:
    found = faults_of(write_setup())
    assert ("考核!C3", "missing") in found
    assert {("类别", "missing"), ("单位", "missing"), ("组成部分", "missing")} <= set(found)
    assert len(found) == 7


def test_every_fault_is_named_by_sheet_and_cell() -> None:
    told: set[tuple[str, str]] = set()

    def spoil(book: Workbook) -> None:
        book["考核"]["C6"] = "二零二六"
        told.add(("考核!C6", "not-whole"))
        told.add((put(book, "单位", 4, "考核类别", "城镇"), "no-such"))
        told.add((put(book, "单位", 5, "代号", "t1"), "duplicate"))
        told.add((put(book, "指标", 9, "计量单位", None), "missing"))
        told.add((put(book, "指标", 4, "由谁填报", "某人"), "not-choice"))
        told.add((put(book, "指标", 5, "牵头部门", "文旅局"), "no-such"))
        told.add((put(book, "指标", 6, "分值", "八分"), "not-number"))
        told.add((put(book, "指标", 7, "分值", "=4+2"), "formula"))
        told.add((put(book, "组成部分", 5, "测评活动代号", None), "missing"))
        told.add((put(book, "等次", 5, "总分不低于", 95), "not-falling"))
        told.add((put(book, "等次", 4, "名额", "四分之一"), "not-limit"))
        told.add((put(book, "目标", 4, "单位", "西岭镇"), "no-unit"))
        told.add((put(book, "目标", 5, "年度目标", "若干"), "no-number"))

    assert set(faults_of(changed(spoil))) == told


def test_targets_are_held_against_the_definition_by_cell() -> None:
    told: set[tuple[str, str]] = set()

    def spoil(book: Workbook) -> None:
        rows = {
            (row[1].value, row[2].value): row[0].row
            for row in book["目标"].iter_rows(min_row=4)
            if row[1].value
        }
        output = rows["城关镇", "规模以上工业总产值"]
        told.add((put(book, "目标", output, "年度目标", None), "no-target"))
        told.add((put(book, "目标", rows["城关镇", "地方财政收入增长"], "上年实绩", None), "no-base"))
        told.add((put(book, "目标", rows["河口镇", "规模以上工业总产值"], "单位", "发展和改革局"), "foreign"))
        told.discard((f"目标!B{rows['河口镇', '规模以上工业总产值']}", "foreign"))
        told.add((f"目标!C{rows['河口镇', '规模以上工业总产值']}", "foreign"))
        told.add((put(book, "目标", rows["河口镇", "粮食产量"], "指标", None), "missing"))

    assert set(faults_of(changed(spoil))) == told


SHAPES: dict[str, tuple[Callable[[Workbook], object], tuple[str, str]]] = {
    "another sheet": (
        lambda book: book.create_sheet("单位 (2)").append(["t9", "新镇"]),
        ("单位 (2)", "unknown-sheet"),
    ),
    "a sheet gone": (lambda book: book.remove(book["组成部分"]), ("组成部分", "missing-sheet")),
    "a hidden sheet": (lambda book: setattr(book["目标"], "sheet_state", "hidden"), ("目标", "hidden-sheet")),
    "a hidden row": (
        lambda book: setattr(book["单位"].row_dimensions[6], "hidden", True),
        ("单位!6", "hidden-row"),
    ),
    "a hidden column": (
        lambda book: setattr(book["目标"].column_dimensions["D"], "hidden", True),
        ("目标!D2", "hidden-column"),
    ),
    "merged cells": (lambda book: book["单位"].merge_cells("C4:C5"), ("单位!C4", "merged")),
    "a strange head": (lambda book: book["单位"].cell(2, 9, "备用"), ("单位!I2", "unknown-head")),
    "a head gone": (lambda book: book["单位"].cell(2, 4, ""), ("单位", "missing-column")),
    "something beside": (lambda book: book["等次"].cell(20, 12, "说明一下"), ("等次!L20", "unknown-head")),
    "an item of no kind": (lambda book: book["考核"].cell(40, 2, "备注"), ("考核!B40", "unknown-line")),
    "a percentage": (
        lambda book: setattr(book["组成部分"].cell(4, 4), "number_format", "0%"),
        ("组成部分!D4", "percent"),
    ),
    "a row marked as an example": (
        lambda book: book["单位"].cell(4, 1, "示例"),
        ("单位!A4", "changed-example"),
    ),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_nothing_is_left_out_in_silence(shape: str) -> None:
    spoil, told = SHAPES[shape]
    assert told in faults_of(changed(lambda book: spoil(book) and None))


def test_rows_without_keys_are_numbered_and_names_hold() -> None:
    def blank(book: Workbook) -> None:
        for sheet in ("类别", "单位", "部门", "指标", "等次"):
            page = book[sheet]
            for row in range(4, page.max_row + 1):
                if page.cell(row, 2).value:
                    page.cell(row, 2).value = None

    read = read_setup(changed(blank))
    definition = read_assessment(read.data)
    assert [unit.key for unit in definition.units][:3] == ["u1", "u2", "u3"]
    assert [line.points for line in definition.indicators[5].score] == [4, 6]
    assert len(read_targets(definition, read.rows)) == 122


def test_shares_may_be_written_as_percentages() -> None:
    def write(book: Workbook) -> None:
        page = book["考核"]
        row = next(cell.row for cell in page["B"] if cell.value == "黄灯下限")
        page.cell(row, 3, "85%")
        put(book, "等次", 4, "名额", 0.3)
        page = book["等次"]
        page.cell(4, column_of(page, "名额")).number_format = "0%"

    data = read_setup(changed(write)).data
    assert data["lights"]["yellow"] == Decimal("0.85")
    assert data["composite"]["bands"][0]["quota"] == "30%"


def test_what_is_no_set_up_is_refused_as_a_whole() -> None:
    book = openpyxl.Workbook()
    book.active.append(["单位", "指标"])  # type: ignore[union-attr]
    for content in (b"", b"PK\x03\x04", b"period,unit\n2026-01,t1\n"):
        with pytest.raises(BadNumbers):
            read_setup(content)
    assert faults_of(changed(lambda made: [made.remove(one) for one in made.worksheets[1:]] and None))


def test_two_hundred_units_with_sixty_indicators_are_read_in_time() -> None:
    data = sample("assessment.toml")
    data["units"] = [{"key": f"u{n}", "class": "town", "label": f"第{n}镇"} for n in range(200)]
    output = next(one for one in data["indicators"] if one["key"] == "output")
    data["indicators"] = [output | {"key": f"i{n}", "label": f"指标{n}", "lead": "stats"} for n in range(60)]
    target = replace(sample_targets()["t1", "output"])
    targets = {
        (f"u{u}", f"i{i}"): Target(f"u{u}", f"i{i}", target.target, None, target.plan)
        for u in range(200)
        for i in range(60)
    }
    content = write_setup(data, targets)
    begun = time.process_time()
    read = read_setup(content)
    assert time.process_time() - begun < 15
    assert len(read.rows) == 12_000
