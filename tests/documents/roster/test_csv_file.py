"""Rosters as text, in every encoding."""

import pytest

from survey.documents.roster.reader import RosterFaultKind
from tests.documents.roster.test_reader import csv, read


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("separator", [",", "\t", ";", "，"], ids=["comma", "tab", "semicolon", "full"])
def test_text_in_every_encoding_with_every_separator(encoding: str, separator: str) -> None:
    text = '姓名,职务,测评表\r\n"张 䶮","副\r\n镇;长",team\r\n'.replace(",", separator)
    (row,) = read(csv(text, encoding), "名册.csv").rows
    assert (row.row, row.name, row.post, row.section) == (2, "张䶮", "副 镇;长", "team")


def test_faults_of_a_text_have_its_name_row_and_column() -> None:
    roster = read(csv("姓名,测评表,编号\n王一,team,1\n\n王二,none,=1+1\n"), "C:名册.csv")
    assert [(f.kind, f.sheet, f.row, f.column, f.value) for f in roster.faults] == [
        (RosterFaultKind.FORMULA, "C:名册", 4, "C", "=1+1"),
        (RosterFaultKind.UNKNOWN_SECTION, "C:名册", 4, "B", "none"),
    ]


def test_a_text_that_cannot_be_decoded() -> None:
    (fault,) = read("姓名,测评表\n王一,team\n".encode("gb18030") + b"\xff\xff,team\n").faults
    assert (fault.kind, fault.row) == (RosterFaultKind.ENCODING, 3)
