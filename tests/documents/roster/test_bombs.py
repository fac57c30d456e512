"""Rosters made to exhaust the server: refused before they are unpacked, in little memory."""

import io
import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.documents.rosters import part, person, with_parts, workbook

MEGABYTE = 1024 * 1024
MAX_MEMORY = 300

READ = """
import json, re, resource, sys
from pathlib import Path
from survey.documents.roster.reader import read_roster
roster = read_roster(Path(sys.argv[1]).read_bytes(), "bomb.xlsx", {"team": "team"}, {})
status = Path("/proc/self/status")
if status.exists():  # what resource says on Linux may be the peak of whoever started this
    used = int(re.search(r"VmHWM:\\s+(\\d+) kB", status.read_text())[1]) / 1024
else:
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 / 1024
print(json.dumps([[fault.kind for fault in roster.faults], len(roster.rows), used]))
"""
HEADS = b'<row r="1"><c t="str"><v>\xe5\xa7\x93\xe5\x90\x8d</v></c></row>'


def sheet(content: bytes) -> dict[str, bytes]:
    rows = b"<worksheet><sheetData>" + HEADS + content + b"</sheetData></worksheet>"
    return {"xl/worksheets/sheet1.xml": rows}


def zeros(megabytes: int) -> bytes:
    """A workbook with a part that unpacks to so much; in the file it is a thousandth of it."""
    return with_parts(workbook([person()]), {"xl/worksheets/sheet1.xml": b" " * (megabytes * MEGABYTE)})


def understated() -> bytes:
    """The same, but the archive says that the part is small."""
    data = bytearray(zeros(60))
    size = (60 * MEGABYTE).to_bytes(4, "little")
    while (at := data.find(size)) >= 0:
        data[at : at + 4] = (1000).to_bytes(4, "little")
    return bytes(data)


def packed_into_each_other() -> bytes:
    """Many names for one part: the directory's sizes add up to more than any part holds."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(40):
            archive.writestr(f"xl/{number}.xml", b" " * MEGABYTE)
    return out.getvalue()


STRINGS = b"<sst>" + b"<si><t>ab</t></si>" * 1_700_000 + b"</sst>"
WIDE = b"".join(b'<row r="%d">%s</row>' % (row, b"<c><v>1</v></c>" * 60) for row in range(2, 30_000))
LONG = b'<row><c t="str"><v>' + b"x" * (28 * MEGABYTE) + b"</v></c></row>"
ROWS = b'<row><c t="str"><v>x</v></c></row>' * 900_000
MERGED = (
    b'<row r="2"><c t="str"><v>x</v></c></row></sheetData><mergeCells>'
    + b'<mergeCell ref="A1:XFD1048576"/>' * 500_000
    + b"</mergeCells><sheetData>"
)
DEEP = b"<a>" * 8_000_000
CELLS = b"".join(b'<row r="%d">%s</row>' % (row, b"<c><v>1</v></c>" * 60) for row in range(2, 1100))


def named_again(times: int) -> bytes:
    """A workbook that names its one sheet many times: twelve kilobytes, read once for each."""
    book = workbook([])
    (entry,) = re.findall(rb"<sheet [^>]*/>", part(book, "xl/workbook.xml"))
    names = b"".join(re.sub(rb'name="[^"]*"', b'name="%d"' % number, entry) for number in range(times))
    listed = part(book, "xl/workbook.xml").replace(entry, names)
    return with_parts(book, {"xl/workbook.xml": listed} | sheet(CELLS))


BOMBS = {
    "60 MB": (lambda: zeros(60), "too-large"),
    "200 MB": (lambda: zeros(200), "too-large"),
    "said to be small": (understated, "damaged"),
    "many parts": (packed_into_each_other, "too-large"),
    "texts": (lambda: with_parts(workbook([person()]), {"xl/sharedStrings.xml": STRINGS}), "too-large"),
    "cells": (lambda: with_parts(workbook([]), sheet(WIDE)), "too-large"),
    "one long text": (lambda: with_parts(workbook([]), sheet(LONG)), "too-long"),
    "rows": (lambda: with_parts(workbook([]), sheet(ROWS)), "too-many-rows"),
    "merged cells": (lambda: with_parts(workbook([]), sheet(MERGED)), "merged"),
    "one sheet, named thirty times": (lambda: named_again(30), "too-large"),
    "elements in elements": (lambda: with_parts(workbook([]), sheet(DEEP)), "damaged"),
    "a file of 60 MB": (lambda: b"PK\x03\x04" + b"\0" * (60 * MEGABYTE), "too-large"),
}


@pytest.mark.slow
@pytest.mark.parametrize("what", BOMBS)
def test_a_bomb_is_refused_in_little_memory(what: str, tmp_path: Path) -> None:
    make, kind = BOMBS[what]
    path = tmp_path / "bomb.xlsx"
    path.write_bytes(make())
    ran = subprocess.run(
        [sys.executable, "-c", READ, str(path)], capture_output=True, text=True, timeout=60, check=False
    )
    assert ran.returncode == 0, ran.stderr
    kinds, rows, megabytes = json.loads(ran.stdout)
    assert kind in kinds
    assert rows == 0

    assert 10 < megabytes < MAX_MEMORY


def test_the_sizes_are_those_of_a_bomb() -> None:
    assert len(zeros(60)) < MEGABYTE
    assert len(named_again(30)) < 20_000
    with zipfile.ZipFile(io.BytesIO(understated())) as archive:
        assert archive.getinfo("xl/worksheets/sheet1.xml").file_size == 1000
    assert part(zeros(1), "xl/worksheets/sheet1.xml") == b" " * MEGABYTE
