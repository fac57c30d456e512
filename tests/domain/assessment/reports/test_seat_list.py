"""Lists of seats: rows to what is asked for, every fault with its place, and what nobody has yet."""

import pytest

from survey.domain.assessment.reports.file_rows import FileCell, FileRow
from survey.domain.assessment.reports.seat_list import (
    ListedSeat,
    SeatAsked,
    SeatFlaw,
    SeatWanted,
    read_seat_list,
    refused_seat,
    unfilled,
    written_keys,
)
from survey.domain.assessment.seats import Seat, SeatPart
from survey.domain.errors import BadNumbers
from tests.domain.assessment.small import an_assessment, an_indicator

YEAR = an_assessment(
    an_indicator("i1", lead="fin", leader="县长"),
    units={"u1": "all", "u2": "all"},
    departments=[{"key": "fin", "label": "财政局"}, {"key": "tax", "label": "财政局 "}],
)


def rows(*lines: str) -> list[FileRow]:
    found = []
    for number, line in enumerate(lines, 2):
        cells = zip(("账号", "席位", "范围"), line.split(","), strict=False)
        found.append(
            FileRow(
                f"row {number}", {head: FileCell(f"{head}{number}", text) for head, text in cells if text}
            )
        )
    return found


def asked(*lines: str) -> list[SeatAsked]:
    return [one.asked for one in read_seat_list(YEAR, rows(*lines))]


def test_a_list_in_words_or_keys() -> None:
    assert asked(
        "张三,填报人,u1、u2", "李四, office", "王五,lead,fin", "赵六,包抓领导,县长", ",审核人,u1"
    ) == [
        SeatAsked("张三", SeatPart.REPORTER, ("u1", "u2")),
        SeatAsked("李四", SeatPart.OFFICE),
        SeatAsked("王五", SeatPart.LEAD, ("fin",)),
        SeatAsked("赵六", SeatPart.LEADER, ("县长",)),
    ]


@pytest.mark.parametrize(
    ("line", "place", "flaw"),
    [
        ("张三,签字人", "席位2", SeatFlaw.NO_PART),
        ("张三,signer", "席位2", SeatFlaw.NO_PART),
        ("张三,填报人", "row 2", SeatFlaw.KEYS),
        ("张三,填报人,u1、u9", "范围2", SeatFlaw.KEYS),
        ("张三,填报人,fin", "范围2", SeatFlaw.KEYS),
        # Two departments are called so.
        ("张三,牵头部门,财政局", "范围2", SeatFlaw.KEYS),
        ("x" * 101 + ",office", "账号2", "too-long"),
    ],
)
def test_a_fault_has_its_place(line: str, place: str, flaw: str) -> None:
    with pytest.raises(BadNumbers) as refused:
        asked(line, "李四,office")
    assert [(one.place, one.flaw) for one in refused.value.faults] == [(place, flaw)]


def test_all_faults_at_once() -> None:
    with pytest.raises(BadNumbers) as refused:
        asked("张三,office", "张三,考核办", "李四,nobody", "王五,group,")
    assert [one.flaw for one in refused.value.faults] == ["double", "no-part", "keys"]
    with pytest.raises(BadNumbers) as refused:
        read_seat_list(YEAR, [FileRow("row 2", {"账号": FileCell("A2", "张三")})])
    assert [one.value for one in refused.value.faults] == ["part"]


def test_a_refused_seat_is_where_its_cause_stands() -> None:
    listed = ListedSeat(
        SeatAsked("张三", SeatPart.GROUP, ("u1",)), FileCell("A2", "张三"), FileCell("C2", "u1")
    )
    places = {flaw: refused_seat(listed, flaw).place for flaw in SeatFlaw}
    assert places == {"no-part": "A2", "keys": "C2", "elsewhere": "A2", "account": "A2"}


def test_what_nobody_has() -> None:
    held = [Seat(1, "small", SeatPart.REPORTER, ("u1",)), Seat(1, "small", SeatPart.LEAD, ("fin",))]
    assert unfilled(YEAR, held) == [
        SeatWanted(SeatPart.REPORTER, "u2"),
        SeatWanted(SeatPart.APPROVER, "u1"),
        SeatWanted(SeatPart.APPROVER, "u2"),
        SeatWanted(SeatPart.LEADER, "县长"),
    ]


def test_what_is_written_is_read_again() -> None:
    for part, keys in ((SeatPart.REPORTER, ("u1", "u2")), (SeatPart.LEAD, ("fin", "tax", "i1"))):
        written = written_keys(YEAR, part, keys)
        assert asked(f"张三,{part},{written}") == [SeatAsked("张三", part, keys)]
    assert written_keys(YEAR, SeatPart.GROUP, ("gone",)) == "gone"
