"""One picture in, one reading out."""

from collections.abc import Iterable, Sequence

from survey.domain.paper.reading import PageFault, PageReading, PageRefusal, SheetCode
from survey.domain.paper.sheet import PaperForm, PaperPage

from .boxes import places_of
from .crops import crops_of
from .darkness import darkness_of
from .ingest import Grey, is_one_bit
from .marks import has_ink, read_line
from .register import Point, UnreadablePage, codes_of, flatten, is_back
from .streaks import without_streaks
from .strip import has_strip

_INSIDE = 0.8
"""Mm between the frame for words and what is looked at within it."""


class PageReader:
    """Reads the pages of some forms, whichever comes."""

    def __init__(self, forms: Iterable[PaperForm], *, specimens: bool, crops: bool = False) -> None:
        """Begin; with ``crops`` each reading has pictures of its lines for people to look at."""
        self._specimens = specimens
        self._crops = crops
        self._pages: dict[tuple[str, int], tuple[str, PaperPage]] = {
            (form.layout, page.page): (form.group, page) for form in forms for page in form.pages
        }

    def read(self, picture: Grey | PageRefusal) -> PageReading | PageRefusal:
        """Read one page; where ``specimens`` are expected real ballots are refused unread, and vice versa."""
        if isinstance(picture, PageRefusal):
            return picture
        try:
            codes = codes_of(picture)
        except UnreadablePage as error:
            return _refused(picture, error.why)
        # Of several the one in its place counts; else what is said is said of the first.
        read = [self._read_as(picture, code, places) for code, places in codes.items()]
        return next((one for one in read if isinstance(one, PageReading)), read[0])

    def _read_as(self, picture: Grey, sheet: SheetCode, places: Sequence[Point]) -> PageReading | PageRefusal:
        if self._specimens and not sheet.specimen:
            # Its serial is nobody's business where nothing is counted.
            return PageRefusal(PageFault.NOT_A_SPECIMEN)
        try:
            if sheet.specimen and not self._specimens:
                raise UnreadablePage(PageFault.SPECIMEN)
            if is_one_bit(picture):
                raise UnreadablePage(PageFault.ONE_BIT)
            return self._read(picture, sheet, places)
        except UnreadablePage as error:
            return _refused(picture, error.why, sheet)

    def _read(self, picture: Grey, sheet: SheetCode, at: Sequence[Point]) -> PageReading:
        known = self._pages.get((sheet.layout, sheet.page))
        if known is None:
            raise UnreadablePage(PageFault.LAYOUT)
        group, page = known
        bridged = without_streaks(picture)
        if bridged is None:
            raise UnreadablePage(PageFault.STREAKS)
        flat = flatten(bridged, page, at)
        seen = darkness_of(flat, page)
        places = {line.field: places_of(seen.dark, line) for line in page.lines}
        lines = [read_line(seen, line, places[line.field]) for line in page.lines]
        areas = {
            area.field: has_ink(
                seen, area.x + _INSIDE, area.y + _INSIDE, area.width - 2 * _INSIDE, area.height - 2 * _INSIDE
            )
            for area in page.areas
        }
        crops = crops_of(flat, page, places, areas) if self._crops else {}
        return PageReading(sheet, group, lines, areas, crops, has_strip(flat, seen.dark, page))


def _refused(picture: Grey, why: PageFault, sheet: SheetCode | None = None) -> PageRefusal:
    if is_back(picture):
        # What shines through of its front is not said of a page either.
        return PageRefusal(PageFault.EMPTY)
    return PageRefusal(PageFault.ONE_BIT if sheet is None and is_one_bit(picture) else why, sheet)
