"""What becomes of a paper ballot: pages come together, what is open about it, and what it says in the end."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from .record import SheetRefusal


class SheetState(StrEnum):
    """Where a sheet stands that is neither in the box nor refused."""

    READY = "ready"
    WAITING = "waiting"
    INCOMPLETE = "incomplete"


class ItemKind(StrEnum):
    """What people are asked about."""

    LINE = "line"
    """A line: a grade, ``-``, ``blank`` or ``unsure``; where several may be ticked, keys parted by spaces."""
    EMPTY = "empty"
    """Whether a page or sheet on which nothing was found is blank: ``blank``, ``marked`` or ``unsure``."""
    TEXT = "text"
    """What is written in a frame: typed by one, confirmed or corrected by another."""
    COPIES = "copies"
    """Which copy of a page counts: ``copy 1``, ``copy 2`` …, ``spoil`` or ``refuse``; joint only."""
    PAGES = "pages"
    """Whether a sheet counts of which a page is missing; joint only.

    ``take`` where some page was read, ``type`` where one was scanned and could not be, ``spoil`` or
    ``refuse``.
    """


SPOIL = "spoil"
REFUSE = "refuse"
TAKE = "take"
TYPE = "type"
"""Two people go through the lines of the pages that were not read, at one screen, with the sheet in hand."""
BLANK = "blank"
MARKED = "marked"
UNSURE = "unsure"


@dataclass(frozen=True)
class PaperItem:
    """Something about a sheet that is open: ``key`` names it within the sheet.

    ``fields`` is what is asked about, all of one ``page``, counted from 1, or 0 for the whole sheet.
    ``joint`` tells that two people have to decide it at one screen, ``answered`` who has answered already.
    """

    key: str
    kind: ItemKind
    page: int
    fields: tuple[str, ...]
    joint: bool
    answered: frozenset[str]


@dataclass(frozen=True)
class Settled:
    """What a sheet says once nothing about it is open.

    ``values`` map fields of lines to what was ticked, empty where nothing was; ``texts`` fields to what was
    typed in. ``spoiled`` and ``refusal`` are what people decided about the whole sheet.
    """

    values: Mapping[str, tuple[str, ...]]
    texts: Mapping[str, str]
    spoiled: bool = False
    refusal: SheetRefusal | None = None
