"""A campaign that collects paper ballots, and pages of its sheets as if they had been read."""

import pickle
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import text

from survey.domain.ballot.ballot import Ballot
from survey.domain.ballot.packing import Packing
from survey.domain.definition.campaign import Campaign
from survey.domain.paper.reading import (
    Doubt,
    LineReading,
    LineState,
    PageFault,
    PageReading,
    PageRefusal,
    SheetCode,
)
from survey.domain.paper.record import KeptSheet
from survey.domain.paper.sheet import PaperForm
from survey.secrecy.box import BoxKey, box_info
from survey.secrecy.paper_key import PaperKey, new_paper_key, paper_key_path, write_paper_key
from survey.secrecy.token import digest
from survey.services.campaigns import campaigns
from survey.services.custody import key_files
from survey.services.paper import collecting, runs
from survey.services.paper.forms import forms_of
from survey.services.paper.reading import Read
from survey.services.paper.runs import Heard, Run
from survey.services.paper.status import PaperStatus, status
from survey.services.paper.waiting import Waiting
from survey.services.voting import tokens
from survey.storage import token_rows
from survey.storage.database import transaction
from survey.web.context import settings, vault

from .builders import BY, Codes, Running, a_definition, cast, running_campaign

GRADES = (None, "excellent", "competent", "poor")
"""What a line of the small campaign can say, by its position in a ballot."""
DOUBTFUL = "?"
"""For the value of a line that people must look at."""
MANY = tuple(f"r{number}" for number in range(90))
"""So many ratees take several pages."""
PICTURE = b"a picture"

Values = Mapping[str, str | None]


@dataclass(frozen=True)
class Collected:
    """A campaign whose paper ballots are read."""

    code: str
    codes: Codes
    key: PaperKey
    forms: Mapping[str, PaperForm]

    def serial(self, token: str) -> str:
        return self.key.serial_of(digest(vault().token_key, token))

    def page(
        self,
        token: str,
        values: Values | str | None = None,
        *,
        page: int = 1,
        strip: bool = False,
        ink: Collection[str] = (),
        picture: bytes = PICTURE,
    ) -> PageReading:
        """Return a page of the sheet of a code; ``values`` by field or for all lines, ``None`` for blank.

        ``ink`` names the frames in which something is written, ``picture`` is what they look like.
        """
        [group] = [group for group, codes in self.codes.items() if token in codes]
        serial = self.serial(token)
        return a_page(self.forms[group], serial, values, page=page, strip=strip, ink=ink, picture=picture)

    def refused(self, token: str, why: PageFault = PageFault.MARKERS) -> PageRefusal:
        """Return an image of the sheet of a code that was not read."""
        [group] = [group for group, codes in self.codes.items() if token in codes]
        return PageRefusal(why, SheetCode(False, self.serial(token), self.forms[group].layout, 1))


def a_page(
    form: PaperForm,
    serial: str,
    values: Values | str | None,
    *,
    page: int = 1,
    strip: bool = False,
    specimen: bool = False,
    ink: Collection[str] = (),
    picture: bytes = PICTURE,
) -> PageReading:
    """Return a page of a sheet with that serial."""
    lines = form.pages[page - 1].lines
    said = {line.field: values for line in lines} if not isinstance(values, Mapping) else values
    read = [_line(line.field, said.get(line.field)) for line in lines]
    areas = {area.field: area.field in ink for area in form.pages[page - 1].areas}
    written = [name for name, inked in areas.items() if inked]
    pictures = dict.fromkeys([*(line.field for line in lines), *written], picture)
    code = SheetCode(specimen, serial, form.layout, page)
    return PageReading(code, form.group, read, areas, pictures, strip)


def _line(field: str, value: str | None) -> LineReading:
    if value == DOUBTFUL:
        return LineReading(field, LineState.DOUBTFUL, None, Doubt.FAINT)
    return LineReading(field, LineState.BLANK if value is None else LineState.MARKED, value)


def collected(
    app: Flask, number: int = 20, *, by_phone: int = 0, voided: int = 0, **tables: Any
) -> Collected:
    """Begin to collect the paper ballots of a small campaign with so many codes a group.

    The first ``by_phone`` codes of group A were used on a phone, the next ``voided`` ones are out of use.
    """
    running = running_campaign(app, a_definition(**({"paper": {}} | tables)), number)
    for token in running.codes["A"][:by_phone]:
        cast(app, token, {})
    if voided:
        with transaction(write=True) as session:
            tokens.void(session, vault(), running.code, running.codes["A"][by_phone:][:voided], BY)
    return collected_of(running)


def collected_of(running: Running) -> Collected:
    """Begin to collect the paper ballots of an open campaign; its key is made here."""
    key = new_paper_key(running.code)
    write_paper_key(paper_key_path(settings().keys, running.code), key)
    with transaction(write=True) as session:
        collecting.collect(session, running.code, BY)
    forms = {form.group: form for form in forms_of(found(running.code))}
    return Collected(running.code, running.codes, key, forms)


def found(campaign_code: str) -> Campaign:
    with transaction() as session:
        return campaigns.find_campaign(session, campaign_code)


class _Files:
    """Reads files that hold pages as if they were read."""

    def read(self, data: bytes) -> Iterator[Read]:
        yield from pickle.loads(data)  # of this module


def as_if_read(_forms: Sequence[PaperForm]) -> AbstractContextManager[_Files]:
    """Take the place of the reader of scans."""
    return nullcontext(_Files())


def a_file(*pages: Read) -> bytes:
    """Return a file of pages as if they were read."""
    return pickle.dumps(pages)


def scan(campaign_code: str, *files: Sequence[Read] | Path, heard: Heard | None = None) -> Run:
    """Scan files of pages."""
    contents = [one.read_bytes if isinstance(one, Path) else _content(one) for one in files]
    return runs.scan(campaign_code, contents, settings().keys, lambda: BY, heard or Heard(), as_if_read)


def _content(pages: Sequence[Read]) -> Any:
    return lambda: a_file(*pages)


def void_beside(campaign_code: str, token: str) -> None:
    """Take a code out of use as somebody does who has the database: the programme does so no more."""
    with transaction(write=True) as session:
        assert token_rows.void_token(session, found(campaign_code), digest(vault().token_key, token))


def kept(of: Collected) -> dict[str, KeptSheet]:
    """Return what waits, by serial."""
    with transaction() as session:
        return {sheet.serial: sheet for _, sheet in Waiting(session, found(of.code), of.key).sheets()}


def told(of: Collected) -> PaperStatus:
    with transaction() as session:
        return status(session, found(of.code), settings().keys)


def in_the_box(of: Collected, order: str = "") -> list[tuple[int, ...]]:
    """Return the ratings of all ballots, in the order in which a database keeps them."""
    return [ballot.ratings for ballot in ballots_of(of, order)]


def ballots_of(of: Collected, order: str = "") -> list[Ballot]:
    """Return all ballots, in the order in which a database keeps them."""
    campaign = found(of.code)
    key = BoxKey(key_files.seed_of(campaign, settings().keys, ()))
    packing = Packing(campaign.definition)
    with transaction() as session:
        sealed = [bytes(row[0]) for row in session.execute(text(f"SELECT sealed FROM ballots {order}"))]
    info = box_info(of.code, campaign.definition.digest)
    return [packing.unpack(opened)[1] for opened in key.open_each(sealed, info) if opened]
