"""Figures as one table: what, of which server, ours, the reference's, their ratio, the target, if reached."""

import re
from collections.abc import Iterable
from statistics import median
from typing import Any, NamedTuple

SERVE = "minping serve"
"""As a newcomer starts it: no options."""
PRODUCTION = "production"
"""``deploy/gunicorn.conf.py``, without the proxy before it."""
NONE = "none"
"""No server: a command, or the application called in this process."""


class NotMeasured(Exception):
    """Something that a measure needs is not on this machine; the message says what."""


class Row(NamedTuple):
    """One line of the table, as it is printed."""

    measure: str
    server: str
    ours: str
    reference: str = ""
    ratio: str = ""
    target: str = ""
    reached: str = ""


HEAD = Row("measure", "server", "minping", "reference", "ratio", "target", "reached")


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


def beside(
    what: str,
    ours: float,
    theirs: float,
    target: str = "",
    places: int = 0,
    *,
    server: str = NONE,
    of_ratio: bool = True,
) -> Row:
    """Lay out a figure that has a reference; the target is one of the ratio, or of the figure itself."""
    ratio = ours / theirs
    reached = _reached(ratio if of_ratio else ours, target)
    return Row(what, server, f"{ours:.{places}f}", f"{theirs:.{places}f}", f"{ratio:.2f}", target, reached)


def alone(what: str, ours: object, target: str = "", *, server: str = NONE) -> Row:
    """Lay out a figure that stands for itself."""
    said = str(ours)
    number = re.fullmatch(r"-?\d+(?:\.\d+)?", said)
    return Row(what, server, said, target=target, reached=_reached(float(said), target) if number else "")


def missing(what: str, reason: str) -> Row:
    """Say in the place of a measure's rows why there are none."""
    return Row(f"{what} not measured: {reason}", "", "")


def failed(row: Row) -> bool:
    """Return whether a row counts errors where there may be none."""
    return row.target == "0" and row.reached == "no"


def share(turn: dict[str, Any]) -> str:
    return f"{100 * turn['driver_share']:.0f} %"


def _reached(value: float, target: str) -> str:
    """Compare a figure with a target as it is written: ``≥ 0.9``, ``< 500``, ``0``."""
    said = re.fullmatch(r"([≤≥<]?) ?(\d+(?:\.\d+)?)", target)
    if said is None:
        return ""
    limit = float(said[2])
    holds = {"≤": value <= limit, "<": value < limit, "≥": value >= limit, "": value == limit}[said[1]]
    return "yes" if holds else "no"


def print_table(rows: Iterable[Row]) -> None:
    laid = [HEAD, *rows]
    widths = [max(len(row[place]) for row in laid) for place in range(len(HEAD))]
    say("")
    for row in laid:
        cells = [cell.ljust(width) for cell, width in zip(row[:2], widths, strict=False)]
        cells += [cell.rjust(width) for cell, width in zip(row[2:], widths[2:], strict=True)]
        say("  ".join(cells).rstrip())
