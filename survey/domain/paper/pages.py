"""Pages of one paper ballot as they come from scans, several of one page too: what they say together."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby

from .answers import PAGES, SHEET, copies_key, decisions, line_key, page_key, text_key, without
from .fate import BLANK, MARKED
from .reading import Doubt, LineReading, LineState
from .record import KeptPage, KeptSheet, PaperAnswer, UnreadPage
from .sheet import AreaKind, PaperForm

_LASTING = frozenset({Doubt.SEVERAL, Doubt.CIRCLED, Doubt.FILLED})
"""Doubts that no other scan takes away."""
MAX_LATER_CROPS = 2
"""So many pictures of a frame are kept beside the first scan's."""
Values = tuple[str, ...]
"""What is ticked on a line, none where nothing is."""


def with_page(form: PaperForm, sheet: KeptSheet, page: KeptPage) -> KeptSheet:
    """Add a scanned page to what waits of its sheet.

    A page that says the same counts once, and may show a mark that was doubtful; where one scan shows nothing
    and another leaves a doubt, the doubt stays. A page that says something else is kept beside the first, for
    two people to choose; so is one with ink in a frame for a name or reason that is empty in the other.
    Answers of people stay, but for lines that are sure now, for what they did not know of when they gave
    them, and for what they said of a page of which no scan could be read before. Pictures that are not named
    by the returned sheet any more (``crops_of``) are of no use. A refused sheet is returned as it is.
    """
    if sheet.refusal is not None:
        return sheet
    copies = [copy for copy in sheet.pages if copy.page == page.page]
    known = _Known(form, sheet, page.page, chosen_copy(copies, decisions(sheet)))
    fitting = {at: known.merged(copy, page) for at, copy in enumerate(copies) if known.fits(copy, page)}
    same = [at for at, merged in fitting.items() if _said(merged) == _said(copies[at])]
    # What fits several copies, and says more than each of them, nobody can tell which one it is of.
    place = same[0] if same else next(iter(fitting)) if len(fitting) == 1 else len(copies)
    if place < len(copies):
        if copies[place] is known.chosen:
            changed = _changed(copies[place], fitting[place])
            sheet = without(sheet, map(line_key, changed))
        copies[place] = fitting[place]
    else:
        sheet = without(sheet, _unknowing(sheet, page, first=not copies))
        copies.append(page)
    others = (copy for copy in sheet.pages if copy.page != page.page)
    unread = tuple(one for one in sheet.unread if one.page != page.page)
    pages = tuple(sorted([*others, *copies], key=lambda copy: copy.page))
    return replace(sheet, pages=pages, unread=unread)


def with_unread(sheet: KeptSheet, page: UnreadPage) -> KeptSheet:
    """Note of a page that it was scanned and could not be read, unless another scan of it was.

    The last scan says where it is. Whether the sheet counts without a page of which nobody knew that it was
    there is asked anew. A refused sheet is returned as it is.
    """
    if sheet.refusal is not None or any(copy.page == page.page for copy in sheet.pages):
        return sheet
    others = [one for one in sheet.unread if one.page != page.page]
    if len(others) == len(sheet.unread):
        sheet = without(sheet, [PAGES])
    return replace(sheet, unread=tuple(sorted([*others, page], key=lambda one: one.page)))


def crops_of(sheet: KeptSheet) -> frozenset[str]:
    """Return the keys of all pictures that a sheet names."""
    return frozenset(crop for page in sheet.pages for name in page.crops for crop in page.crops_of(name))


def counted_pages(sheet: KeptSheet) -> tuple[KeptPage, ...]:
    """List the pages with the copy that counts, or all copies while people have to say which."""
    decided = decisions(sheet)
    found: list[KeptPage] = []
    for _number, same in groupby(sheet.pages, key=lambda page: page.page):
        copies = tuple(same)
        chosen = chosen_copy(copies, decided)
        found += copies if chosen is None else (chosen,)
    return tuple(found)


def needed_crops(form: PaperForm, page: KeptPage, copies: Sequence[KeptPage] = ()) -> frozenset[str]:
    """Return of which fields of a page pictures must be kept: what people may have to look at.

    These are doubtful lines with all others of who is rated there, all lines of a page on which no mark is
    sure, frames with ink, and what differs from other ``copies`` of the page.
    """
    inked = (name for name, ink in page.areas.items() if ink)
    differing = differing_fields([page, *copies])
    if all(line.state is not LineState.MARKED for line in page.lines):
        return frozenset((*(line.field for line in page.lines), *inked, *differing))
    doubtful = {line.field for line in page.lines if line.state is LineState.DOUBTFUL}
    rated = {line.of for line in form.lines if line.field in doubtful}
    there = {line.field for line in page.lines}
    beside = (line.field for line in form.lines if line.of in rated and line.field in there)
    return frozenset((*doubtful, *beside, *inked, *differing))


def trimmed(form: PaperForm, sheet: KeptSheet) -> KeptSheet:
    """Return a sheet that names no more pictures than are needed."""
    pages = []
    for page in sheet.pages:
        copies = [other for other in sheet.pages if other.page == page.page and other is not page]
        needed = needed_crops(form, page, copies)
        crops = {name: crop for name, crop in page.crops.items() if name in needed}
        later = {name: others for name, others in page.later_crops.items() if name in needed}
        pages.append(replace(page, crops=crops, later_crops=later))
    return replace(sheet, pages=tuple(pages))


class _Known:
    """What is known of one page by reading and, of the copy that counts, by people."""

    def __init__(self, form: PaperForm, sheet: KeptSheet, page: int, chosen: KeptPage | None) -> None:
        self._form = form
        self.chosen = chosen
        self._decided = decisions(sheet)
        self._seen = is_seen(page, self._decided)

    def fits(self, copy: KeptPage, page: KeptPage) -> bool:
        """Return whether a page says nothing else than a copy does."""
        new = readings_of(page)
        return all(self._fits(copy, line, new.get(line.field)) for line in copy.lines) and all(
            page.areas.get(name, ink) is ink or self._is_blank(copy, name)
            for name, ink in copy.areas.items()
            if self._votes(name)
        )

    def merged(self, copy: KeptPage, page: KeptPage) -> KeptPage:
        """Return a copy with what a page that fits it says surely."""
        new = readings_of(page)
        lines = tuple(self._merged(copy, line, new.get(line.field)) for line in copy.lines)
        areas = {name: ink or page.areas.get(name, False) for name, ink in copy.areas.items()}
        crops = {**page.crops, **copy.crops}
        # No machine tells whether all say the same: whoever types one in sees several.
        later = {
            name: tuple(dict.fromkeys((*copy.crops_of(name), page.crops[name])))[1 : 1 + MAX_LATER_CROPS]
            for name in copy.areas
            if self._votes(name) and name in copy.crops and name in page.crops
        }
        later_crops = {**copy.later_crops, **{name: others for name, others in later.items() if others}}
        return replace(copy, lines=lines, areas=areas, crops=crops, later_crops=later_crops)

    def _votes(self, area: str) -> bool:
        """Return whether what stands in a frame bears on the vote, as a name does, or a grade's reason."""
        return self._form.kind_of(area) is not AreaKind.TEXT

    def _is_blank(self, copy: KeptPage, area: str) -> bool:
        """Return whether people saw no words in a frame, whatever ink there is."""
        decided = self._decided.get(text_key(area)) if copy is self.chosen else None
        return decided is not None and decided.answer == BLANK

    def _fits(self, copy: KeptPage, line: LineReading, new: LineReading | None) -> bool:
        if new is None or new.state is LineState.DOUBTFUL or self._overlooks(copy, line, new):
            return True
        known = values_of(line)
        if copy is self.chosen and line.state is not LineState.MARKED:
            decided = self._decided.get(line_key(line.field))
            if decided:
                known = ticked_in(decided.answer)
            elif self._seen:
                known = None
        return known is None or sorted(known) == sorted(values_of(new) or ())

    def _merged(self, copy: KeptPage, line: LineReading, new: LineReading | None) -> LineReading:
        if new is None or self._overlooks(copy, line, new):
            return line
        # Two marks, or a circle, do not come of a poor scan: one of the scans is of an altered sheet.
        lasting = [one for one in (line, new) if one.why in _LASTING]
        if lasting or line.state is LineState.MARKED:
            return lasting[0] if lasting else line
        # A poorer scan that shows nothing takes no question away, whichever came first.
        return line if line.state is LineState.DOUBTFUL and new.state is not LineState.MARKED else new

    def _overlooks(self, copy: KeptPage, line: LineReading, new: LineReading) -> bool:
        """Return whether no mark is found again on a page where people saw some that no scan showed."""
        found = LineState.MARKED in (line.state, new.state) or new.state is LineState.DOUBTFUL
        return not found and copy is self.chosen and self._seen


def is_seen(page: int, decided: Mapping[str, PaperAnswer]) -> bool:
    """Return whether people saw marks where none were found: then they are asked about every line."""
    return any(_saw_marks(decided.get(key)) for key in (SHEET, page_key(page)))


def _saw_marks(said: PaperAnswer | None) -> bool:
    return said is not None and said.answer == MARKED


def _unknowing(sheet: KeptSheet, page: KeptPage, *, first: bool) -> Iterator[str]:
    """Go through the items that were answered before a page was there which bears on them.

    That there are marks stays true: every line of all copies is asked about from then on.
    """
    decided = decisions(sheet)
    wide = (SHEET,) if first else (SHEET, page_key(page.page))
    yield from (key for key in wide if not _saw_marks(decided.get(key)))
    yield PAGES if first else copies_key(page.page)
    # Of a first scan these are what was gone through without one.
    yield from (line_key(line.field) for line in page.lines)
    yield from (text_key(name) for name in page.areas)


def chosen_copy(copies: Sequence[KeptPage], decided: Mapping[str, PaperAnswer]) -> KeptPage | None:
    """Return the copy that counts, ``None`` while people have to say which."""
    if len(copies) == 1:
        return copies[0]
    said = decided.get(copies_key(copies[0].page)) if copies else None
    answers = copy_answers(copies)
    return copies[answers.index(said.answer)] if said and said.answer in answers else None


def copy_answers(copies: Sequence[KeptPage]) -> tuple[str, ...]:
    """List what may be said to copies of a page, one for each in its order."""
    return tuple(f"copy {number}" for number, _copy in enumerate(copies, 1))


def readings_of(page: KeptPage) -> dict[str, LineReading]:
    """Map fields to what was read of their lines."""
    return {line.field: line for line in page.lines}


def values_of(line: LineReading) -> Values | None:
    """Return what a line surely says, ``None`` where it is doubtful."""
    if line.state is LineState.DOUBTFUL:
        return None
    if line.state is LineState.BLANK or line.value is None:
        return ()
    return line.value if isinstance(line.value, tuple) else (line.value,)


def ticked_in(answer: str) -> Values:
    """Return what people said to be ticked on a line."""
    return () if answer == BLANK else tuple(answer.split())


def _said(page: KeptPage) -> tuple[object, ...]:
    return [(line.field, values_of(line)) for line in page.lines], dict(page.areas)


def _changed(before: KeptPage, after: KeptPage) -> Iterator[str]:
    """Go through the lines that say something else surely; what people said to a doubt stays."""
    pairs = zip(before.lines, after.lines, strict=True)
    return (old.field for old, new in pairs if values_of(new) not in (None, values_of(old)))


def differing_fields(copies: Sequence[KeptPage]) -> tuple[str, ...]:
    """List the fields that copies of a page do not read alike."""
    first, *others = copies
    read = [readings_of(copy) for copy in others]
    lines = (
        line.field
        for line in first.lines
        if any(values_of(line) != values_of(there.get(line.field, line)) for there in read)
    )
    areas = (
        name for name, ink in first.areas.items() if any(other.areas.get(name) != ink for other in others)
    )
    return (*lines, *areas)
