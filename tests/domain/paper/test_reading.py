"""The text of a sheet's code is read only where it is one."""

import pytest

from survey.domain.paper.reading import (
    REMEDIES,
    Doubt,
    LineReading,
    LineState,
    PageFault,
    PageReading,
    PageRefusal,
    SheetCode,
    sheet_code,
)

CODE = SheetCode(True, "0123456789ABCDEF", "7K3M9Q", 2)


def test_a_code_is_read_as_it_is_written() -> None:
    assert str(CODE) == "MS10123456789ABCDEF7K3M9Q02"
    assert sheet_code(str(CODE)) == CODE
    assert sheet_code("MP1" + str(CODE)[3:]) == SheetCode(False, CODE.serial, CODE.layout, 2)


@pytest.mark.parametrize(
    "text",
    ["", "MS1", "https://host/v#HE6M-1110-RDV1-EWZE", str(CODE) + "0", str(CODE)[:-1], "MX1" + str(CODE)[3:],
     str(CODE).replace("7K3M9Q", "7K3MIQ"), str(CODE)[:-2] + "1A", str(CODE).lower()],
)  # fmt: skip
def test_what_is_no_code_of_a_sheet_is_none(text: str) -> None:
    assert sheet_code(text) is None


def test_every_fault_has_a_remedy() -> None:
    assert set(REMEDIES) == set(PageFault)


def test_readings_are_written_as_the_command_promises() -> None:
    lines = [
        LineReading("c1.de", LineState.MARKED, "good"),
        LineReading("q.why", LineState.MARKED, ("a", "b")),
        LineReading("c1.neng", LineState.BLANK),
        LineReading("c1.qin", LineState.DOUBTFUL, None, Doubt.FAINT),
    ]
    assert PageReading(CODE, "B", lines, {"form.comment": True}).as_json() == {
        "state": "read",
        "serial": "0123456789ABCDEF",
        "group": "B",
        "page": 2,
        "lines": [
            {"field": "c1.de", "state": "marked", "value": "good"},
            {"field": "q.why", "state": "marked", "value": ["a", "b"]},
            {"field": "c1.neng", "state": "blank", "value": None},
            {"field": "c1.qin", "state": "doubtful", "value": None, "why": "faint"},
        ],
        "areas": [{"field": "form.comment", "ink": True}],
    }
    assert PageRefusal(PageFault.MARKERS).as_json() == {"state": "refused", "why": "markers"}
