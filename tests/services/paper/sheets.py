"""A campaign that collects, and paper ballots that wait in it: made without a scanner."""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Flask
from PIL import Image, ImageDraw

from survey.domain.definition.campaign import Campaign
from survey.domain.paper.pages import needed_crops
from survey.domain.paper.reading import Doubt, LineReading, LineState
from survey.domain.paper.record import KeptPage, KeptSheet, UnreadPage
from survey.domain.paper.sheet import PaperForm, PaperLine, PaperPage
from survey.secrecy.paper_key import PaperKey, new_paper_key, paper_key_path, write_paper_key
from survey.secrecy.token import digest
from survey.services.campaigns import campaigns
from survey.services.paper.collecting import collect
from survey.services.paper.forms import forms_of
from survey.services.paper.waiting import Waiting
from survey.storage import paper_rows
from survey.storage.database import transaction
from survey.web.context import settings, vault
from tests.builders import BY, Running, running_campaign

DOUBTFUL = "?"
BLANK = ""


def picture(ticked: int = 0, boxes: int = 4, wide: int = 104) -> bytes:
    """Return a picture of a row of boxes, one of them ticked, six pixels a mm."""
    image = Image.new("L", (wide * 6, 66), 247)
    draw = ImageDraw.Draw(image)
    for at in range(boxes):
        x = 200 + at * 100
        draw.rectangle((x, 18, x + 30, 48), outline=20, width=2)
        if at == ticked:
            draw.line((x + 6, 34, x + 13, 43, x + 34, 10), fill=60, width=4)
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


@dataclass(frozen=True)
class Collecting:
    """A campaign that collects paper ballots, and its paper key."""

    running: Running
    key: PaperKey

    @property
    def code(self) -> str:
        return self.running.code

    def campaign(self) -> Campaign:
        with transaction() as session:
            return campaigns.find_campaign(session, self.code)

    def form(self, group: str = "A") -> PaperForm:
        [form] = forms_of(self.campaign(), group)
        return form

    def add(self, place: int = 0, group: str = "A", ink: tuple[str, ...] = (), **said: str) -> KeptSheet:
        """Have the sheet of a code wait, whole; ``said`` maps fields, dots written ``__``, to what is read.

        What is not said is ticked first. ``?`` is doubtful, nothing blank.
        """
        read = {name.replace("__", "."): what for name, what in said.items()}
        pages = [self.page(one, read, ink) for one in self.form(group).pages if one.lines or one.areas]
        return self.keep(place, group, *pages)

    def keep(
        self, place: int, group: str, *pages: KeptPage, unread: tuple[UnreadPage, ...] = ()
    ) -> KeptSheet:
        """Have the sheet of a code wait with some pages."""
        stored = digest(vault().token_key, self.running.codes[group][place])
        sheet = KeptSheet(self.key.serial_of(stored), stored, group, pages, unread=unread)
        with transaction(write=True) as session:
            waiting = Waiting(session, campaigns.locked_campaign(session, self.code), self.key)
            waiting.add([sheet])
        return sheet

    def page(
        self, page: PaperPage, read: Mapping[str, str], ink: tuple[str, ...] = (), also: tuple[str, ...] = ()
    ) -> KeptPage:
        """Return a page as it was read; pictures are kept of what people may look at, and of more fields."""
        lines = tuple(_reading(line, read.get(line.field, line.boxes[0].value)) for line in page.lines)
        areas = {area.field: area.field in ink for area in page.areas}
        kept = KeptPage(page.page, lines, areas)
        form = next(form for form in forms_of(self.campaign()) if page in form.pages)
        pictures = {
            name: picture(at % 4) for at, name in enumerate(sorted({*needed_crops(form, kept), *also}))
        }
        crops = {name: paper_rows.new_key().hex() for name in pictures}
        with transaction(write=True) as session:
            waiting = Waiting(session, campaigns.locked_campaign(session, self.code), self.key)
            waiting.add_crops({crops[name]: made for name, made in pictures.items()})
        return KeptPage(page.page, lines, areas, crops)

    def sheets(self) -> list[KeptSheet]:
        """Return what waits."""
        with transaction() as session:
            waiting = Waiting(session, campaigns.find_campaign(session, self.code), self.key)
            return [sheet for _row, sheet in waiting.sheets()]


def collecting(app: Flask, data: dict[str, Any], number: int = 8, **paper: Any) -> Collecting:
    """Open a campaign with paper ballots, and begin collecting."""
    return begin_collecting(running_campaign(app, data | {"paper": paper}, number))


def begin_collecting(running: Running) -> Collecting:
    """End the voting by phone in a campaign with paper ballots; its key is made here."""
    key = new_paper_key(running.code)
    write_paper_key(paper_key_path(settings().keys, running.code), key)
    with transaction(write=True) as session:
        collect(session, running.code, BY)
    return Collecting(running, key)


def _reading(line: PaperLine, said: str) -> LineReading:
    if said == DOUBTFUL:
        return LineReading(line.field, LineState.DOUBTFUL, None, Doubt.FAINT)
    if said == BLANK:
        return LineReading(line.field, LineState.BLANK)
    return LineReading(line.field, LineState.MARKED, tuple(said.split()) if line.many else said)
