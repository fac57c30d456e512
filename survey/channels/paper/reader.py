"""One picture in, one reading out."""

from collections.abc import Iterable

from survey.domain.ballot.paper_reading import (
    PageFault,
    PageReading,
    PageRefusal,
)
from survey.domain.ballot.paper_sheet import PaperForm, PaperPage

from .boxes import places_of, response_of
from .darkness import darkness_of
from .ingest import Grey
from .marks import has_ink, read_line
from .register import UnreadablePage, code_of, flatten
from .streaks import without_streaks

_INSIDE = 0.8
"""Mm between the frame for words and what is looked at within it."""


class PageReader:
    """Reads the pages of some forms, whichever comes."""

    def __init__(self, forms: Iterable[PaperForm], *, specimens: bool) -> None:
        self._specimens = specimens
        self._pages: dict[tuple[str, int], tuple[str, PaperPage]] = {
            (form.layout, page.page): (form.group, page) for form in forms for page in form.pages
        }

    def read(self, picture: Grey | PageRefusal) -> PageReading | PageRefusal:
        """Read one page; where ``specimens`` are expected, a real ballot is refused unread."""
        if isinstance(picture, PageRefusal):
            return picture
        try:
            return self._read(picture)
        except UnreadablePage as error:
            return PageRefusal(error.why)

    def _read(self, picture: Grey) -> PageReading:
        code = code_of(picture)
        if self._specimens and not code.specimen:
            raise UnreadablePage(PageFault.NOT_A_SPECIMEN)
        known = self._pages.get((code.layout, code.page))
        if known is None:
            raise UnreadablePage(PageFault.LAYOUT)
        group, page = known
        bridged = without_streaks(picture)
        if bridged is None:
            raise UnreadablePage(PageFault.STREAKS)
        seen = darkness_of(flatten(bridged, page), page)
        response = response_of(seen.dark)
        lines = [read_line(seen, line, places_of(response, line)) for line in page.lines]
        areas = {
            area.field: has_ink(
                seen, area.x + _INSIDE, area.y + _INSIDE, area.width - 2 * _INSIDE, area.height - 2 * _INSIDE
            )
            for area in page.areas
        }
        return PageReading(code, group, lines, areas)
