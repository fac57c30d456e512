"""The sheet of a paper ballot: its pages, and where on them stand markers, codes, boxes and words, in mm."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from hashlib import sha256
from typing import Any

from survey.domain.ballot.crockford import symbols_of
from survey.domain.definition.campaign import Definition
from survey.domain.definition.canonical import canonical_json
from survey.domain.definition.rules import PaperSize

SIZES = {PaperSize.A4: (210.0, 297.0), PaperSize.A3: (297.0, 420.0)}
"""Width and height of an upright sheet in mm."""
MARKER, MARGIN = 8.0, 8.0
"""Side of a marker, and how far it stands from the edges, in mm."""
CODE = 16.0
"""Side of the white square of a QR code, in mm; the code itself leaves 1 mm of it free all round."""
STRIP = 34.0
"""Height of the strip for the phone, in mm, at the foot of the first leaf."""
STRIP_GAP = 4.0
"""Between the lower markers and the cut, in mm."""
BOX = 5.0
"""Side of a box, in mm."""
LAYOUT_SYMBOLS = 6
_LAYOUT_BITS = 5 * LAYOUT_SYMBOLS


@dataclass(frozen=True)
class PaperBox:
    """A box to tick: what it stands for, and its top left corner."""

    value: str
    x: float
    y: float


@dataclass(frozen=True)
class PaperLine:
    """The boxes of one field of the ballot; ``many`` of them may be ticked, else one.

    ``label`` and ``of`` say to people what is rated, and who; ``values`` what each box stands for.
    """

    field: str
    many: bool
    boxes: tuple[PaperBox, ...]
    label: str
    of: str
    values: tuple[str, ...]

    @property
    def alone(self) -> bool:
        """Return whether it is the one box of a name on a list to tick: left empty, it says something too."""
        return not self.many and len(self.boxes) == 1


class AreaKind(StrEnum):
    """What is written in a frame."""

    TEXT = "text"
    REASON = "reason"
    NAME = "name"
    """Somebody who is not on a list to tick."""


@dataclass(frozen=True)
class PaperArea:
    """A frame to write in."""

    field: str
    x: float
    y: float
    width: float
    height: float
    kind: AreaKind = AreaKind.TEXT


@dataclass(frozen=True)
class PaperRule:
    """A line or, with a height, a frame; ``thick`` in mm."""

    x: float
    y: float
    width: float
    height: float
    thick: float = 0.15


@dataclass(frozen=True)
class PaperWords:
    """A text within a rectangle, as large as fits of ``sizes``: points, and the number of lines."""

    text: str
    x: float
    y: float
    width: float
    height: float
    sizes: tuple[tuple[float, int], ...]
    align: str = "left"
    bold: bool = False


@dataclass(frozen=True)
class PaperExample:
    """A box of the instructions that is not to be filled: ``ticked`` well, or with a dot."""

    x: float
    y: float
    ticked: bool


@dataclass(frozen=True)
class PaperPage:
    """One side of a leaf; ``cut`` is where the strip is torn off, ``None`` where there is none."""

    page: int
    width: float
    height: float
    cut: float | None
    lines: tuple[PaperLine, ...] = ()
    areas: tuple[PaperArea, ...] = ()
    rules: tuple[PaperRule, ...] = field(default=(), repr=False)
    words: tuple[PaperWords, ...] = field(default=(), repr=False)
    examples: tuple[PaperExample, ...] = field(default=(), repr=False)

    @property
    def markers(self) -> tuple[tuple[float, float], ...]:
        """List the top left corners of the markers, clockwise from the top left."""
        low = (self.height - MARGIN if self.cut is None else self.cut - STRIP_GAP) - MARKER
        right = self.width - MARGIN - MARKER
        return (MARGIN, MARGIN), (right, MARGIN), (right, low), (MARGIN, low)

    @property
    def codes(self) -> tuple[tuple[float, float], ...]:
        """List the top left corners of the squares of the QR codes: upper right, lower left."""
        (_, _), (right, top), _, (left, low) = self.markers
        return (right - 4 - CODE, top), (left + MARKER + 4, low + MARKER - CODE)

    @property
    def lowest(self) -> float:
        """Return where the body of the page ends at the latest."""
        return self.codes[1][1] - 2

    def as_json(self) -> dict[str, Any]:
        """Write what a reader of the page must know."""
        return {
            "page": self.page,
            "width": self.width,
            "height": self.height,
            "cut": self.cut,
            "markers": [{"id": at, "x": x, "y": y, "side": MARKER} for at, (x, y) in enumerate(self.markers)],
            "qr": [{"x": x, "y": y, "side": CODE} for x, y in self.codes],
            "lines": [
                {
                    "field": line.field,
                    "many": line.many,
                    "boxes": [
                        {"value": box.value, "x": box.x, "y": box.y, "side": BOX} for box in line.boxes
                    ],
                }
                for line in self.lines
            ],
            "areas": [
                {"field": area.field, "x": area.x, "y": area.y, "width": area.width, "height": area.height}
                for area in self.areas
            ],
        }


@dataclass(frozen=True)
class PaperForm:
    """The paper ballot of one rater group; ``layout`` names its pages on every sheet."""

    group: str
    layout: str
    pages: tuple[PaperPage, ...]

    @property
    def lines(self) -> Iterator[PaperLine]:
        """Go through the lines of all pages."""
        return (line for page in self.pages for line in page.lines)

    def kind_of(self, field: str) -> AreaKind:
        """Return what is written in the frame of a field: plain words where the form has no such frame."""
        # Names of frames come from the process that reads strangers' files.
        return self._kinds.get(field, AreaKind.TEXT)

    @cached_property
    def _kinds(self) -> Mapping[str, AreaKind]:
        return {area.field: area.kind for page in self.pages for area in page.areas}

    def as_json(self) -> dict[str, Any]:
        """Write what a reader of the sheet must know."""
        return {"group": self.group, "layout": self.layout, "pages": [page.as_json() for page in self.pages]}


def layout_of(definition: Definition, group: str, pages: tuple[PaperPage, ...]) -> str:
    """Return what names a layout: 30 bits of SHA-256 over group, pages and the definition's digest.

    A sheet of another campaign, edition, size or group is refused by it, not misread.
    """
    text = canonical_json([group, [page.as_json() for page in pages], definition.digest])
    number = int.from_bytes(sha256(text.encode()).digest()[:4]) >> 32 - _LAYOUT_BITS
    return symbols_of(number, LAYOUT_SYMBOLS)
