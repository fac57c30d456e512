"""The audit log as files: a table for people, lines of JSON for programs."""

import csv
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from io import StringIO
from typing import Any

from survey.documents.layout.text import guarded

HEADS = ("序号", "时间", "人员", "活动", "操作", "说明", "事实", "上一条的校验", "本条的校验")


@dataclass(frozen=True)
class LogLine:
    """One act as it is printed; ``shown_at`` is the time in the reader's zone, ``sentence`` what was done.

    ``facts`` is the exact text that the chain of hashes was made over.
    """

    number: int
    at: datetime
    shown_at: str
    actor: str
    campaign: str | None
    act: str
    name: str
    sentence: str
    facts: str
    previous: str
    hash: str


def csv_lines(lines: Iterable[LogLine]) -> Iterator[bytes]:
    """Write acts as CSV, UTF-8 with byte order mark, piece by piece."""
    yield "\ufeff".encode()
    yield _row(HEADS)
    for line in lines:
        yield _row(
            (
                str(line.number),
                line.shown_at,
                line.actor,
                line.campaign or "",
                line.name,
                line.sentence,
                line.facts,
                line.previous,
                line.hash,
            )
        )


def json_lines(lines: Iterable[LogLine]) -> Iterator[bytes]:
    """Write acts as lines of JSON."""
    for line in lines:
        value: dict[str, Any] = {
            "number": line.number,
            "at": line.at.astimezone(UTC).isoformat(timespec="microseconds"),
            "actor": line.actor,
            "act": line.act,
            "campaign": line.campaign,
            "facts": line.facts,
            "previous": line.previous,
            "hash": line.hash,
        }
        yield json.dumps(value, ensure_ascii=False).encode() + b"\n"


def _row(cells: Iterable[str]) -> bytes:
    out = StringIO()
    csv.writer(out, lineterminator="\r\n").writerow([guarded(cell) for cell in cells])
    return out.getvalue().encode()
