"""The benchmark runs and prints its figures; what they are is not judged here."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bench.page import BEGIN, END
from tests.builders import ROOT
from tests.lengths import CHAOS

pytestmark = pytest.mark.slow


EVERY = (
    "M1 cast, ballots/s",
    "M2 journeys/s, SQLite",
    "M2 journeys/s, PostgreSQL",
    "M3 30 in",
    "M4 slips/s",
    "M5 opened",
    "M6 cast",
    "M7 journey",
    "M8 results of",
    "M9 minping",
    "M10 journeys",
    "M11 POST /v/ballot",
    "M12 results page",
    "M13 cast beside logins",
    "M15 score",
)


def test_bench_runs_with_tiny_sizes(tmp_path: Path) -> None:
    written, page = tmp_path / "figures.json", tmp_path / "page.md"
    page.write_text(f"before\n\n{BEGIN}\n{END}\n\nafter\n")
    # Most of them take a minute to begin: with ``make chaos`` only.
    only = [] if CHAOS else ["--only", "M1"]
    sizes = (*only, "--quick", "--turns", "1", "--requests", "80", "--ballots", "60")
    sizes = (*sizes, "--slips", "40", "--codes", "40", "--box", "1200", "--ratees", "60")
    done = subprocess.run(
        [sys.executable, "-m", "bench", *sizes, "--json", str(written), "--write", str(page)],
        cwd=ROOT,
        capture_output=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    table = done.stdout.decode()
    for measure in EVERY if CHAOS else EVERY[:1]:
        assert measure in table
        assert f"| {measure}" in page.read_text()
    figures = json.loads(written.read_text())
    assert figures["circumstances"]["cores"]
    assert [turn["errors"] for turn in figures["M1"].values()] == [0, 0, 0]
    assert [turn["errors"] for turn in figures.get("M2", {}).values()] == [0] * (4 if CHAOS else 0)
