"""The table of ``make bench``: what counts as reached, what stands for the unmeasured, rows in a page."""

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bench import __main__ as bench
from bench.page import BEGIN, END, write_into
from bench.table import SERVE, NotMeasured, Row, alone, beside, failed, missing

WHERE = {"at": "2026-11-29 17:00 UTC", "cores": 2, "turns": 5, "sizes": "full", "versions": "Flask 3"}


@pytest.mark.parametrize(
    ("row", "reached"),
    [
        (beside("M1", 90, 100, "≥ 0.9"), "yes"),
        (beside("M1", 89, 100, "≥ 0.9"), "no"),
        (beside("M9", 300, 10, "≤ 400", of_ratio=False), "yes"),
        (alone("M3", "500", "< 500"), "no"),
        (alone("M3", "499", "< 500"), "yes"),
        (alone("M1 errors", 0, "0"), "yes"),
        (alone("M1 errors", 1, "0"), "no"),
        (alone("M1 share", "4 %"), ""),
        (beside("M1 CPU", 1, 2), ""),
    ],
)
def test_a_target_is_compared_with_the_ratio_or_the_figure(row: Row, reached: str) -> None:
    assert row.reached == reached


def test_only_errors_where_there_may_be_none_are_a_failure() -> None:
    assert failed(alone("M1 errors", 1, "0"))
    assert not failed(alone("M1 errors", 0, "0"))
    assert not failed(beside("M1", 1, 2, "≥ 0.9"))


def test_what_is_missing_says_so_in_its_row_and_an_error_ends_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lacks(*_: Any) -> dict[str, Any]:
        raise NotMeasured("there is no database here")

    def breaks(*_: Any) -> dict[str, Any]:
        raise RuntimeError

    def rows(figures: dict[str, Any]) -> Iterator[Row]:
        yield alone("M7", figures["kB"])

    parts = {
        "M2": [bench.Part(lacks, rows)],
        "M7": [bench.Part(breaks, rows), bench.Part(lambda *_: {"kB": 1}, rows)],
    }
    monkeypatch.setattr(bench, "MEASURES", parts)
    taken = {
        name: bench.taken(name, argparse.Namespace(), tmp_path, None)  # type: ignore[arg-type]
        for name in parts
    }
    assert taken["M2"] == ([], [missing("M2", "there is no database here")], False)
    assert taken["M7"] == (
        [{"kB": 1}],
        [missing("M7", "an error happened, RuntimeError"), alone("M7", 1)],
        True,
    )


def test_rows_in_a_page_replace_those_of_the_same_measures_alone(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"before\n{BEGIN}\n{END}\nafter\n")
    write_into(page, {"M10": [alone("M10 a", 1)], "M2": [alone("M2 b", 2)]}, WHERE, {"M10": "x", "M2": "y"})
    write_into(page, {"M2": [alone("M2 c", 3, server=SERVE)]}, WHERE, {"M2": "z"})
    lines = page.read_text().splitlines()
    table = [line for line in lines if line.startswith("|")]
    assert table[2:] == [f"| M2 c | {SERVE} | 3 |  |  |  |  |", "| M10 a | none | 1 |  |  |  |  |"]
    notes = [line for line in lines if line.startswith("-")]
    assert [note.partition(",")[0] for note in notes] == [
        f"- {name}: {WHERE['at']}" for name in ("M2", "M10")
    ]
    assert lines[0] == "before"
    assert lines[-1] == "after"


def test_a_page_without_the_marks_is_left_alone(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("nothing\n")
    with pytest.raises(ValueError, match="has no"):
        write_into(page, {}, WHERE, {})
    assert page.read_text() == "nothing\n"
