"""From what was read of pages and said by people to one paper ballot: what counts, what is open."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from enum import Enum, auto
from functools import cached_property

from survey.domain.ballot.ballot import MAX_REASON_LENGTH, MAX_TEXT_LENGTH, is_acceptable
from survey.domain.definition.rules import PaperRules, PaperTexts
from survey.domain.errors import BadAnswer

from .answers import (
    BOTH,
    PAGES,
    SHEET,
    as_typed,
    copies_key,
    decisions,
    is_joint,
    is_of_sheet,
    line_key,
    page_key,
    said_to,
    text_key,
    typed_in,
    without,
)
from .fate import (
    BLANK,
    MARKED,
    REFUSE,
    SPOIL,
    TAKE,
    TYPE,
    UNSURE,
    ItemKind,
    PaperItem,
    Settled,
    SheetState,
)
from .reading import Doubt, LineReading, LineState
from .reasons import is_reason
from .record import KeptPage, KeptSheet, PaperAnswer, SheetRefusal, UnreadPage
from .sheet import PaperForm, PaperLine, PaperPage

_LASTING = frozenset({Doubt.SEVERAL, Doubt.CIRCLED, Doubt.FILLED})
"""Doubts that no other scan takes away."""
Values = tuple[str, ...]
"""What is ticked on a line, none where nothing is."""


# Pages come together


def with_page(sheet: KeptSheet, page: KeptPage) -> KeptSheet:
    """Add a scanned page to what waits of its sheet.

    A page that says the same counts once, and may show a mark that was doubtful; where one scan shows nothing
    and another leaves a doubt, the doubt stays. A page that says something else is kept beside the first, for
    two people to choose. Answers of people stay, but for lines that are sure now, for what they did not know
    of when they gave them, and for what they said of a page of which no scan could be read before. Pictures
    that are not named by the returned sheet any more (``crops_of``) are of no use. A refused sheet is
    returned as it is.
    """
    if sheet.refusal is not None:
        return sheet
    copies = [copy for copy in sheet.pages if copy.page == page.page]
    known = _Known(sheet, page.page, _chosen(copies, decisions(sheet)))
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
    return frozenset(crop for page in sheet.pages for crop in page.crops.values())


def needed_crops(form: PaperForm, page: KeptPage, copies: Sequence[KeptPage] = ()) -> frozenset[str]:
    """Return of which fields of a page pictures must be kept: what people may have to look at.

    These are doubtful lines with all others of who is rated there, all lines of a page on which no mark is
    sure, frames with ink, and what differs from other ``copies`` of the page.
    """
    inked = (name for name, ink in page.areas.items() if ink)
    differing = _differing([page, *copies])
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
        pages.append(replace(page, crops=crops))
    return replace(sheet, pages=tuple(pages))


class _Known:
    """What is known of one page by reading and, of the copy that counts, by people."""

    def __init__(self, sheet: KeptSheet, page: int, chosen: KeptPage | None) -> None:
        self.chosen = chosen
        self._decided = decisions(sheet)
        self._seen = _is_seen(page, self._decided)

    def fits(self, copy: KeptPage, page: KeptPage) -> bool:
        """Return whether a page says nothing else than a copy does."""
        new = _readings(page)
        return all(self._fits(copy, line, new.get(line.field)) for line in copy.lines)

    def merged(self, copy: KeptPage, page: KeptPage) -> KeptPage:
        """Return a copy with what a page that fits it says surely."""
        new = _readings(page)
        lines = tuple(self._merged(copy, line, new.get(line.field)) for line in copy.lines)
        areas = {name: ink or page.areas.get(name, False) for name, ink in copy.areas.items()}
        return replace(copy, lines=lines, areas=areas, crops={**page.crops, **copy.crops})

    def _fits(self, copy: KeptPage, line: LineReading, new: LineReading | None) -> bool:
        if new is None or new.state is LineState.DOUBTFUL or self._overlooks(copy, line, new):
            return True
        known = _values(line)
        if copy is self.chosen and line.state is not LineState.MARKED:
            decided = self._decided.get(line_key(line.field))
            if decided:
                known = _ticked(decided.answer)
            elif self._seen:
                known = None
        return known is None or sorted(known) == sorted(_values(new) or ())

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


def _is_seen(page: int, decided: Mapping[str, PaperAnswer]) -> bool:
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


def _chosen(copies: Sequence[KeptPage], decided: Mapping[str, PaperAnswer]) -> KeptPage | None:
    """Return the copy that counts, ``None`` while people have to say which."""
    if len(copies) == 1:
        return copies[0]
    said = decided.get(copies_key(copies[0].page)) if copies else None
    answers = _copy_answers(copies)
    return copies[answers.index(said.answer)] if said and said.answer in answers else None


def _copy_answers(copies: Sequence[KeptPage]) -> tuple[str, ...]:
    return tuple(f"copy {number}" for number, _copy in enumerate(copies, 1))


def _readings(page: KeptPage) -> dict[str, LineReading]:
    return {line.field: line for line in page.lines}


def _values(line: LineReading) -> Values | None:
    """Return what a line surely says, ``None`` where it is doubtful."""
    if line.state is LineState.DOUBTFUL:
        return None
    if line.state is LineState.BLANK or line.value is None:
        return ()
    return line.value if isinstance(line.value, tuple) else (line.value,)


def _ticked(answer: str) -> Values:
    return () if answer == BLANK else tuple(answer.split())


def _said(page: KeptPage) -> tuple[object, ...]:
    return [(line.field, _values(line)) for line in page.lines], dict(page.areas)


def _changed(before: KeptPage, after: KeptPage) -> Iterator[str]:
    """Go through the lines that say something else surely; what people said to a doubt stays."""
    pairs = zip(before.lines, after.lines, strict=True)
    return (old.field for old, new in pairs if _values(new) not in (None, _values(old)))


def _differing(copies: Sequence[KeptPage]) -> tuple[str, ...]:
    """List the fields that copies of a page do not read alike."""
    first, *others = copies
    read = [_readings(copy) for copy in others]
    lines = (
        line.field
        for line in first.lines
        if any(_values(line) != _values(there.get(line.field, line)) for there in read)
    )
    areas = (
        name for name, ink in first.areas.items() if any(other.areas.get(name) != ink for other in others)
    )
    return (*lines, *areas)


# What is open


def open_items(form: PaperForm, sheet: KeptSheet, rules: PaperRules) -> tuple[PaperItem, ...]:
    """List what people have to decide about a sheet, none of a refused one.

    What depends on something else that is open, as an empty page does on the pages missing, follows later.
    """
    return _Sheet(form, sheet, rules).items


def state_of(form: PaperForm, sheet: KeptSheet, rules: PaperRules) -> SheetState:
    """Return where a sheet stands; one that people spoiled or refused is ready."""
    look = _Sheet(form, sheet, rules)
    if any(item.kind is ItemKind.PAGES for item in look.items):
        return SheetState.INCOMPLETE
    return SheetState.WAITING if look.items else SheetState.READY


def settle(form: PaperForm, sheet: KeptSheet, rules: PaperRules) -> Settled:
    """Return what a sheet says; raises ``ValueError`` while something about it is open."""
    return _Sheet(form, sheet, rules).settled()


def missing_pages(form: PaperForm, sheet: KeptSheet) -> tuple[int, ...]:
    """List the pages that were not scanned; those without lines and frames need not be."""
    there = {page.page for page in sheet.pages}
    return tuple(page.page for page in form.pages if (page.lines or page.areas) and page.page not in there)


def typed_pages(form: PaperForm, sheet: KeptSheet) -> tuple[int, ...]:
    """List the pages whose lines two people go through without a scan, as they decided to."""
    said = decisions(sheet).get(PAGES)
    return missing_pages(form, sheet) if said and said.answer == TYPE else ()


class _Blankness(Enum):
    """What the lines of a page say together."""

    MARKED = auto()
    OPEN = auto()
    """No mark is sure, and people are asked about some line."""
    EMPTY = auto()
    SEEN = auto()
    """Empty, and people looked at every line."""


class _Sheet:
    """A sheet held against its form: which copies count, what each line says so far, what is open."""

    def __init__(self, form: PaperForm, sheet: KeptSheet, rules: PaperRules) -> None:
        self.form = form
        self.sheet = sheet
        self.rules = rules
        self.decided = decisions(sheet)
        self.copies: dict[int, list[KeptPage]] = {}
        for page in sheet.pages:
            self.copies.setdefault(page.page, []).append(page)
        self.chosen = {number: _chosen(copies, self.decided) for number, copies in self.copies.items()}
        self.gone_through = typed_pages(form, sheet)
        self.chosen |= {page.page: _unseen(page) for page in form.pages if page.page in self.gone_through}

    @cached_property
    def items(self) -> tuple[PaperItem, ...]:
        """List what is open."""
        if self.sheet.refusal or self._refused() or self._spoiled():
            return ()
        first = [*self._missing(), *self._copies()]
        # Another page, or the other copy, may show that a page is not the only one without marks.
        return (*first, *([] if first else self._empty()), *self._lines(), *self._texts())

    def settled(self) -> Settled:
        """Return what the sheet says; raises ``ValueError`` while something is open."""
        if self.items:
            raise ValueError("something about the sheet is open")
        if self.sheet.refusal or self._refused():
            return Settled({}, {}, refusal=self.sheet.refusal or SheetRefusal.DOUBLE)
        if self._spoiled():
            return Settled({}, {}, spoiled=True)
        values: dict[str, Values] = {line.field: () for line in self.form.lines}
        values |= {name: said or () for name, said in self._says.items()}
        typed = ((name, typed_in(self.decided[text_key(name)].answer)) for _page, name in self._inked())
        return Settled(values, {name: text for name, text in typed if text})

    def _refused(self) -> bool:
        """Return whether two people refused the sheet: elsewhere an option may be called like that."""
        return any(is_of_sheet(key) and said.answer == REFUSE for key, said in self.decided.items())

    def _spoiled(self) -> bool:
        """Return whether two people spoiled the whole sheet, at whatever item; no option is called that."""
        return any(said.joint and said.answer == SPOIL for said in self.decided.values())

    def _counted(self) -> Iterator[tuple[PaperPage, KeptPage]]:
        """Go through the pages with the copies that count."""
        for page in self.form.pages:
            copy = self.chosen.get(page.page)
            if copy:
                yield page, copy

    @cached_property
    def _says(self) -> dict[str, Values | None]:
        """Map fields to what their lines say by reading or by people, ``None`` while they are open."""
        found: dict[str, Values | None] = {}
        for page, copy in self._counted():
            readings = _readings(copy)
            for line in page.lines:
                reading = readings.get(line.field)
                if reading and not self._asked(copy, reading):
                    found[line.field] = _values(reading)
                else:
                    found[line.field] = self._decided(line)
        return found

    def _decided(self, line: PaperLine) -> Values | None:
        decided = self.decided.get(line_key(line.field))
        if decided is None:
            return None
        ticked = _ticked(decided.answer)
        return tuple(box.value for box in line.boxes if box.value in ticked)

    def _asked(self, copy: KeptPage, reading: LineReading) -> bool:
        """Return whether people are, or were, asked about a line."""
        if reading.state is LineState.BLANK:
            return copy.page in self._seen
        return reading.state is LineState.DOUBTFUL

    @cached_property
    def _seen(self) -> frozenset[int]:
        """Return the pages on which people saw marks that no scan showed."""
        return frozenset(number for number in self.copies if _is_seen(number, self.decided))

    def _item(self, key: str, kind: ItemKind, page: int, fields: Iterable[str]) -> PaperItem:
        said = said_to(self.sheet, key)
        answered = frozenset(one.account for one in said)
        joint = page in self.gone_through or is_joint(key, said)
        return PaperItem(key, kind, page, tuple(fields), joint, answered)

    def _missing(self) -> Iterator[PaperItem]:
        if missing_pages(self.form, self.sheet) and PAGES not in self.decided:
            yield self._item(PAGES, ItemKind.PAGES, 0, ())

    def _copies(self) -> Iterator[PaperItem]:
        for number, copies in self.copies.items():
            if self.chosen[number] is None:
                yield self._item(copies_key(number), ItemKind.COPIES, number, _differing(copies))

    def _lines(self) -> Iterator[PaperItem]:
        for page, _copy in self._counted():
            for line in page.lines:
                if self._says[line.field] is None:
                    yield self._item(line_key(line.field), ItemKind.LINE, page.page, [line.field])

    def _inked(self) -> Iterator[tuple[PaperPage, str]]:
        """Go through the frames that are to be typed in."""
        if self.rules.texts is PaperTexts.TYPED:
            for page, copy in self._counted():
                yield from ((page, area.field) for area in page.areas if copy.areas.get(area.field))

    def _texts(self) -> Iterator[PaperItem]:
        for page, name in self._inked():
            if text_key(name) not in self.decided:
                yield self._item(text_key(name), ItemKind.TEXT, page.page, [name])

    def _empty(self) -> Iterator[PaperItem]:
        """Ask about pages without a mark where others have some, or about the whole sheet."""
        found = [(page, self._blankness(page, copy)) for page, copy in self._counted() if page.lines]
        states = {state for _page, state in found}
        if _Blankness.MARKED in states:
            for page, state in found:
                # A page of a long list on which nobody is ticked is nothing strange.
                listed = all(line.alone for line in page.lines)
                if state is _Blankness.EMPTY and not listed and page_key(page.page) not in self.decided:
                    fields = [line.field for line in page.lines]
                    yield self._item(page_key(page.page), ItemKind.EMPTY, page.page, fields)
        elif _Blankness.EMPTY in states and _Blankness.OPEN not in states and SHEET not in self.decided:
            fields = [line.field for page, _state in found for line in page.lines]
            yield self._item(SHEET, ItemKind.EMPTY, 0, fields)

    def _blankness(self, page: PaperPage, copy: KeptPage) -> _Blankness:
        says = [self._says[line.field] for line in page.lines]
        if any(says):
            return _Blankness.MARKED
        if None in says:
            return _Blankness.OPEN
        seen = all(self._asked(copy, reading) for reading in copy.lines)
        return _Blankness.SEEN if seen else _Blankness.EMPTY


def _unseen(page: PaperPage) -> KeptPage:
    """Return a page of which nothing is known: all of it is asked about, without pictures."""
    lines = tuple(LineReading(line.field, LineState.DOUBTFUL, None, Doubt.TRACE) for line in page.lines)
    return KeptPage(page.page, lines, {area.field: True for area in page.areas})


# What people say


def answered(form: PaperForm, sheet: KeptSheet, rules: PaperRules, answer: PaperAnswer) -> KeptSheet:
    """Add what one person, or two at one screen, said to an open item; options may come in any order.

    Raises ``BadAnswer`` where the item is not open (``gone``), is for one alone or for two at one screen
    (``alone``, ``joint``), where an account answered before (``again``) or is no other (``pair``), and
    where nobody can say that to it (``unknown``; of a text, which comes ``as_typed``, ``too-long`` and
    ``control``).
    """
    items = {item.key: item for item in open_items(form, sheet, rules)}
    item = items.get(answer.item)
    if item is None:
        raise BadAnswer("gone", "this is open no more")
    if answer.joint is not item.joint:
        who = ("joint", "two people at one screen") if item.joint else ("alone", "each person alone")
        raise BadAnswer(who[0], f"this is for {who[1]} to answer")
    accounts = answer.account.split(BOTH)
    if answer.joint and (len(set(accounts)) != 2 or not all(accounts)):
        raise BadAnswer("pair", "this is for two different people to answer")
    if answer.account in item.answered:
        raise BadAnswer("again", "this account answered already")
    taken = replace(answer, answer=_taken(form, sheet, item, answer.answer))
    return replace(sheet, answers=(*sheet.answers, taken))


def answers_to(form: PaperForm, sheet: KeptSheet, item: PaperItem) -> tuple[str, ...]:
    """List what may be said to an item, of a text besides what is typed."""
    end = SPOIL if item.joint else UNSURE
    match item.kind:
        case ItemKind.LINE:
            return (*_options(form, item), BLANK, end)
        case ItemKind.EMPTY:
            return (BLANK, MARKED, end)
        case ItemKind.TEXT:
            return (BLANK, end)
        case ItemKind.COPIES:
            copies = [page for page in sheet.pages if page.page == item.page]
            return (*_copy_answers(copies), SPOIL, REFUSE)
        case ItemKind.PAGES:
            return (*_without_pages(sheet), SPOIL, REFUSE)


def _without_pages(sheet: KeptSheet) -> Iterator[str]:
    """Go through what may be done with a sheet of which pages are missing, so that it counts."""
    if any(page.lines or page.areas for page in sheet.pages):
        yield TAKE
    # Else nobody would know which sheet to take in hand.
    if sheet.unread:
        yield TYPE


def _options(form: PaperForm, item: PaperItem) -> Values:
    line = next(line for line in form.lines if line.field in item.fields)
    return tuple(box.value for box in line.boxes)


def _taken(form: PaperForm, sheet: KeptSheet, item: PaperItem, said: str) -> str:
    """Return an answer as it is kept; raises ``BadAnswer``."""
    if said in answers_to(form, sheet, item):
        return said
    words = typed_in(said) if item.kind is ItemKind.TEXT else None
    if words is not None:
        return _text(item.fields[0], words)
    if item.kind is ItemKind.LINE and any(line.many for line in form.lines if line.field in item.fields):
        chosen, options = said.split(), _options(form, item)
        if chosen and set(chosen) <= set(options):
            return " ".join(option for option in options if option in chosen)
    raise BadAnswer("unknown", "there is no such answer to this")


def _text(field: str, said: str) -> str:
    longest = MAX_REASON_LENGTH if is_reason(field) else MAX_TEXT_LENGTH
    typed = as_typed(said)
    text = typed_in(typed) or ""
    if len(text) > longest:
        raise BadAnswer("too-long", f"at most {longest} characters")
    if not is_acceptable(text, longest):
        raise BadAnswer("control", "there are characters in it that cannot be kept")
    return typed
