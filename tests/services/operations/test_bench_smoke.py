"""The benchmark runs and prints its figures; what they are is not judged here."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.builders import ROOT
from tests.lengths import CHAOS

pytestmark = pytest.mark.slow


def test_bench_runs_with_tiny_sizes(tmp_path: Path) -> None:
    written = tmp_path / "figures.json"
    # Most of them take a minute to begin: with ``make chaos`` only.
    only = [] if CHAOS else ["--only", "M1"]
    sizes = (*only, "--quick", "--turns", "1", "--requests", "80", "--ballots", "60")
    sizes = (*sizes, "--slips", "40", "--codes", "40", "--box", "1200")
    done = subprocess.run(
        [sys.executable, "-m", "bench", *sizes, "--json", str(written)],
        cwd=ROOT,
        capture_output=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    table = done.stdout.decode()
    journeys = ("M2 journeys/s, sqlite", "M2 journeys/s, postgresql") if CHAOS else ()
    others = (
        (
            *journeys,
            "M3 30 in",
            "M4 slips/s",
            "M5 opened",
            "M6 cast",
            "M7 journey",
            "M8 results of",
            "M9 minping",
            "M10 journeys",
            "M13 cast beside serve logins",
        )
        if CHAOS
        else ()
    )
    for measure in ("M1 cast, ballots/s", *others):
        assert measure in table
    figures = json.loads(written.read_text())
    assert figures["circumstances"]["cores"]
    assert figures["M1"]["minping"]["errors"] == figures["M1"]["reference"]["errors"] == 0
    assert [turn["errors"] for turn in figures.get("M2", {}).values()] == [0] * len(journeys)
