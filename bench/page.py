"""Figures in a page of the documentation: what was measured now replaces what stood there of the same."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from .table import HEAD, Row

BEGIN, END = "<!-- figures -->", "<!-- end of figures -->"


def write_into(
    page: Path, rows: Mapping[str, Sequence[Row]], where: Mapping[str, Any], loads: Mapping[str, str]
) -> None:
    """Write rows between the two marks of a page, and below them when and where each measure was taken."""
    text = page.read_text("utf-8")
    before, _, rest = text.partition(BEGIN)
    there, _, after = rest.partition(END)
    if not rest or END not in text:
        raise ValueError(f"{page} has no {BEGIN} and {END}")
    lines = _kept(there, rows)
    for name, measured in rows.items():
        lines += [f"| {' | '.join(row)} |" for row in measured]
        lines.append(f"- {name}: {_said(where, loads[name])}")
    table = [line for line in lines if line.startswith("|")]
    notes = [line for line in lines if line.startswith("-")]
    head = [f"| {' | '.join(HEAD)} |", "|---" * len(HEAD) + "|"]
    body = "\n".join([*head, *_in_order(table), "", *_in_order(notes)])
    page.write_text(f"{before}{BEGIN}\n\n{body}\n\n{END}{after}", "utf-8")


def _said(where: Mapping[str, Any], load: str) -> str:
    sizes = f"{where['turns']} turns, {where['sizes']} sizes"
    return f"{where['at']}, {where['cores']} cores, {load}, {sizes}; {where['versions']}"


def _kept(there: str, rows: Mapping[str, Sequence[Row]]) -> list[str]:
    """Return the lines of the measures that were not taken again."""
    return [line for line in there.splitlines() if (name := _measure(line)) and name not in rows]


def _in_order(lines: Sequence[str]) -> list[str]:
    return sorted(lines, key=lambda line: int((_measure(line) or "M0")[1:]))


def _measure(line: str) -> str | None:
    found = re.match(r"[|-] (M\d+)\b", line)
    return found[1] if found else None
