"""Figures as one table: what, ours, the reference's, their ratio, the target."""

from collections.abc import Iterable
from statistics import median
from typing import Any

Row = tuple[str, str, str, str, str]
HEAD: Row = ("measure", "minping", "reference", "ratio", "target")


def say(line: str) -> None:
    print(line, flush=True)


def medians(turns: list[dict[str, Any]]) -> dict[str, Any]:
    """Take the median of every figure; errors are added up."""
    kept = {name: median(turn[name] for turn in turns) for name in turns[0] if _is_number(turns[0][name])}
    if "errors" in kept:
        kept["errors"] = sum(turn["errors"] for turn in turns)
    return kept


def _is_number(value: object) -> bool:
    return isinstance(value, int | float)


def beside(what: str, ours: float, theirs: float, target: str = "", places: int = 0) -> Row:
    """Lay out a figure that has a reference."""
    return what, f"{ours:.{places}f}", f"{theirs:.{places}f}", f"{ours / theirs:.2f}", target


def alone(what: str, ours: object, target: str = "") -> Row:
    """Lay out a figure that stands for itself."""
    return what, str(ours), "", "", target


def share(turn: dict[str, Any]) -> str:
    return f"{100 * turn['driver_share']:.0f} %"


def print_table(rows: Iterable[Row]) -> None:
    laid = [HEAD, *rows]
    widths = [max(len(row[place]) for row in laid) for place in range(len(HEAD))]
    say("")
    for row in laid:
        first, *others = (cell.rjust(width) for cell, width in zip(row, widths, strict=True))
        say("  ".join([row[0].ljust(len(first)), *others]))
