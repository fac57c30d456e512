"""What was read of a scanned page: which one it is, what was ticked, and where people must look."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from survey.domain.ballot.crockford import ALPHABET

from .sheet import LAYOUT_SYMBOLS

SERIAL_SYMBOLS = 16
_KINDS = ("MP1", "MS1")


class LineState(StrEnum):
    """What the boxes of a line say."""

    MARKED = "marked"
    BLANK = "blank"
    DOUBTFUL = "doubtful"


class Doubt(StrEnum):
    """Why people must look at a line."""

    FAINT = "faint"
    SEVERAL = "several"
    BESIDE = "beside"
    CIRCLED = "circled"
    TRACE = "trace"
    FILLED = "filled"


class PageFault(StrEnum):
    """Why a page is not read; each has a remedy that a person can take."""

    DAMAGED = "damaged"
    NO_IMAGE = "no-image"
    TOO_LARGE = "too-large"
    ONE_BIT = "one-bit"
    STREAKS = "streaks"
    CODE = "code"
    LAYOUT = "layout"
    MARKERS = "markers"
    BENT = "bent"
    COARSE = "coarse"
    CONTRAST = "contrast"
    NOT_A_SPECIMEN = "not-a-specimen"
    SPECIMEN = "specimen"
    EMPTY = "empty"
    """The back of a ballot of one page, which a scanner takes along: nothing is wrong with it."""


REMEDIES = {
    PageFault.DAMAGED: "the file is damaged or no scan; scan the sheet again",
    PageFault.NO_IMAGE: "there is no picture of a sheet in it; scan the sheet again",
    PageFault.TOO_LARGE: "too many pages or pixels; scan at 200 dpi, and at most 2,000 pages a file",
    PageFault.ONE_BIT: "scanned in black and white; set the scanner to grey (8 bit), 200 dpi",
    PageFault.STREAKS: "dark streaks from dust; wipe the scanner's glass and scan again",
    PageFault.CODE: "neither QR code can be read; smooth the sheet, scan it flat and whole",
    PageFault.LAYOUT: "a ballot of another campaign, edition or size of paper",
    PageFault.MARKERS: "fewer than three of the four corner marks; scan the sheet flat and whole",
    PageFault.BENT: "the sheet was bent or creased; smooth it and scan again",
    PageFault.COARSE: "too coarse; scan at 200 dpi",
    PageFault.CONTRAST: "too pale; print darker, or set the scanner's contrast to normal",
    PageFault.NOT_A_SPECIMEN: "a real ballot, which was not read; only specimens are tried",
    PageFault.SPECIMEN: "a specimen, which does not count",
    PageFault.EMPTY: "nothing is printed on it, as on the back of a ballot of one page; nothing to do",
}
"""What a person can do about each fault."""


@dataclass(frozen=True)
class SheetCode:
    """The text of a sheet's QR code: whether it is a specimen, its serial, its layout and the page."""

    specimen: bool
    serial: str
    layout: str
    page: int

    def __str__(self) -> str:
        return f"{_KINDS[self.specimen]}{self.serial}{self.layout}{self.page:02}"


@dataclass(frozen=True)
class LineReading:
    """What one line says: a value, several where many may be ticked, or why nobody may say."""

    field: str
    state: LineState
    value: str | tuple[str, ...] | None = None
    why: Doubt | None = None

    def as_json(self) -> Mapping[str, Any]:
        """Write it as the command does."""
        value = list(self.value) if isinstance(self.value, tuple) else self.value
        doubt = {"why": self.why.value} if self.why else {}
        return {"field": self.field, "state": self.state.value, "value": value, **doubt}


@dataclass(frozen=True)
class PageReading:
    """What a page says; ``areas`` tells of each frame for words whether there is ink in it.

    ``crops`` map fields to pictures (PNG) of their lines, 3 mm wider than the boxes with what stands beside
    them, and of the frames with ink; ``strip`` tells that the strip for the phone was not torn off.
    """

    code: SheetCode
    group: str
    lines: Sequence[LineReading]
    areas: Mapping[str, bool]
    crops: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    strip: bool = False

    def as_json(self) -> Mapping[str, Any]:
        """Write it as the command does."""
        return {
            "state": "read",
            "serial": self.code.serial,
            "group": self.group,
            "page": self.code.page,
            "lines": [line.as_json() for line in self.lines],
            "areas": [{"field": name, "ink": ink} for name, ink in self.areas.items()],
        }


@dataclass(frozen=True)
class PageRefusal:
    """A page that was not read; ``code`` is what its QR code says, where that could be read."""

    why: PageFault
    code: SheetCode | None = None

    def as_json(self) -> Mapping[str, Any]:
        """Write it as the command does."""
        return {"state": "refused", "why": self.why.value}


def sheet_code(text: str) -> SheetCode | None:
    """Read the text of a QR code; ``None`` where it is none of a ballot's."""
    kind, serial = text[:3], text[3 : 3 + SERIAL_SYMBOLS]
    layout, page = text[3 + SERIAL_SYMBOLS :][:LAYOUT_SYMBOLS], text[3 + SERIAL_SYMBOLS + LAYOUT_SYMBOLS :]
    if kind not in _KINDS or len(serial) != SERIAL_SYMBOLS or not set(serial + layout) <= set(ALPHABET):
        return None
    if len(layout) != LAYOUT_SYMBOLS or len(page) != 2 or not (page.isascii() and page.isdigit()):
        return None
    return SheetCode(kind == _KINDS[True], serial, layout, int(page))
