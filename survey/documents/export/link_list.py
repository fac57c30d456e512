"""The list of links to persons' own results, as it is handed out to be sent on."""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass

from survey.documents.layout.text import guarded

HEADS = ("职务", "单位", "链接", "有效期至")
"""What follows the names."""


@dataclass(frozen=True)
class Linked:
    """One ratee and the link to its own results."""

    name: str
    post: str
    unit: str
    address: str


def write_link_list(links: Iterable[Linked], until: str, name: str) -> bytes:
    """Write links as CSV, UTF-8 with byte order mark; ``name`` is what the names are headed."""
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\r\n")
    rows.writerow((name, *HEADS))
    rows.writerows(
        [guarded(text) for text in (one.name, one.post, one.unit, one.address, until)] for one in links
    )
    return out.getvalue().encode("utf-8-sig")
