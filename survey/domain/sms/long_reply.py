"""Parts of a long reply: which belong together, and the reply that they make."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from .incoming import Incoming

WAIT = timedelta(minutes=10)
"""How long the first part of a reply waits for the others."""


def long_key(part: Incoming) -> tuple[str, str, int, int] | None:
    """Return what all parts of one reply have in common, ``None`` for a message that is whole.

    A part alone is never read: its digits are not what the whole would say.
    """
    if part.part is None or part.part.total < 2:
        return None
    return part.number, part.to, part.part.reference, part.part.total


def join_parts(parts: Iterable[Incoming]) -> Incoming | None:
    """Return the reply that the parts of one key make, ``None`` while some are missing.

    A part that came twice counts once. The reply has the latest of their times, and the ids of all.
    """
    found: dict[int, Incoming] = {}
    total = 0
    for part in parts:
        if part.part is not None and 1 <= part.part.number <= part.part.total:
            found.setdefault(part.part.number, part)
            total = part.part.total
    if not total or len(found) < total:
        return None
    ordered = [found[number] for number in sorted(found)]
    ids = [part.id for part in ordered]
    times = [part.at for part in ordered if part.at is not None]
    return replace(
        ordered[0],
        text=_whole("".join(part.text for part in ordered)),
        id=" ".join(ids) if all(ids) else "",
        at=max(times, default=None),
        part=None,
    )


def _whole(text: str) -> str:
    """Mend characters that were cut in two between parts; half a one left alone is unreadable."""
    return text.encode("utf-16-be", "surrogatepass").decode("utf-16-be", "replace")
