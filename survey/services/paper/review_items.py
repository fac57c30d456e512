"""What people see of a doubtful paper ballot: pictures, who is rated, what may be answered; not the sheet."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from survey.domain.ballot.ballot import BallotForm
from survey.domain.definition.campaign import Campaign, Definition, Line
from survey.domain.definition.rules import PaperRules
from survey.domain.errors import NoPaper
from survey.domain.operations.bounded_cache import BoundedCache
from survey.domain.paper.answering import answers_to
from survey.domain.paper.answers import said_to, typed_in
from survey.domain.paper.decide import missing_pages, open_items, typed_pages
from survey.domain.paper.fate import UNSURE, ItemKind, PaperItem
from survey.domain.paper.layout.columns import named
from survey.domain.paper.layout.flow import lay_out
from survey.domain.paper.pages import counted_pages
from survey.domain.paper.reading import LineReading
from survey.domain.paper.record import KeptPage, KeptSheet, UnreadPage
from survey.domain.paper.sheet import AreaKind, PaperForm, PaperLine
from survey.secrecy.paper_key import PaperKey

ALONE = frozenset({ItemKind.LINE, ItemKind.EMPTY})
"""What each answers alone, on the page of lines; texts have a page of their own."""


@dataclass(frozen=True)
class ShownCrop:
    """One line or frame: the key of its picture, ``None`` where none is kept, and what it is of.

    ``reading`` is what was understood of it, said only where copies are compared; ``values`` its labels;
    ``written`` is what stands in a frame there.
    """

    crop: str | None
    label: str
    reading: LineReading | None = None
    values: tuple[str, ...] = ()
    written: AreaKind | None = None


@dataclass(frozen=True)
class WorkLeft:
    """What is left: lines and texts for one account alone, and what two decide together."""

    lines: int
    texts: int
    joint: int


@dataclass(frozen=True)
class ReviewItem:
    """One question to people, as it is shown.

    ``item`` names it without telling the sheet. ``offers`` is what may be answered, ``grades`` maps those of
    them to labels that are grades or options, in their order; ``many`` of these may be chosen together.
    ``block`` are all lines of who is rated that are looked at together, ``copies`` what differs between
    copies of one page, ``typed`` what was typed in so far of a text, ``longest`` how long that may be,
    ``asking`` the grades that ask for it where it is a reason, ``is_name`` whether it is the name of somebody
    who is not on the list, ``frame`` which frame of the sheet in hand that is, 0 where there are pictures;
    ``missing`` are pages that did not come, of ``pages``, ``unread`` those of the sheet that could not be
    read, where that bears on the question; ``page`` is the one that two people go through with the sheet in
    hand, 0 where there are pictures.
    """

    item: str
    kind: ItemKind
    about: str
    section: str
    pictures: tuple[ShownCrop, ...]
    grades: dict[str, str]
    offers: tuple[str, ...]
    many: bool
    left: WorkLeft
    block: tuple[ShownCrop, ...] = ()
    copies: tuple[tuple[ShownCrop, ...], ...] = ()
    typed: tuple[str, ...] = ()
    longest: int = 0
    asking: tuple[str, ...] = ()
    is_name: bool = False
    frame: int = 0
    missing: tuple[int, ...] = ()
    pages: int = 0
    unread: tuple[UnreadPage, ...] = ()
    page: int = 0


@dataclass(frozen=True)
class SheetForm:
    """The ballot of one rater group, as printed and as posted."""

    definition: Definition
    group: str
    rules: PaperRules
    paper: PaperForm = field(repr=False)

    @cached_property
    def ballot(self) -> BallotForm:
        """Return the ballot as it is posted."""
        return BallotForm(self.definition, self.group)

    @cached_property
    def lines(self) -> dict[str, PaperLine]:
        """Map fields to lines, in the order of the pages."""
        return {line.field: line for line in self.paper.lines}

    @cached_property
    def rated(self) -> dict[str, Line]:
        """Map fields of ratings to what they rate."""
        return {line.name: line for line in self.ballot.lines}


_forms = BoundedCache[tuple[str, str, str], SheetForm](max_entries=64)


def form_of(campaign: Campaign, group: str) -> SheetForm:
    """Return the ballot of one rater group, laid out once; raises ``NoPaper``."""
    definition = campaign.definition
    if definition.paper is None:
        raise NoPaper(campaign.code)
    key = (*definition.shown, group)
    form = _forms.get(key)
    if form is None:
        form = SheetForm(definition, group, definition.paper, lay_out(definition, group, definition.paper))
        _forms.put(key, form)
    return form


@dataclass(frozen=True)
class Asked:
    """An open question of a sheet: ``row`` is the key of the sheet's row."""

    row: bytes
    sheet: KeptSheet
    form: SheetForm
    item: PaperItem

    def name(self, key: PaperKey) -> str:
        """Return what names it to people: nothing can be worked out of it."""
        return key.item(self.sheet.serial, self.item.key)

    def is_for(self, account: str) -> bool:
        """Return whether somebody may answer it alone."""
        return not self.item.joint and account not in self.item.answered

    @property
    def pages(self) -> tuple[KeptPage, ...]:
        """List the pages that it is about; copies one after the other where people have to choose."""
        return tuple(page for page in self.counted if self.item.page in (0, page.page))

    @cached_property
    def counted(self) -> tuple[KeptPage, ...]:
        """List all pages of the sheet with the copies that count."""
        return counted_pages(self.sheet)

    @cached_property
    def is_typed(self) -> bool:
        """Return whether two people go through its page with the sheet in hand."""
        return self.item.page in typed_pages(self.form.paper, self.sheet)

    @cached_property
    def block(self) -> tuple[str, ...]:
        """List the fields of all lines of who is rated, in order; none for what is no rating."""
        ratees = {self.form.rated[name].ratee.key for name in self.item.fields if name in self.form.rated}
        if self.item.kind is not ItemKind.LINE or not ratees:
            return ()
        return tuple(name for name, line in self.form.rated.items() if line.ratee.key in ratees)

    @property
    def written(self) -> AreaKind | None:
        """Return what is written in the frame that is asked about, ``None`` where it is about lines."""
        return self.form.paper.kind_of(self.item.fields[0]) if self.item.kind is ItemKind.TEXT else None

    def crops(self) -> frozenset[str]:
        """Return the keys of the pictures that are shown with it."""
        fields = {*self.item.fields, *(self.block if self.item.joint else ())}
        pages = self.counted if self.item.joint else self.pages
        return frozenset(crop for page in pages for name in fields for crop in page.crops_of(name))


def asked_of(campaign: Campaign, sheets: Iterable[tuple[bytes, KeptSheet]]) -> Iterator[Asked]:
    """Go through what is open about sheets."""
    for row, sheet in sheets:
        if sheet.refusal is None:
            form = form_of(campaign, sheet.group)
            for item in open_items(form.paper, sheet, form.rules):
                yield Asked(row, sheet, form, item)


def shown(asked: Asked, key: PaperKey, left: WorkLeft) -> ReviewItem:
    """Return a question as people see it."""
    item, form = asked.item, asked.form
    about, section = _about(asked)
    line = form.lines.get(item.fields[0]) if item.kind is ItemKind.LINE else None
    grades = _grades(line) if line else {}
    return ReviewItem(
        item=asked.name(key),
        kind=item.kind,
        about=about,
        section=section,
        pictures=tuple(_pictures(form, asked.pages, item.fields)),
        grades=grades,
        offers=answers_to(form.paper, asked.sheet, item),
        many=line is not None and line.many,
        left=left,
        block=_block(asked),
        copies=_copies(asked) if item.kind is ItemKind.COPIES else (),
        typed=_typed(asked) if item.kind is ItemKind.TEXT else (),
        longest=form.ballot.texts.get(item.fields[0], 0) if item.kind is ItemKind.TEXT else 0,
        asking=_asking(asked),
        is_name=asked.written is AreaKind.NAME,
        frame=_frame(asked) if asked.is_typed else 0,
        missing=missing_pages(form.paper, asked.sheet) if item.kind is ItemKind.PAGES else (),
        pages=len(form.paper.pages),
        unread=asked.sheet.unread if item.kind is ItemKind.PAGES or asked.is_typed else (),
        page=item.page if asked.is_typed else 0,
    )


def _about(asked: Asked) -> tuple[str, str]:
    """Return who is rated or what is asked, and the section's title; both empty for more than one."""
    form, names = asked.form, asked.item.fields
    if asked.item.kind not in (ItemKind.LINE, ItemKind.TEXT):
        return "", ""
    name = names[0]
    if name in form.ballot.questions:
        return form.ballot.questions[name].label, ""
    if asked.written in (AreaKind.TEXT, AreaKind.NAME):
        return "", form.definition.section[name.partition(".")[0]].title
    rated = form.rated[name.removesuffix(".reason") if asked.written else name]
    return named(rated.ratee), rated.section.title


def _frame(asked: Asked) -> int:
    """Return which frame for a name is asked about, counted from 1; 0 for anything else."""
    if asked.written is not AreaKind.NAME:
        return 0
    name = asked.item.fields[0]
    return asked.form.definition.section[name.partition(".")[0]].written_fields.index(name) + 1


def _asking(asked: Asked) -> tuple[str, ...]:
    """List the grades for which a frame holds the reason, none for other frames."""
    if asked.written is not AreaKind.REASON:
        return ()
    scale = asked.form.rated[asked.item.fields[0].removesuffix(".reason")].scale
    return tuple(grade.label for grade in scale.grades if grade.reason_required)


def _grades(line: PaperLine) -> dict[str, str]:
    return {box.value: label for box, label in zip(line.boxes, line.values, strict=True)}


def _pictures(form: SheetForm, pages: Sequence[KeptPage], fields: Iterable[str]) -> Iterator[ShownCrop]:
    """Go through the pictures of fields, the first copy's where there are several."""
    for name in fields:
        label = form.lines[name].label if name in form.lines else ""
        crops = next((page.crops_of(name) for page in pages if name in page.crops), (None,))
        yield from (ShownCrop(crop, label) for crop in crops)


def _block(asked: Asked) -> tuple[ShownCrop, ...]:
    if not asked.item.joint:
        return ()
    pictures = _pictures(asked.form, asked.counted, asked.block)
    return tuple(picture for picture in pictures if picture.crop)


def _typed(asked: Asked) -> tuple[str, ...]:
    """List what was typed, nothing where somebody saw no words; who could not read it typed nothing."""
    said = said_to(asked.sheet, asked.item.key)
    return tuple(typed_in(one.answer) or "" for one in said if one.answer != UNSURE)


def _copies(asked: Asked) -> tuple[tuple[ShownCrop, ...], ...]:
    return tuple(tuple(_read(asked.form, page, asked.item.fields)) for page in asked.pages)


def _read(form: SheetForm, page: KeptPage, fields: Iterable[str]) -> Iterator[ShownCrop]:
    readings = {line.field: line for line in page.lines}
    for name in fields:
        reading, line = readings.get(name), form.lines.get(name)
        said = reading.value if reading else None
        chosen = (said,) if isinstance(said, str) else said or ()
        labels = _grades(line) if line else {}
        who = " ".join(part for part in (line.of, line.label) if part) if line else ""
        written = None if line else form.paper.kind_of(name)
        yield ShownCrop(page.crops.get(name), who, reading, tuple(labels[value] for value in chosen), written)
