"""Trying printer and scanner: scanned specimens are read, and what was understood is shown line by line."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from threading import Lock

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from survey.domain.accounts.roles import Permission
from survey.domain.definition.campaign import Campaign
from survey.domain.paper.reading import LineReading, LineState, PageReading, PageRefusal
from survey.domain.paper.sheet import PaperForm, PaperLine
from survey.services.paper.forms import forms_of
from survey.services.paper.reading import Read, ScanReader, can_read
from survey.storage.database import transaction
from survey.web.admin.blueprint import blueprint
from survey.web.admin.words import paper as words
from survey.web.security import access
from survey.web.server.bodies import largest_body

from .paper_page import paper_campaign, shown_page
from .scans import AROUND, MAX_SCANS, Scan, sent_scans

MAX_TRIED = 40
"""Pages read for one look: some seconds' work, which keeps a thread."""
_reading = Lock()
"""One look at a time in a process: reading takes 600 MB."""


@dataclass(frozen=True)
class TriedLine:
    """One line of a specimen in words: who is rated, in what, what was understood; ``why`` of a doubt."""

    of: str
    label: str
    state: LineState
    read: str
    why: str


@dataclass(frozen=True)
class TriedPage:
    """One scanned page: what was read of it, or why it was not; ``areas`` are frames with ink in them."""

    file: int
    name: str
    image: int
    group: str = ""
    page: int = 0
    lines: Sequence[TriedLine] = ()
    areas: int = 0
    strip: bool = False
    fault: str = ""


@blueprint.post("/c/<campaign_code>/paper/try")
@access(Permission.RUN)
@largest_body(MAX_SCANS + AROUND)
def try_specimens(campaign_code: str) -> ResponseReturnValue:
    """Read scanned specimens and show what was understood; nothing is stored."""
    with transaction() as session:
        campaign = paper_campaign(session, campaign_code)
    scans, wrong = sent_scans()
    if wrong:
        return shown_page(campaign_code, 422, try_fault=wrong)
    if not can_read():
        return shown_page(campaign_code, 409)
    if not _reading.acquire(blocking=False):
        return shown_page(campaign_code, 409, try_fault=str(_("正在读别的样张。请过一会儿再试。")))
    try:
        pages, whole = _tried(campaign, scans)
    finally:
        _reading.release()
    states = [line.state for page in pages for line in page.lines]
    return render_template(
        "admin/paper/tried.html",
        campaign=campaign,
        pages=pages,
        whole=whole,
        say=words,
        most=MAX_TRIED,
        refused=sum(bool(page.fault) for page in pages),
        lines=len(states),
        doubtful=states.count(LineState.DOUBTFUL),
        blank=states.count(LineState.BLANK),
    )


def _tried(campaign: Campaign, scans: Sequence[Scan]) -> tuple[list[TriedPage], bool]:
    """Read so many pages as are read at a time; return whether those were all."""
    forms = forms_of(campaign)
    found: list[TriedPage] = []
    with ScanReader(forms, specimens=True, crops=False) as reader:
        for number, scan in enumerate(scans, 1):
            for image, read in enumerate(reader.read(scan.content()), 1):
                if len(found) == MAX_TRIED:
                    return found, False
                found.append(_page(campaign, forms, (number, scan.name, image), read))
    return found, True


def _page(
    campaign: Campaign, forms: Sequence[PaperForm], where: tuple[int, str, int], read: Read
) -> TriedPage:
    if isinstance(read, PageRefusal):
        return TriedPage(*where, fault=str(words.FAULTS[read.why]))
    label = campaign.definition.group[read.group].label
    lines = list(_lines(forms, read))
    return TriedPage(*where, label, read.code.page, lines, sum(read.areas.values()), read.strip)


def _lines(forms: Sequence[PaperForm], read: PageReading) -> Iterator[TriedLine]:
    printed = {line.field: line for form in forms if form.group == read.group for line in form.lines}
    for line in read.lines:
        on_paper = printed[line.field]
        why = str(words.DOUBTS[line.why]) if line.why else ""
        yield TriedLine(on_paper.of, on_paper.label, line.state, _read(on_paper, line), why)


def _read(on_paper: PaperLine, line: LineReading) -> str:
    """Return the words beside the boxes that were ticked."""
    values = dict(zip((box.value for box in on_paper.boxes), on_paper.values, strict=True))
    ticked = line.value if isinstance(line.value, tuple) else (line.value,)
    return "、".join(values[value] for value in ticked if value)
