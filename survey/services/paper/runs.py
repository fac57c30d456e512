"""A run: scanned files are read, page by page, and come together to sheets that wait, sealed.

A run takes many transactions and opens them itself. Each stores a bounded number of pages; one that is killed
loses those of the open transaction, and the same run again finds the others there and adds nothing to them.
One reads a campaign's scans at a time, and its lock ends with its process.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from sqlalchemy.orm import Session

from survey.domain.audit.acts import Act
from survey.domain.definition.campaign import Campaign
from survey.domain.errors import RunUnderWay
from survey.domain.paper.pages import crops_of, trimmed, with_page, with_unread
from survey.domain.paper.reading import PageFault, PageReading, PageRefusal
from survey.domain.paper.record import KeptPage, KeptSheet, SheetRefusal, UnreadPage
from survey.domain.paper.sheet import PaperForm
from survey.secrecy.paper_key import PaperKey
from survey.services.audit import audit
from survey.services.audit.audit import By
from survey.storage import token_rows
from survey.storage.campaign_rows import find_campaign, locked_campaign
from survey.storage.database import db, transaction
from survey.storage.operations.job_rows import hold_scan
from survey.storage.token_rows import Marks

from . import status
from .forms import forms_of
from .keys import paper_key_of
from .putting_in import PutIn, look_ahead, put_ready, stub
from .reading import Read, ScanReader
from .status import SheetNumbers, refusal_of, sheet_numbers
from .urn import REFUSED
from .waiting import Waiting

PAGES = 40
"""Pages of one transaction: some seconds of reading, which is what a killed run loses."""
_TO = "read scanned ballots"
_UNPROVEN = (SheetRefusal.UNKNOWN, SheetRefusal.OTHER_CAMPAIGN)
"""What a page says of itself that need not be true of its serial's sheet: it gives way to that."""


class Reading(Protocol):
    """Reads the pages of a file, as ``ScanReader`` does."""

    def read(self, data: bytes) -> Iterator[Read]:
        """Go through the pages of one file."""


Reader = Callable[[Sequence[PaperForm]], AbstractContextManager[Reading]]


def ballots_reader(forms: Sequence[PaperForm]) -> ScanReader:
    """Read real ballots, with pictures of what people may have to look at; raises ``PaperNotInstalled``."""
    return ScanReader(forms, specimens=False, crops=True)


@dataclass(frozen=True)
class RefusedImage:
    """An image that was not read: the number of its file in the run, its own in the file, and why."""

    file: int
    image: int
    why: PageFault


@dataclass(frozen=True)
class Run:
    """What a run did; ``strips`` and ``scanned_before`` count sheets, not images.

    ``refused`` are the images that were not read, ``sheets`` what is kept after it.
    """

    images: int
    refused: tuple[RefusedImage, ...]
    strips: int
    scanned_before: int
    put_in: PutIn
    sheets: SheetNumbers


def _nothing(*_said: object) -> None:
    pass


@dataclass(frozen=True)
class Heard:
    """Who is told of a run while it goes on.

    ``images`` hears after each image how many there were; what it raises ends the run, and what is stored
    stays. ``stored`` hears the number of each file all of whose pages are stored, and whether all of them
    were read. ``ended`` works in the last transaction, of which the end of the run is a part.
    """

    images: Callable[[int], None] = _nothing
    stored: Callable[[int, bool], None] = _nothing
    ended: Callable[[Session, Run], None] = _nothing


def scan(
    campaign_code: str,
    files: Sequence[Callable[[], bytes]],
    keys: Path,
    by: Callable[[], By],
    heard: Heard = Heard(),
    reader: Reader = ballots_reader,
) -> Run:
    """Read scanned files into the waiting sheets, and put those into the box about which nothing is open.

    ``files`` are opened one after the other; ``keys`` is the folder of keys. Raises ``NoPaper``,
    ``WrongState``, ``NotCollecting``, ``RunUnderWay``, ``PaperKeyLost``, ``BadFile`` and ``WrongKey`` for
    the paper key, ``PaperNotInstalled``, and what opening a file raises.
    """
    with ExitStack() as held:
        with transaction(write=True) as session:
            campaign = locked_campaign(session, campaign_code)
            campaign.require_collecting(to=_TO)
            # Whoever asks whether a run is under way holds the campaign's lock too, and is no run.
            if not held.enter_context(hold_scan(db.engine, campaign_code)):
                raise RunUnderWay(campaign_code)
        with transaction() as session:
            key = paper_key_of(keys, campaign, session)
            codes = token_rows.codes_of(session, campaign)
            owners = {key.serial_of(digest): (digest, group) for digest, group in codes}
        forms = forms_of(campaign)
        going_on = _Run(campaign_code, key, owners, {form.group: form for form in forms})
        with reader(forms) as reading:
            going_on.read(reading, files, heard)
        return _ended(going_on, campaign_code, key, by, heard)


def _ended(going_on: "_Run", campaign_code: str, key: PaperKey, by: Callable[[], By], heard: Heard) -> Run:
    """Put in what is ready, and note what a run did."""
    with transaction() as session:
        ahead = look_ahead(session, find_campaign(session, campaign_code), key)
    with transaction(write=True) as session:
        campaign = locked_campaign(session, campaign_code)
        # Only now: copies of a sheet in one run are found before any of them is in the box.
        put_in = put_ready(session, campaign, key, by(), ahead=ahead)
        run = going_on.ended(put_in, sheet_numbers(session, campaign, key))
        _record(session, campaign, run, by())
        heard.ended(session, run)
    return run


def _record(session: Session, campaign: Campaign, run: Run, by: By) -> None:
    """Note totals by kind; not by group, and of no sheet or image by itself."""
    left = run.sheets
    facts = {
        status.IMAGES: run.images,
        status.REFUSED_IMAGES: Counter(image.why.value for image in run.refused),
        status.STRIPS: run.strips,
        status.SCANNED_BEFORE: run.scanned_before,
        REFUSED: left.refused,
        "ready": left.ready,
        "waiting": left.waiting,
        "incomplete": left.incomplete,
    }
    audit.record(session, by, Act.SCAN, campaign.code, **facts)


@dataclass
class _Page:
    """A page that is read and not stored yet, and where it stood."""

    file: int
    image: int
    read: Read


class _Run:
    """What a run knows: who has which serial, and what it has seen so far."""

    def __init__(
        self,
        campaign_code: str,
        key: PaperKey,
        owners: Mapping[str, tuple[bytes, str]],
        forms: Mapping[str, PaperForm],
    ) -> None:
        self._campaign_code = campaign_code
        self._key = key
        self._owners = owners
        self._forms = forms
        self._layouts = {form.layout for form in forms.values()}
        self._refused: list[RefusedImage] = []
        self._strips: set[str] = set()
        self._scanned_before: set[str] = set()
        self._images = 0
        self._rows: dict[bytes, str] = {}

    def read(self, reading: Reading, files: Iterable[Callable[[], bytes]], heard: Heard) -> None:
        """Read files and store their pages, so many at a time."""
        pages: list[_Page] = []
        whole: list[int] = []
        for number, content in enumerate(files, 1):
            for image, page in enumerate(reading.read(content()), 1):
                self._images += 1
                pages.append(_Page(number, image, page))
                heard.images(self._images)
                if len(pages) >= PAGES:
                    self._store(pages)
                    self._tell(whole, heard)
            whole.append(number)
        self._store(pages)
        self._tell(whole, heard)

    def ended(self, put_in: PutIn, sheets: SheetNumbers) -> Run:
        """Return what the run did."""
        strips, again = len(self._strips), len(self._scanned_before)
        return Run(self._images, tuple(self._refused), strips, again, put_in, sheets)

    def _tell(self, whole: list[int], heard: Heard) -> None:
        unread = {image.file for image in self._refused}
        for number in whole:
            heard.stored(number, number not in unread)
        whole.clear()

    def _store(self, pages: list[_Page]) -> None:
        """Store pages in one transaction, and forget them."""
        if not pages:
            return
        with transaction(write=True) as session:
            campaign = locked_campaign(session, self._campaign_code)
            campaign.require_collecting(to=_TO)
            serials = {page.read.code.serial for page in pages if page.read.code}
            known = {self._owners[serial][0] for serial in serials if serial in self._owners}
            marks = token_rows.marks_of(session, campaign, known)
            waiting = Waiting(session, campaign, self._key)
            open_ = _OpenSheets(waiting, waiting.of_serials(serials, self._rows))
            for page in pages:
                self._take(page, open_, marks)
            open_.store()
        pages.clear()

    def _take(self, page: _Page, open_: "_OpenSheets", marks: Mapping[bytes, Marks]) -> None:
        read = page.read
        fault = self._fault(read)
        if fault is PageFault.EMPTY:
            return  # the back of a ballot of one page
        if fault is not None:
            self._refused.append(RefusedImage(page.file, page.image, fault))
        if read.code is None or read.code.specimen:
            return
        serial = read.code.serial
        if isinstance(read, PageReading) and read.strip:
            self._strips.add(serial)
        refusal = self._refusal(read, fault, marks)
        if refusal is SheetRefusal.ALREADY_SCANNED:
            self._scanned_before.add(serial)
        elif refusal is not None:
            open_.refuse(serial, refusal)
        else:
            sheet = open_.sheet(KeptSheet(serial, *self._owners[serial]))
            if fault is None and isinstance(read, PageReading) and sheet.refusal is None:
                open_.add(sheet, read, self._forms[sheet.group])
            elif fault is not None and sheet.refusal is None:
                open_.note(sheet, UnreadPage(read.code.page, fault, page.file, page.image))

    def _fault(self, read: Read) -> PageFault | None:
        if isinstance(read, PageRefusal):
            return read.why
        if read.code.specimen:
            return PageFault.SPECIMEN
        _, group = self._owners.get(read.code.serial, (b"", read.group))
        # The form of another group than the code's: nothing that was printed here.
        return None if group == read.group else PageFault.LAYOUT

    def _refusal(
        self, read: Read, fault: PageFault | None, marks: Mapping[bytes, Marks]
    ) -> SheetRefusal | None:
        """Return why the sheet of a page cannot count, whether the page was read or not."""
        assert read.code is not None  # noqa: S101 – asked by the caller
        if read.code.layout not in self._layouts or (fault is PageFault.LAYOUT and _is_read(read)):
            return SheetRefusal.OTHER_CAMPAIGN
        if read.code.serial not in self._owners:
            return SheetRefusal.UNKNOWN
        return refusal_of(marks.get(self._owners[read.code.serial][0]))


def _is_read(read: Read) -> bool:
    return isinstance(read, PageReading)


class _OpenSheets:
    """The sheets that one transaction changes, as they will be, and pictures that they will need."""

    def __init__(self, waiting: Waiting, before: Mapping[str, tuple[bytes, KeptSheet]]) -> None:
        self._waiting = waiting
        self._key = waiting.key
        self._before = before
        self._after: dict[str, KeptSheet] = {}
        self._pictures: dict[str, bytes] = {}

    def sheet(self, fresh: KeptSheet) -> KeptSheet:
        """Return what is known of a sheet of this campaign; from here on it is known, if it was not."""
        there = self._found(fresh.serial)
        if there is None or there.refusal in _UNPROVEN:
            there = self._after[fresh.serial] = fresh
        return there

    def refuse(self, serial: str, why: SheetRefusal) -> None:
        """Note that a sheet cannot count, unless something is known of it."""
        if self._found(serial) is None:
            self._after[serial] = stub(serial, why)

    def add(self, sheet: KeptSheet, read: PageReading, form: PaperForm) -> None:
        """Add a page to a sheet, with the pictures that people may need of it."""
        # The same file again has the same names, and adds nothing.
        crops = {name: self._key.picture(sheet.serial, name, made) for name, made in read.crops.items()}
        page = KeptPage(read.code.page, tuple(read.lines), read.areas, crops)
        changed = trimmed(form, with_page(form, sheet, page))
        needed = crops_of(changed)
        self._pictures |= {crop: read.crops[name] for name, crop in crops.items() if crop in needed}
        self._after[sheet.serial] = replace(changed, strip=sheet.strip or read.strip)

    def note(self, sheet: KeptSheet, page: UnreadPage) -> None:
        """Note that a page of a sheet could not be read."""
        self._after[sheet.serial] = with_unread(sheet, page)

    def store(self) -> None:
        """Write what changed, and the pictures that are needed; drop those that are not any more."""
        fresh: list[KeptSheet] = []
        needed: set[str] = set()
        for serial, sheet in self._after.items():
            row, before = self._before.get(serial, (None, None))
            needed |= crops_of(sheet)
            if row is None or before is None:
                fresh.append(sheet)
            elif sheet != before:
                self._waiting.replace(row, sheet)
                self._waiting.drop_crops(crops_of(before) - crops_of(sheet))
        self._waiting.add(fresh)
        there = {crop for _row, sheet in self._before.values() for crop in crops_of(sheet)}
        fresh_crops = needed - there
        self._waiting.add_crops({crop: made for crop, made in self._pictures.items() if crop in fresh_crops})

    def _found(self, serial: str) -> KeptSheet | None:
        if serial in self._after:
            return self._after[serial]
        return self._before[serial][1] if serial in self._before else None
