"""The table of ``make bench-paper``: what counts as reached, and what makes it fail."""

from collections import Counter
from collections.abc import Callable

import numpy as np
import pytest

from bench.paper import __main__ as bench
from bench.paper.acceptance import Row, Target, asked, never, refused, rows_of
from bench.paper.mishaps import fold, stain, stray
from bench.paper.pens import Random
from bench.paper.scanners import Page, filed, one_bit_shot
from survey.channels.paper.ingest import pictures_in


def reached(found: dict[str, int], *targets: tuple[Target, ...]) -> dict[str, bool]:
    rows = rows_of("clear", Counter(found), sum(targets, ()))
    return {row.said: row.reached for row in rows}


def test_one_line_read_wrong_is_too_many_and_some_may_be_asked() -> None:
    found = {"lines": 1000, "asked": 10, "blanks": 100, "blanks asked": 6, "wrong": 1, "pages": 50}
    assert reached(found, never(), asked(0.01, 0.05), refused(0.01)) == {
        "wrong": False,
        "invented": True,
        "missed": True,
        "unasked": True,
        "asked, of lines": True,
        "asked, of blanks": False,
        "pages refused": True,
    }


def test_hard_pens_may_be_missed_a_little() -> None:
    assert reached({"lines": 1000, "missed": 5}, never(0.005))["missed"]
    assert not reached({"lines": 1000, "missed": 6}, never(0.005))["missed"]


def test_only_what_is_not_so_ends_the_measurement_with_a_fault() -> None:
    rows = list(rows_of("clear", Counter(lines=10, asked=10), never() + asked(0.01)))
    assert {row.said for row in rows if row.stops} == {"wrong", "invented", "missed", "unasked"}
    assert [row.said for row in rows if not row.reached] == ["asked, of lines"]


def test_what_was_not_met_is_no_figure() -> None:
    [row] = rows_of("clear", Counter(), refused(0.01))
    assert str(row) == "| clear | 0 | pages refused | – | ≤ 1.0% | yes |"


def test_pieces_are_one_table() -> None:
    piece = Counter(lines=100, pages=10, read=10, cpu_ms=2000)
    tally = {"clear, office": piece + piece, "memory": Counter(A4=300)}
    rows = list(bench.table(tally))
    assert [str(row) for row in rows[-2:]] == [
        "| all | 200 | pages a second and core | 5.0 | ≥ 3 | yes |",
        "| A4 | 0 | MB with the child | 300 | ≤ 600 | yes |",
    ]
    assert all(isinstance(row, Row) for row in rows)


@pytest.mark.parametrize("mishap", [stain, fold, stray])
def test_a_mishap_leaves_a_page_a_page(mishap: Callable[[Page, Random], Page]) -> None:
    page = np.ones((3564, 2520), np.float32)
    made = mishap(page, np.random.default_rng(1))
    assert made.shape == page.shape
    assert 0 <= made.min() < 0.999
    assert (page == 1).all()


@pytest.mark.parametrize("seed", range(6))
def test_a_file_has_all_pages_whatever_its_kind(seed: int) -> None:
    random = np.random.default_rng(seed)
    shots = [one_bit_shot(np.ones((1200, 900), np.float32), random).convert("L") for _ in range(1 + seed % 3)]
    assert len(list(pictures_in(filed(shots, random)))) == len(shots)
