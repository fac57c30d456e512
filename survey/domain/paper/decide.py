"""From what was read of pages and said by people to one paper ballot: what counts, what is open."""

from collections.abc import Iterable, Iterator
from enum import Enum, auto
from functools import cached_property

from survey.domain.definition.rules import PaperRules, PaperTexts

from .answers import (
    PAGES,
    SHEET,
    copies_key,
    decisions,
    is_joint,
    is_of_sheet,
    line_key,
    page_key,
    said_to,
    text_key,
    typed_in,
)
from .fate import REFUSE, SPOIL, TYPE, ItemKind, PaperItem, Settled, SheetState
from .pages import Values, chosen_copy, differing_fields, is_seen, readings_of, ticked_in, values_of
from .reading import Doubt, LineReading, LineState
from .record import KeptPage, KeptSheet, SheetRefusal
from .sheet import PaperForm, PaperLine, PaperPage


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
        self.chosen = {number: chosen_copy(copies, self.decided) for number, copies in self.copies.items()}
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
            readings = readings_of(copy)
            for line in page.lines:
                reading = readings.get(line.field)
                if reading and not self._asked(copy, reading):
                    found[line.field] = values_of(reading)
                else:
                    found[line.field] = self._decided(line)
        return found

    def _decided(self, line: PaperLine) -> Values | None:
        decided = self.decided.get(line_key(line.field))
        if decided is None:
            return None
        ticked = ticked_in(decided.answer)
        return tuple(box.value for box in line.boxes if box.value in ticked)

    def _asked(self, copy: KeptPage, reading: LineReading) -> bool:
        """Return whether people are, or were, asked about a line."""
        if reading.state is LineState.BLANK:
            return copy.page in self._seen
        return reading.state is LineState.DOUBTFUL

    @cached_property
    def _seen(self) -> frozenset[int]:
        """Return the pages on which people saw marks that no scan showed."""
        return frozenset(number for number in self.copies if is_seen(number, self.decided))

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
                yield self._item(copies_key(number), ItemKind.COPIES, number, differing_fields(copies))

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
