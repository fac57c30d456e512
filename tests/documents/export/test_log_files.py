"""The log as files: guarded for spreadsheets, exact for programs."""

import csv
import io
import json
from datetime import datetime, timedelta, timezone

from survey.documents.export.log_files import HEADS, LogLine, csv_lines, json_lines

AT = datetime(2026, 11, 22, 17, 0, 5, 123456, timezone(timedelta(hours=8)))
FACTS = '{"name":"=1+1","weight":0.10}'
LINE = LogLine(
    7, AT, "2026-11-22 17:00:05", "=王芳", None, "arm", "冻结规则", "冻结了规则。", FACTS, "h6", "h7"
)


def test_people_get_a_table_in_which_nothing_is_a_formula() -> None:
    written = b"".join(csv_lines([LINE])).decode("utf-8-sig")
    head, row = csv.reader(io.StringIO(written, newline=""))
    assert tuple(head) == HEADS
    assert row[0:2] == ["7", "2026-11-22 17:00:05"]
    assert row[2] != "=王芳"
    assert row[2].endswith("=王芳")
    assert row[3:6] == ["", "冻结规则", "冻结了规则。"]
    assert row[6:] == [FACTS, "h6", "h7"]


def test_the_table_begins_with_one_mark_and_comes_in_pieces() -> None:
    pieces = list(csv_lines([LINE, LINE]))
    assert pieces[0] == b"\xef\xbb\xbf"
    assert len(pieces) == 4
    assert all(piece.endswith(b"\r\n") for piece in pieces[1:])


def test_programs_get_what_the_chain_was_made_over() -> None:
    (line,) = json_lines([LINE])
    assert line.endswith(b"\n")
    assert json.loads(line) == {
        "number": 7,
        "at": "2026-11-22T09:00:05.123456+00:00",
        "actor": "=王芳",
        "act": "arm",
        "campaign": None,
        "facts": FACTS,
        "previous": "h6",
        "hash": "h7",
    }


def test_a_whole_second_is_written_as_long_as_any() -> None:
    from dataclasses import replace

    (line,) = json_lines([replace(LINE, at=AT.replace(microsecond=0))])
    assert json.loads(line)["at"] == "2026-11-22T09:00:05.000000+00:00"
