"""The columns of a set-up workbook: every key of the definition has one, and no two are called the same."""

from collections.abc import Iterator

import pytest

from survey.documents.assessment.setup.setup_sheets import (
    BASIC_LINES,
    ORDER,
    SHEETS,
    TARGET_SHEET,
    SetupSheet,
)
from survey.documents.assessment.setup.setup_words import EXAMPLES, HEADS, NOTES, SHARES, WIDTHS
from survey.domain.assessment.definition import ASSESSMENT_TABLES
from survey.domain.definition.schema import every_key

EVERY = (*SHEETS, TARGET_SHEET)


def paths() -> Iterator[str]:
    """List the paths of all that can be written, without the places of rows."""
    yield from (line.path for line in BASIC_LINES)
    for sheet in SHEETS:
        yield from (f"{sheet.key}.{column.path}" for column in sheet.columns)


def test_every_key_of_the_definition_has_its_column() -> None:
    there = set(paths())
    wanted = {path for path, known in every_key(ASSESSMENT_TABLES) if known.of is None}
    wanted.remove("lights.labels")
    assert wanted <= there
    assert there - wanted == {f"lights.labels.{light}" for light in ("green", "yellow", "red", "grey")}


def test_words_are_of_keys_that_are_there() -> None:
    there = set(paths())
    for words in (HEADS, NOTES, SHARES, WIDTHS):
        assert set(words) <= there
    for sheet in EVERY:
        for example in sheet.examples:
            assert set(example) <= {column.path for column in sheet.columns}
    assert set(EXAMPLES) == {"assessment", *(sheet.key for sheet in EVERY)}


@pytest.mark.parametrize("sheet", EVERY, ids=lambda sheet: sheet.name)
def test_columns_are_told_apart_and_explained(sheet: SetupSheet) -> None:
    assert len(sheet.by_head) == len(sheet.columns)
    assert all(column.note for column in sheet.columns)
    assert sheet.name in ORDER


def test_lines_of_the_first_sheet_are_told_apart() -> None:
    assert len({line.head for line in BASIC_LINES}) == len(BASIC_LINES)
    assert all(line.note for line in BASIC_LINES)
