"""Units and indicators as lines of a text, as they are pasted from a table or typed one below the other."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from survey.domain.assessment.composite_rules import ComponentSource
from survey.domain.assessment.definition import MAX_UNITS
from survey.domain.assessment.definition_reader import FORMAT, KIND
from survey.domain.assessment.indicators import Method
from survey.domain.assessment.reports.file_rows import FileCell

from .form_parts import PARTS, FormPart
from .part_changes import Document, names_in, rows_in, with_rows
from .typed_rows import KEY, Places, TypedRow, free_key, row_made

MAX_LINES = MAX_UNITS + 1
"""As many lines are read: with one more than there may be, all of them are refused."""
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "units": ("label", "class", "head", "leader"),
    "indicators": ("label", "measure", "points", "classes"),
}
"""What the parts of a line are, in their order; of an indicator the points are those of its one line."""
_DIVIDED = (re.compile(r"\t"), re.compile(r"\s*[,，;；]\s*"), re.compile(r"\s+"))
_HEADING = re.compile(r"(.+?)\s*[:：]")
_ALL = "被考核单位"
"""What the one class is called where nobody named any."""


@dataclass(frozen=True)
class PastedLine:
    """A line with its parts; ``group`` is the heading above it, a line that ends with a colon."""

    number: int
    parts: tuple[str, ...]
    group: str = ""


def pasted_lines(text: str) -> list[PastedLine]:
    """Return the lines that hold something; their parts are divided by tabs, else commas, else spaces."""
    found, group = [], ""
    for number, line in enumerate(text.splitlines(), start=1):
        written = line.strip(" \u3000\r\n")
        heading = _HEADING.fullmatch(written.strip())
        if heading:
            group = heading[1]
        elif written.strip():
            divided = next((one for one in _DIVIDED if one.search(written.strip())), _DIVIDED[0])
            # An empty cell between two others keeps its place; spaces have none.
            parts = divided.split(written if divided is _DIVIDED[0] else written.strip())
            found.append(PastedLine(number, tuple(part.strip() for part in parts), group))
    return found[:MAX_LINES]


def with_lines(
    document: Document, part: FormPart, lines: Sequence[PastedLine], places: Places
) -> dict[str, Any]:
    """Return a definition with a row more for each line; ``places`` name part, line and column."""
    rows, names = list(rows_in(document, part.sheet)), names_in(document)
    for line in lines:
        path, here = f"{part.sheet.key}[{len(rows)}]", Places()
        made = row_made(part, {}, _typed(part, line, document), names, (path, ""), here)
        made[KEY] = free_key(part.sheet.prefix, [row[KEY] for row in rows])
        said = {
            key: FileCell(f"{part.key} {line.number} {cell.place.rpartition('.')[2]}", cell.text)
            for key, cell in here.items()
        }
        places |= {path: FileCell(f"{part.key} {line.number}", "")} | said
        rows.append(made)
    return with_rows(document, part, rows)


def first_document(
    basics: Mapping[str, str], units: Sequence[PastedLine], indicators: Sequence[PastedLine], places: Places
) -> dict[str, Any]:
    """Return the smallest definition: classes as the lines name them, one component of all targets."""
    year = basics["year"].strip()
    made: dict[str, Any] = {
        "format": FORMAT,
        "kind": KIND,
        "assessment": {key: text.strip() for key, text in basics.items()}
        | {"year": int(year) if year.isdecimal() and len(year) < 5 else year},
        "classes": [
            {KEY: f"c{number}", "label": label} for number, label in enumerate(_classes(units), start=1)
        ],
        "components": [
            {KEY: "z1", "label": "目标任务", "weight": 100, "from": str(ComponentSource.INDICATORS)}
        ],
    }
    places |= {f"assessment.{key}": FileCell(key, text) for key, text in basics.items()}
    places |= {"units": FileCell("units", ""), "classes": FileCell("units", "")}
    places |= {"indicators": FileCell("indicators", ""), "components": FileCell("indicators", "")}
    made = with_lines(made, PARTS["units"], units, places)
    return with_lines(made, PARTS["indicators"], indicators, places)


def _classes(lines: Sequence[PastedLine]) -> list[str]:
    named = [_class_of(line) for line in lines]
    return list(dict.fromkeys(one for one in named if one)) or [_ALL]


def _class_of(line: PastedLine) -> str:
    return (line.parts[1] if len(line.parts) > 1 else "") or line.group


def _typed(part: FormPart, line: PastedLine, document: Document) -> TypedRow:
    texts = dict(_named(part, line))
    if part.key == "units":
        only = document["classes"][0]["label"] if len(document["classes"]) == 1 else ""
        return TypedRow("", texts | {"class": _class_of(line) or only})
    points = texts.pop("points", "")
    return TypedRow("", texts, (TypedRow("-", {"points": points, "method": str(Method.COMPLETE)}),))


def _named(part: FormPart, line: PastedLine) -> Iterator[tuple[str, str]]:
    yield from zip(COLUMNS[part.key], line.parts, strict=False)
