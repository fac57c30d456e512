"""What a file holds by its heads, and rows of entries as tables."""

from decimal import Decimal

import pytest

from survey.domain.assessment.brought.file_kinds import (
    FileKind,
    entry_tables,
    kind_by_heads,
    kind_of_tables,
    rows_of_values,
)
from survey.domain.assessment.reports.file_rows import FileCell, FileRow
from survey.domain.errors import BadNumbers, CellFault


def row(number: int = 2, **cells: str) -> FileRow:
    return FileRow(
        f"row {number}", {name: FileCell(f"row {number}, {name}", text) for name, text in cells.items()}
    )


@pytest.mark.parametrize(
    ("heads", "kind"),
    [
        ("period unit indicator value", FileKind.VALUES),
        ("period unit indicator value reason item", FileKind.VALUES),
        ("period unit indicator found why", FileKind.VERIFIED),
        ("期间 单位 指标 核验数 原因", FileKind.VERIFIED),
        ("sheet unit scorer line points", FileKind.SHEETS),
        ("unit item points reason", FileKind.ENTRIES),
        ("unit component value document", FileKind.ENTRIES),
        ("单位 等次 认定机构", FileKind.ENTRIES),
        ("a b", FileKind.VALUES),
    ],
)
def test_the_kind_by_the_heads(heads: str, kind: FileKind) -> None:
    assert kind_by_heads([row(**dict.fromkeys(heads.split(), "x"))]) is kind


def test_rows_become_tables_and_faults_keep_their_cells() -> None:
    tables = entry_tables(
        [
            row(
                2,
                单位="t1",
                item="award",
                points="1.5",
                依据="评比",
                decided_on="2026-12-20 00:00:00",
                序号="1",
            ),
            row(3, unit="t1", band="poor", taken_back="是"),
            row(4, unit="t2", component="leaders", value="八十", 依据="函"),
        ]
    )
    entry = {"unit": "t1", "item": "award", "points": Decimal("1.5"), "reason": "评比"}
    assert tables.data == {
        "entries": [entry | {"decided_on": "2026-12-20"}],
        "vetoes": [{"unit": "t1", "band": "poor", "taken_back": True}],
        "entered": [{"unit": "t2", "component": "leaders", "value": "八十", "document": "函"}],
    }
    paths = ["entered[0].value", "entered[0].document", "vetoes[0].grounds", "vetoes[0]", "file"]
    placed = tables.placed(CellFault(path, "", "x", "x", "x") for path in paths)
    assert [fault.place for fault in placed] == [
        "row 4, value",
        "row 4, 依据",
        "row 3, grounds",
        "row 3",
        "file",
    ]


def test_a_row_of_no_kind_is_a_fault() -> None:
    with pytest.raises(BadNumbers, match="row 3: names neither item nor band nor component"):
        entry_tables([row(2, unit="t1", item="award"), row(3, unit="t1", points="1")])


def test_values_of_tables() -> None:
    data = {"values": [{"period": "2026-05", "unit": "t1", "indicator": "i", "value": Decimal("1E+2")}]}
    assert kind_of_tables(data) is FileKind.VALUES
    assert kind_of_tables({"entries": []}) is FileKind.ENTRIES
    (found,) = rows_of_values(data)
    assert (found.text("value"), found.cells["value"].place) == ("100", "values[0].value")
    for wrong in ({"values": 1}, {"values": []}, {"values": [1]}, {**data, "more": 1}):
        with pytest.raises(BadNumbers):
            rows_of_values(wrong)
