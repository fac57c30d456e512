"""The pages of a ballot while they are being filled, from the top of the first to the foot of the last."""

from dataclasses import dataclass, field, replace

from survey.domain.definition.rules import PaperRules

from ..sheet import (
    SIZES,
    STRIP,
    PaperArea,
    PaperExample,
    PaperLine,
    PaperPage,
    PaperRule,
    PaperWords,
)
from .reckoning import Sizes, mm

EDGE = 10.0
"""How far the body stands from the left and right edges, in mm."""
TOP = 27.0
"""Where the body of a page begins, in mm."""
TITLE = 7.5
"""Height of a section's title, in mm."""
_FRAME = 0.5
_TITLES: Sizes = ((13.0, 1), (11.5, 1), (9.5, 2))


@dataclass
class _Open:
    """A page that is still being filled."""

    page: PaperPage
    lines: list[PaperLine] = field(default_factory=list)
    areas: list[PaperArea] = field(default_factory=list)
    rules: list[PaperRule] = field(default_factory=list)
    words: list[PaperWords] = field(default_factory=list)
    examples: list[PaperExample] = field(default_factory=list)

    def closed(self) -> PaperPage:
        return replace(
            self.page,
            lines=tuple(self.lines),
            areas=tuple(self.areas),
            rules=tuple(self.rules),
            words=tuple(self.words),
            examples=tuple(self.examples),
        )


class PaperCanvas:
    """Pages being filled; ``y`` is how far down the last one is, in mm."""

    def __init__(self, paper: PaperRules) -> None:
        """Begin the first page."""
        self.paper = paper
        width, self.height = SIZES[paper.size]
        self.body = width - 2 * EDGE
        self._width = width
        self._pages: list[_Open] = []
        self.y = TOP
        self.turn()

    @property
    def left(self) -> float:
        """Return how much of the page is left, in mm."""
        return self._now.page.lowest - self.y

    @property
    def _now(self) -> _Open:
        return self._pages[-1]

    def turn(self) -> None:
        """Begin another page."""
        number = len(self._pages) + 1
        cut = self.height - STRIP if self.paper.strip and number <= 2 else None
        self._pages.append(_Open(PaperPage(number, self._width, self.height, cut)))
        self.y = TOP

    def finish(self) -> tuple[PaperPage, ...]:
        """Return the pages; a leaf of several has both sides, so that each ballot begins on a leaf."""
        if len(self._pages) > 2 and len(self._pages) % 2:
            self.turn()
        return tuple(page.closed() for page in self._pages)

    def make_room(self, title: str, height: float, begun: bool) -> None:
        """Turn the page where ``height`` mm are not left, and set a section's title where it has none yet.

        ``begun`` tells that the title stands already, on this page or on one before.
        """
        if self.left < height + (0 if begun else TITLE):
            self.turn()
            self.set_title(f"{title}（续）" if begun else title)
        elif not begun:
            self.set_title(title)

    def set_title(self, title: str) -> None:
        """Set a section's title."""
        self.say(title, EDGE, self.y, self.body, TITLE - 1, _TITLES, bold=True)
        self.y += TITLE

    def line(self, line: PaperLine) -> None:
        """Add the boxes of a line."""
        self._now.lines.append(line)

    def area(self, area: PaperArea) -> None:
        """Add a frame to write in."""
        self._now.areas.append(area)

    def example(self, example: PaperExample) -> None:
        """Add a box that is not to be filled."""
        self._now.examples.append(example)

    def say(
        self,
        text: str,
        x: float,
        y: float,
        width: float,
        height: float,
        sizes: Sizes,
        align: str = "left",
        bold: bool = False,
    ) -> None:
        """Set a text within a rectangle."""
        self._now.words.append(PaperWords(text, mm(x), mm(y), mm(width), mm(height), sizes, align, bold))

    def frame(self, x: float, y: float, width: float, height: float, thick: float = _FRAME) -> None:
        """Draw a frame."""
        self._now.rules.append(PaperRule(mm(x), mm(y), mm(width), mm(height), thick))

    def rule(self, x: float, y: float, width: float, thick: float = 0.15) -> None:
        """Draw a line across."""
        self._now.rules.append(PaperRule(mm(x), mm(y), mm(width), 0, thick))

    def upright(self, x: float, y: float, height: float) -> None:
        """Draw a line down."""
        self._now.rules.append(PaperRule(mm(x), mm(y), 0, mm(height), 0.15))
