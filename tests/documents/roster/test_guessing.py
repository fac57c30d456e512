"""What is guessed of an office's roster, and what is left to be asked."""

from typing import Any

import pytest

from survey.documents.roster.guessing import guess_section, unknown_values
from tests.documents.roster.test_mapping import read
from tests.documents.rosters import SECTIONS, workbook


@pytest.mark.parametrize(
    ("value", "section"),
    [
        *(("班子", "team"), ("领导班子", "team"), ("干部", "cadres"), ("班子成员", "cadres")),
        *(("领导干部", "cadres"), ("副职", "cadres"), ("其他", ""), ("", ""), ("领导", "")),
    ],
)  # fmt: skip
def test_a_value_means_a_form_where_that_is_clear(value: str, section: str) -> None:
    assert guess_section(value, SECTIONS) == section


def test_too_many_values_are_not_asked_about() -> None:
    roster, mapping = read(workbook([[f"甲{n}", f"类{n}"] for n in range(41)], heads=("姓名", "测评表名称")))
    assert roster.book
    assert unknown_values(roster.book, mapping, "测评表", SECTIONS) == []
    assert {fault.kind for fault in roster.faults} == {"unknown-section"}


def test_a_serial_number_is_no_key() -> None:
    rows: list[list[Any]] = [[1, "张三", "男"], [2, "李四", "男"]]
    assert read(workbook(rows, heads=("编号", "姓名", "性别")))[1].columns == {2: "姓名"}
    rows = [["a7", "张三", "男"]]
    assert read(workbook(rows, heads=("编号", "姓名", "性别")))[1].columns == {1: "编号", 2: "姓名"}


def test_of_several_posts_the_present_one_is_read() -> None:
    heads = ("姓名", "职务", "现任职务", "拟任职务")
    assert read(workbook([["张三", "a", "b", "c"]], heads=heads))[1].columns == {1: "姓名", 3: "职务"}
