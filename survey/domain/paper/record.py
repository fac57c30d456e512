"""What is kept of a paper ballot while it waits: what was read, what people said, and why one is refused."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from .reading import Doubt, LineReading, LineState, PageFault


class SheetRefusal(StrEnum):
    """Why a paper ballot is not counted."""

    ALREADY_CAST = "already-cast"
    """Its code was used on a phone."""
    ALREADY_SCANNED = "already-scanned"
    """Its ballot is in the box."""
    VOIDED = "voided"
    UNKNOWN = "unknown"
    """Its serial is of no code of this campaign, or it is a specimen."""
    OTHER_CAMPAIGN = "other-campaign"
    DOUBLE = "double"
    """Two people refused a sheet of which a page was missing, or of which there were different copies."""


@dataclass(frozen=True)
class KeptPage:
    """What was read of one page; ``crops`` map fields of lines and frames to the keys of their pictures.

    ``later_crops`` are those of frames for names and reasons as other scans of the page had them.
    """

    page: int
    lines: tuple[LineReading, ...]
    areas: Mapping[str, bool]
    crops: Mapping[str, str] = field(default_factory=dict)
    later_crops: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def crops_of(self, name: str) -> tuple[str, ...]:
        """List the keys of all pictures of a field, the first scan's first."""
        first = (self.crops[name],) if name in self.crops else ()
        return (*first, *self.later_crops.get(name, ()))


@dataclass(frozen=True)
class UnreadPage:
    """A page that was scanned and could not be read: why, and where people find the sheet.

    ``file`` is the number of its file in the run, ``image`` its own in the file, both counted from 1.
    """

    page: int
    why: PageFault
    file: int
    image: int


@dataclass(frozen=True)
class PaperAnswer:
    """What one person said to one item of a sheet; ``joint`` where two said it at one screen.

    ``answer`` is a grade's or option's key, ``-`` for an abstention, ``blank``, ``unsure``, what the kind of
    item has besides, or what was typed, marked as that (``as_typed``). ``account`` names who said it, of a
    joint answer both, parted by a line break.
    """

    item: str
    account: str
    answer: str
    joint: bool = False


@dataclass(frozen=True)
class KeptSheet:
    """One paper ballot while it waits, found by its serial; ``digest`` is the stored digest of its code.

    Copies of one page that differ stand one after the other in ``pages``; ``unread`` are pages of which no
    scan could be read. Of a refused sheet nothing is kept
    but why (``refusal``), so that a second scan of it is not taken for another sheet. ``strip`` tells that
    the strip for the phone was not torn off.
    """

    serial: str
    digest: bytes
    group: str
    pages: tuple[KeptPage, ...] = ()
    answers: tuple[PaperAnswer, ...] = ()
    refusal: SheetRefusal | None = None
    strip: bool = False
    unread: tuple[UnreadPage, ...] = ()

    def as_json(self) -> Mapping[str, Any]:
        """Write it as it is sealed."""
        return {
            "serial": self.serial,
            "digest": self.digest.hex(),
            "group": self.group,
            "pages": [_page_as_json(page) for page in self.pages],
            "answers": [[one.item, one.account, one.answer, one.joint] for one in self.answers],
            "refusal": self.refusal,
            "strip": self.strip,
            "unread": [[one.page, one.why, one.file, one.image] for one in self.unread],
        }


def sheet_of_json(read: Mapping[str, Any]) -> KeptSheet:
    """Read a sheet as ``as_json`` wrote it."""
    return KeptSheet(
        serial=read["serial"],
        digest=bytes.fromhex(read["digest"]),
        group=read["group"],
        pages=tuple(_page_of_json(page) for page in read["pages"]),
        answers=tuple(PaperAnswer(*one) for one in read["answers"]),
        refusal=read["refusal"] and SheetRefusal(read["refusal"]),
        strip=read["strip"],
        unread=tuple(
            UnreadPage(page, PageFault(why), file, image) for page, why, file, image in read["unread"]
        ),
    )


def _page_as_json(page: KeptPage) -> Mapping[str, Any]:
    return {
        "page": page.page,
        "lines": [line.as_json() for line in page.lines],
        "areas": dict(page.areas),
        "crops": dict(page.crops),
        "later_crops": {name: list(crops) for name, crops in page.later_crops.items()},
    }


def _page_of_json(read: Mapping[str, Any]) -> KeptPage:
    lines = tuple(
        LineReading(
            line["field"],
            LineState(line["state"]),
            tuple(line["value"]) if isinstance(line["value"], list) else line["value"],
            Doubt(line["why"]) if "why" in line else None,
        )
        for line in read["lines"]
    )
    # Sheets that waited before an update have none.
    later = {name: tuple(crops) for name, crops in read.get("later_crops", {}).items()}
    return KeptPage(read["page"], lines, read["areas"], read["crops"], later)
