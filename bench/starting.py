"""M9: how long one waits before a command does anything."""

import argparse
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

from .setting import Drivers
from .table import Row, beside

COMMANDS = {
    "python": ["-c", "pass"],
    "import survey": ["-c", "import survey"],
    "minping --help": ["-m", "survey.cli", "--help"],
}


def measure(chosen: argparse.Namespace, _folder: Path, _drivers: Drivers) -> dict[str, Any]:
    """Start each command in turn; the reference is an interpreter that does nothing."""
    taken: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for _ in range(chosen.turns + 1):
        for name, arguments in COMMANDS.items():
            began = time.perf_counter()
            subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)
            taken[name].append(time.perf_counter() - began)
    return {name: median(times[1:]) for name, times in taken.items()}  # the first warms up


def rows(found: dict[str, Any]) -> Iterator[Row]:
    for name in ("import survey", "minping --help"):
        yield beside(f"M9 {name}, ms", 1000 * found[name], 1000 * found["python"], "≤ 400", of_ratio=False)
