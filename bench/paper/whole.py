"""The whole way of an urn full of sheets, good and bad ones, held against what the voters meant.

Of some sheets the code was used on a phone or voided, some are of another campaign, lack a page, were scanned
twice, or were copied, changed and scanned with the others. The sheets are pages as if they had been read,
unless somebody draws and scans them (``Scans``).
"""

import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import islice
from time import process_time

from flask import Flask

from survey.domain.count.disclosure import Count
from survey.domain.count.tally import Counts
from survey.domain.definition.campaign import Definition
from survey.domain.paper.answers import line_key
from survey.domain.paper.fate import BLANK, TAKE, ItemKind
from survey.domain.paper.sheet import PaperForm
from survey.secrecy.paper_key import new_paper_key, paper_key_path, write_paper_key
from survey.services.accounts.accounts import Account
from survey.services.campaigns import procedure
from survey.services.paper import review, runs
from survey.services.paper.forms import forms_of
from survey.services.paper.review import Prepared
from survey.services.paper.review_items import ReviewItem
from survey.services.paper.runs import Heard, Reader, Run
from survey.services.voting import tokens
from survey.storage.database import transaction
from survey.web.context import settings, vault
from tests import sheets
from tests.builders import BY, Running, a_definition, cast, collect, count, running_campaign
from tests.sheets import Collected
from tests.signing_in import an_account

from .acceptance import Row

RATEES = 15
"""So many take two pages."""
CHANGED, CHANGED_LABEL = "poor", "不称职"
"""What somebody made of the first line of a copy."""
TWO = ("王芳", "李明")
NOTHING = 0
"""The position of a line without a mark."""
NEAR = 0.1
"""How far the order of storing may follow that of scanning."""

Said = dict[str, str | None]


@dataclass(frozen=True)
class Image:
    """A page to scan: of which form and sheet, and what it says by field; ``?`` is doubtful."""

    form: PaperForm
    serial: str
    page: int
    said: Said


Scans = Callable[[Sequence[Image], Definition], tuple[Sequence[bytes], Reader]]
"""Makes files of pages, and what reads them."""


def as_if_read(images: Sequence[Image], _definition: Definition) -> tuple[Sequence[bytes], Reader]:
    """Make files that hold the pages as if they had been read."""
    pages = [sheets.a_page(one.form, one.serial, one.said, page=one.page) for one in images]
    return [sheets.a_file(*pages[at : at + 50]) for at in range(0, len(pages), 50)], sheets.as_if_read


@dataclass(frozen=True)
class Fates:
    """How many sheets there are, and what becomes of how many."""

    sheets: int
    again: int
    copied: int
    phone: int
    torn: int
    voided: int
    foreign: int
    doubtful: int = 0

    @classmethod
    def of(cls, number: int) -> "Fates":
        """Return the shares that the design asks for, of another number of sheets."""
        two, one = max(2, number // 50), max(1, number // 100)
        return cls(number, two, two, two, one, one, one, two)

    @property
    def in_box(self) -> int:
        """Return how many sheets count."""
        return self.sheets - self.phone - self.voided - self.foreign


@dataclass
class Found:
    """What the way led to, and what it should have."""

    fates: Fates
    figures: dict[str, tuple[object, object]] = field(default_factory=dict)
    lines: int = 0
    unlike: list[str] = field(default_factory=list)
    near: dict[str, float] = field(default_factory=dict)
    asked: int = 0
    seconds: float = 0.0

    def is_true(self) -> bool:
        """Return whether all that was found is so."""
        return not self.unlike and all(one == other for one, other in self.figures.values())

    def rows(self) -> Iterator[Row]:
        """Hold it against what is asked."""
        kind = f"whole way, {self.fates.sheets} sheets"
        yield Row(kind, self.lines, "counted otherwise", f"{len(self.unlike)}", "0", not self.unlike, True)
        for said, (measured, meant) in self.figures.items():
            yield Row(kind, self.lines, said, f"{measured}", f"{meant}", measured == meant, True)
        for said, near in self.near.items():
            yield Row(kind, self.lines, said, f"{near:+.3f}", f"< {NEAR}", abs(near) < NEAR, False)


def whole_way(app: Flask, number: int, seed: int, scans: Scans = as_if_read) -> Found:
    """Go the whole way with so many sheets, and return what was counted beside the truth."""
    begun = process_time()
    urn = _Urn(app, Fates.of(number), random.Random(seed))
    urn.scan(scans)
    urn.decide()
    urn.note_order("before the close")
    procedure.close(urn.of.code, BY, settings().keys)
    urn.note_order("after the close")
    urn.compare(count(app, urn.of.code).count)
    urn.found.seconds = process_time() - begun
    return urn.found


class _Urn:
    """The sheets of an urn, what their voters meant, and what was found so far."""

    def __init__(self, app: Flask, fates: Fates, dice: random.Random) -> None:
        self.found = Found(fates)
        self._dice = dice
        ours = _opened(app, "small", fates.sheets)
        self._definition = ours.definition
        self.of = _collected(ours)
        self.meant: dict[str, Said] = {}
        """What is ticked on each sheet that counts, in the order of the stack."""
        stack = ours.codes["A"][: fates.sheets - fates.foreign]
        phone, voided = stack[: fates.phone], stack[fates.phone : fates.phone + fates.voided]
        self._by_phone = [self._ticks(self.of.forms["A"]) for _ in phone]
        for token, said in zip(phone, self._by_phone, strict=True):
            cast(app, token, {name: value for name, value in said.items() if value})
        with transaction(write=True) as session:
            tokens.void(session, vault(), self.of.code, voided, BY)
        collect(app, self.of.code)
        dice.shuffle(stack)
        images = [self._sheet(token, counts=token not in {*phone, *voided}) for token in stack]
        self._again: list[list[Image]] = []
        self._happen(images)
        other = _collected(_opened(app, "other", fates.foreign))
        for token in other.codes["A"][: fates.foreign]:
            form = other.forms["A"]
            foreign = _images(form, other.serial(token), self._ticks(form))
            images.insert(dice.randrange(len(images) + 1), foreign)
        self._images = [image for one in images for image in one]

    def scan(self, scans: Scans) -> None:
        """Scan all in one run, and some sheets once more after it."""
        fates = self.found.fates
        run = self._run(scans, self._images)
        figures = self.found.figures
        two = an_account("organiser", name=TWO[0])
        with transaction() as session:
            left = review.left(session, sheets.found(self.of.code), self.of.key, two)
        figures["copies that differ"] = left.joint - run.sheets.incomplete, fates.copied
        figures["lack a page"] = run.sheets.incomplete, fates.torn
        again = [image for one in self._again for image in one]
        figures["scanned before"] = self._run(scans, again).scanned_before, fates.again

    def decide(self) -> None:
        """Let two people decide what is open, as the voters meant it."""
        two = an_account("organiser", name=TWO[0]), an_account("scrutineer", name=TWO[1])
        truth = {
            self.of.key.item(serial, line_key(name)): value or BLANK
            for serial, said in self.meant.items()
            for name, value in said.items()
        }
        for account in two:
            while item := self._next(review.next_item, account):
                ahead, said = self._look(item), truth[item.item]
                with transaction(write=True) as session:
                    review.answer(session, self.of.code, self.of.key, item.item, account, said, BY, ahead)
        while item := self._next(review.next_joint, two[0]):
            ahead, said = self._look(item), _together(item)
            with transaction(write=True) as session:
                review.answer_joint(session, self.of.code, self.of.key, item.item, said, *two, BY, ahead)
        told, fates = sheets.told(self.of), self.found.fates
        refused = {why.value: number for why, number in told.sheets.refused.items()}
        figures = self.found.figures
        figures["wait still"] = told.sheets.unsettled, 0
        figures["put in, or ready for the close"] = told.in_box + told.sheets.ready, fates.in_box
        figures["found of the urn"] = told.found, fates.sheets
        figures["voted by phone"] = refused.get("already-cast", 0), fates.phone
        figures["voided"] = refused.get("voided", 0), fates.voided
        figures["of another campaign"] = refused.get("other-campaign", 0), fates.foreign

    def note_order(self, when: str) -> None:
        """Note how far the order of the box follows that of the stack."""
        places = {self._ratings(said): at for at, said in enumerate(self.meant.values())}
        box = sheets.in_the_box(self.of)
        self.found.near[f"ρ of box and stack, {when}"] = _correlation([places[r] for r in box if r in places])
        meant = Counter(map(self._ratings, [*self.meant.values(), *self._by_phone]))
        # What the close puts in is not there before.
        unlike = Counter(box) - meant
        self.found.figures[f"ballots nobody meant, {when}"] = unlike.total(), 0

    def compare(self, counted: Count) -> None:
        """Hold the number of ballots, and what was counted of each line, against what was meant."""
        meant = [*self.meant.values(), *self._by_phone]
        total, figures = counted.accounting.total, self.found.figures
        figures["ballots counted"] = total.valid, len(meant)
        figures["of them on paper"] = total.paper, len(self.meant)
        for line in self._definition.lines_of["A"]:
            given = Counter(said.get(line.name) for said in meant)
            grades = tuple(given[grade.key] for grade in line.scale.grades)
            truth = Counts(grades, given["-"], given[None])
            self.found.lines += len(meant)
            if counted.cells[line.key].pooled != truth:
                self.found.unlike.append(line.name)

    def _run(self, scans: Scans, images: Sequence[Image]) -> Run:
        files, reader = scans(images, self._definition)
        contents = [partial(bytes, content) for content in files]
        return runs.scan(self.of.code, contents, settings().keys, lambda: BY, Heard(), reader)

    def _sheet(self, token: str, *, counts: bool) -> list[Image]:
        """Fill in the sheet of a code; note what is meant where it counts."""
        form, serial = self.of.forms["A"], self.of.serial(token)
        said = self._ticks(form)
        if counts:
            self.meant[serial] = said
        return _images(form, serial, said)

    def _ticks(self, form: PaperForm) -> Said:
        """Tick each line, or leave it empty; the first as nobody does who changes a copy."""
        values = [[box.value for box in line.boxes] for line in form.lines]
        said = {
            line.field: self._dice.choice([None, *boxes])
            for line, boxes in zip(form.lines, values, strict=True)
        }
        first = next(form.lines).field
        return said | {first: self._dice.choice([value for value in values[0] if value != CHANGED])}

    def _happen(self, stack: list[list[Image]]) -> None:
        """Let happen to sheets that count what may happen: each to another one."""
        fates, dice = self.found.fates, self._dice
        counting = [images for images in stack if images[0].serial in self.meant]
        chosen = iter(dice.sample(counting, len(counting)))
        self._again = list(islice(chosen, fates.again))
        more = [list(images) for images in self._again]
        for images in islice(chosen, fates.copied):
            first = images[0]
            [name, *_] = first.said
            more.append([replace(first, said=first.said | {name: CHANGED})])
        for images in islice(chosen, fates.torn):
            lost = images.pop()
            self.meant[lost.serial] |= dict.fromkeys(lost.said)
        for images in islice(chosen, fates.doubtful):
            first = images[0]
            images[0] = replace(first, said=first.said | {list(first.said)[-1]: sheets.DOUBTFUL})
        for images in more:
            stack.insert(dice.randrange(len(stack) + 1), images)

    def _next(self, find: Callable[..., ReviewItem | None], account: Account) -> ReviewItem | None:
        with transaction() as session:
            item = find(session, sheets.found(self.of.code), self.of.key, account)
        self.found.asked += item is not None
        return item

    def _look(self, item: ReviewItem) -> Prepared:
        with transaction() as session:
            return review.look(session, sheets.found(self.of.code), self.of.key, item.item)

    def _ratings(self, said: Said) -> tuple[int, ...]:
        lines = self._definition.lines_of["A"]
        return tuple(
            line.scale.positions[value] if (value := said.get(line.name)) else NOTHING for line in lines
        )


def _opened(app: Flask, campaign_code: str, number: int) -> Running:
    campaign = {"code": campaign_code, "title": "小型测评", "organiser": "考核组"}
    ratees = [f"r{at}" for at in range(RATEES)]
    data = a_definition(groups=("A",), ratees=ratees, campaign=campaign, paper={})
    return running_campaign(app, data, number)


def _collected(running: Running) -> Collected:
    """Make the paper key of a campaign, and lay its ballots out."""
    key = new_paper_key(running.code)
    write_paper_key(paper_key_path(settings().keys, running.code), key)
    forms = {form.group: form for form in forms_of(sheets.found(running.code))}
    return Collected(running.code, running.codes, key, forms)


def _images(form: PaperForm, serial: str, said: Said) -> list[Image]:
    pages = (page for page in form.pages if page.lines)
    return [
        Image(form, serial, page.page, {line.field: said[line.field] for line in page.lines})
        for page in pages
    ]


def _together(item: ReviewItem) -> str:
    """Return what two say who see the sheets: which copy was not changed, and that what is there counts."""
    if item.kind is not ItemKind.COPIES:
        return TAKE
    [first, *_] = item.copies
    changed = CHANGED_LABEL in {label for one in first for label in one.values}
    return "copy 2" if changed else "copy 1"


def _correlation(places: Sequence[int]) -> float:
    """Return the correlation of numbers with their own places."""
    ranks = sorted(range(len(places)), key=places.__getitem__)
    middle = (len(places) - 1) / 2
    spread = sum((at - middle) ** 2 for at in range(len(places)))
    return sum((rank - middle) * (at - middle) for rank, at in enumerate(ranks)) / spread
